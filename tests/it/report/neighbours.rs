//! Indices that match the glob of a pattern and are another job's.

use std::path::Path;

use serde_json::json;

use super::{Folder, assert_same_figures, report, written};
use crate::support::{
    engines::{Engine, on_every_engine, secured_engine},
    run::{Trailhaul, write},
    unique,
};

/// What a command is given to reach its engine.
type With<'a> = &'a (dyn Fn(Trailhaul) -> Trailhaul + Sync);

/// Loads records of a folder by a pattern.
async fn load(engine: &Engine, with: With<'_>, records: &Path, index: &str, layout: &str) {
    let state = tempfile::tempdir().unwrap();
    let load = with(Trailhaul::load().to(&engine.url).from(records));
    let load = load.state(state.path().join("state.json"));
    let run = load.args(["--index", index, "--layout", layout]).run().await;
    assert_eq!(run.code, Some(0), "{}: {run}", engine.name);
}

/// A job of its own, and two whose names begin as its do.
async fn three_jobs(engine: &Engine, with: With<'_>, folder: &Folder) -> String {
    let few = folder.0.path().join("few.ndjson");
    let records = std::fs::read_to_string(folder.records()).unwrap();
    let lines: Vec<_> = records.lines().take(50).collect();
    write(&few, &lines.join("\n"));
    let base = unique("cloudtrail-report");
    load(engine, with, &folder.records(), &format!("{base}-%Y.%m"), "typed").await;
    load(engine, with, &few, &format!("{base}-a-%Y.%m"), "typed").await;
    load(engine, with, &few, &format!("{base}-ecs-%Y.%m"), "ecs").await;
    base
}

/// An index that says no layout, of an event, a line of a flow log and something else.
async fn put_bare(engine: &Engine, index: &str) {
    let event = json!({"dataset": {"type": "keyword"}, "provider": {"type": "keyword"}});
    let mapping = json!({"mappings": {"properties": {"event": {"properties": event}}}});
    engine.put(index, &mapping).await.expect_ok();
    for dataset in ["aws.cloudtrail", "aws.vpcflow", "other"] {
        let event = json!({"dataset": dataset, "provider": "x"});
        let document = json!({"@timestamp": "2026-01-01T00:00:00Z", "event": event});
        engine.put(&format!("{index}/_doc/{dataset}?refresh=true"), &document).await.expect_ok();
    }
}

async fn clean_up(engine: &Engine, base: &str) {
    for index in engine.indices(&format!("{base}-*")).await {
        engine.delete(&index).await;
    }
    for job in ["", "a-", "ecs-"] {
        engine.delete(&format!("{base}-{job}*.*")).await;
    }
}

async fn counts_its_own_alone(engine: Engine) {
    let folder = Folder::new();
    let base = three_jobs(&engine, &|load| load, &folder).await;
    let of = |pattern: &str| {
        report(&folder.page()).to(&engine.url).args(["--index", &format!("{base}-{pattern}")])
    };
    let expected = written(folder.of_files(), &folder.page()).await;
    let found = written(of("%Y.%m"), &folder.page()).await;
    assert_same_figures(&found, &expected, &engine.name);
    assert!(!found.contains("Left out"), "{}", engine.name);
    for (pattern, layout, theirs) in [
        ("%Y.%m", "ecs", "typed"),
        ("ecs-%Y.%m", "typed", "ecs"),
        ("ecs-%Y.%m", "flattened", "ecs"),
    ] {
        let run = of(pattern).args(["--layout", layout]).run().await;
        assert_eq!(run.code, Some(2), "{}: {run}", engine.name);
        let said =
            format!("has the layout {theirs}, and this run's is {layout}: give --layout {theirs}");
        assert!(run.stderr.contains(&said), "{}: {run}", engine.name);
    }
    let unshaped = format!("{base}-bare");
    put_bare(&engine, &unshaped).await;
    let run = of("bare").args(["--layout", "ecs"]).run().await;
    assert_eq!(run.code, Some(0), "{}: {run}", engine.name);
    let said =
        ["1 lines of VPC flow logs", "1 documents are none of CloudTrail's in the layout ecs"];
    assert!(said.iter().all(|said| run.stderr.contains(said)), "{}: {run}", engine.name);
    clean_up(&engine, &base).await;
}

#[tokio::test]
async fn a_page_is_about_the_indices_that_its_pattern_names() {
    on_every_engine(counts_its_own_alone).await;
}

/// Who may not list indices reads them all the same, and is told.
#[tokio::test]
async fn where_indices_are_not_listed_the_page_says_that_others_may_be_in_it() {
    let Some(secured) = secured_engine("opensearch-secure") else { return };
    let folder = Folder::new();
    let ca = secured.ca.clone().unwrap();
    let with = |command: Trailhaul, user: &str| {
        let command = command.args(["--user", user]).arg("--ca-cert").arg(&ca);
        command.env("TRAILHAUL_PASSWORD", format!("{user}-pw"))
    };
    let loads = |load| with(load, &secured.user);
    let base = three_jobs(&secured.engine, &loads, &folder).await;
    let index = format!("{base}-%Y.%m");
    let of = |user: &str| {
        let report = report(&folder.page()).to(&secured.engine.url).args(["--index", &index]);
        with(report, user)
    };
    let expected = written(folder.of_files(), &folder.page()).await;
    let found = written(of(&secured.user), &folder.page()).await;
    assert_same_figures(&found, &expected, "who may list");
    let found = written(of("reader"), &folder.page()).await;
    let said = "others whose names match are in it, if there are any (the permission ";
    assert!(found.contains(said), "{found}");
    clean_up(&secured.engine, &base).await;
}
