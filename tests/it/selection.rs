//! Which part of which account is loaded: partitions, categories, attributes, and one region anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use trailhaul::demo::{
    Account, BadEvent, Fault, Operation, Options, Region, Scripted, SimulatedAws, Status, When,
    generator,
};

use crate::support::{
    aws::{account, assert_same, readable, simulate},
    files::{covered, documents},
    run::{Finished, Trailhaul},
};

/// An account of these regions with so many events in each, the newest two hours old.
fn account_in(partition: &str, regions: &[(&str, usize)]) -> Account {
    let newest = Timestamp::now().as_second() - 7_200;
    let regions = regions.iter().zip(1..).map(|((name, count), seed)| {
        let events = generator::spread(name, newest, 60, *count, seed);
        Region::new(name, Status::Enabled).with(events)
    });
    Account { partition: partition.to_owned(), ..Account::new(regions.collect()) }
}

fn of<'a>(run: &'a Value, region: &str) -> &'a Value {
    run["regions"].as_array().unwrap().iter().find(|one| one["region"] == region).unwrap()
}

fn file(folder: &Path, name: &str) -> (std::path::PathBuf, String) {
    let path = folder.join(name);
    let target = format!("file:{}", path.display());
    (path, target)
}

#[tokio::test]
async fn accounts_of_other_partitions_are_loaded_whole() {
    let cases = [
        ("aws-cn", "cn-north-1", [("cn-north-1", 120), ("cn-northwest-1", 30)]),
        ("aws-us-gov", "us-gov-west-1", [("us-gov-east-1", 30), ("us-gov-west-1", 120)]),
    ];
    for (partition, home, regions) in cases {
        let account = account_in(partition, &regions);
        for list_regions_denied in [false, true] {
            let options = Options { list_regions_denied, ..Options::default() };
            let aws = SimulatedAws::start(account.clone(), options).await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            let (path, target) = file(folder.path(), "out.ndjson");
            let load = Trailhaul::load().aws(aws.endpoint()).to(&target).env("AWS_REGION", home);
            let run = load.arg("--json").run().await;
            assert_eq!(run.code, Some(0), "{partition}: {run}");
            assert_same(partition, &documents(&path), &readable(&account));
            let asked: Vec<_> = aws.calls().into_iter().map(|call| call.region).collect();
            let theirs = |region: &String| regions.iter().any(|(name, _)| name == region);
            assert!(
                asked.iter().all(theirs),
                "{partition}, denied {list_regions_denied}: {asked:?}"
            );
            let warned = run.stderr.contains("account:ListRegions does not say");
            assert_eq!(warned, list_regions_denied, "{run}");
        }
    }
}

/// Without a region of one's own, the name of one that is asked for tells the partition.
#[tokio::test]
async fn a_named_region_tells_the_partition() {
    let aws = simulate(account_in("aws-cn", &[("cn-north-1", 7), ("cn-northwest-1", 9)])).await;
    let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").env("AWS_REGION", "");
    let run = load.args(["--json", "--regions", "cn-north-1"]).run().await;
    assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &7.into()), "{run}");
    assert_eq!(run.json()["account"], "111122223333");
    let calls = aws.calls();
    assert!(calls.iter().all(|call| call.region.starts_with("cn-")), "{calls:?}");
    assert!(calls.iter().all(|call| call.operation != Operation::ListRegions), "{calls:?}");
}

/// What the simulated account holds of one kind, by id.
fn events(account: &Account, wanted: impl Fn(&Value) -> bool) -> BTreeMap<String, String> {
    let readable = account.regions.iter().filter(|region| region.status() == Status::Enabled);
    let all = readable.flat_map(Region::events).filter(|event| {
        let record: Value = serde_json::from_str(&event.text()).unwrap();
        wanted(&record)
    });
    all.map(|event| (event.id().into_owned(), event.text().into_owned())).collect()
}

