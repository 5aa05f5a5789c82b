//! Hostile records through both ways in, on real engines: each ends as a document or as a dead
//! letter, and what is returned is what was sent.
//!
//! Documents are compared as text, byte for byte, since a parser in between would hide what
//! parsers do.

mod records;
mod wide;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use trailhaul::demo::{Account, Event, Region, Status};

use crate::support::{
    aws::simulate,
    engines::{Engine, on_every_engine},
    run::{Finished, Trailhaul},
    unique,
};
use records::{Case, Ends, LOOKUP_TIME};

/// The records of files that end as documents, for those who load them in another way.
pub(crate) fn texts_of_documents() -> Vec<String> {
    let cases = records::cases().into_iter();
    let documents = cases.filter(|case| matches!(case.in_file, Ends::Document { .. }));
    documents.map(|case| case.text).collect()
}

/// An index of its own, with files of its own.
struct Job {
    engine: Engine,
    index: String,
    folder: tempfile::TempDir,
}

impl Job {
    fn new(engine: Engine) -> Self {
        Self { engine, index: unique("hostile"), folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self) -> Trailhaul {
        let state = self.folder.path().join("state.json");
        let load = Trailhaul::load().to(&self.engine.url).state(state);
        load.args(["--json", "--index", &self.index])
    }

    /// Loads texts as the lines of a file.
    async fn load_file(&self, texts: &[&str]) -> Finished {
        let file = self.folder.path().join("records.ndjson");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        fs::write(&file, texts.join("\n")).unwrap();
        self.command().from(&file).run().await
    }

    /// Loads texts as the records of events that LookupEvents gives an id and a time.
    async fn load_aws(&self, texts: &[(&str, &str)]) -> Finished {
        let second = LOOKUP_TIME.as_second();
        let event =
            |(id, text): &(&str, &str)| Event::from_text(second, Some(id), (*text).to_owned());
        let events = texts.iter().map(event).collect();
        let region = Region::new("us-east-1", Status::Enabled).with(events);
        let aws = simulate(Account::new(vec![region])).await;
        self.command().aws(aws.endpoint()).run().await
    }

    /// Whether the engine is one without a type for a catch-all.
    fn lists_leaves(&self) -> bool {
        ["elasticsearch-7.10", "opensearch-1"].contains(&self.engine.name.as_str())
    }

    /// The document of an id, as its text.
    async fn source(&self, id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        let path = match self.engine.name.as_str() {
            "elasticsearch-7.10" | "opensearch-1" => format!("{}/_doc/{id}/_source", self.index),
            _ => format!("{}/_source/{id}", self.index),
        };
        let answer = self.engine.get(&path).await;
        assert_eq!(answer.status, 200, "{} {path}: {}", self.engine.name, answer.text);
        answer.text
    }

    /// The dead letters: the event's text, and the reason.
    fn letters(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.folder.path().join("state.dead-letters.ndjson"));
        let parsed = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let member = |letter: &Value, name: &str| letter[name].as_str().unwrap().to_owned();
        let letters = text.unwrap_or_default();
        letters
            .lines()
            .map(parsed)
            .map(|letter| (member(&letter, "event"), member(&letter, "reason")))
            .collect()
    }

    /// Asserts that each case ended as it should, and that nothing else is there.
    async fn assert_ended<'a>(
        &self,
        run: &Finished,
        ends: impl Iterator<Item = (&'a Case, &'a Ends)>,
    ) {
        let (mut documents, mut letters) = (0, self.letters());
        let rejected = letters.len();
        for (case, ends) in ends {
            let name = format!("{}: {}", self.engine.name, case.name);
            match ends {
                Ends::Document { whole, listed } => {
                    documents += 1;
                    let expected = if self.lists_leaves() { listed } else { whole };
                    assert_eq!(self.source(&case.id).await, *expected, "{name}: {run}");
                }
                Ends::Letter(words) => {
                    let reason = letters.remove(&case.text);
                    let reason = reason.unwrap_or_else(|| panic!("{name}: no letter, {run}"));
                    assert!(reason.contains(words), "{name}: {reason}");
                }
            }
        }
        assert!(letters.is_empty(), "{}: {letters:?}", self.engine.name);
        run.assert_balanced();
        let found = ["read", "created", "repaired", "rejected"].map(|name| run.total(name));
        let expected = [documents + rejected, documents, 0, rejected].map(|n| n as u64);
        assert_eq!((run.code, found), (Some(4), expected), "{}: {run}", self.engine.name);
        assert_eq!(self.engine.count(&self.index).await, documents as u64);
    }
}

async fn from_a_file(engine: Engine) {
    let (job, cases) = (Job::new(engine), records::cases());
    let texts: Vec<_> = cases.iter().map(|case| case.text.as_str()).collect();
    let run = job.load_file(&texts).await;
    job.assert_ended(&run, cases.iter().map(|case| (case, &case.in_file))).await;
    job.engine.delete(&job.index).await;
}

#[tokio::test]
async fn hostile_records_of_a_file_are_documents_or_dead_letters() {
    on_every_engine(from_a_file).await;
}

async fn from_aws(engine: Engine) {
    let (job, mut cases) = (Job::new(engine), records::cases());
    cases.extend(records::aws_only());
    let texts: Vec<_> = cases.iter().map(|case| (case.id.as_str(), case.text.as_str())).collect();
    let run = job.load_aws(&texts).await;
    job.assert_ended(&run, cases.iter().map(|case| (case, &case.from_aws))).await;
    job.engine.delete(&job.index).await;
}

#[tokio::test]
async fn hostile_records_of_lookup_events_are_documents_or_dead_letters() {
    on_every_engine(from_aws).await;
}
