//! What the tests share: the real engines, the built command, and what `scripts/test` set up.
//!
//! Nothing in here leaves a test out on its own: where something is missing, the test fails
//! with a sentence that says what to run, unless `scripts/test` has said that it is skipped.

use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) mod aws;
pub(crate) mod browser;
pub(crate) mod disk;
pub(crate) mod engines;
pub(crate) mod fault;
pub(crate) mod files;
pub(crate) mod job;
pub(crate) mod message;
pub(crate) mod mmdb;
pub(crate) mod own;
pub(crate) mod own_index;
pub(crate) mod proxy;
pub(crate) mod run;
pub(crate) mod terminal;

/// A name that no other test has, on this engine or another, in this run or an earlier one:
/// tests run at once, and an engine may be kept running. It goes on with a `t`, so that
/// whether it matches a pattern such as `cloudtrail-a*` is not a matter of luck.
pub(crate) fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}-t{millis:x}-{}-{count}", process::id())
}

/// Waits for what a command or a server beside the test is about to do.
pub(crate) async fn until(happened: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_mins(5);
    while !happened() {
        assert!(tokio::time::Instant::now() < deadline, "what the test waits for does not happen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How much of something: as a rule, or in the long form of the suite.
pub(crate) fn usual_or_long<T>(usual: T, long: T) -> T {
    if variable("TRAILHAUL_TEST_LONG").is_some() { long } else { usual }
}

/// A Python interpreter with boto3; nothing where `scripts/test` skips what needs it.
pub(crate) fn python() -> Option<PathBuf> {
    match variable("TRAILHAUL_TEST_PYTHON") {
        Some(path) => Some(path.into()),
        None if variable("TRAILHAUL_TEST_SKIP_PYTHON").is_some() => None,
        None => panic!(
            "TRAILHAUL_TEST_PYTHON is not set: run the tests through scripts/test, \
             or set TRAILHAUL_TEST_SKIP_PYTHON=1"
        ),
    }
}

/// A file with a record of every API operation that AWS's models know; nothing where `scripts/test`
/// skips what Python is needed for.
pub(crate) fn model_records() -> Option<PathBuf> {
    match variable("TRAILHAUL_TEST_MODEL_RECORDS") {
        Some(path) => Some(path.into()),
        None if variable("TRAILHAUL_TEST_SKIP_PYTHON").is_some() => None,
        None => panic!(
            "TRAILHAUL_TEST_MODEL_RECORDS is not set: run the tests through scripts/test, or \
             write them with scripts/python scripts/models/records.py"
        ),
    }
}

/// What `scripts/test` says under a name; an empty value is none.
pub(crate) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "scripts/test has no other way to tell")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn a_unique_name_is_one_that_an_index_may_have() {
    let (one, other) = (unique("cloudtrail"), unique("cloudtrail"));
    assert_ne!(one, other);
    assert!(one.starts_with("cloudtrail-t"));
    assert!(one.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
}

#[test]
fn the_python_that_is_given_has_boto3() {
    let Some(python) = python() else { return };
    let output = process::Command::new(python).args(["-c", "import boto3"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
