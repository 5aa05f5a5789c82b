//! Regions that cannot be read: named with what is missing, and the others load.

use trailhaul::demo::{Options, Region, SimulatedAws, Status};

use super::assert_says;
use crate::support::{
    aws::{account, simulate},
    run::{Finished, Trailhaul},
};

#[tokio::test]
async fn regions_that_are_all_refused_mean_wrong_credentials() {
    let regions = ["us-east-1", "us-west-2"].map(|name| Region::new(name, Status::Denied));
    let aws = simulate(trailhaul::demo::Account::new(regions.into())).await;
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").run().await;
    assert_says(&run, 5, &["AWS denies the events of every region"]);
}

#[tokio::test]
async fn without_list_regions_every_known_region_is_tried() {
    let options = Options { list_regions_denied: true, ..Options::default() };
    let aws = SimulatedAws::start(account(100), options).await.unwrap();
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").arg("--json").run().await;
    assert_says(&run, 3, &["account:ListRegions"]);
    assert_eq!(run.json()["totals"]["created"], 100, "{run}");
    assert_eq!(run.json()["regions"].as_array().unwrap().len(), 34, "{run}");
}

/// `region=outcome`, sorted, for those that are not complete.
fn missing(run: &Finished) -> Vec<String> {
    let json = run.json();
    let regions = json["regions"].as_array().unwrap().iter();
    let regions = regions.filter(|region| region["outcome"] != "complete");
    let text = |region: &serde_json::Value, key: &str| region[key].as_str().unwrap().to_owned();
    regions
        .map(|region| format!("{}={}", text(region, "region"), text(region, "outcome")))
        .collect()
}

#[tokio::test]
async fn a_denied_region_is_named_with_the_missing_action_and_the_others_load() {
    let aws = simulate(account(100)).await;
    let load = || Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson");
    let words = ["not loaded", "eu-central-1", "cloudtrail:LookupEvents", "--exclude-regions"];
    let run = load().arg("--json").run().await;
    assert_says(&run, 3, &words);
    assert_eq!(run.json()["totals"]["created"], 100, "{run}");
    assert_eq!(missing(&run), ["eu-central-1=denied", "eu-south-2=not_enabled"]);
    assert!(!run.stderr.contains("--regions"), "eu-south-2 is not missed by anybody: {run}");

    let run = load().arg("--quiet").run().await;
    assert_says(&run, 3, &words);
    assert_eq!(run.stdout, "");
    let run = load().args(["--exclude-regions", "eu-central-1", "--json"]).run().await;
    assert_says(&run, 0, &[]);
}

#[tokio::test]
async fn a_region_that_is_named_and_cannot_be_read_makes_the_run_partial() {
    let aws = simulate(account(100)).await;
    let denied = ["eu-central-1", "cloudtrail:LookupEvents", "--exclude-regions"];
    let disabled = ["eu-south-2", "enable the region", "--regions"];
    let unknown = ["us-esat-1", "no region of this name", "--regions"];
    let unknown_china = ["cn-north-1", "no region of this name", "--regions"];
    let cases = [
        ("us-west-2", 0, &[][..], &[][..]),
        ("us-west-2,eu-central-1", 3, &["eu-central-1=denied"], &denied),
        ("eu-south-2,us-west-2", 3, &["eu-south-2=not_enabled"], &disabled),
        ("us-esat-1,us-west-2", 3, &["us-esat-1=failed"], &unknown),
        ("us-west-2,cn-north-1", 3, &["cn-north-1=failed"], &unknown_china),
        ("eu-south-2", 3, &["eu-south-2=not_enabled"], &disabled),
        ("us-esat-1", 3, &["us-esat-1=failed"], &unknown),
        (
            "eu-central-1",
            5,
            &["eu-central-1=denied"],
            &["AWS denies the events of every region", "no permission mends"],
        ),
    ];
    for (names, code, outcomes, words) in cases {
        let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson");
        let run = load.args(["--json", "--regions", names]).run().await;
        assert_says(&run, code, words);
        assert_eq!(missing(&run), outcomes, "{names}: {run}");
        let expected = if names.contains("us-west-2") { 24 } else { 0 };
        assert_eq!(run.json()["totals"]["created"], expected, "{names}: {run}");
    }
}

/// Where AWS does not say which regions there are, a name that is new to this version is tried.
#[tokio::test]
async fn a_named_region_is_tried_where_list_regions_is_denied() {
    let mut account = account(100);
    let newest = jiff::Timestamp::now().as_second() - 60;
    let events = trailhaul::demo::generator::spread("eu-new-1", newest, 60, 7, 3);
    account.regions.push(Region::new("eu-new-1", Status::Enabled).with(events));
    let options = Options { list_regions_denied: true, ..Options::default() };
    let aws = SimulatedAws::start(account, options).await.unwrap();
    let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson");
    let run = load.args(["--json", "--regions", "eu-new-1"]).run().await;
    assert_says(&run, 0, &[]);
    assert_eq!(run.json()["totals"]["created"], 7, "{run}");
}
