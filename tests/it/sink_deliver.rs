//! Delivery: what a cluster may do to a request, and what becomes of the documents.
//!
//! Time is skipped only where there are no sockets: a connection on loopback can look idle, and a clock
//! that jumps would run its timeouts out.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use trailhaul::event::{Document, Verdict};
use trailhaul::secret::Secret;
use trailhaul::sink::bulk::Payload;
use trailhaul::sink::failure::{Failure, FailureKind};
use trailhaul::sink::verdict::Reply;
use trailhaul::sink::{
    Auth, Compression, Deliverer, Http, HttpOptions, Refusal, Server, SinkError, Transport,
    Undelivered, template,
};

use crate::fake_cluster::{FakeCluster, Fault, documents};

fn http(url: &str) -> Http {
    Http::new(url, Auth::None, &HttpOptions::default()).unwrap()
}

fn deliverer(cluster: &FakeCluster) -> Deliverer {
    Deliverer::new(http(&cluster.url()), Compression::default())
}

type Delivered = Result<Vec<Verdict>, Undelivered>;

async fn deliver(cluster: &FakeCluster, batch: Vec<Document>) -> Delivered {
    deliverer(cluster).deliver(&batch, &CancellationToken::new()).await
}

/// The error with which a delivery ended.
fn error_of(delivered: Delivered) -> SinkError {
    match delivered {
        Err(Undelivered::Failed(error)) => error,
        other => panic!("no error ended it: {other:?}"),
    }
}

fn answer(status: u16, body: &str) -> Fault {
    Fault::Answer(status, Vec::new(), body.to_owned())
}

fn item(id: &str, status: u16, kind: &str, reason: &str) -> Value {
    json!({"create": {"_index": "i", "_id": id, "status": status, "error": {"type": kind, "reason": reason}}})
}

#[tokio::test]
async fn created_and_then_exists() {
    let cluster = FakeCluster::start([]).await;
    let deliverer = deliverer(&cluster);
    let cancel = CancellationToken::new();
    assert_eq!(
        deliverer.deliver(&documents(3, 9), &cancel).await.unwrap(),
        vec![Verdict::Created; 3]
    );
    assert_eq!(
        deliverer.deliver(&documents(4, 9), &cancel).await.unwrap(),
        [Verdict::Exists, Verdict::Exists, Verdict::Exists, Verdict::Created]
    );
    let counts = deliverer.counts();
    assert_eq!((counts.requests, counts.retried, counts.splits), (2, 0, 0));
    let seen = cluster.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", "/_bulk"));
    let header = |name: &str| {
        seen[0].headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    };
    assert_eq!(header("content-type"), Some("application/x-ndjson"));
    assert!(
        header("user-agent").unwrap().starts_with("trailhaul/")
            && header("transfer-encoding").is_none()
    );
    assert_eq!(counts.sent_bytes, seen.iter().map(|seen| seen.body.len() as u64).sum::<u64>());
}

