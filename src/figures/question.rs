//! What an index is asked for a report, and what its answers mean.
//!
//! Only sums that are exact are asked for: `composite` aggregations give every row, page by page, where
//! `terms` would give the largest that each shard happens to have. A table whose first column is one of
//! several fields is asked for once for each, among the documents that have none of those before it.

use serde_json::{Value, json};

use super::{
    field::{BLANKS, Field, Names},
    heat::Step,
    table::{CONSOLE_LOGIN, Column, Key, Login, PRINCIPAL, ROOT, Table},
    tally::Seen,
};
use crate::{
    limits::{BUCKETS_PER_PAGE, DENIED_CODES_PER_QUESTION, HITS_PER_PAGE},
    window::{Second, Window, moment},
};

/// The documents that are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// The names of their fields.
    pub names: Names,
    /// From this second on.
    pub since: Option<Second>,
    /// Up to and with this one.
    pub until: Option<Second>,
}

/// Which of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// CloudTrail's events.
    Events,
    /// Lines of VPC flow logs; only the `ecs` layout has some.
    Flows,
    /// All, whatever they are.
    All,
}

/// One aggregation.
#[derive(Debug, Clone)]
pub struct Question {
    filters: Vec<Value>,
    without: Vec<Value>,
    sources: Vec<Value>,
}

impl Scope {
    /// How many there are and of which time.
    pub fn overview(self, part: Part) -> Value {
        json!({
            "size": 0,
            "track_total_hits": true,
            "query": {"bool": {"filter": self.filters(part)}},
            "aggs": {
                "first": {"min": {"field": "@timestamp"}},
                "last": {"max": {"field": "@timestamp"}},
            },
        })
    }

    /// Events by region and step.
    pub fn heat(self, step: Step) -> Question {
        let interval = format!("{}s", step.seconds());
        let time = json!({"date_histogram": {"field": "@timestamp", "fixed_interval": interval}});
        let region = terms(Field::Region.path(self.names), true);
        let sources = vec![json!({"0": region}), json!({"step": time})];
        Question { filters: self.filters(Part::Events), without: Vec::new(), sources }
    }

    /// The rows of a table. `denied` are the error codes that say so; others are not asked for.
    pub fn table(self, table: Table, denied: &[String]) -> Vec<Question> {
        let path = |field: Field| field.path(self.names);
        let groups: Vec<Option<Value>> = match table {
            Table::Denied => denied
                .chunks(DENIED_CODES_PER_QUESTION)
                .map(|codes| Some(json!({"terms": {path(Field::Error): codes}})))
                .collect(),
            Table::Root => vec![Some(json!({"term": {path(Field::Kind): ROOT}}))],
            _ => vec![None],
        };
        let Some((first, others)) = table.columns().split_first() else { return Vec::new() };
        let ask = |group: Option<Value>, fields: &'static [Field]| {
            let (last, before) = fields.split_last()?;
            let mut filters = self.filters(Part::Events);
            filters.extend(group);
            filters.push(says_something(path(*last)));
            let without = before.iter().map(|field| says_something(path(*field))).collect();
            let mut sources = vec![json!({"0": terms(path(*last), false)})];
            let others = others.iter().filter_map(|column: &Column| column.first());
            sources.extend(
                (1_u8..)
                    .zip(others)
                    .map(|(number, field)| json!({number.to_string(): terms(path(*field), true)})),
            );
            Some(Question { filters, without, sources })
        };
        let alternatives = (1..=first.len()).filter_map(|length| first.get(..length));
        let alternatives: Vec<_> = alternatives.collect();
        let pairs = groups.iter().flat_map(|g| alternatives.iter().map(move |a| (g.clone(), *a)));
        pairs.filter_map(|(group, fields)| ask(group, fields)).collect()
    }

    /// A page of sign-ins to the console, behind the last one of the page before.
    pub fn logins(self, after: Option<&Value>) -> Value {
        let mut filters = self.filters(Part::Events);
        filters.push(json!({"term": {Field::Call.path(self.names): CONSOLE_LOGIN}}));
        let (id, members): (&str, &[&str]) = match self.names {
            Names::CloudTrail => (
                "eventID",
                &[
                    "errorCode",
                    "errorMessage",
                    "userIdentity",
                    "responseElements*",
                    "additionalEventData*",
                ],
            ),
            Names::Ecs => (
                "event.id",
                &["event.outcome", "aws.cloudtrail.user_identity", "aws.cloudtrail.console_login"],
            ),
        };
        let mut body = json!({
            "size": HITS_PER_PAGE,
            "query": {"bool": {"filter": filters}},
            "sort": [{"@timestamp": "asc"}, {id: {"order": "asc", "unmapped_type": "keyword"}}],
            "_source": members,
        });
        if let (Some(after), Some(body)) = (after, body.as_object_mut()) {
            body.insert("search_after".to_owned(), after.clone());
        }
        body
    }

    /// The row of a sign-in, from its document.
    pub fn login(self, hit: &Value) -> Option<(Key, Seen)> {
        let source = hit.get("_source")?.as_object()?;
        let principal = PRINCIPAL.iter().find_map(|field| field.of(source, self.names))?;
        let millis = hit.get("sort")?.get(0)?.as_i64()?;
        let login = Login::of(source, self.names).name().to_owned();
        Some((vec![principal, login], Seen { count: 1, last: millis.div_euclid(1_000) }))
    }

    fn filters(self, part: Part) -> Vec<Value> {
        let mut filters = Vec::new();
        if self.since.is_some() || self.until.is_some() {
            let mut range = serde_json::Map::new();
            range.extend(self.since.map(|s| ("gte".to_owned(), json!(moment(s)))));
            let end = self.until.map(|until| until.saturating_add(1));
            range.extend(end.map(|end| ("lt".to_owned(), json!(moment(end)))));
            filters.push(json!({"range": {"@timestamp": range}}));
        }
        if self.names == Names::Ecs {
            let dataset = match part {
                Part::Events => Some("aws.cloudtrail"),
                Part::Flows => Some("aws.vpcflow"),
                Part::All => None,
            };
            filters.extend(dataset.map(|name| json!({"term": {"event.dataset": name}})));
        }
        filters
    }
}

