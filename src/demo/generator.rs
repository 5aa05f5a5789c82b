//! Makes accounts out of a seed: the one of the demo, and regular ones for tests and measurements.
//!
//! The same seed and the same time give the same account. Who called, from where and when is drawn
//! here; what a call looks like is in [`super::apis`].

use std::sync::Arc;

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::account::{Account, Region, Status};
use super::apis::{Api, Scene, Sections, seen_in};
use super::record::{Body, Category, Event, Facts, uuid};
use crate::event::Object;
use crate::limits::{DEMO_DISTINCT_RECORDS, DEMO_HISTORY_SECONDS, DEMO_MARGIN_SECONDS};

/// The account id of all records.
const ACCOUNT: &str = "111122223333";

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
    let mut rng = Rng::with_seed(seed);
    let bodies = distinct(&mut rng, region, count.min(DEMO_DISTINCT_RECORDS));
    let mut second = newest;
    let stamped = bodies.iter().cycle().take(count).map(|body| {
        let event = Event::stamped(second, rng.u128(..), Arc::clone(body));
        second -= step;
        event
    });
    stamped.collect()
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

/// The members of a literal that is an object.
fn object(record: Value) -> Object {
    if let Value::Object(record) = record { record } else { Object::new() }
}

/// Who called, and from where.
struct Caller {
    identity: Value,
    address: String,
    agent: &'static str,
}

impl Caller {
    fn draw(scene: &mut Scene<'_>, api: &Api) -> Self {
        match (api.event_type, scene.rng.u8(0..10)) {
            ("AwsServiceEvent", _) => Self::service(api),
            ("AwsConsoleSignIn", 0) => Self::root(scene),
            ("AwsConsoleSignIn", _) | (_, 0..=2) => Self::user(scene, api),
            (_, 3..=7) => Self::role(scene),
            _ if api.service == "kms" || api.service == "sts" => Self::service(api),
            _ => Self::role(scene),
        }
    }

    fn user(scene: &mut Scene<'_>, api: &Api) -> Self {
        let name = scene.pick(&["alice", "bob", "carol", "dave", "erin"]);
        let mut identity = object(json!({
            "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "accountId": ACCOUNT,
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "userName": name,
        }));
        let signed_in = api.event_type == "AwsConsoleSignIn";
        if !signed_in {
            identity.insert("accessKeyId".to_owned(), json!("AKIAIOSFODNN7EXAMPLE"));
        }
        let agent = if signed_in {
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        } else {
            scene.pick(&["aws-cli/2.31.0 Python/3.13.7", "Boto3/1.40.0 Python/3.12"])
        };
        Self { identity: Value::Object(identity), address: scene.address(), agent }
    }

    fn root(scene: &mut Scene<'_>) -> Self {
        let identity = json!({
            "type": "Root", "principalId": ACCOUNT, "accountId": ACCOUNT,
            "arn": format!("arn:aws:iam::{ACCOUNT}:root"),
        });
        Self { identity, address: scene.address(), agent: "Mozilla/5.0 (Macintosh)" }
    }

    fn role(scene: &mut Scene<'_>) -> Self {
        let role = scene.pick(&["deploy", "build", "audit-reader", "batch-worker"]);
        let session = format!("{role}-session");
        let identity = json!({
            "type": "AssumedRole", "principalId": format!("AROAIOSFODNN7EXAMPLE:{session}"),
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
            "accountId": ACCOUNT, "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role", "principalId": "AROAIOSFODNN7EXAMPLE", "accountId": ACCOUNT,
                    "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "userName": role,
                },
                "attributes": {"creationDate": "2026-07-18T09:00:00Z", "mfaAuthenticated": "false"},
            },
        });
        Self {
            identity,
            address: scene.address(),
            agent: "aws-sdk-go-v2/1.39.0 os/linux lang/go#1.25",
        }
    }

    /// A service on the account's behalf, whose address is a name.
    fn service(api: &Api) -> Self {
        let (name, agent) = if api.event_type == "AwsServiceEvent" {
            ("AWS Internal", "AWS Internal")
        } else {
            ("secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com")
        };
        let identity = json!({"type": "AWSService", "invokedBy": name});
        Self { identity, address: name.to_owned(), agent }
    }
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
