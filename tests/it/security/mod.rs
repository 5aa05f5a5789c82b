//! What a hostile server, a hostile neighbour on the machine or a careless line could get at.

mod files;
mod hostile_aws;
mod hostile_target;
mod redirects;
mod search;
mod secrets;
mod server;
mod tls;

use crate::support::run::{Finished, Trailhaul};

/// AWS's documented example key, as a password.
const PASSWORD: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

const RECORD: &str = r#"{"eventID":"one","eventTime":"2026-02-03T04:05:06Z","eventName":"x"}"#;

/// A load of one event.
fn load(to: &str) -> Trailhaul {
    Trailhaul::load().args(["--from", "-", "--json"]).stdin(RECORD).to(to)
}

fn assert_says(run: &Finished, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{run}");
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in: {run}");
    }
    assert!(!run.stderr.contains("panicked"), "{run}");
}
