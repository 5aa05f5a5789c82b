//! A target that never comes to an end: the run does, in little memory, by itself or by trying again.

use std::process::Command;
use std::sync::LazyLock;

use super::server::{Answer, Server, good, head, is_bulk, json};
use super::{RECORD, assert_says, load};
use crate::support::message::Request;
use crate::support::run::{Finished, Trailhaul};
use crate::support::{fault::Call, until};

/// How a server answers in place of what it should.
pub(super) type Malice = fn() -> Answer;

/// Far over what a run takes, and far under what the servers of these tests send.
pub(super) const MOST_KIB: u64 = 200 << 10;

/// Spaces of 512 MiB in half a MiB of gzip, by a program: it is slow without optimization.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let line = "head -c 536870912 /dev/zero | tr '\\000' ' ' | gzip -9";
    let gzip = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(gzip.stdout.len() > 1 << 18, "{}", String::from_utf8_lossy(&gzip.stderr));
    gzip.stdout
});

pub(super) fn bomb() -> Answer {
    let headers = format!("content-encoding: gzip\r\ncontent-length: {}\r\n", BOMB.len());
    Answer::Bytes([head(200, &headers, ""), BOMB.clone()].concat())
}

pub(super) fn endless_body() -> Answer {
    Answer::Endless(head(200, "", "{\"x\":\""), vec![b'x'; 1 << 16])
}

pub(super) fn endless_chunk() -> Answer {
    Answer::Endless(head(200, "transfer-encoding: chunked\r\n", "1;"), vec![b'x'; 1 << 16])
}

pub(super) fn endless_headers() -> Answer {
    Answer::Endless(b"HTTP/1.1 200 -\r\n".to_vec(), b"x-header: of no end\r\n".repeat(1000))
}

pub(super) fn endless_header() -> Answer {
    Answer::Endless(b"HTTP/1.1 200 -\r\nx-header: ".to_vec(), vec![b'x'; 1 << 16])
}

pub(super) fn drip() -> Answer {
    Answer::Drip([head(200, "", ""), b"{\"x\":\"".to_vec(), vec![b'x'; 1 << 20]].concat())
}

pub(super) fn assert_small(run: &Finished) {
    println!("{} KiB at most", run.peak_kib);
    assert!(run.peak_kib > 0 && run.peak_kib < MOST_KIB, "{} KiB: {run}", run.peak_kib);
}

async fn hostile(at: fn(&Request) -> bool, malice: Malice) -> Server {
    Server::start(move |request| if at(request) { malice() } else { good(request) }, None).await
}

fn records(count: usize) -> String {
    let one = |number| RECORD.replace("one", &format!("{number}")) + "\n";
    (0..count).map(one).collect()
}

#[tokio::test]
async fn a_target_that_does_not_say_what_it_is_in_an_end_is_given_up() {
    let cases: [(Malice, &str); 5] = [
        (endless_body, "longer than 1 MiB"),
        (endless_chunk, "failed to reach http://"),
        (endless_headers, "failed to reach http://"),
        (endless_header, "failed to reach http://"),
        (bomb, "no Elasticsearch or OpenSearch"),
    ];
    for (malice, words) in cases {
        let target = hostile(|request| request.is(Call::Probe), malice).await;
        let run = load(&target.url()).run().await;
        assert_says(&run, 6, &[words]);
        assert_small(&run);
    }
}

/// Fewer documents have a shorter answer; of one alone, it is no answer.
#[tokio::test]
async fn an_endless_answer_to_documents_is_given_up_when_there_are_no_fewer() {
    let malices: [Malice; 2] = [endless_body, || {
        let items = "{\"create\":{\"status\":201}},".repeat(1000).into_bytes();
        Answer::Endless(head(200, "", "{\"items\":["), items)
    }];
    for malice in malices {
        let target = hostile(is_bulk, malice).await;
        let run = load(&target.url()).stdin(&records(8)).run().await;
        assert_says(&run, 6, &["longer than 16 MiB", "check that the URL"]);
        assert_small(&run);
        assert_eq!(target.count(is_bulk), 4, "of 8, 4, 2 and 1");
        assert_eq!(run.json()["totals"]["created"], 0, "{run}");
    }
}

/// What could be an answer is read; what is none decides nothing, and is asked for again.
#[tokio::test]
async fn an_answer_that_means_nothing_is_asked_for_again() {
    let malices: [Malice; 4] = [
        bomb,
        || {
            json(
                200,
                &format!(
                    "{{\"items\":[{}{{}}]}}",
                    "{\"create\":{\"status\":201}},".repeat(600_000)
                ),
            )
        },
        || {
            json(
                200,
                &format!(
                    "{{\"items\":[{{{}\"a\":{{\"status\":201}}}}]}}",
                    "\"a\":{\"status\":201},".repeat(700_000)
                ),
            )
        },
        endless_headers,
    ];
    for malice in malices {
        let target = hostile(is_bulk, malice).await;
        let running = load(&target.url()).spawn();
        wait_for(&target, 2).await;
        running.interrupt();
        let run = running.wait().await;
        assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(130), &0.into()), "{run}");
        assert_small(&run);
    }
}

async fn wait_for(target: &Server, bulk_requests: usize) {
    until(|| target.count(is_bulk) >= bulk_requests).await;
}

/// An error that would take a hundred times its size when it is read into parts.
#[tokio::test]
async fn a_long_error_is_a_short_reason() {
    let error =
        format!("{{\"type\":\"x\",\"reason\":\"y\",\"z\":[{}0]}}", "{\"\":0},".repeat(2_000_000));
    let item =
        json(200, &format!("{{\"items\":[{{\"create\":{{\"status\":400,\"error\":{error}}}}}]}}"));
    let Answer::Bytes(item) = item else { unreachable!() };
    let respond = move |request: &Request| {
        if is_bulk(request) { Answer::Bytes(item.clone()) } else { good(request) }
    };
    let target = Server::start(respond, None).await;
    let run = load(&target.url()).arg("--no-repair").run().await;
    assert_says(&run, 4, &[]);
    assert_small(&run);
    assert!(format!("{run}").len() < 10_000, "the error is repeated at length");
}

/// It takes as long as a request may, 90 s; the others go on beside it.
#[tokio::test]
async fn a_slow_drip_is_given_up_and_tried_again() {
    let probed = hostile(|request| request.is(Call::Probe), drip).await;
    let written = hostile(is_bulk, drip).await;
    let probe = load(&probed.url()).run();
    let write = async {
        let running: Trailhaul = load(&written.url());
        let running = running.spawn();
        wait_for(&written, 2).await;
        running.interrupt();
        running
    };
    let (probe, write) = tokio::join!(probe, write);
    assert_says(&probe, 6, &["did not answer in time"]);
    assert_small(&probe);
    assert!(
        write.stderr().contains("target does not answer as it should: waiting for it"),
        "{}",
        write.stderr()
    );
}
