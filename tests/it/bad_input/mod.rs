//! Bad input: a sentence that names the thing, the right exit code, nothing lost, no secret.

mod disk;
mod pages;
mod records;
mod regions;
mod state;

use std::path::Path;

use serde_json::json;

use crate::support::{
    aws::{one_region, simulate},
    engines::secured,
    run::{Finished, Trailhaul},
    unique,
};

const SECRET: &str = "hunter2-never-shown";

fn assert_says(run: &Finished, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{run}");
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in: {run}");
    }
    assert!(!run.stderr.contains("panicked"), "{run}");
    assert!(!format!("{run}").contains(SECRET), "{run}");
}

fn write(path: &Path, text: &str) {
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn what_cannot_be_meant_is_wrong_usage() {
    let cases: [(&[&str], &str); 10] = [
        (&["--to", "localhost:9200"], "file:PATH"),
        (&["--to", "file:x", "--since", "yesterday"], "90d"),
        (&["--to", "file:x", "--since", "1h", "--until", "2h"], "swap"),
        (&["--to", "file:x", "--regions", "US EAST"], "no region name"),
        (&["--to", "file:x", "--lookup-attribute", "Region=x"], "EventName"),
        (&["--to", "file:x", "--index", "Upper-%Y"], "Upper"),
        (&["--to", "file:x", "--rules", "no/such.toml"], "no/such.toml"),
        (&["--to", "file:x", "--from", "y", "--regions", "us-east-1"], "--regions"),
        (&["--to", "https://h", "--user", "joe"], "TRAILHAUL_PASSWORD"),
        (&["--to", "file:x", "--nonsense"], "--nonsense"),
    ];
    for (args, word) in cases {
        let run = Trailhaul::load().args(args).run().await;
        assert_says(&run, 2, &[word]);
    }
}

#[tokio::test]
async fn wrong_credentials_are_awss_refusal() {
    let aws = simulate(one_region(5)).await;
    let load = || Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").arg("--json");
    let run = load().env("AWS_SECRET_ACCESS_KEY", SECRET).run().await;
    assert_says(&run, 5, &["AWS refuses", "get-caller-identity"]);
    assert_eq!(run.json()["exit_code"], 5);
    let run = load().env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "").run().await;
    assert_says(&run, 5, &["no AWS credentials"]);
}

#[tokio::test]
async fn a_target_that_is_not_there_is_named() {
    let aws = simulate(one_region(5)).await;
    let to = format!("http://joe:{SECRET}@127.0.0.1:9");
    let run = Trailhaul::load().aws(aws.endpoint()).to(&to).arg("--json").run().await;
    assert_says(&run, 6, &["http://127.0.0.1:9"]);
    assert_eq!(run.json()["exit_code"], 6);
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:/dev/full").run().await;
    assert_says(&run, 6, &["/dev/full", "no regular file"]);
}

#[tokio::test]
async fn a_secured_engine_takes_the_right_password_and_no_other() {
    let aws = simulate(one_region(20)).await;
    for secured in secured() {
        let prefix = unique("cloudtrail");
        let load = |password: &str| {
            let load = Trailhaul::load()
                .aws(aws.endpoint())
                .to(&secured.engine.url)
                .args(["--json", "--user", &secured.user, "--index", &format!("{prefix}-%Y")])
                .env("TRAILHAUL_PASSWORD", password);
            match &secured.ca {
                Some(ca) => load.arg("--ca-cert").arg(ca),
                None => load,
            }
        };
        assert_says(&load(SECRET).run().await, 6, &["credentials are not accepted"]);
        let run = load(&secured.password).run().await;
        assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(20)), "{run}");
        assert!(!format!("{run}").contains(&secured.password), "{run}");
        secured.engine.delete(&format!("{prefix}-*")).await;
    }
}
