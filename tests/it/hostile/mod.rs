//! Hostile records through both ways in, on real engines: each ends as a document or as a dead
//! letter, and what is returned is what was sent.
//!
//! Documents are compared as text, byte for byte, since a parser in between would hide what
//! parsers do.

mod records;
mod wide;

use trailhaul::demo::{Account, Event, Region, Status};
use trailhaul::normalize::Layout;

use crate::support::{
    aws::simulate,
    engines::{Engine, on_every_engine},
    own_index::OwnIndex,
    run::Finished,
};
use records::{Case, Ends, LOOKUP_TIME, Texts};

/// The records that a file may hold and that become documents.
pub(crate) fn documents() -> impl Iterator<Item = String> {
    let cases = records::cases().into_iter();
    cases.filter(|case| matches!(case.in_file, Ends::Document { .. })).map(|case| case.text)
}

/// An index for documents of a layout.
struct Job {
    index: OwnIndex,
    layout: Layout,
}

impl Job {
    fn new(engine: Engine, layout: Layout) -> Self {
        let index = OwnIndex::new(engine, "hostile").with_options(&["--layout", layout.name()]);
        Self { index, layout }
    }

    /// Loads texts as the records of events that LookupEvents gives an id and a time.
    async fn load_aws(&self, texts: &[(&str, &str)]) -> Finished {
        let second = LOOKUP_TIME.as_second();
        let event =
            |(id, text): &(&str, &str)| Event::from_text(second, Some(id), (*text).to_owned());
        let events = texts.iter().map(event).collect();
        let region = Region::new("us-east-1", Status::Enabled).with(events);
        let aws = simulate(Account::new(vec![region])).await;
        self.index.command().aws(aws.endpoint()).run().await
    }

    /// Whether the document of an id is what it should be.
    async fn assert_is(&self, id: &str, ends: &Ends, context: &str) {
        let Ends::Document { typed, flattened } = ends else { panic!("{id} is no document") };
        let Texts { whole, listed } = match self.layout {
            Layout::Typed => typed,
            Layout::Flattened => flattened,
            Layout::Ecs => unreachable!("documents of that layout are compared by its own tests"),
        };
        let lists = self.layout.lists_terms(self.index.engine.is_old());
        let expected = if lists { listed } else { whole };
        let found = self.index.source(id).await;
        assert!(found == *expected, "{context}: {found:.2000}\nand not\n{expected:.2000}");
    }

    /// Asserts that each case ended as it should, and that nothing else is there.
    async fn assert_ended<'a>(
        &self,
        run: &Finished,
        ends: impl Iterator<Item = (&'a Case, &'a Ends)>,
    ) {
        let (mut documents, mut letters) = (0, self.index.letters());
        let rejected = letters.len();
        let engine = &self.index.engine;
        for (case, ends) in ends {
            let name = format!("{} {}: {}", engine.name, self.layout.name(), case.name);
            if let Ends::Letter(words) = ends {
                let reason = letters.remove(&case.text);
                let reason = reason.unwrap_or_else(|| panic!("{name}: no letter, {run}"));
                assert!(reason.contains(words), "{name}: {reason}");
            } else {
                documents += 1;
                self.assert_is(&case.id, ends, &name).await;
            }
        }
        assert!(letters.is_empty(), "{}: {letters:?}", engine.name);
        run.assert_balanced();
        let found = ["read", "created", "repaired", "rejected"].map(|name| run.total(name));
        let expected = [documents + rejected, documents, 0, rejected].map(|n| n as u64);
        assert_eq!((run.code, found), (Some(4), expected), "{}: {run}", engine.name);
        assert_eq!(engine.count(&self.index.index).await, documents as u64);
    }
}

async fn from_a_file(engine: Engine, layout: Layout) {
    let (job, cases) = (Job::new(engine, layout), records::cases());
    let texts: Vec<_> = cases.iter().map(|case| case.text.as_str()).collect();
    let run = job.index.load_lines(&texts).await;
    job.assert_ended(&run, cases.iter().map(|case| (case, &case.in_file))).await;
    job.index.clean_up().await;
}

#[tokio::test]
async fn hostile_records_of_a_file_are_documents_or_dead_letters() {
    on_every_engine(|engine| from_a_file(engine, Layout::Typed)).await;
}

#[tokio::test]
async fn flattened_hostile_records_of_a_file_are_documents_or_dead_letters() {
    on_every_engine(|engine| from_a_file(engine, Layout::Flattened)).await;
}

async fn from_aws(engine: Engine, layout: Layout) {
    let (job, mut cases) = (Job::new(engine, layout), records::cases());
    cases.extend(records::aws_only());
    let texts: Vec<_> = cases.iter().map(|case| (case.id.as_str(), case.text.as_str())).collect();
    let run = job.load_aws(&texts).await;
    job.assert_ended(&run, cases.iter().map(|case| (case, &case.from_aws))).await;
    job.index.clean_up().await;
}

#[tokio::test]
async fn hostile_records_of_lookup_events_are_documents_or_dead_letters() {
    on_every_engine(|engine| from_aws(engine, Layout::Typed)).await;
}

#[tokio::test]
async fn flattened_hostile_records_of_lookup_events_are_documents_or_dead_letters() {
    on_every_engine(|engine| from_aws(engine, Layout::Flattened)).await;
}
