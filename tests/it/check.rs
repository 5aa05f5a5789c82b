//! `trailhaul check`: what it finds of AWS and of a target, how it says it, and that it writes nothing.

mod privileges;
mod target;

use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use trailhaul::demo::{
    Account, Fault, Latency, Operation, Options, Quota, Region, Scripted, SimulatedAws, Status,
    When, generator,
};

use crate::fake_cluster::FakeCluster;
use crate::support::{
    aws::simulate,
    run::{Finished, Trailhaul, write},
    until,
};

/// An account of one region that answers, with so many events, a step of seconds apart.
fn account(events: usize, step: i64) -> Account {
    let newest = Timestamp::now().as_second() - 3_600;
    let events = generator::spread("us-east-1", newest, step, events, 7);
    Account::new(vec![Region::new("us-east-1", Status::Enabled).with(events)])
}

/// The same with regions that are denied and not enabled.
fn uneven() -> Account {
    let mut account = account(40, 60);
    account.regions.push(Region::new("eu-central-1", Status::Denied));
    account.regions.push(Region::new("eu-south-2", Status::NotEnabled));
    account
}

fn check(aws: &SimulatedAws, to: &str) -> Trailhaul {
    Trailhaul::subcommand("check").aws(aws.endpoint()).to(to)
}

/// Outcomes of the findings of this name.
fn outcomes<'a>(found: &'a Value, name: &str) -> Vec<&'a str> {
    let all = found["checks"].as_array().unwrap().iter();
    all.filter(|one| one["check"] == name).map(|one| one["outcome"].as_str().unwrap()).collect()
}

fn region<'a>(found: &'a Value, name: &str) -> &'a Value {
    found["regions"].as_array().unwrap().iter().find(|one| one["region"] == name).unwrap()
}

fn assert_exit(run: &Finished, code: i32) {
    assert_eq!(run.code, Some(code), "{run}");
    if run.stdout.starts_with('{') {
        assert_eq!(run.json()["exit_code"], code, "{run}");
    }
}

/// Each sign at its place and no line too long; what fails is followed by how to mend it.
fn assert_table(run: &Finished) {
    for line in run.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line:?} is too long: {run}");
    }
    let failing = run.stdout.lines().filter(|line| line.starts_with('✗')).count();
    assert!(run.stdout.matches("→ ").count() >= failing, "{run}");
}

/// The files below a folder, but for what the harness itself puts there.
fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        }
        all.push(entry.file_name().into_string().unwrap());
    }
    all.retain(|name| !["stdout", "stderr"].contains(&name.as_str()));
    all
}

#[tokio::test]
async fn a_region_that_a_policy_denies_comes_with_the_ways_that_are_left() {
    let aws = simulate(uneven()).await;
    let run = check(&aws, "file:out.ndjson").run().await;
    assert_exit(&run, 3);
    assert_table(&run);
    for part in [
        "✓ credentials     account 111122223333, arn:aws:iam::111122223333:user/example\n",
        "✗ eu-central-1    denied: AccessDeniedException: User:",
        "– eu-south-2      not enabled, so not read\n",
        "✓ us-east-1       answers, and holds 40 events\n",
        "– quota ",
        "✓ file            can be written\n",
        "1 check fails: exit code 3\n",
    ] {
        assert!(run.stdout.contains(part), "no {part:?}: {run}");
    }
    let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let ways =
        "ask whoever manages the organization's policies, or give --exclude-regions eu-central-1";
    assert!(words.contains(ways), "{run}");
    // No statement would allow it.
    assert!(!run.stdout.contains("policy statement") && !run.stdout.contains("Allow"), "{run}");
    assert_eq!(files(run.home.path()), [""; 0], "nothing is written");

    let without = check(&aws, "file:out.ndjson").args(["--exclude-regions", "eu-central-1"]);
    assert_exit(&without.run().await, 0);
    let named =
        check(&aws, "file:out.ndjson").args(["--json", "--regions", "us-east-1,eu-south-2"]);
    let run = named.run().await;
    assert_exit(&run, 3);
    assert_eq!(region(&run.json(), "eu-south-2")["outcome"], "not_enabled", "{run}");
    let denied = check(&aws, "file:out.ndjson").args(["--json", "--regions", "eu-central-1"]);
    let run = denied.run().await;
    assert_exit(&run, 5);
    assert_eq!(outcomes(&run.json(), "events"), ["failed"], "{run}");
    assert!(run.stderr.contains("AWS denies the events of every region asked"), "{run}");
}

