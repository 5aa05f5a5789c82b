//! A target that does not hold what the state says is loaded there.

use trailhaul::demo::SimulatedAws;

use crate::support::{
    aws::{one_region, simulate},
    engines::engines,
    run::{Finished, Trailhaul},
    unique,
};

const EVENTS: u64 = 60;

const LOST: &str = "the target holds nothing, and the state says what is loaded there";

/// Loads with the state of the folder; each run has a working folder of its own.
async fn load(aws: &SimulatedAws, states: &tempfile::TempDir, to: &str, more: &[&str]) -> Finished {
    let load = Trailhaul::load().aws(aws.endpoint()).to(to).args(more).arg("--json");
    load.env("STATE_DIRECTORY", states.path()).run().await
}

#[tokio::test]
async fn one_name_in_two_folders_is_two_targets() {
    let aws = simulate(one_region(60)).await;
    let states = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let run = load(&aws, &states, "file:events.ndjson", &[]).await;
        assert_eq!(run.code, Some(0), "{run}");
        assert_eq!(run.total("created"), EVENTS, "{run}");
        assert!(!run.stderr.contains(LOST), "{run}");
    }
}

/// It may have been moved away on purpose: only who runs this knows.
#[tokio::test]
async fn a_file_that_is_gone_is_told_and_loaded_again_where_somebody_says_so() {
    let aws = simulate(one_region(60)).await;
    let states = tempfile::tempdir().unwrap();
    let file = states.path().join("events.ndjson");
    let to = format!("file:{}", file.display());
    assert_eq!(load(&aws, &states, &to, &[]).await.total("created"), EVENTS);
    let there = load(&aws, &states, &to, &[]).await;
    assert!(!there.stderr.contains(LOST), "{there}");
    std::fs::remove_file(&file).unwrap();
    let gone = load(&aws, &states, &to, &[]).await;
    assert_eq!(gone.code, Some(0), "{gone}");
    assert!(gone.stderr.contains(LOST) && gone.stderr.contains("give --restart"), "{gone}");
    let again = load(&aws, &states, &to, &["--restart"]).await;
    assert!(!again.stderr.contains(LOST), "{again}");
    let written = std::fs::read_to_string(&file).unwrap().lines().count() as u64;
    assert_eq!(written, 2 * EVENTS, "{again}");
}

#[tokio::test]
async fn a_target_that_nothing_was_loaded_into_has_lost_nothing() {
    let aws = simulate(one_region(0)).await;
    let states = tempfile::tempdir().unwrap();
    let to = format!("file:{}", states.path().join("events.ndjson").display());
    for _ in 0..2 {
        let run = load(&aws, &states, &to, &[]).await;
        assert_eq!((run.code, run.total("read")), (Some(0), 0), "{run}");
        assert!(!run.stderr.contains(LOST), "{run}");
    }
}

#[tokio::test]
async fn indices_that_are_gone_are_told() {
    let Some(engine) = engines().into_iter().next() else { return };
    let aws = simulate(one_region(60)).await;
    let states = tempfile::tempdir().unwrap();
    let name = unique("lost");
    let index = ["--index", &format!("{name}-%Y.%m")];
    assert_eq!(load(&aws, &states, &engine.url, &index).await.total("created"), EVENTS);
    let there = load(&aws, &states, &engine.url, &index).await;
    assert!(!there.stderr.contains(LOST), "{there}");
    engine.delete(&format!("{name}-*")).await;
    let gone = load(&aws, &states, &engine.url, &index).await;
    assert_eq!(gone.code, Some(0), "{gone}");
    assert!(gone.stderr.contains(LOST), "{gone}");
    engine.delete(&format!("{name}-*")).await;
}
