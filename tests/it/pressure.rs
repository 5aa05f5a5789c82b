//! A target that can do less than it is asked to: it is asked for less, and nothing is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use trailhaul::event::Verdict;
use trailhaul::limits::DELIVERIES_UNDER_WAY;
use trailhaul::sink::bulk::Payload;
use trailhaul::sink::failure::Failure;
use trailhaul::sink::verdict::Reply;
use trailhaul::sink::{Compression, Deliverer, SinkError, Transport};

use crate::fake_cluster::documents;

const BATCHES: usize = 200;

/// A cluster that does one request at a time and answers 429 to any other.
#[derive(Debug, Default)]
struct Narrow {
    under_way: AtomicUsize,
    refused: AtomicUsize,
}

impl Transport for Narrow {
    async fn bulk(&self, payload: Payload) -> Result<Reply, Failure> {
        let before = self.under_way.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        if before > 0 {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Ok(Reply { status: 429, ..Reply::default() });
        }
        let text = String::from_utf8(payload.bytes.to_vec()).unwrap();
        let items: Vec<Value> = text
            .lines()
            .step_by(2)
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["create"]["_id"].clone())
            .map(|id| json!({ "create": { "_id": id, "status": 201 } }))
            .collect();
        let body = json!({ "items": items }).to_string().into();
        Ok(Reply { status: 200, body, ..Reply::default() })
    }

    fn shown(&self) -> &'static str {
        "http://narrow"
    }

    fn fatal(&self, failure: Failure) -> SinkError {
        SinkError::NoConnection { url: self.shown().to_owned(), problem: failure.reason }
    }
}

#[tokio::test(start_paused = true)]
async fn a_narrow_target_refuses_little_and_gets_everything() {
    let deliverer = Arc::new(Deliverer::new(Narrow::default(), Compression::Off));
    let mut deliveries = JoinSet::new();
    for _ in 0..BATCHES {
        if deliveries.len() == DELIVERIES_UNDER_WAY {
            let verdicts: Vec<Verdict> = deliveries.join_next().await.unwrap().unwrap();
            assert_eq!(verdicts, [Verdict::Created, Verdict::Created]);
        }
        let deliverer = Arc::clone(&deliverer);
        deliveries.spawn(async move {
            deliverer.deliver(&documents(2, 9), &CancellationToken::new()).await.unwrap()
        });
    }
    deliveries.join_all().await;
    let counts = deliverer.counts();
    let refused = deliverer.transport().refused.load(Ordering::Relaxed);
    assert_eq!(counts.retried, refused as u64);
    assert_eq!(counts.requests, (BATCHES + refused) as u64);
    println!("{refused} refused of {} requests", counts.requests);
    // Each stretch of 8 successes is followed by a try with two at once, of which one is refused.
    assert!(refused <= BATCHES / 5, "{refused} refused");
}
