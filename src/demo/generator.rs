//! Makes accounts out of a seed: the one of the demo, and regular ones for tests and measurements.
//!
//! The same seed and the same time give the same account. Who called, from where and when is drawn
//! here; what a call looks like is in `apis`.

use std::sync::Arc;

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::account::{ACCOUNT, Account, Region, Status};
use super::apis::{Api, Scene, Sections, seen_in};
use super::caller::Caller;
use super::record::{Body, Category, Event, Facts, object, uuid};
use crate::limits::{DEMO_DISTINCT_RECORDS, DEMO_HISTORY_SECONDS, DEMO_MARGIN_SECONDS};

/// The regions of the demo: name, status, and share of the events in percent.
const DEMO_REGIONS: [(&str, Status, usize); 6] = [
    ("us-east-1", Status::Enabled, 64),
    ("us-west-2", Status::Enabled, 24),
    ("eu-west-1", Status::Enabled, 11),
    ("ap-southeast-2", Status::Enabled, 1),
    ("eu-central-1", Status::Denied, 0),
    ("eu-south-2", Status::NotEnabled, 0),
];

/// Insight events beside the management events of the demo's busiest region.
const DEMO_INSIGHTS: usize = 4;

/// The demo's account: `events` management events of the last 90 days over six regions, of which
/// one is denied and one is not enabled.
pub fn generate(seed: u64, now: Timestamp, events: usize) -> Account {
    let mut rng = Rng::with_seed(seed);
    let now = now.as_second();
    let mut left = events;
    let regions = DEMO_REGIONS.iter().rev().map(|(name, status, percent)| {
        let busiest = *name == "us-east-1";
        let count = if busiest { left } else { events * percent / 100 };
        left -= count;
        let mut drawn = varied(&mut rng, name, now, count);
        if busiest {
            drawn.extend((0..DEMO_INSIGHTS).map(|_| insight(&mut rng, name, now)));
        }
        Region::new(name, *status).with(drawn)
    });
    let mut regions: Vec<Region> = regions.collect();
    regions.reverse();
    Account::new(regions)
}

/// `count` events, the newest at `newest`, each `step` seconds before the other.
///
/// Large numbers are cheap: the records repeat a few bodies under ids and times of their own.
pub fn spread(region: &str, newest: i64, step: i64, count: usize, seed: u64) -> Vec<Event> {
    let seconds = std::iter::successors(Some(newest), |second| Some(second - step));
    stamped(region, seconds.take(count), count, seed)
}

/// `count` events, evenly over so many seconds back from `newest`; several in a second where they
/// are more. As cheap as [`spread`].
pub fn within(region: &str, newest: i64, seconds: i64, count: usize, seed: u64) -> Vec<Event> {
    let number = i64::try_from(count).unwrap_or(i64::MAX).max(1);
    let times = (0..number).map(|index| newest - index * seconds / number);
    stamped(region, times.take(count), count, seed)
}

/// An event at each of these seconds, which are `count`.
fn stamped(
    region: &str,
    seconds: impl Iterator<Item = i64>,
    count: usize,
    seed: u64,
) -> Vec<Event> {
    let mut rng = Rng::with_seed(seed);
    let bodies = distinct(&mut rng, region, count.min(DEMO_DISTINCT_RECORDS));
    let events = seconds
        .zip(bodies.iter().cycle())
        .map(|(second, body)| Event::stamped(second, rng.u128(..), Arc::clone(body)));
    events.collect()
}

/// `count` events, all in one second.
pub fn clustered(second: i64, count: usize, seed: u64) -> Vec<Event> {
    spread("us-east-1", second, 0, count, seed)
}

/// Events of all the APIs of a region, at times as an office keeps them.
fn varied(rng: &mut Rng, region: &str, now: i64, count: usize) -> Vec<Event> {
    let bodies = distinct(rng, region, count);
    let events = bodies.into_iter().map(|body| {
        let second = office_time(rng, now);
        Event::stamped(second, rng.u128(..), body)
    });
    events.collect()
}

/// Every API at least once while there is room, then by weight.
fn distinct(rng: &mut Rng, region: &str, count: usize) -> Vec<Arc<Body>> {
    let apis = seen_in(region);
    let total: u32 = apis.iter().map(|api| api.weight).sum();
    let bodies = (0..count).filter_map(|index| {
        let api = apis.get(index).copied().or_else(|| {
            let mut point = rng.u32(0..total.max(1));
            apis.iter().copied().find(|api| match point.checked_sub(api.weight) {
                Some(rest) => {
                    point = rest;
                    false
                }
                None => true,
            })
        })?;
        Some(Arc::new(body(rng, region, api)))
    });
    bodies.collect()
}

