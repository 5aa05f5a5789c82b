//! A state file that cannot be used: exit code 7, nothing is read, and it stays as it was.

use std::path::Path;
use std::time::Duration;

use trailhaul::demo::{Fault, Latency, Operation, Scripted, SimulatedAws, When};

use super::{assert_says, write};
use crate::support::{
    aws::{one_region, simulate},
    disk::small_disk,
    run::Trailhaul,
    until,
};

#[tokio::test]
async fn a_state_file_that_cannot_be_used_is_left_as_it_was() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    for (text, word) in [("{", "corrupt"), (r#"{"version":99}"#, "version 99")] {
        write(&path, text);
        let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").state(&path);
        assert_says(&load.run().await, 7, &[word, "left as it was"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let below = path.join("state.json");
    let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").state(&below);
    assert_says(&load.run().await, 7, &["cannot lock state file"]);
}

#[tokio::test]
async fn a_second_run_on_one_state_is_kept_out() {
    let aws = simulate(one_region(1_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let target = format!("file:{}", folder.path().join("out.ndjson").display());
    let load = || Trailhaul::load().aws(aws.endpoint()).to(&target).state(&path);
    let first = load().spawn();
    until(|| aws.calls().len() >= 4).await;
    // It does not end before the second has begun.
    let late = Fault::Latency(Latency::Between(Duration::from_mins(1), Duration::from_mins(1)));
    aws.set_faults(vec![Scripted::anywhere(When::Always, late)]);
    // Its numbers are none of the job's, and a hung run would look alive.
    let metrics = folder.path().join("job.prom");
    write(&metrics, "");
    let second = load().env("TRAILHAUL_METRICS", &metrics).run().await;
    assert_says(&second, 7, &["in use by another run"]);
    assert_eq!(std::fs::read_to_string(&metrics).unwrap(), "", "{second}");
    drop(first);
}

fn load(aws: &SimulatedAws, state: &Path) -> Trailhaul {
    let to = format!("file:{}", state.with_file_name("out.ndjson").display());
    Trailhaul::load().aws(aws.endpoint()).to(&to).state(state)
}

fn lookups(aws: &SimulatedAws) -> usize {
    aws.calls().iter().filter(|call| call.operation == Operation::LookupEvents).count()
}

/// A silent reload of everything would be as wrong as a crash: wherever the file breaks off, the run
/// says so and reads nothing.
#[tokio::test]
async fn a_state_file_that_breaks_off_anywhere_is_corrupt() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = load(&aws, &path).run().await;
    assert_eq!(first.code, Some(0), "{first}");
    let whole = std::fs::read_to_string(&path).unwrap();
    let before = lookups(&aws);
    for cut in (0..whole.trim_end().len()).step_by(7) {
        let (text, _) = whole.split_at(cut);
        write(&path, text);
        let run = load(&aws, &path).run().await;
        assert_says(&run, 7, &["state.json is corrupt", "left as it was", "move it away"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{cut}");
    }
    assert_eq!(lookups(&aws), before);
}

#[tokio::test]
async fn the_state_of_another_job_is_not_taken_for_this_ones() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    assert_eq!(load(&aws, &path).run().await.code, Some(0));
    let whole = std::fs::read_to_string(&path).unwrap();
    let others: [(&[&str], &str); 4] = [
        (&["--index", "other-%Y"], "its index is cloudtrail-%Y.%m, this run's is other-%Y"),
        (&["--event-category", "insight"], "its selection is all, this run's is insight"),
        (&["--lookup-attribute", "EventName=x"], "this run's is all EventName=x"),
        (&["--restart", "--index", "other-%Y"], "its index"),
    ];
    for (args, words) in others {
        let run = load(&aws, &path).args(args).run().await;
        assert_says(&run, 7, &["belongs to another job", words, "--state FILE"]);
    }
    let elsewhere = Trailhaul::load().aws(aws.endpoint()).to("file:other.ndjson").state(&path);
    assert_says(&elsewhere.run().await, 7, &["out.ndjson, this run's", "other.ndjson"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
}

#[tokio::test]
async fn a_state_file_that_cannot_be_read_or_saved_stops_the_run_before_it_reads() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    let run = load(&aws, folder.path()).run().await;
    let shown = folder.path().display().to_string();
    assert_says(&run, 7, &["cannot read state file", &shown, "Is a directory", "--state FILE"]);

    let Some(disk) = small_disk(64) else { return };
    let path = disk.join("state.json");
    assert_eq!(load(&aws, &path).run().await.code, Some(0));
    let (before, whole) = (lookups(&aws), std::fs::read_to_string(&path).unwrap());
    disk.read_only();
    let run = load(&aws, &path).run().await;
    assert_says(&run, 7, &["state.json", "Read-only file system", "permissions"]);
    assert_eq!(lookups(&aws), before);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
}