#[tokio::test]
async fn what_passes_is_tried_again_and_nothing_is_written_twice() {
    let faults = [
        ("503", answer(503, "OpenSearch Security not initialized.")),
        (
            "429",
            answer(
                429,
                r#"{"error":{"type":"es_rejected_execution_exception","reason":"rejected execution"},"status":429}"#,
            ),
        ),
        ("html", answer(200, "<html>a proxy's page</html>")),
        ("cut", answer(200, r#"{"items":[{"create":{"status":201"#)),
        ("too few items", answer(200, r#"{"errors":false,"items":[{"create":{"status":201}}]}"#)),
        (
            "other ids",
            answer(
                200,
                r#"{"items":[{"create":{"_id":"1","status":201}},{"create":{"_id":"0","status":201}}]}"#,
            ),
        ),
        ("no items", answer(200, r#"{"errors":false}"#)),
        (
            "two operations in one item",
            answer(
                200,
                r#"{"items":[{"create":{"status":201},"index":{"status":201}},{"create":{"status":201}}]}"#,
            ),
        ),
    ];
    for (name, fault) in faults {
        let cluster = FakeCluster::start([fault]).await;
        assert_eq!(
            deliver(&cluster, documents(2, 9)).await.unwrap(),
            vec![Verdict::Created; 2],
            "{name}"
        );
        assert_eq!((cluster.seen().len(), cluster.documents()), (2, 2), "{name}");
    }
}

/// The answer is lost after the work was done: what is there then was written by this run or before
/// it, and is counted as what nobody can tell.
#[tokio::test]
async fn what_a_lost_answer_leaves_in_doubt_is_counted() {
    let table = [
        ("closed", vec![Fault::Close], 2),
        ("closed, and busy then", vec![Fault::Close, answer(429, "")], 2),
        ("closed, and unread then", vec![Fault::Close, answer(504, "<html>")], 2),
        ("busy", vec![answer(429, "")], 0),
        ("nothing", vec![], 0),
    ];
    for (name, faults, in_doubt) in table {
        let cluster = FakeCluster::start(faults).await;
        let deliverer = deliverer(&cluster);
        let cancel = CancellationToken::new();
        let verdicts = deliverer.deliver(&documents(2, 9), &cancel).await.unwrap();
        let expected = if in_doubt > 0 { Verdict::Exists } else { Verdict::Created };
        assert_eq!(verdicts, vec![expected; 2], "{name}");
        assert_eq!(deliverer.counts().in_doubt, in_doubt, "{name}");
        // The same again is not in doubt: it was there before.
        deliverer.deliver(&documents(2, 9), &cancel).await.unwrap();
        assert_eq!(deliverer.counts().in_doubt, in_doubt, "{name}");
    }
    // A proxy waits no longer, and half of what it passed on was done.
    let there = item("1", 429, "es_rejected_execution_exception", "rejected execution");
    let cluster = FakeCluster::start([answer(504, ""), Fault::Item(1, there)]).await;
    let deliverer = deliverer(&cluster);
    let verdicts = deliverer.deliver(&documents(2, 9), &CancellationToken::new()).await.unwrap();
    assert_eq!(verdicts, [Verdict::Created, Verdict::Exists]);
    assert_eq!(deliverer.counts().in_doubt, 1, "what is left over keeps its doubt");
}

#[tokio::test]
async fn only_the_undecided_are_sent_again_and_positions_hold() {
    let busy = item(
        "1",
        429,
        "rejected_execution_exception",
        "rejected execution of x on y[queue capacity = 2]",
    );
    let cluster = FakeCluster::start([Fault::Item(1, busy)]).await;
    let verdicts = deliver(&cluster, documents(3, 9)).await.unwrap();
    // The fake had written it before it complained.
    assert_eq!(verdicts, [Verdict::Created, Verdict::Exists, Verdict::Created]);
    let again = String::from_utf8(cluster.seen()[1].plain()).unwrap();
    assert!(again.contains("\"_id\":\"1\"") && again.lines().count() == 2, "{again}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_halved_until_it_fits() {
    for closes in [false, true] {
        let batch = documents(8, 300_000);
        let cluster = FakeCluster::start([]).await.limit(1_100_000, closes);
        let deliverer = deliverer(&cluster);
        let verdicts = deliverer.deliver(&batch, &CancellationToken::new()).await.unwrap();
        assert_eq!(verdicts, vec![Verdict::Created; 8]);
        let first = deliverer.counts();
        assert_eq!(first.splits, 2, "closes: {closes}");
        let more = deliverer.deliver(&documents(8, 300_000), &CancellationToken::new()).await;
        assert_eq!(more.unwrap(), vec![Verdict::Exists; 8]);
        let counts = deliverer.counts();
        assert_eq!((counts.splits, counts.requests), (2, first.requests + 4), "it was learned");
    }
    let cluster = FakeCluster::start([]).await.limit(5_000, false);
    let mut batch = documents(4, 10);
    batch[2].body = format!("{{\"v\":\"{}\"}}", "x".repeat(6_000));
    let verdicts = deliver(&cluster, batch).await.unwrap();
    let Verdict::Rejected(rejection) = &verdicts[2] else { panic!("{verdicts:?}") };
    assert_eq!((rejection.status, rejection.kind.as_str()), (413, "request_entity_too_large"));
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Created).count(), 3);
}

#[tokio::test]
async fn an_id_that_is_too_long_harms_nobody_else() {
    let cluster = FakeCluster::start([]).await;
    let mut batch = documents(3, 9);
    batch[1].id = "i".repeat(513);
    let verdicts = deliver(&cluster, batch).await.unwrap();
    assert!(matches!(&verdicts[1], Verdict::Rejected(rejection) if rejection.status == 0));
    assert_eq!((&verdicts[0], &verdicts[2]), (&Verdict::Created, &Verdict::Created));
    let mut batch = documents(1, 9);
    batch[0].id = String::new();
    assert!(matches!(deliver(&cluster, batch).await.unwrap().as_slice(), [Verdict::Rejected(_)]));
    assert_eq!(cluster.seen().len(), 1);
}

#[tokio::test]
async fn a_refusal_ends_it_with_a_sentence() {
    let forbidden = item(
        "0",
        403,
        "security_exception",
        "no permissions for [indices:admin/create] and User [name=loader, backend_roles=[], requestedTenant=null]",
    );
    let cluster = FakeCluster::start([Fault::Item(0, forbidden)]).await;
    let error = error_of(deliver(&cluster, documents(2, 9)).await);
    assert_eq!(
        error.to_string(),
        format!(
            "write to {}: the permission indices:admin/create is lacking on index cloudtrail-2026.11; grant it to the user or role in use",
            cluster.url()
        )
    );
    let cluster = FakeCluster::start([answer(401, "Unauthorized")]).await;
    let url = cluster.url().replace("http://", "http://joe:s3cret@");
    let deliverer = Deliverer::new(http(&url), Compression::Off);
    let error = error_of(deliverer.deliver(&documents(1, 9), &CancellationToken::new()).await);
    assert!(
        matches!(&error, SinkError::Refused { refusal: Refusal::Unauthorized { .. }, .. }),
        "{error}"
    );
    assert!(!format!("{error} {error:?} {deliverer:?}").contains("s3cret"));
    assert!(
        cluster.seen()[0]
            .headers
            .contains(&("authorization".into(), "Basic am9lOnMzY3JldA==".into()))
    );
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let cluster =
        FakeCluster::start([Fault::Answer(429, vec![("Retry-After", "2")], String::new())]).await;
    let begin = Instant::now();
    deliver(&cluster, documents(1, 9)).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_cancelled_run_ends_a_wait_at_once_but_not_a_request() {
    let cancel = CancellationToken::new();
    cancel.cancel();
    let cluster = FakeCluster::start([]).await;
    assert_eq!(
        deliverer(&cluster).deliver(&documents(1, 9), &cancel).await.unwrap(),
        [Verdict::Created]
    );
    let cluster =
        FakeCluster::start([Fault::Answer(503, vec![("Retry-After", "60")], String::new())]).await;
    let begin = Instant::now();
    assert_eq!(
        deliverer(&cluster).deliver(&documents(1, 9), &cancel).await.unwrap_err(),
        Undelivered::Cancelled
    );
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_target_that_is_not_there_is_told_by_the_probe() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let table = [
        (format!("http://joe:s3cret@{free}"), "the connection was refused"),
        ("http://nowhere.invalid:9200".to_owned(), "its host's name is not known"),
    ];
    for (url, expected) in table {
        let error = Server::probe(&http(&url)).await.unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let cluster = FakeCluster::start([Fault::Answer(
        302,
        vec![("Location", "http://127.0.0.1:1/")],
        String::new(),
    )])
    .await;
    let error = Server::probe(&http(&cluster.url())).await.unwrap_err();
    assert!(error.to_string().contains("it redirects to http://127.0.0.1:1/"), "{error}");
}

#[tokio::test]
async fn a_template_waits_for_a_node_that_starts() {
    let root = r#"{"version":{"distribution":"opensearch","number":"3.8.0"},"tagline":"x"}"#;
    let faults =
        [answer(200, root), answer(503, "starting"), answer(200, r#"{"acknowledged":true}"#)];
    let cluster = FakeCluster::start(faults).await;
    let http = Http::new(
        &format!("{}/prefix/", cluster.url()),
        Auth::api_key(&Secret::new("id:key")),
        &HttpOptions::default(),
    )
    .unwrap();
    let server = Server::probe(&http).await.unwrap();
    template::install(&http, &server, "cloudtrail", &json!({"index_patterns": ["cloudtrail-*"]}))
        .await
        .unwrap();
    let paths: Vec<(String, String)> =
        cluster.seen().iter().map(|seen| (seen.method.clone(), seen.path.clone())).collect();
    let put = ("PUT".to_owned(), "/prefix/_index_template/cloudtrail".to_owned());
    assert_eq!(paths, [("GET".to_owned(), "/prefix/".to_owned()), put.clone(), put]);
}

/// A transport that answers what a list says, and then does its work; no sockets, so time can be skipped.
struct Scripted {
    script: Mutex<Vec<u16>>,
    written: Mutex<Vec<String>>,
    forever: Option<FailureKind>,
}

impl Scripted {
    fn new(script: Vec<u16>, forever: Option<FailureKind>) -> Self {
        Self { script: Mutex::new(script), written: Mutex::default(), forever }
    }

    fn next(&self) -> Option<u16> {
        self.script.lock().unwrap().pop()
    }
}

impl Transport for Scripted {
    async fn bulk(&self, payload: Payload) -> Result<Reply, Failure> {
        if let Some(kind) = self.forever {
            return Err(Failure { kind, reason: "connection refused".to_owned() });
        }
        let whole = self.next().unwrap_or(200);
        match whole {
            0 => return Err(Failure { kind: FailureKind::Closed, reason: "reset".to_owned() }),
            400.. => return Ok(Reply { status: whole, ..Reply::default() }),
            _ => {}
        }
        let text = String::from_utf8(payload.bytes.to_vec()).unwrap();
        let ids = text.lines().step_by(2).map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["create"]["_id"]
                .as_str()
                .unwrap()
                .to_owned()
        });
        let items = ids.map(|id| match self.next().unwrap_or(201) {
            status @ 400.. if status != 413 => {
                item(&id, status, "mapper_parsing_exception", &format!("of {id}"))
            }
            _ => {
                self.written.lock().unwrap().push(id.clone());
                json!({"create": {"_id": id, "status": 201}})
            }
        });
        let items: Vec<Value> = items.collect();
        Ok(Reply {
            status: 200,
            body: json!({"items": items}).to_string().into_bytes(),
            ..Reply::default()
        })
    }

    fn shown(&self) -> &'static str {
        "http://fake"
    }

    fn fatal(&self, failure: Failure) -> SinkError {
        SinkError::NoConnection { url: "http://fake".to_owned(), problem: failure.reason }
    }
}

fn paused<T>(task: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(task)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answers_lose_or_swap_a_verdict(
        count in 0usize..20,
        script in prop::collection::vec(prop::sample::select(vec![0u16, 200, 201, 201, 400, 413, 429, 500, 503]), 0..80),
    ) {
        let deliverer = Deliverer::new(Scripted::new(script, None), Compression::Off);
        let cancel = CancellationToken::new();
        let verdicts = paused(deliverer.deliver(&documents(count, 3), &cancel)).unwrap();
        prop_assert_eq!(verdicts.len(), count);
        let mut written = deliverer.transport().written.lock().unwrap().clone();
        for (at, verdict) in verdicts.iter().enumerate() {
            let id = at.to_string();
            match verdict {
                Verdict::Created => {
                    let place = written.iter().position(|other| *other == id);
                    prop_assert!(place.is_some(), "{} was not written", id);
                    written.remove(place.unwrap());
                }
                // A whole 413 halves down to one; an item's rejection names its own document.
                Verdict::Rejected(rejection) if rejection.status == 413 => {}
                Verdict::Rejected(rejection) => prop_assert_eq!(&rejection.reason, &format!("of {id}")),
                Verdict::Exists => prop_assert!(false, "nothing was there"),
            }
        }
        prop_assert!(written.is_empty(), "written twice: {:?}", written);
    }
}

#[test]
fn patience_ends_after_half_an_hour_without_success() {
    let deliverer = Deliverer::new(
        Scripted::new(Vec::new(), Some(FailureKind::ConnectionRefused)),
        Compression::Off,
    );
    let cancel = CancellationToken::new();
    let (error, minutes) = paused(async {
        let begin = Instant::now();
        let error = error_of(deliverer.deliver(&documents(2, 9), &cancel).await);
        (error, begin.elapsed().as_secs() / 60)
    });
    let sentence = error.to_string();
    assert!(sentence.contains("nothing was written for 30 minutes, last because "), "{sentence}");
    assert_eq!(minutes, 30);
}

#[test]
fn ten_minutes_of_outage_cost_ten_minutes() {
    // About 15 s a try on average. The list is taken from its end: the whole answer, then the item.
    let item_by_item: Vec<u16> = [429, 200].repeat(40);
    for (script, documents) in [(vec![503; 40], documents(2, 9)), (item_by_item, documents(1, 9))] {
        let deliverer = Deliverer::new(Scripted::new(script, None), Compression::Off);
        let cancel = CancellationToken::new();
        let log = Log::default();
        let begin_to_end = async {
            let begin = Instant::now();
            let verdicts = deliverer.deliver(&documents, &cancel).await.unwrap();
            assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Created), "{verdicts:?}");
            begin.elapsed()
        };
        let took = log.of(|| paused(begin_to_end));
        assert_eq!(deliverer.counts().retried, 40);
        // A request takes no time here.
        assert_eq!(deliverer.counts().away.as_secs(), took.as_secs());

        let lines = log.lines();
        let said = |words: &str| lines.iter().filter(|line| line.contains(words)).count();
        assert_eq!(said("target does not answer as it should: waiting for it"), 1, "{lines:#?}");
        assert_eq!(said("target answers again"), 1, "{lines:#?}");
        let expected = [60, 180, 420, 900, 1860].iter().filter(|at| **at <= took.as_secs());
        let still = said("target still does not answer as it should");
        assert!(still.abs_diff(expected.count()) <= 1, "{took:?}: {lines:#?}");
        assert_eq!(lines.len(), 2 + still, "and nothing else: {lines:#?}");
    }
}

/// One node of three is bad: nothing is lost by it, and no log is filled.
#[test]
fn a_target_that_fails_now_and_then_is_named_now_and_then() {
    let deliverer =
        Deliverer::new(Scripted::new([503, 201, 200].repeat(100), None), Compression::Off);
    let cancel = CancellationToken::new();
    let log = Log::default();
    log.of(|| {
        paused(async {
            for _ in 0..100 {
                deliverer.deliver(&documents(1, 9), &cancel).await.unwrap();
            }
        });
    });
    assert_eq!(deliverer.counts().retried, 99);
    let lines = log.lines();
    assert!((2..=6).contains(&lines.len()), "{lines:#?}");
}

/// An outage that is not over is a part of what the run has lost.
#[test]
fn an_outage_that_ends_the_run_is_counted_too() {
    let kind = FailureKind::ConnectionRefused;
    let deliverer = Deliverer::new(Scripted::new(Vec::new(), Some(kind)), Compression::Off);
    let cancel = CancellationToken::new();
    let minutes = paused(async {
        deliverer.deliver(&documents(2, 9), &cancel).await.unwrap_err();
        deliverer.counts().away.as_secs() / 60
    });
    assert_eq!(minutes, 30);
}

/// What is logged for people, of one thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn of<T>(&self, task: impl FnOnce() -> T) -> T {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, task)
    }

    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_document_that_fails_the_engine_every_time_is_rejected_in_the_end() {
    // The list is taken from its end: the whole answer, then the item.
    let script: Vec<u16> = (0..8).flat_map(|_| [500, 200]).collect();
    let deliverer = Deliverer::new(Scripted::new(script, None), Compression::Off);
    let verdicts = paused(deliverer.deliver(&documents(1, 9), &CancellationToken::new())).unwrap();
    assert!(
        matches!(verdicts.as_slice(), [Verdict::Rejected(rejection)] if rejection.status == 500),
        "{verdicts:?}"
    );
}

#[test]
fn what_waiting_does_not_heal_ends_at_once() {
    let deliverer = Deliverer::new(
        Scripted::new(Vec::new(), Some(FailureKind::UnknownAuthority)),
        Compression::Off,
    );
    let error = error_of(paused(deliverer.deliver(&documents(1, 9), &CancellationToken::new())));
    assert!(matches!(error, SinkError::NoConnection { .. }));
    assert_eq!(deliverer.counts().requests, 1);
}