fn terms(path: &str, with_missing: bool) -> Value {
    if with_missing {
        return json!({"terms": {"field": path, "missing_bucket": true}});
    }
    json!({"terms": {"field": path}})
}

fn says_something(path: &str) -> Value {
    json!({"bool": {
        "filter": [{"exists": {"field": path}}],
        "must_not": [{"terms": {path: BLANKS}}],
    }})
}

impl Question {
    /// The search for a page of rows, behind the last one of the page before.
    pub fn body(&self, after: Option<&Value>) -> Value {
        let mut rows = json!({"size": BUCKETS_PER_PAGE, "sources": self.sources});
        if let (Some(after), Some(rows)) = (after, rows.as_object_mut()) {
            rows.insert("after".to_owned(), after.clone());
        }
        json!({
            "size": 0,
            "track_total_hits": false,
            "query": {"bool": {"filter": self.filters, "must_not": self.without}},
            "aggs": {"rows": {
                "composite": rows,
                "aggs": {"last": {"max": {"field": "@timestamp"}}},
            }},
        })
    }

    /// What a row of the answer says: its key, and how often and when last it was seen.
    pub fn row(&self, bucket: &Value) -> Option<(Key, Seen)> {
        let names = bucket.get("key")?;
        let columns = (0..self.sources.len()).map_while(|number| names.get(number.to_string()));
        let name = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) if BLANKS.contains(&text.as_str()) => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let last = seconds(bucket.get("last")?)?;
        let count = bucket.get("doc_count")?.as_u64()?;
        Some((columns.map(name).collect(), Seen { count, last }))
    }

    /// The step of a row of events by time.
    pub fn step(bucket: &Value) -> Option<Second> {
        Some(bucket.get("key")?.get("step")?.as_i64()?.div_euclid(1_000))
    }
}

/// How many documents an overview says that there are, and of which time.
pub fn overview(answer: &Value) -> Option<(u64, Option<Window>)> {
    let events = answer.get("hits")?.get("total")?.get("value")?.as_u64()?;
    let sums = answer.get("aggregations");
    let edge = |name| sums.and_then(|sums| sums.get(name)).and_then(seconds);
    let period = edge("first").zip(edge("last"));
    Some((events, period.and_then(|(first, last)| Window::new(first, last))))
}

/// The second of a `min` or `max` of times, which is milliseconds as a floating number.
fn seconds(sum: &Value) -> Option<Second> {
    #[expect(clippy::cast_possible_truncation, reason = "2^53 ms are 285,000 years")]
    let whole = |millis: f64| (millis / 1_000.0).floor() as Second;
    sum.get("value")?.as_f64().map(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: Scope = Scope { names: Names::CloudTrail, since: Some(0), until: Some(59) };

    #[test]
    fn a_column_of_several_fields_is_asked_for_once_for_each() {
        let questions = SCOPE.table(Table::Principals, &[]);
        assert_eq!(questions.len(), PRINCIPAL.len());
        for (number, question) in questions.iter().enumerate() {
            assert_eq!(question.without.len(), number);
        }
        let codes = ["AccessDenied".to_owned()];
        assert_eq!(SCOPE.table(Table::Denied, &codes).len(), PRINCIPAL.len());
        assert!(SCOPE.table(Table::Denied, &[]).is_empty());
    }

    #[test]
    fn both_ends_of_the_time_are_in_it() {
        let range = &SCOPE.filters(Part::Events)[0]["range"]["@timestamp"];
        assert_eq!(range, &json!({"gte": "1970-01-01T00:00:00Z", "lt": "1970-01-01T00:01:00Z"}));
        let ecs = Scope { names: Names::Ecs, since: None, until: None };
        assert_eq!((ecs.filters(Part::Flows).len(), ecs.filters(Part::All).len()), (1, 0));
    }

    #[test]
    fn a_row_has_its_names_in_order_and_blanks_for_those_that_say_nothing() {
        let question = SCOPE.table(Table::Root, &[]).remove(0);
        let bucket = json!({
            "key": {"0": "root", "1": "iam.amazonaws.com", "2": null, "3": "-"},
            "doc_count": 3, "last": {"value": 59_999.0},
        });
        let key = ["root", "iam.amazonaws.com", "", ""].map(str::to_owned).to_vec();
        assert_eq!(question.row(&bucket), Some((key, Seen { count: 3, last: 59 })));
    }

    #[test]
    fn an_overview_of_nothing_has_no_time() {
        let sums = json!({"first": {"value": null}, "last": {"value": null}});
        let answer = json!({"hits": {"total": {"value": 0}}, "aggregations": sums});
        assert_eq!(overview(&answer), Some((0, None)));
        assert_eq!(overview(&json!({})), None);
    }
}
