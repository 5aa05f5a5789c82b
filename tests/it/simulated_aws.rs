//! The simulated AWS, seen by clients that were not written for it: boto3 and the Rust SDK.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::config::retry::RetryConfig;
use aws_sdk_cloudtrail::config::{BehaviorVersion, Credentials as Keys, Region as SdkRegion};
use aws_sdk_cloudtrail::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_cloudtrail::operation::lookup_events::{LookupEventsError, LookupEventsOutput};
use jiff::Timestamp;
use serde_json::{Value, json};
use trailhaul::demo::generator::{clustered, generate, spread};
use trailhaul::demo::{
    Account, BadEvent, Credentials, Fault, Latency, Operation, Options, Outcome, Quota, Region,
    Scripted, SimulatedAws, Status, When,
};

use crate::support::python;

const REGION: &str = "us-east-1";

fn unlimited() -> Options {
    Options { quota: Quota::UNLIMITED, ..Options::default() }
}

/// One region with this many events, a second apart, the newest a minute old.
fn one_region(count: usize) -> Account {
    let newest = Timestamp::now().as_second() - 60;
    let events = spread(REGION, newest, 1, count, 1);
    Account::new(vec![Region::new(REGION, Status::Enabled).with(events)])
}

fn client(aws: &SimulatedAws, keys: &Credentials) -> Client {
    let token = keys.session_token.clone();
    let keys = Keys::new(&keys.access_key, &keys.secret, token, None, "test");
    let config = aws_sdk_cloudtrail::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(aws.endpoint())
        .region(SdkRegion::new(REGION))
        .credentials_provider(keys)
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

type Answer = Result<LookupEventsOutput, SdkError<LookupEventsError>>;

async fn lookup(client: &Client, token: Option<String>) -> Answer {
    client.lookup_events().set_next_token(token).send().await
}

async fn chain(client: &Client) -> Vec<String> {
    let (mut ids, mut token) = (Vec::new(), None);
    loop {
        let page = lookup(client, token).await.unwrap();
        ids.extend(page.events().iter().map(|event| event.event_id().unwrap().to_owned()));
        token = page.next_token;
        if token.is_none() {
            return ids;
        }
    }
}

fn code(answer: &Answer) -> &str {
    match answer {
        Ok(_) => "page",
        Err(SdkError::ServiceError(error)) => error.err().code().unwrap_or("no code"),
        Err(SdkError::DispatchFailure(_)) => "no answer",
        Err(SdkError::ResponseError(_)) => "no whole answer",
        Err(_) => "other",
    }
}

/// What the simulation serves, as the Python client reads it.
fn truth(account: &Account) -> Value {
    let keys = Credentials::default();
    let regions = account.regions.iter().map(|region| {
        let insight = |event: &&trailhaul::demo::Event| event.text().contains("\"Insight\"");
        let management = region.events().iter().rev().filter(|event| !insight(event));
        let events: Vec<Value> =
            management.map(|event| json!({"id": event.id(), "second": event.second()})).collect();
        let insights = region.events().iter().filter(insight).count();
        let status = format!("{:?}", region.status());
        let facts = json!({"status": status, "events": events, "insights": insights});
        (region.name().to_owned(), facts)
    });
    // Sorted by name, as the test sorts the account.
    let regions: serde_json::Map<String, Value> = regions.collect();
    json!({
        "account": account.id, "access_key": keys.access_key, "secret": keys.secret,
        "regions": regions,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn boto3_finds_the_aws_that_it_knows() {
    let Some(python) = python() else { return };
    let mut account = generate(7, Timestamp::now(), 600);
    account.regions.sort_by(|a, b| a.name().cmp(b.name()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truth.json");
    serde_json::to_writer(std::fs::File::create(&path).unwrap(), &truth(&account)).unwrap();
    let aws = SimulatedAws::start(account.clone(), unlimited()).await.unwrap();
    // However slowly the script calls, its quota is not filled up meanwhile.
    let quota = Quota { per_second: 0.001, burst: 2 };
    let options = Options { quota, ..Options::default() };
    let throttled = SimulatedAws::start(account, options).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/simulated_aws.py");
    let mut command = Command::new(python);
    command.arg(script).arg(aws.endpoint()).arg(&path).arg(throttled.endpoint());
    let own = std::env::vars_os().map(|(name, _)| name);
    for name in own.filter(|name| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", folder.path());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    assert!(throttled.calls().iter().any(|call| call.outcome == Outcome::Throttled));
}

#[tokio::test]
async fn the_rust_sdk_reads_every_event_once() {
    let account = one_region(1_234);
    let events = account.region(REGION).unwrap().events();
    let expected: Vec<String> = events.iter().rev().map(|event| event.id().into_owned()).collect();
    let aws = SimulatedAws::start(account, unlimited()).await.unwrap();
    assert_eq!(chain(&client(&aws, &Credentials::default())).await, expected);
    let calls = aws.calls();
    assert_eq!(calls.len(), 25);
    assert!(calls.iter().all(|call| call.operation == Operation::LookupEvents));
    assert_eq!(calls.iter().filter(|call| call.token).count(), 24);
    assert_eq!(calls.last().unwrap().outcome, Outcome::Page { events: 34, more: false });
}

#[tokio::test]
async fn a_million_events_are_served() {
    let newest = Timestamp::now().as_second() - 60;
    let events = spread(REGION, newest, 7, 1_000_000, 1);
    let account = Account::new(vec![Region::new(REGION, Status::Enabled).with(events)]);
    let aws = SimulatedAws::start(account, unlimited()).await.unwrap();
    let client = client(&aws, &Credentials::default());
    let oldest = newest - 7 * 999_999;
    let time = aws_sdk_cloudtrail::primitives::DateTime::from_secs(oldest + 70);
    let page = client.lookup_events().end_time(time).send().await.unwrap();
    assert_eq!((page.events().len(), page.next_token()), (11, None));
    assert_eq!(page.events().last().unwrap().event_time().unwrap().secs(), oldest);
}

#[tokio::test]
async fn the_quota_and_the_keys_are_kept() {
    let slow = Options { quota: Quota { per_second: 0.001, burst: 2 }, ..Options::default() };
    let aws = SimulatedAws::start(one_region(60), slow).await.unwrap();
    let good = client(&aws, &Credentials::default());
    let outcomes =
        [lookup(&good, None).await, lookup(&good, None).await, lookup(&good, None).await];
    assert_eq!(outcomes.each_ref().map(code), ["page", "page", "ThrottlingException"]);
    let wrong = Credentials { secret: "wrong".to_owned(), ..Credentials::default() };
    assert_eq!(code(&lookup(&client(&aws, &wrong), None).await), "InvalidSignatureException");
    let session = Credentials { session_token: Some("token".to_owned()), ..Credentials::default() };
    let refused = lookup(&client(&aws, &session), None).await;
    assert_eq!(code(&refused), "UnrecognizedClientException");
    let options = Options { credentials: session.clone(), ..unlimited() };
    let aws = SimulatedAws::start(one_region(60), options).await.unwrap();
    assert_eq!(code(&lookup(&client(&aws, &session), None).await), "page");
}

#[tokio::test]
async fn faults_reach_the_client_as_what_they_are() {
    let cases = [
        (Fault::Throttle, "ThrottlingException", Outcome::Throttled),
        (Fault::ServerError, "InternalFailure", Outcome::Refused("InternalFailure")),
        (Fault::Reset, "no answer", Outcome::Reset),
        (Fault::ResetAfter, "no whole answer", Outcome::CutShort),
        (Fault::MalformedPage, "no code", Outcome::Malformed),
        (
            Fault::CredentialsExpired,
            "ExpiredTokenException",
            Outcome::Refused("ExpiredTokenException"),
        ),
        (Fault::RegionDenied, "AccessDeniedException", Outcome::Refused("AccessDeniedException")),
        (Fault::NotAllowed, "AccessDeniedException", Outcome::Refused("AccessDeniedException")),
    ];
    let aws = SimulatedAws::start(one_region(60), unlimited()).await.unwrap();
    let client = client(&aws, &Credentials::default());
    for (fault, expected, outcome) in cases {
        aws.set_faults(vec![Scripted::anywhere(When::Always, fault.clone())]);
        let answer = lookup(&client, None).await;
        assert_eq!(code(&answer), expected, "{fault:?}: {answer:?}");
        assert_eq!(aws.calls().last().unwrap().outcome, outcome, "{fault:?}");
    }
    aws.set_faults(Vec::new());
    assert_eq!(chain(&client).await.len(), 60);
    let bad = Fault::BadCloudTrailEvent(BadEvent::NoEventId);
    aws.set_faults(vec![Scripted::anywhere(When::Always, bad)]);
    let page = lookup(&client, None).await.unwrap();
    assert_eq!(page.events().iter().filter(|event| event.event_id().is_none()).count(), 1);
}

#[tokio::test]
async fn latency_is_waited_out_but_not_by_throttles() {
    let second = Duration::from_secs(1);
    let options = Options { latency: Latency::Between(second, second), ..Options::default() };
    let aws = SimulatedAws::start(one_region(60), options).await.unwrap();
    let client = client(&aws, &Credentials::default());
    let timed = async || {
        let began = Instant::now();
        let answer = lookup(&client, None).await;
        (code(&answer).to_owned(), began.elapsed())
    };
    let (first, second, third) = tokio::join!(timed(), timed(), timed());
    for (outcome, took) in [first, second, third] {
        assert_eq!(outcome == "page", took >= Duration::from_secs(1), "{outcome} in {took:?}");
    }
}

#[tokio::test]
async fn events_that_arrive_during_a_chain_neither_repeat_nor_hide_others() {
    let account = one_region(120);
    let there: BTreeSet<String> = account
        .region(REGION)
        .unwrap()
        .events()
        .iter()
        .map(|event| event.id().into_owned())
        .collect();
    let aws = SimulatedAws::start(account, unlimited()).await.unwrap();
    let client = client(&aws, &Credentials::default());
    let first = lookup(&client, None).await.unwrap();
    assert!(aws.add_events(REGION, clustered(Timestamp::now().as_second(), 70, 2)));
    assert!(!aws.add_events("eu-west-1", Vec::new()));
    let second = lookup(&client, first.next_token.clone()).await.unwrap();
    let third = lookup(&client, second.next_token.clone()).await.unwrap();
    assert_eq!(third.next_token, None);
    let read = [&first, &second, &third].into_iter().flat_map(LookupEventsOutput::events);
    let read: Vec<String> = read.map(|event| event.event_id().unwrap().to_owned()).collect();
    assert_eq!(read.len(), 120);
    assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), there);
    assert_eq!(chain(&client).await.len(), 190);
}

#[tokio::test]
async fn it_stops_when_it_is_dropped() {
    let aws = SimulatedAws::start(one_region(1), unlimited()).await.unwrap();
    let client = client(&aws, &Credentials::default());
    assert_eq!(code(&lookup(&client, None).await), "page");
    drop(aws);
    tokio::task::yield_now().await;
    assert_eq!(code(&lookup(&client, None).await), "no answer");
}