/// Of a user whom nobody has allowed it: in one region with others open, and in all.
#[tokio::test]
async fn what_no_policy_allows_is_told_with_the_statement() {
    let mut account = account(40, 60);
    account.regions.push(Region::new("us-west-2", Status::Enabled));
    let aws = SimulatedAws::start(account, Options::default()).await.unwrap();
    let statement =
        json!([{ "Effect": "Allow", "Action": ["cloudtrail:LookupEvents"], "Resource": "*" }]);
    let in_one = Scripted::in_region("us-east-1", When::Always, Fault::NotAllowed);
    let in_all = Scripted::anywhere(When::Always, Fault::NotAllowed);
    for (fault, code) in [(in_one, 3), (in_all, 5)] {
        aws.set_faults(vec![fault]);
        let regions = ["--regions", "us-east-1,us-west-2"];
        let run = check(&aws, "file:out.ndjson").arg("--json").args(regions).run().await;
        assert_exit(&run, code);
        let found = run.json();
        assert_eq!(found["policy"], statement, "{run}");
        let mend = region(&found, "us-east-1")["mend"].as_str().unwrap().to_owned();
        assert!(mend.starts_with("allow cloudtrail:LookupEvents there"), "{run}");
        let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").args(regions);
        let load = load.run().await;
        assert_exit(&load, code);
        let all = load.stderr.contains("AWS refuses the events of every region asked");
        assert_eq!(all, code == 5, "{load}");
        assert!(format!("{load}").contains("allow cloudtrail:LookupEvents"), "{load}");
    }
}

/// Each region that this version knows is tried then, and what is not enabled is told from the answer.
#[tokio::test]
async fn without_a_list_of_regions_each_is_tried_and_the_permission_for_it_named() {
    let options = Options { list_regions_denied: true, ..Options::default() };
    let aws = SimulatedAws::start(account(40, 60), options).await.unwrap();
    let run = check(&aws, "file:out.ndjson").arg("--json").run().await;
    assert_exit(&run, 0);
    let found = run.json();
    assert_eq!(outcomes(&found, "regions"), ["note"], "{run}");
    assert_eq!(found["policy"][0]["Action"], json!(["account:ListRegions"]), "{run}");
    let regions = found["regions"].as_array().unwrap();
    let off = regions.iter().filter(|one| one["outcome"] == "not_enabled").count();
    assert_eq!((regions.len(), off), (34, 33), "{run}");
}

#[tokio::test]
async fn an_interrupt_ends_it_at_once() {
    let aws = simulate(account(1, 1)).await;
    let late = Duration::from_mins(1);
    let late = Fault::Latency(Latency::Between(late, late));
    aws.set_faults(vec![Scripted::anywhere(When::Always, late)]);
    let running = check(&aws, "file:out.ndjson").spawn();
    until(|| aws.calls().iter().any(|call| call.operation == Operation::LookupEvents)).await;
    running.interrupt();
    let run = running.wait().await;
    assert_exit(&run, 130);
    assert!(run.stderr.contains("interrupted before all was checked"), "{run}");
}

