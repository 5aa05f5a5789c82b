//! Every record is taken as it is in whatever order they come, and gives the document that it gives
//! alone.
//!
//! The orders are new in each run; `TRAILHAUL_TEST_SEED` is the first of those to try again.

use std::collections::BTreeMap;

use serde_json::Value;
use trailhaul::limits::FIELD_LIMIT;
use trailhaul::normalize::Layout;

use super::corpus::Corpus;
use super::leaves;
use crate::support::{
    engines::{Engine, engines, on_every_engine},
    own_index::OwnIndex,
    usual_or_long, variable,
};

const ENDS: [&str; 3] = ["opensearch-3", "elasticsearch-9", "elasticsearch-7.10"];

/// The seeds of so many orders.
fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let first = variable("TRAILHAUL_TEST_SEED");
    let first = first.map_or_else(|| fastrand::u64(..1 << 32), |seed| seed.parse().unwrap());
    first..first + count
}

/// Records to load, and the document that each gives alone.
struct Load<'a> {
    corpus: &'a Corpus,
    layout: Layout,
    /// Without lists of the leaves of catch-alls, and with them.
    documents: [BTreeMap<String, String>; 2],
}

impl<'a> Load<'a> {
    fn new(corpus: &'a Corpus, layout: Layout) -> Self {
        let documents = [false, true].map(|lists_terms| corpus.documents(layout, lists_terms));
        Self { corpus, layout, documents }
    }

    /// Loads all in the order of a seed, and searches for some of it. Compares documents as text: a
    /// parser in between would hide what parsers do.
    async fn run(&self, engine: &Engine, seed: u64) {
        let Self { corpus, layout, documents } = self;
        let options = ["--layout", layout.name()];
        let index = OwnIndex::new(engine.clone(), "orders").with_options(&options);
        let context = format!("{} {} TRAILHAUL_TEST_SEED={seed}", engine.name, layout.name());
        let run = index.load_lines(&corpus.shuffled(seed)).await;
        let counts = ["read", "created", "rejected", "repaired"].map(|name| run.total(name));
        let all = corpus.len();
        assert_eq!((run.code, counts), (Some(0), [all, all, 0, 0]), "{context}: {run}");
        assert!(index.letters().is_empty(), "{context}");

        let (expected, found) =
            (&documents[usize::from(layout.lists_terms(engine.is_old()))], index.sources().await);
        assert!(expected.keys().eq(found.keys()), "{context}: other ids");
        for (id, text) in expected {
            assert!(found[id] == *text, "{context}: {id} is\n{}\nand alone\n{text}", found[id]);
        }
        let mapping = engine.get(&format!("{}/_mapping", index.index)).await.expect_ok();
        let fields = fields(&mapping[&index.index]["mappings"]["properties"]);
        println!("{context}: {all} documents, {fields} fields");
        assert!((1..FIELD_LIMIT as usize).contains(&fields), "{context}: {fields} fields");
        leaves::assert_found(&index, corpus, *layout, seed).await;
        index.clean_up().await;
    }
}

/// The fields of a mapping as engines count them: objects, leaves, and what leaves have beside.
fn fields(properties: &Value) -> usize {
    let Value::Object(fields_here) = properties else { return 0 };
    let below = |field: &Value| fields(&field["properties"]) + fields(&field["fields"]);
    fields_here.values().map(|field| 1 + below(field)).sum()
}

async fn in_many_orders(engine: Engine) {
    let corpus = Corpus::open();
    for (layout, orders) in
        [(Layout::Typed, usual_or_long(3, 20)), (Layout::Flattened, usual_or_long(1, 5))]
    {
        let load = Load::new(&corpus, layout);
        for seed in seeds(orders) {
            load.run(&engine, seed).await;
        }
    }
}

#[tokio::test]
async fn every_order_gives_the_same_documents_and_each_value_is_found() {
    on_every_engine(in_many_orders).await;
}

/// One engine after the other: side by side, each would wait for minutes. Each in an order of its own,
/// in the long form in all.
#[tokio::test]
async fn every_order_of_what_the_models_know_gives_the_same_documents() {
    let Some(corpus) = Corpus::of_models() else { return };
    assert!(corpus.len() > 19_000, "{} records", corpus.len());
    // In the usual form the newest of each engine and the oldest: what is between has fewer surprises.
    let (mut engines, load) = (engines(), Load::new(&corpus, Layout::Typed));
    engines.retain(|engine| usual_or_long(ENDS.contains(&engine.name.as_str()), true));
    let orders: Vec<u64> = seeds(5).collect();
    for (engine, own) in engines.iter().zip(orders.chunks(1).cycle()) {
        for seed in usual_or_long(own, &orders) {
            load.run(engine, *seed).await;
        }
    }
}

#[test]
fn fields_are_counted_as_engines_do() {
    let mapping = serde_json::json!({
        "a": { "type": "keyword", "fields": { "text": { "type": "text" } } },
        "b": { "properties": { "c": { "type": "date" }, "d": { "properties": {} } } },
    });
    assert_eq!(fields(&mapping), 5);
}
