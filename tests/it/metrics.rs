//! `--metrics FILE`, read as Prometheus reads it.

#![expect(clippy::float_cmp, reason = "the numbers are carried, not computed")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::{Value, json};
use trailhaul::demo::{Account, Region, Status};

use crate::support::{
    aws::{one_region, simulate},
    python,
    run::{Finished, Trailhaul, write},
    until,
};

fn one_denied() -> Account {
    let mut account = one_region(120);
    account.regions.push(Region::new("eu-west-1", Status::Denied));
    account
}

/// What Prometheus's own parsers find in the file; nothing where there is no Python.
fn parsed(file: &Path) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/prometheus_values.py");
    let output = Command::new(python()?).arg(script).arg(file).output().unwrap();
    let text = fs::read_to_string(file).unwrap();
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The value of the one sample of this name with these labels among its own.
fn value(samples: &[Value], name: &str, labels: &[(&str, &str)]) -> f64 {
    let has =
        |sample: &Value| labels.iter().all(|(label, value)| sample["labels"][label] == *value);
    let fitting: Vec<_> = samples.iter().filter(|s| s["name"] == name && has(s)).collect();
    assert_eq!(fitting.len(), 1, "{name} {labels:?} in {samples:#?}");
    fitting[0]["value"].as_f64().unwrap()
}

fn has(samples: &[Value], name: &str) -> bool {
    samples.iter().any(|sample| sample["name"] == name)
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn metrics(&self) -> PathBuf {
        self.file("trailhaul.prom")
    }

    fn load(&self, aws: &str) -> Trailhaul {
        let to = format!("file:{}", self.file("out.ndjson").display());
        let load = Trailhaul::load().aws(aws).to(&to).state(self.file("state.json"));
        load.env("TRAILHAUL_METRICS", self.metrics()).args(["--json", "--quiet"])
    }
}

const SUCCESS: &str = "trailhaul_last_success_timestamp_seconds";

/// Every number of the summary is found, each under its region.
fn assert_says(samples: &[Value], run: &Finished) {
    let summary = run.json();
    let all = ("account", summary["account"].as_str().unwrap());
    let number = |value: &Value| value.as_f64().unwrap();
    let run_labels = [all, ("target", summary["target"].as_str().unwrap())];
    let of_run = |name| value(samples, name, &run_labels);
    assert_eq!(of_run("trailhaul_run_exit_code"), number(&summary["exit_code"]));
    assert_eq!(of_run("trailhaul_run_duration_seconds"), number(&summary["seconds"]));
    assert_eq!(of_run("trailhaul_run_dead_letters"), number(&summary["dead_letters"]["count"]));
    let started: jiff::Timestamp = summary["started"].as_str().unwrap().parse().unwrap();
    let start = of_run("trailhaul_run_start_timestamp_seconds");
    assert_eq!(start, number(&json!(started.as_second())));
    for region in summary["regions"].as_array().unwrap() {
        let name = ("region", region["region"].as_str().unwrap());
        for verdict in ["created", "exists", "rejected", "filtered"] {
            let found = value(samples, "trailhaul_run_events", &[all, name, ("verdict", verdict)]);
            assert_eq!(found, number(&region[verdict]), "{verdict}: {run}");
        }
        let same = [("read_events", "read"), ("calls", "calls"), ("throttled_calls", "throttled")];
        for (metric, field) in same {
            let found = value(samples, &format!("trailhaul_run_{metric}"), &[all, name]);
            assert_eq!(found, number(&region[field]), "{metric}: {run}");
        }
    }
}

#[tokio::test]
async fn they_say_what_the_summary_says_and_anybody_may_read_them() {
    let (place, aws) = (Place::new(), simulate(one_denied()).await);
    let run = place.load(aws.endpoint()).run().await;
    assert_eq!(run.code, Some(3), "{run}");
    assert_eq!(place.metrics().metadata().unwrap().mode() & 0o777, 0o644);
    let Some(samples) = parsed(&place.metrics()) else { return };
    assert_says(&samples, &run);
    let started: jiff::Timestamp = run.json()["started"].as_str().unwrap().parse().unwrap();
    // Its age is above that of any alert.
    assert_eq!(value(&samples, SUCCESS, &[("region", "eu-west-1")]), 0.0);
    let success = value(&samples, SUCCESS, &[("region", "us-east-1")]);
    assert_eq!(success, json!(started.as_second()).as_f64().unwrap());
    let lag = value(&samples, "trailhaul_lag_seconds", &[]);
    assert!((lag - run.json()["seconds"].as_f64().unwrap()).abs() <= 0.5, "{lag}: {run}");
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(value(&samples, "trailhaul_build_info", &version), 1.0);
    assert!(samples.iter().all(|sample| sample["type"] == "gauge" && sample["help"] != ""));
    alerts_ask_for_what_there_is(&samples);
}

/// A misspelt metric would never alert.
fn alerts_ask_for_what_there_is(samples: &[Value]) {
    let there: BTreeSet<_> =
        samples.iter().map(|sample| sample["name"].as_str().unwrap()).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/prometheus-alerts.yml");
    let alerts = fs::read_to_string(file).unwrap();
    let name = Regex::new(r"\btrailhaul_\w+").unwrap();
    let expressions = alerts.lines().filter(|line| line.trim_start().starts_with("expr:"));
    let asked: Vec<_> = expressions.flat_map(|line| name.find_iter(line)).collect();
    assert!(asked.len() >= 4, "{alerts}");
    for metric in asked {
        assert!(there.contains(metric.as_str()), "{metric:?} is none of {there:?}");
    }
}