#[tokio::test]
async fn wrong_credentials_do_not_keep_the_target_from_being_looked_at() {
    let aws = simulate(account(1, 1)).await;
    let cluster = FakeCluster::start([]).await;
    let wrong = check(&aws, &cluster.url()).env("AWS_SECRET_ACCESS_KEY", "wrong-and-never-shown");
    let run = wrong.arg("--json").run().await;
    assert_exit(&run, 5);
    let found = run.json();
    assert_eq!(outcomes(&found, "credentials"), ["failed"], "{run}");
    assert_eq!(outcomes(&found, "server"), ["ok"], "{run}");
    assert_eq!(
        (&found["account"], &found["server"]),
        (&Value::Null, &json!("Elasticsearch 9.5.3"))
    );
    assert!(run.stderr.contains("aws sts get-caller-identity"), "{run}");
    assert!(!format!("{run}").contains("wrong-and-never-shown"), "{run}");
    let none = check(&aws, "file:x").env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "");
    let run = none.run().await;
    assert_exit(&run, 5);
    assert!(run.stdout.contains("✗ credentials     no AWS credentials"), "{run}");
}

#[tokio::test]
async fn a_target_that_is_away_does_not_keep_aws_from_being_looked_at() {
    let aws = simulate(account(40, 60)).await;
    let run = check(&aws, "http://127.0.0.1:9").run().await;
    assert_exit(&run, 6);
    assert_table(&run);
    for part in [
        "✗ server          failed to reach http://127.0.0.1:9: the connection was refused\n",
        "→ check host and port, and that the cluster runs\n",
        "– documents       not asked\n",
        "✓ us-east-1       answers, and holds 40 events\n",
    ] {
        assert!(run.stdout.contains(part), "no {part:?}: {run}");
    }
}

/// Without an answer nobody is taken to be allowed anything, and no question is a write.
#[tokio::test]
async fn a_target_that_says_nothing_sees_no_write_and_gets_no_sign_of_approval() {
    let aws = simulate(account(1, 1)).await;
    let cluster = FakeCluster::start([]).await;
    for how in ["none", "sigv4"] {
        let run = check(&aws, &cluster.url()).args(["--json", "--auth", how]).run().await;
        assert_exit(&run, 0);
        for name in ["index template", "documents"] {
            assert_eq!(outcomes(&run.json(), name), ["unknown"], "{run}");
        }
        assert_eq!(files(run.home.path()), [""; 0], "nothing is remembered");
    }
    let seen = cluster.seen();
    assert!(seen.len() > 4 && seen.iter().all(|request| request.method == "GET"), "{seen:?}");
}

#[tokio::test]
async fn a_region_that_does_not_answer_and_a_throttled_one_are_told_apart() {
    let mut account = account(40, 60);
    account.regions.push(Region::new("eu-west-1", Status::Enabled));
    let aws = simulate(account).await;
    aws.set_faults(vec![
        Scripted::in_region("eu-west-1", When::Always, Fault::ServerError),
        Scripted::in_region("us-east-1", When::first(2), Fault::Throttle),
    ]);
    let run = check(&aws, "file:out.ndjson").arg("--json").run().await;
    assert_exit(&run, 3);
    let found = run.json();
    assert_eq!(region(&found, "eu-west-1")["outcome"], "failed", "{run}");
    assert_eq!(region(&found, "us-east-1")["throttled"], 2, "{run}");
    assert_eq!(region(&found, "us-east-1")["events"], 40, "{run}");
    assert_eq!(outcomes(&found, "quota"), ["note"], "{run}");
}