/// A second of the last 90 days; three of four are pressed into the working hours.
fn office_time(rng: &mut Rng, now: i64) -> i64 {
    let second = now - rng.i64(0..DEMO_HISTORY_SECONDS - DEMO_MARGIN_SECONDS);
    let (hour, day) = (60 * 60, 24 * 60 * 60);
    let time = second.rem_euclid(day);
    let pressed = second - time + 8 * hour + time * 10 / 24;
    let within = pressed < now && pressed > now - DEMO_HISTORY_SECONDS + DEMO_MARGIN_SECONDS;
    if within && rng.u8(0..4) != 0 { pressed } else { second }
}

fn body(rng: &mut Rng, region: &str, api: &Api) -> Body {
    let mut scene = Scene { rng, region, account: ACCOUNT };
    let Sections { request, mut response, additional, details, api_version, resources } =
        (api.draw)(&mut scene);
    let source = format!("{}.amazonaws.com", api.service);
    let caller = Caller::draw(&mut scene, api);
    let mut record = object(json!({
        "eventVersion": "1.11", "userIdentity": caller.identity, "eventSource": source,
        "eventName": api.name, "awsRegion": region, "sourceIPAddress": caller.address,
        "userAgent": caller.agent, "requestParameters": request,
        "requestID": uuid(scene.rng.u128(..)), "readOnly": api.read_only,
        "eventType": api.event_type, "managementEvent": true, "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }));
    if !response.is_string() && api.event_type == "AwsApiCall" && scene.rng.u8(0..30) == 0 {
        response = Value::Null;
        let message = format!(
            "User: arn:aws:iam::{ACCOUNT}:user/example is not authorized to perform: {}:{}",
            api.service, api.name
        );
        record.insert("errorCode".to_owned(), json!("AccessDenied"));
        record.insert("errorMessage".to_owned(), json!(message));
    }
    let rest = [
        ("responseElements", Some(response)),
        ("additionalEventData", additional),
        ("serviceEventDetails", details),
        ("apiVersion", api_version.map(Value::from)),
    ];
    let given = rest.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    record.extend(given);
    let mut facts = Facts::of(&record);
    facts.resources =
        resources.into_iter().map(|(kind, name)| (kind.map(str::to_owned), name)).collect();
    Body::open(record, facts)
}

/// An unusual rate of calls, as CloudTrail Insights reports it.
fn insight(rng: &mut Rng, region: &str, now: i64) -> Event {
    let state = if rng.bool() { "Start" } else { "End" };
    let record = json!({
        "eventVersion": "1.09", "awsRegion": region, "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": ACCOUNT, "sharedEventID": uuid(rng.u128(..)),
        "eventCategory": "Insight",
        "insightDetails": {
            "state": state, "eventSource": "ec2.amazonaws.com", "eventName": "RunInstances",
            "insightType": "ApiCallRateInsight",
            "insightContext": {"statistics": {
                "baseline": {"average": 0.0020}, "insight": {"average": 1.25}, "insightDuration": 4,
            }},
        },
    });
    let facts = Facts {
        name: Some("RunInstances".to_owned()),
        source: Some("ec2.amazonaws.com".to_owned()),
        category: Category::Insight,
        ..Facts::default()
    };
    Event::stamped(office_time(rng, now), rng.u128(..), Arc::new(Body::open(object(record), facts)))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-05T09:00:00Z".parse().unwrap()
    }

    fn records(account: &Account) -> Vec<(String, Value)> {
        let all = account.regions.iter().flat_map(|region| {
            let name = region.name().to_owned();
            let records = region.events().iter().map(|event| event.text().into_owned());
            records.map(move |text| (name.clone(), serde_json::from_str(&text).unwrap()))
        });
        all.collect()
    }

    #[test]
    fn the_demo_account_is_as_large_and_as_uneven_as_described() {
        let account = generate(1, now(), 5_000);
        let counts: Vec<_> = account.regions.iter().map(|r| r.events().len()).collect();
        assert_eq!(counts, [3_204, 1_200, 550, 50, 0, 0]);
        let second = now().as_second();
        for event in account.regions.iter().flat_map(Region::events) {
            let age = second - event.second();
            assert!((0..DEMO_HISTORY_SECONDS - DEMO_MARGIN_SECONDS).contains(&age), "{age}");
        }
        let ids: BTreeSet<_> = records(&account)
            .into_iter()
            .map(|(_, record)| record["eventID"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), account.event_count());
    }

    #[test]
    fn the_same_seed_gives_the_same_account() {
        let texts = |seed| records(&generate(seed, now(), 200));
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
    }

    #[test]
    fn every_record_is_one_that_cloudtrail_could_have_written() {
        for (region, record) in records(&generate(1, now(), 500)) {
            assert_eq!(record["awsRegion"], region.as_str());
            let time = record["eventTime"].as_str().unwrap();
            assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
            let source = record["eventSource"].as_str().unwrap_or("cloudtrail.amazonaws.com");
            let global = ["iam", "signin", "health", "route53domains", "cloudfront"];
            let service = source.strip_suffix(".amazonaws.com").unwrap();
            assert!(!global.contains(&service) || region == "us-east-1", "{source} in {region}");
        }
    }

    /// The shapes that each path is seen in, over a whole account.
    fn shapes(records: &[(String, Value)]) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let paths = [
            "/requestParameters/iamInstanceProfile",
            "/requestParameters/policy",
            "/requestParameters/filter",
            "/requestParameters/attribute",
            "/requestParameters/domainName",
            "/requestParameters/rule",
            "/requestParameters/disableApiTermination",
            "/responseElements",
            "/responseElements/role",
            "/responseElements/endpoint",
            "/responseElements/dBSubnetGroup",
            "/additionalEventData",
        ];
        let shape = |value: &Value| match value {
            Value::Object(_) => Some("object"),
            Value::Array(_) => Some("array"),
            Value::Null => None,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Some("scalar"),
        };
        let seen = |path: &&'static str| {
            let values = records.iter().filter_map(|(_, record)| record.pointer(path));
            (*path, values.filter_map(shape).collect())
        };
        paths.iter().map(seen).collect()
    }

    #[test]
    fn every_known_conflict_occurs() {
        for seed in 0..2 {
            let records = records(&generate(seed, now(), 2_000));
            for (path, shapes) in shapes(&records) {
                let expected: &[&str] = match path {
                    "/requestParameters/policy" => &["array", "object", "scalar"],
                    "/requestParameters/filter" => &["array", "object"],
                    _ => &["object", "scalar"],
                };
                assert!(shapes.iter().eq(expected), "seed {seed}, {path}: {shapes:?}");
            }
            let versions: BTreeSet<_> =
                records.iter().filter_map(|(_, record)| record["apiVersion"].as_str()).collect();
            assert!(versions.is_superset(&["2018_06_18", "20140328", "2015-03-31"].into()));
        }
    }

    #[test]
    fn only_what_is_reserved_for_documentation_occurs() {
        for (_, record) in records(&generate(3, now(), 500)) {
            let text = record.to_string();
            let twelve_digits = text
                .split(|char: char| !char.is_ascii_alphanumeric())
                .filter(|word| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit()));
            // A UUID's last group may hold no letter.
            let ids = twelve_digits.filter(|word| !text.contains(&format!("-{word}\"")));
            assert!(ids.clone().all(|id| id == ACCOUNT), "{:?}", ids.collect::<Vec<_>>());
            let address = record["sourceIPAddress"].as_str().unwrap_or("AWS Internal");
            let nets = ["192.0.2.", "198.51.100.", "203.0.113.", "AWS Internal"];
            let service = address.ends_with(".amazonaws.com");
            assert!(service || nets.iter().any(|net| address.starts_with(net)), "{address}");
        }
    }

    #[test]
    fn events_for_tests_stand_where_they_are_put() {
        let seconds = |events: Vec<Event>| events.iter().map(Event::second).collect::<Vec<_>>();
        assert_eq!(seconds(spread("eu-west-1", 100, 7, 3, 1)), [100, 93, 86]);
        assert_eq!(seconds(clustered(100, 3, 1)), [100; 3]);
        let many = spread("eu-west-1", 1_800_000_000, 1, 2_000, 1);
        let ids: BTreeSet<_> = many.iter().map(|event| event.id().into_owned()).collect();
        assert_eq!(ids.len(), 2_000);
    }
}