#[tokio::test]
async fn a_run_that_fails_says_why_and_keeps_the_last_success() {
    let (place, aws) = (Place::new(), simulate(one_region(60)).await);
    let run = place.load(aws.endpoint()).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    let Some(samples) = parsed(&place.metrics()) else { return };
    let success = value(&samples, SUCCESS, &[("region", "us-east-1")]);
    let ended = |code: i32, run: &Finished| {
        assert_eq!(run.code, Some(code), "{run}");
        let samples = parsed(&place.metrics()).unwrap();
        let said = value(&samples, "trailhaul_run_exit_code", &[]);
        assert_eq!(said, f64::from(code), "{run}");
        assert_eq!(value(&samples, SUCCESS, &[("region", "us-east-1")]), success, "{run}");
        assert!(value(&samples, "trailhaul_lag_seconds", &[]) >= 0.0);
        samples
    };
    // Wrong usage, and a state file of another job: only the metrics themselves know of the success.
    let usage = place.load(aws.endpoint()).args(["--since", "yesterday"]).run().await;
    ended(2, &usage);
    let other = place.load(aws.endpoint()).args(["--index", "other"]).run().await;
    let samples = ended(7, &other);
    assert!(!has(&samples, "trailhaul_run_events"), "{samples:#?}");
    // The state file knows, also where there are no metrics yet.
    fs::remove_file(place.metrics()).unwrap();
    write(&place.file("state.learned.toml"), "[");
    let damaged = place.load(aws.endpoint()).run().await;
    ended(7, &damaged);
}

#[tokio::test]
async fn an_interrupted_run_leaves_them_too() {
    let (place, aws) = (Place::new(), simulate(one_region(1_000)).await);
    let run = place.load(aws.endpoint()).spawn();
    until(|| place.file("state.json").exists()).await;
    run.interrupt();
    let run = run.wait().await;
    assert_eq!(run.code, Some(130), "{run}");
    let Some(samples) = parsed(&place.metrics()) else { return };
    assert_says(&samples, &run);
    assert_eq!(value(&samples, SUCCESS, &[]), 0.0);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_named_and_decides_the_code_of_a_whole_run_alone() {
    let aws = simulate(one_denied()).await;
    let place = Place::new();
    symlink(place.file("elsewhere"), place.file("link.prom")).unwrap();
    let cases = [
        ("no/such.prom", "us-east-1", 7),
        ("link.prom", "us-east-1", 7),
        ("no/such.prom", "us-east-1,eu-west-1", 3),
    ];
    for (name, regions, code) in cases {
        let run = place.load(aws.endpoint()).args(["--regions", regions]);
        let run = run.env("TRAILHAUL_METRICS", place.file(name)).run().await;
        assert_eq!((run.code, &run.json()["exit_code"]), (Some(code), &code.into()), "{run}");
        assert!(run.stderr.contains("trailhaul: cannot write metrics /"), "{run}");
        run.assert_balanced();
    }
    assert!(!place.file("elsewhere").exists() && place.file("link.prom").is_symlink());
    let usage = place.load(aws.endpoint()).args(["--since", "yesterday"]);
    let usage = usage.env("TRAILHAUL_METRICS", place.file("no/such.prom")).run().await;
    assert_eq!((usage.code, usage.stderr.lines().count()), (Some(2), 2), "{usage}");
}

#[tokio::test]
async fn demo_files_and_replay_have_them_too() {
    let place = Place::new();
    let metrics = || ["--metrics".to_owned(), place.metrics().display().to_string()];
    let demo = Trailhaul::subcommand("demo").args(["--since", "1h", "--json"]).args(metrics());
    let demo = demo.run().await;
    assert_eq!(demo.code, Some(3), "{demo}");
    let Some(samples) = parsed(&place.metrics()) else { return };
    assert_says(&samples, &demo);

    let letters = place.file("letters.ndjson");
    let files = Trailhaul::load().from("-").stdin("no event\n").to("file:out.ndjson");
    let files = files.arg("--dead-letters").arg(&letters).arg("--json").args(metrics()).run().await;
    assert_eq!(files.code, Some(4), "{files}");
    let samples = parsed(&place.metrics()).unwrap();
    assert_eq!(value(&samples, "trailhaul_run_events", &[("verdict", "rejected")]), 1.0, "{files}");
    assert!(samples.iter().all(|sample| sample["labels"].get("region").is_none()), "{samples:#?}");

    let replay = Trailhaul::subcommand("replay").arg(&letters).to("file:again.ndjson");
    let replay = replay.arg("--json").args(metrics()).run().await;
    assert_eq!(replay.code, Some(4), "{replay}");
    let samples = parsed(&place.metrics()).unwrap();
    assert_eq!(value(&samples, "trailhaul_run_exit_code", &[]), 4.0, "{replay}");
    assert_eq!(value(&samples, "trailhaul_run_read_events", &[]), 1.0, "{replay}");
}

/// It takes no file that it would not write; one in the configuration of a job does not stop it.
#[tokio::test]
async fn a_command_that_is_no_run_takes_no_file_of_metrics() {
    let place = Place::new();
    let run = Trailhaul::subcommand("check").args(["--to", "file:x", "--metrics", "m.prom"]);
    let run = run.run().await;
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains("unexpected argument '--metrics'"), "{run}");
    let file = place.metrics().with_extension("toml");
    write(&file, "metrics = 'm.prom'\n");
    for command in ["status", "config"] {
        let run = Trailhaul::subcommand(command).arg("--config").arg(&file).run().await;
        assert_eq!(run.code, Some(0), "{run}");
    }
    assert!(!file.with_file_name("m.prom").exists());
}
