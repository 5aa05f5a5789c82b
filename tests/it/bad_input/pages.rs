//! Answers of LookupEvents that are no page: the region is given up, the others load, and no second
//! counts as loaded that was not.

use trailhaul::demo::{Fault, Outcome, Region, Scripted, Status, When};

use super::assert_says;
use crate::support::{
    aws::{account, assert_same, readable, simulate},
    files::{covered, documents},
    run::Trailhaul,
};

/// The region that the fault is in: three pages of it.
const SPOILT: &str = "eu-west-1";

async fn is_given_up(fault: Fault, good_pages: u64) {
    let name = format!("{fault:?} after {good_pages}");
    let account = account(1_000);
    let events = readable(&account);
    let aws = simulate(account.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let (state, target) = (folder.path().join("state.json"), folder.path().join("out.ndjson"));
    let load = || {
        Trailhaul::load()
            .aws(aws.endpoint())
            .to(&format!("file:{}", target.display()))
            .state(&state)
            .args(["--json", "--exclude-regions", "eu-central-1"])
            .run()
    };
    let when = When::from_call(good_pages + 1);
    aws.set_faults(vec![Scripted::in_region(SPOILT, when, fault)]);
    let run = load().await;
    assert_says(&run, 3, &["not loaded whole", SPOILT, "no page of events 5 times", "proxy"]);
    let json = run.json();
    for region in json["regions"].as_array().unwrap() {
        let expected = match region["region"].as_str().unwrap() {
            SPOILT if good_pages == 0 => "failed",
            SPOILT => "partial",
            "eu-south-2" => "not_enabled",
            _ => "complete",
        };
        assert_eq!(region["outcome"], expected, "{name}: {run}");
    }
    let malformed = aws.calls().iter().filter(|call| call.outcome == Outcome::Malformed).count();
    assert!(malformed >= 5, "{name}: {malformed}");

    let found = documents(&target);
    let elsewhere = account.regions.iter().filter(|r| r.name() != SPOILT);
    let readable_there = elsewhere.filter(|region| region.status() == Status::Enabled);
    let whole: usize = readable_there.map(|region| region.events().len()).sum();
    let spoilt = account.region(SPOILT).map(Region::events).unwrap_or_default();
    let loaded = spoilt.iter().filter(|event| found.contains_key(&*event.id())).count();
    assert_eq!((loaded > 0, loaded < spoilt.len()), (good_pages > 0, true), "{name}: {loaded}");
    assert_eq!(found.len(), whole - 4 + loaded, "{name}: all but the four Insights events");
    for (start, end) in covered(&state, SPOILT) {
        let within = spoilt.iter().filter(|event| (start..=end).contains(&event.second()));
        within
            .for_each(|event| assert!(found.contains_key(&*event.id()), "{name}: {}", event.id()));
    }

    aws.set_faults(Vec::new());
    let run = load().await;
    assert_eq!(run.code, Some(0), "{name}: {run}");
    assert_same(&name, &documents(&target), &events);
}

#[tokio::test]
async fn a_region_whose_pages_cannot_be_read_is_given_up_and_the_others_load() {
    let mut runs = tokio::task::JoinSet::new();
    for fault in [Fault::MalformedPage, Fault::HtmlPage, Fault::EmptyBody] {
        for good_pages in [0, 1] {
            runs.spawn(is_given_up(fault.clone(), good_pages));
        }
    }
    while let Some(run) = runs.join_next().await {
        run.unwrap();
    }
}