#[tokio::test]
async fn a_category_or_an_attribute_selects_exactly_its_events() {
    let account = account(1_500);
    let aws = simulate(account.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let is_insight = |record: &Value| record["eventCategory"] == "Insight";
    let named = |record: &Value| record["eventName"] == "AssumeRole" && !is_insight(record);
    let by = |record: &Value| record["userIdentity"]["userName"] == "alice" && !is_insight(record);
    let cases: [(&[&str], _); 3] = [
        (&["--event-category", "insight"], events(&account, is_insight)),
        (&["--lookup-attribute", "EventName=AssumeRole"], events(&account, named)),
        (&["--lookup-attribute", "Username=alice"], events(&account, by)),
    ];
    for (number, (args, expected)) in cases.iter().enumerate() {
        assert!(expected.len() > 2 && expected.len() < 750, "{args:?}: {}", expected.len());
        let (path, target) = file(folder.path(), &format!("{number}.ndjson"));
        // One state folder: what is covered of one selection says nothing about another.
        let load = || {
            let load = Trailhaul::load().aws(aws.endpoint()).to(&target).args(*args);
            load.env("XDG_STATE_HOME", folder.path()).args(["--json", "--exclude-regions"])
        };
        let run = load().arg("eu-central-1").run().await;
        assert_eq!(run.code, Some(0), "{args:?}: {run}");
        assert_eq!(run.json()["totals"]["read"], expected.len(), "{args:?}: {run}");
        let found: Vec<_> = documents(&path).into_keys().collect();
        assert_eq!(found, expected.keys().cloned().collect::<Vec<_>>(), "{args:?}");
        assert_same(&format!("{args:?}"), &documents(&path), expected);
        let again = load().arg("eu-central-1").run().await;
        assert_eq!(again.json()["totals"]["created"], 0, "{args:?}: {again}");
    }
}

/// A selection goes into the same target as the rest without hiding what the rest has to load.
#[tokio::test]
async fn a_selection_covers_nothing_of_the_whole() {
    let account = account(300);
    let aws = simulate(account.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = file(folder.path(), "out.ndjson");
    let load = |args: &[&str]| {
        let load = Trailhaul::load().aws(aws.endpoint()).to(&target).args(args);
        load.env("XDG_STATE_HOME", folder.path()).args(["--exclude-regions", "eu-central-1"]).run()
    };
    assert_eq!(load(&["--event-category", "insight"]).await.code, Some(0));
    assert_eq!(load(&["--lookup-attribute", "ReadOnly=true"]).await.code, Some(0));
    assert_eq!(load(&[]).await.code, Some(0));
    assert_same("file", &documents(&path), &events(&account, |_| true));
}

/// What is rejected of one selection is kept apart from another's, which may be loaded at the same time.
#[tokio::test]
async fn each_selection_has_dead_letters_of_its_own() {
    let aws = simulate(account_in("aws", &[("us-east-1", 120)])).await;
    let broken = Fault::BadCloudTrailEvent(BadEvent::NotJson);
    aws.set_faults(vec![Scripted::anywhere(When::Always, broken)]);
    let folder = tempfile::tempdir().unwrap();
    let (_, target) = file(folder.path(), "out.ndjson");
    let mut files = BTreeSet::new();
    for args in [&[][..], &["--lookup-attribute", "ReadOnly=true"]] {
        let load = Trailhaul::load().aws(aws.endpoint()).to(&target).args(args);
        let run = load.env("XDG_STATE_HOME", folder.path()).arg("--json").run().await;
        assert_eq!(run.code, Some(4), "{run}");
        files.insert(run.json()["dead_letters"]["path"].as_str().unwrap().to_owned());
    }
    assert_eq!(files.len(), 2, "{files:?}");
}

#[tokio::test]
async fn a_selection_may_be_longer_than_the_name_of_a_file() {
    let aws = simulate(account_in("aws", &[("us-east-1", 5)])).await;
    let name = format!("ResourceName={}", "x".repeat(1_000));
    let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson");
    let run = load.args(["--lookup-attribute", &name]).run().await;
    assert_eq!(run.code, Some(0), "{run}");
}

/// Whoever looks at the letter asks AWS for the event by its id.
#[tokio::test]
async fn a_letter_of_what_is_no_record_keeps_what_aws_says_beside_it() {
    let account = account_in("aws", &[("us-east-1", 60)]);
    let aws = simulate(account.clone()).await;
    let broken = Fault::BadCloudTrailEvent(BadEvent::NotJson);
    aws.set_faults(vec![Scripted::anywhere(When::Always, broken)]);
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").arg("--json").run().await;
    assert_eq!(run.code, Some(4), "{run}");
    let letters = run.json()["dead_letters"]["path"].as_str().map(std::fs::read_to_string);
    let known = events(&account, |_| true);
    for line in letters.unwrap().unwrap().lines() {
        let letter: Value = serde_json::from_str(line).unwrap();
        assert!(known.contains_key(letter["id"].as_str().unwrap_or_default()), "{letter}");
        assert!(letter["lookup"]["time"].is_string(), "{letter}");
    }
}

#[tokio::test]
async fn restart_forgets_the_selected_regions_and_no_other() {
    let aws = simulate(account_in("aws", &[("us-east-1", 60), ("us-west-2", 40)])).await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let (_, target) = file(folder.path(), "out.ndjson");
    let load = async |args: &[&str]| -> Finished {
        let load = Trailhaul::load().aws(aws.endpoint()).to(&target).state(&state);
        let run = load.arg("--json").args(args).run().await;
        assert_eq!(run.code, Some(0), "{run}");
        run
    };
    load(&[]).await;
    for args in
        [["--restart", "--regions", "us-west-2"], ["--restart", "--exclude-regions", "us-east-1"]]
    {
        let before = covered(&state, "us-east-1");
        assert!(!before.is_empty());
        let run = load(&args).await;
        assert_eq!(of(&run.json(), "us-west-2")["exists"], 40, "{run}");
        assert_eq!(covered(&state, "us-east-1"), before, "{args:?}");
        let all = load(&[]).await;
        assert_eq!(all.json()["totals"]["read"], 0, "{args:?}: {all}");
    }
    let run = load(&["--restart"]).await;
    assert_eq!(run.json()["totals"]["exists"], 100, "{run}");
}
