//! The clock of the machine is set while a run is under way, or was wrong before it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;
use tokio::task::JoinSet;
use trailhaul::demo::Operation;

use super::{Source, get_through};
use crate::support::{
    job::Job,
    run::{Finished, Trailhaul, write},
    until,
};

/// Seconds by which AWS lets a clock be off; one that is farther off has no signature taken.
const TAKEN: [i64; 2] = [-240, 240];
const REFUSED: [i64; 2] = [-86_400, 86_400];

/// Calls for about six seconds in each region, and those after which the clock is set.
const EVENTS: usize = 600;
const CALLS_BEFORE: usize = 6;

/// The clock that a command sees.
struct Clock {
    folder: TempDir,
}

impl Clock {
    fn ahead_by(seconds: i64) -> Self {
        let clock = Self { folder: tempfile::tempdir().unwrap() };
        clock.set(seconds);
        clock
    }

    /// Steps the clock, also of what runs already.
    fn set(&self, seconds: i64) {
        write(&self.file(), &seconds.to_string());
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ahead")
    }

    fn seen_by(&self, command: Trailhaul) -> Trailhaul {
        command.env("LD_PRELOAD", stepped()).env("TRAILHAUL_TEST_CLOCK", self.file())
    }
}

/// The library that makes a clock wrong, compiled once; Rust links with the same compiler.
fn stepped() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stepped.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clock/stepped.c");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&library).arg(source);
        assert!(compile.arg("-ldl").status().unwrap().success());
        library
    })
}

/// A run whose clock is set when it has made some of its calls, to its end.
async fn set_in_mid_run(job: &Job, source: &Source, from: i64, to: i64) -> Finished {
    let clock = Clock::ahead_by(from);
    let running = clock.seen_by(job.command(source.aws.endpoint(), &job.to())).spawn();
    until(|| lookups(source) >= CALLS_BEFORE).await;
    clock.set(to);
    running.wait().await
}

fn lookups(source: &Source) -> usize {
    let calls = source.aws.calls();
    calls.iter().filter(|call| call.operation == Operation::LookupEvents).count()
}

/// What happens when the clock is set while a run reads, and whether that run gets through.
async fn loads_whole(from: i64, to: i64, codes: &'static [i32]) {
    let (mut source, job) = (Source::start(EVENTS).await, Job::into_file());
    let run = set_in_mid_run(&job, &source, from, to).await;
    assert!(run.code.is_some_and(|code| codes.contains(&code)), "from {from} to {to}: {run}");
    run.assert_balanced();
    source.grow();
    get_through(&job, &source).await;
}

#[tokio::test]
async fn a_clock_that_is_set_in_mid_run_loses_and_doubles_nothing() {
    let taken = TAKEN.into_iter().flat_map(|step| [(0, step, &[0][..]), (step, 0, &[0])]);
    // What is signed with a time that AWS does not take is not read, and the run says so.
    let refused = REFUSED.map(|step| (0, step, &[0, 3][..]));
    let steps = taken.chain(refused);
    let mut runs: JoinSet<()> =
        steps.map(|(from, to, codes)| loads_whole(from, to, codes)).collect();
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
}

#[tokio::test]
async fn a_clock_that_is_far_off_is_named_before_anything_is_read() {
    for (seconds, off) in REFUSED.into_iter().zip(["24h behind AWS's", "24h ahead of AWS's"]) {
        let (source, job) = (Source::start(10).await, Job::into_file());
        let clock = Clock::ahead_by(seconds);
        let run = clock.seen_by(job.command(source.aws.endpoint(), &job.to())).run().await;
        assert_eq!(run.code, Some(5), "{run}");
        assert!(run.stderr.contains(&format!("the clock of this machine is {off}")), "{run}");
        assert_eq!(lookups(&source), 0);
        get_through(&job, &source).await;
    }
}