#[tokio::test]
async fn an_estimate_is_within_a_factor_of_two_of_an_even_account() {
    let (many, few) = (25_000, 1_500);
    let mut account = account(many, 300);
    let newest = Timestamp::now().as_second() - 3_600;
    let events = generator::spread("eu-west-1", newest, 5_000, few, 8);
    account.regions.push(Region::new("eu-west-1", Status::Enabled).with(events));
    // Two calls that a slow machine lets come at once are not throttled; nine without a pace would be.
    let quota = Quota { burst: 4, ..Quota::default() };
    let options = Options { quota, ..Options::default() };
    let aws = SimulatedAws::start(account, options).await.unwrap();
    let run = check(&aws, "file:out.ndjson").arg("--json").run().await;
    assert_exit(&run, 0);
    let found = run.json();
    let near = |value: &Value, truth: f64| {
        let value = value.as_f64().unwrap();
        assert!((truth / 2.0..truth * 2.0).contains(&value), "{value} of {truth}: {run}");
    };
    let estimate = &found["estimate"];
    near(&region(&found, "us-east-1")["events"], 25_000.0);
    near(&region(&found, "eu-west-1")["events"], 1_500.0);
    near(&estimate["events"], 26_500.0);
    // The busiest region's pages at two calls a second.
    near(&estimate["seconds"], 25_000.0 / 50.0 / 2.0);
    assert_eq!((&estimate["slowest"], &estimate["calls"]), (&json!("us-east-1"), &json!(18)));
    assert_eq!((&estimate["counted"], outcomes(&found, "quota")), (&json!(false), vec!["unknown"]));
    let lookups = aws.calls().into_iter().filter(|call| call.operation == Operation::LookupEvents);
    assert_eq!(lookups.count(), 18, "no more than it says: {run}");
}

#[tokio::test]
async fn what_is_said_goes_where_it_is_wanted() {
    let aws = simulate(uneven()).await;
    let fine = ["--quiet", "--regions", "us-east-1"];
    let run = check(&aws, "file:out.ndjson").args(fine).run().await;
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{run}");
    let run = check(&aws, "file:out.ndjson").arg("--quiet").run().await;
    assert_eq!((run.code, run.stdout.as_str()), (Some(3), ""), "{run}");
    assert_eq!(run.stderr.lines().count(), 1, "{run}");
    assert!(run.stderr.starts_with("trailhaul: eu-central-1: denied: "), "{run}");

    let run = check(&aws, "file:out.ndjson").args(["--log-format", "json"]).run().await;
    let lines: Vec<Value> =
        run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = |name: &str| lines.iter().any(|line| line["fields"]["region"] == name);
    assert!(said("eu-central-1") && said("us-east-1"), "{run}");
    for (args, words) in [
        (["--index", "CT-%Y"], "upper case"),
        (["--since", "soon"], "--since"),
        (["--regions", "Here"], "no region name"),
        (["--exclude-regions", "us-east-1,eu-central-1,eu-south-2"], "no region is left"),
    ] {
        let run = check(&aws, "file:out.ndjson").args(args).run().await;
        assert!(run.code == Some(2) && run.stderr.contains(words), "{run}");
    }
}

#[tokio::test]
async fn a_file_is_looked_at_without_being_made() {
    let aws = simulate(account(1, 1)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let pair = "{\"create\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{}\n";
    // The last pair is cut short, as by a crash.
    let texts =
        [("there.ndjson", format!("{pair}{{\"create\"")), ("theirs", "theirs\n".to_owned())];
    for (name, text) in &texts {
        write(&path(name), text);
    }
    let cases = [
        ("new.ndjson", 0, "can be written"),
        ("a/b/new.ndjson", 0, "can be written"),
        ("there.ndjson", 0, "can be written"),
        ("there.ndjson/new.ndjson", 6, "Not a directory"),
        ("theirs", 6, "line 1 is no action of a bulk request"),
        (".", 6, "it is a folder"),
    ];
    for (name, code, words) in cases {
        for args in [&[][..], &["--write-test"]] {
            let to = format!("file:{}", path(name).display());
            let run = check(&aws, &to).args(args).run().await;
            assert_exit(&run, code);
            let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(words), "{name} {args:?}: {run}");
            let mut there = files(folder.path());
            there.sort();
            assert_eq!(there, ["theirs", "there.ndjson"], "{name} {args:?}");
            for (name, text) in &texts {
                assert_eq!(fs::read_to_string(path(name)).unwrap(), *text, "{name} {args:?}");
            }
        }
    }
}
