//! The figures of an index, by its own sums.

use jiff::Timestamp;

use super::chosen::Chosen;
use crate::{
    commands::{Fault, connect},
    exit::Exit,
    figures::{
        Figures,
        field::Names,
        heat::Step,
        question::{self, Part, Question, Scope},
        table::{Table, is_denied},
    },
    normalize::{IndexPattern, Layout},
    settings::target::Cluster,
    sink::{Http, SinkError, indices, search},
    source::aws::Aws,
    window::{Second, Window},
};

/// An index that answers.
pub(super) struct Asked {
    http: Http,
    pattern: IndexPattern,
    indices: String,
    scope: Scope,
    closed: Vec<String>,
    notes: Vec<String>,
}

impl Asked {
    /// Reaches the target.
    pub(super) async fn reach(
        cluster: Cluster,
        index: &str,
        layout: Layout,
        (since, until): (Option<Second>, Option<Second>),
    ) -> Result<Self, Fault> {
        let pattern = IndexPattern::new(index)?;
        let signer = Aws::from_chain(cluster.profile.as_deref()).await;
        let (http, server) = connect::reach(cluster, &signer).await?;
        let example = pattern.name(Timestamp::now());
        let listed = indices::list(&http, &server, pattern.glob(), &example).await;
        let Chosen { indices, closed, mut notes } = Chosen::of(&pattern, layout, listed)?;
        if let Err(reason) = search::refresh(&http, &indices).await {
            notes.push(format!("what was loaded in the last moments may be missing ({reason})"));
        }
        let scope = Scope { names: Names::of(layout), since, until };
        Ok(Self { http, pattern, indices, scope, closed, notes })
    }

    /// What may not be on the page, as sentences.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The target without secrets, as a state file names it.
    pub(super) fn target(&self) -> &str {
        self.http.shown()
    }

    /// What is asked, for people.
    pub(super) fn name(&self) -> String {
        format!("index {} at {}", self.pattern.as_str(), self.http.shown())
    }

    /// Asks for everything, one question after another: a cluster that serves others is not pressed.
    pub(super) async fn figures(&self) -> Result<Figures, Fault> {
        let (events, period) = self.overview(self.scope, Part::Events).await?;
        let (all, _) = self.overview(self.scope, Part::All).await?;
        let Some(period) = period.filter(|_| events > 0) else {
            return Err(self.nothing(all).await);
        };
        let mut figures = Figures { events, period: Some(period), ..self.heat(period).await? };
        if all > events {
            (figures.aside.flows, _) = self.overview(self.scope, Part::Flows).await?;
            figures.aside.others = all.saturating_sub(events).saturating_sub(figures.aside.flows);
        }
        let denied = self.add_tables(&mut figures).await?;
        self.add(&mut figures, Table::Denied, &denied).await?;
        self.add_logins(&mut figures).await?;
        if !figures.tables.contains_key(&Table::Services) {
            return Err(self.other_layout(events));
        }
        Ok(figures)
    }

    async fn overview(&self, scope: Scope, part: Part) -> Result<(u64, Option<Window>), Fault> {
        let body = scope.overview(part);
        let answer = search::ask(&self.http, &self.indices, &body).await?;
        question::overview(&answer)
            .ok_or_else(|| Fault::internal("the answer to a search says no number"))
    }

    async fn heat(&self, period: Window) -> Result<Figures, SinkError> {
        let step = Step::of(period);
        let mut figures = Figures::none(step);
        let question = self.scope.heat(step);
        let page = |after: Option<&_>| question.body(after);
        let mut take = |bucket: &_| {
            if let (Some((key, seen)), Some(at)) = (question.row(bucket), Question::step(bucket)) {
                figures.heat.add(key.into_iter().next().unwrap_or_default(), at, seen.count);
            }
        };
        search::rows(&self.http, &self.indices, page, &mut take).await?;
        Ok(figures)
    }

    /// All but those that need to know more; gives the error codes of denied calls.
    async fn add_tables(&self, figures: &mut Figures) -> Result<Vec<String>, SinkError> {
        for table in Table::ALL {
            if !matches!(table, Table::Denied | Table::Logins) {
                self.add(figures, table, &[]).await?;
            }
        }
        let errors = figures.table(Table::Errors);
        let codes = errors.iter().filter_map(|(key, _)| key.first()).filter(|code| is_denied(code));
        Ok(codes.cloned().collect())
    }

    async fn add(
        &self,
        figures: &mut Figures,
        table: Table,
        denied: &[String],
    ) -> Result<(), SinkError> {
        for question in self.scope.table(table, denied) {
            let page = |after: Option<&_>| question.body(after);
            let mut take = |bucket: &_| {
                if let Some((key, seen)) = question.row(bucket) {
                    figures.add(table, key, seen);
                }
            };
            search::rows(&self.http, &self.indices, page, &mut take).await?;
        }
        Ok(())
    }

    /// Sign-ins are read one by one: where a document says how one went differs by layout and engine.
    async fn add_logins(&self, figures: &mut Figures) -> Result<(), SinkError> {
        let mut take = |hit: &_| {
            if let Some((key, seen)) = self.scope.login(hit) {
                figures.add(Table::Logins, key, seen);
            }
        };
        let page = |after: Option<&_>| self.scope.logins(after);
        search::hits(&self.http, &self.indices, page, &mut take).await
    }

    /// Why there is no event. `other` is how many documents of the time are none of CloudTrail's.
    async fn nothing(&self, other: u64) -> Fault {
        let at_any_time = Scope { since: None, until: None, ..self.scope };
        let (events, period) = match self.overview(at_any_time, Part::Events).await {
            Ok(found) => found,
            Err(fault) => return fault,
        };
        let reason = match period {
            Some(period) if events > 0 => format!(
                "its {events} events are from {} to {}: give other --since and --until",
                crate::window::moment(period.start()),
                crate::window::moment(period.end())
            ),
            _ if other > 0 => format!(
                "its {other} documents are none of CloudTrail's in the layout ecs: give --layout as it was loaded, or another --index"
            ),
            _ if !self.closed.is_empty() => {
                let indices = self.closed.join(",");
                format!("{indices} is closed: have somebody run POST /{indices}/_open")
            }
            _ => {
                "it is empty or not there: load first, or give --index as it was loaded".to_owned()
            }
        };
        Fault::new(Exit::Usage, format!("no event to report in {}: {reason}", self.name()))
    }

    fn other_layout(&self, events: u64) -> Fault {
        let field = crate::figures::field::Field::Service.path(self.scope.names);
        Fault::new(
            Exit::Usage,
            format!(
                "none of the {events} documents in {} has the field {field}: give --layout as it was loaded, or another --index",
                self.name()
            ),
        )
    }
}
