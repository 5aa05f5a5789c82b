//! A data stream with a failure store says of a document that it refused that all went well. No engine
//! that the tests can start has one, so a cluster in the process plays it.

use serde_json::{Value, json};
use trailhaul::event::FAILURE_STORE;

use crate::fake_cluster::{FakeCluster, Fault, greeting};
use crate::support::run::{Finished, Trailhaul};

const RECORD: &str = r#"{"eventID":"one","eventTime":"2026-02-03T04:05:06Z","requestParameters":{"a":1,"b":2},"responseElements":{"a":1}}"#;

/// A load of one event that the data stream refuses so many times.
async fn load(refusals: usize, options: &[&str]) -> (FakeCluster, Finished, Vec<Value>) {
    let stored = Fault::Refuse(json!({
        "_index": ".ds-cloudtrail-2026.02-2026.02.03-000001", "status": 201, "result": "created",
        "failure_store": "used",
    }));
    let faults = greeting().into_iter().chain(vec![stored; refusals]);
    let cluster = FakeCluster::start(faults).await;
    let folder = tempfile::tempdir().unwrap();
    let letters = folder.path().join("letters.ndjson");
    let load = Trailhaul::load().from("-").stdin(RECORD).to(&cluster.url()).arg("--json");
    let run = load.arg("--dead-letters").arg(&letters).args(options).run().await;
    run.assert_balanced();
    let kept = std::fs::read_to_string(&letters).unwrap_or_default();
    let kept = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (cluster, run, kept)
}

fn counts(run: &Finished) -> [u64; 3] {
    ["created", "repaired", "rejected"].map(|name| run.total(name))
}

#[tokio::test]
async fn what_went_to_the_failure_store_is_repaired_a_few_times_and_then_kept() {
    for (refusals, repaired) in [(1, "text"), (2, "minimal")] {
        let (cluster, run, kept) = load(refusals, &[]).await;
        assert_eq!((run.code, counts(&run)), (Some(0), [1, 1, 0]), "{run}");
        let found: Value = serde_json::from_str(&cluster.document("one").unwrap()).unwrap();
        assert_eq!(found["trailhaul"]["repaired"], repaired, "{found}");
        assert!(kept.is_empty(), "{kept:?}");
    }
    for (refusals, options) in [(3, &[][..]), (1, &["--no-repair"][..])] {
        let (cluster, run, kept) = load(refusals, options).await;
        assert_eq!((run.code, counts(&run)), (Some(4), [0, 0, 1]), "{run}");
        // What comes before, and each form once.
        let before = greeting().len();
        assert_eq!((cluster.seen().len(), cluster.documents()), (before + refusals, 0), "{run}");
        let [letter] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!((&letter["kind"], &letter["event"]), (&json!(FAILURE_STORE), &json!(RECORD)));
        assert!(letter["reason"].as_str().unwrap().contains("failure store"), "{letter}");
    }
}
