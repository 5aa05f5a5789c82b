//! Records to try orders and searches on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use trailhaul::demo::generator;
use trailhaul::event::{Event, Item};
use trailhaul::limits::FIELD_LIMIT;
use trailhaul::normalize::{IndexPattern, Layout, Normalizer, Table};
use trailhaul::source::{decode, files};

use crate::hostile;
use crate::support::{model_records, variable};

/// Records of the demo.
const DEMO_RECORDS: usize = 300;

/// Records, each with an id of its own.
pub(super) struct Corpus(Vec<Record>);

struct Record {
    id: String,
    text: String,
}

impl Corpus {
    /// What is in the repository (the examples of the rules, the demo's records, the hostile ones), and
    /// what is in the file that `TRAILHAUL_TEST_CORPUS` names.
    pub(super) fn open() -> Self {
        let mut corpus = Self(Vec::new());
        let own = examples().chain(demo()).chain(hostile::documents());
        own.for_each(|text| corpus.0.push(Record { id: event(&text).id, text }));
        if let Some(path) = variable("TRAILHAUL_TEST_CORPUS") {
            corpus.read(Path::new(&path));
        }
        corpus
    }

    /// A record of every API operation that AWS's models know.
    pub(super) fn of_models() -> Option<Self> {
        let mut corpus = Self(Vec::new());
        corpus.read(&model_records()?);
        Some(corpus)
    }

    /// Adds the events of a file. Of several of one id, all but the first get another: of two
    /// documents of one id, it is the order that says which is written.
    fn read(&mut self, path: &Path) {
        let mut ids: BTreeSet<String> = self.0.iter().map(|record| record.id.clone()).collect();
        files::read(path, &mut |item| {
            if let Item::Event(mut event) = item {
                let mut text = event.verbatim.to_string();
                if !ids.insert(event.id.clone()) {
                    event.id = format!("{}-{}", event.id, self.0.len());
                    event.record.insert("eventID".to_owned(), json!(event.id));
                    text = Value::Object(event.record).to_string();
                }
                self.0.push(Record { id: event.id, text });
            }
            true
        })
        .unwrap();
    }

    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// The records' texts in the order of a seed.
    pub(super) fn shuffled(&self, seed: u64) -> Vec<&str> {
        let mut texts: Vec<_> = self.0.iter().map(|record| record.text.as_str()).collect();
        fastrand::Rng::with_seed(seed).shuffle(&mut texts);
        texts
    }

    /// The text of each document, by id: made of its event alone.
    pub(super) fn documents(&self, layout: Layout, lists_terms: bool) -> BTreeMap<String, String> {
        let normalizer = normalizer(layout, lists_terms);
        let body = |record: &Record| normalizer.body(&event(&record.text));
        self.0.iter().map(|record| (record.id.clone(), body(record))).collect()
    }

    /// Any of the events.
    pub(super) fn draw(&self, chance: &mut fastrand::Rng) -> Event {
        event(&chance.choice(&self.0).unwrap().text)
    }
}

pub(super) fn normalizer(layout: Layout, lists_terms: bool) -> Normalizer {
    let table = Table::shipped().unwrap().with_layout(layout, FIELD_LIMIT);
    let mut normalizer = Normalizer::new(Arc::new(table), IndexPattern::new("any").unwrap());
    normalizer.list_terms(lists_terms);
    normalizer
}

fn event(text: &str) -> Event {
    match decode::record(text.to_owned(), decode::Hints::default()) {
        Item::Event(event) => *event,
        Item::Stray(stray) => panic!("{}: {text:.200}", stray.reason),
    }
}

fn demo() -> impl Iterator<Item = String> {
    let events = generator::spread("us-east-1", 1_770_000_000, 60, DEMO_RECORDS, 7);
    events.into_iter().map(|event| event.text().into_owned())
}

/// The events that the rules are shown on.
fn examples() -> impl Iterator<Item = String> {
    let table = Table::shipped().unwrap();
    let examples: Vec<_> = table.rules().flat_map(|rule| rule.examples.clone()).collect();
    examples.into_iter().enumerate().map(|(number, example)| {
        let mut record = Value::Object(example.record);
        record["eventID"] = json!(format!("example-{number}"));
        record["eventTime"] = json!("2026-02-03T04:05:06Z");
        record["eventSource"] = json!(format!("{}.amazonaws.com", example.service));
        record["eventName"] = json!(example.event);
        record.to_string()
    })
}
