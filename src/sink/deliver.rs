//! A batch to the target, until every document of it has a verdict.
//!
//! Delivery is at least once and ids make it exactly once: whatever is in doubt is sent again, and what
//! had arrived comes back as "exists". That stays its verdict, for no engine says who wrote a document
//! and another run may load the same events; how many there are is counted apart. A document keeps its position from the batch to its verdict,
//! through retries and splits: the work is lists of positions, and a verdict is written once.
//!
//! A cancelled run finishes the request that is on its way; only a wait ends at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::event::{Document, Rejection, Verdict};
use crate::limits;
use crate::sink::bulk::{self, Compression, Payload};
use crate::sink::error::{SinkError, Undelivered};
use crate::sink::failure::{Failure, FailureKind};
use crate::sink::http::Http;
use crate::sink::outage::Outage;
use crate::sink::piece::Piece;
use crate::sink::pressure::{Gate, Load};
use crate::sink::stats::{SinkCounts, SinkStats};
use crate::sink::verdict::{self, Decision, Outcome, Reply};

/// What carries a bulk request; one call, one request, never repeated inside.
pub trait Transport: Send + Sync {
    /// Sends one body and gives its answer.
    fn bulk(&self, payload: Payload) -> impl Future<Output = Result<Reply, Failure>> + Send;
    /// The target's address, without secrets.
    fn shown(&self) -> &str;
    /// A failure as the error that ends the run.
    fn fatal(&self, failure: Failure) -> SinkError;
}

impl Transport for Http {
    async fn bulk(&self, payload: Payload) -> Result<Reply, Failure> {
        Self::bulk(self, payload).await
    }

    fn shown(&self) -> &str {
        Self::shown(self)
    }

    fn fatal(&self, failure: Failure) -> SinkError {
        failure.into_error(self)
    }
}

/// Delivers batches, any number at once.
#[derive(Debug)]
pub struct Deliverer<T = Http> {
    transport: T,
    compression: Compression,
    stats: SinkStats,
    last_success: Mutex<Instant>,
    gate: Gate,
    outage: Outage,
    /// Plain bytes over which a body was too large for this target, halved: what is larger is not tried.
    ceiling: AtomicUsize,
}

impl<T: Transport> Deliverer<T> {
    /// A deliverer over this transport.
    pub fn new(transport: T, compression: Compression) -> Self {
        Self {
            transport,
            compression,
            stats: SinkStats::default(),
            last_success: Mutex::new(Instant::now()),
            gate: Gate::default(),
            outage: Outage::default(),
            ceiling: AtomicUsize::new(usize::MAX),
        }
    }

    /// The counters now, an outage that is not over included.
    pub fn counts(&self) -> SinkCounts {
        let counts = self.stats.counts();
        SinkCounts { away: counts.away.saturating_add(self.outage.lasts()), ..counts }
    }

    /// The transport.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Sends a batch and gives each document's verdict, at its position.
    pub async fn deliver(
        &self,
        batch: &[Document],
        cancel: &CancellationToken,
    ) -> Result<Vec<Verdict>, Undelivered> {
        let mut delivery = Delivery::new(self, batch, cancel);
        while let Some(piece) = delivery.pieces.pop() {
            delivery.attempt(piece).await?;
        }
        // Every position left the work list by getting its verdict, so none is missing.
        Ok(delivery.verdicts.into_iter().flatten().collect())
    }

    fn succeeded(&self) {
        *self.last_success.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last_success(&self) -> Instant {
        *self.last_success.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One batch on its way.
struct Delivery<'a, T> {
    sink: &'a Deliverer<T>,
    batch: &'a [Document],
    cancel: &'a CancellationToken,
    verdicts: Vec<Option<Verdict>>,
    faults: HashMap<usize, u32>,
    pieces: Vec<Piece>,
}

impl<'a, T: Transport> Delivery<'a, T> {
    fn new(sink: &'a Deliverer<T>, batch: &'a [Document], cancel: &'a CancellationToken) -> Self {
        let verdicts: Vec<Option<Verdict>> = batch
            .iter()
            .map(|document| bulk::unsendable(document).map(Verdict::Rejected))
            .collect();
        let open =
            verdicts.iter().enumerate().filter_map(|(at, verdict)| verdict.is_none().then_some(at));
        let open: Vec<usize> = open.collect();
        let pieces = if open.is_empty() { Vec::new() } else { vec![Piece::new(open)] };
        Self { sink, batch, cancel, verdicts, faults: HashMap::new(), pieces }
    }

    /// Sends a piece once; what is left of it goes back to the work list.
    async fn attempt(&mut self, mut piece: Piece) -> Result<(), Undelivered> {
        let documents: Vec<&Document> =
            piece.positions.iter().filter_map(|at| self.batch.get(*at)).collect();
        let size: usize = documents.iter().map(|document| bulk::size(document)).sum();
        if documents.len() > 1 && size > self.sink.ceiling.load(Ordering::Relaxed) {
            self.halve(piece);
            return Ok(());
        }
        let payload = bulk::encode(&documents, self.sink.compression);
        let plain_bytes = payload.plain_bytes;
        let mut place = self.sink.gate.enter().await;
        self.sink.stats.request(payload.bytes.len(), plain_bytes);
        let outcome = match self.sink.transport.bulk(payload).await {
            Ok(reply) => {
                let outcome = verdict::interpret(&reply, &documents, plain_bytes);
                piece.answered(reply.status, &outcome);
                place.went(Load::of_answer(reply.status, &outcome));
                outcome
            }
            // Fewer documents have a shorter answer.
            Err(failure) if failure.kind == FailureKind::Endless && documents.len() > 1 => {
                place.went(Load::of_failure(&failure));
                drop(place);
                self.sink.stats.split();
                self.halve(piece);
                return Ok(());
            }
            Err(failure) if failure.passes() => {
                place.went(Load::of_failure(&failure));
                piece.unanswered(failure, plain_bytes)
            }
            Err(failure) => return Err(self.sink.transport.fatal(failure).into()),
        };
        drop(place);
        match outcome {
            Outcome::Items(decisions) => self.settle(piece, decisions).await,
            Outcome::Retry { reason, after } => {
                self.sink.outage.goes_on(&reason);
                self.again(piece, &reason, after).await
            }
            Outcome::Split(rejection) => {
                self.split(piece, rejection, plain_bytes);
                Ok(())
            }
            Outcome::Refused(refusal) => {
                let url = self.sink.transport.shown().to_owned();
                Err(SinkError::Refused { url, refusal }.into())
            }
        }
    }

    async fn settle(&mut self, piece: Piece, decisions: Vec<Decision>) -> Result<(), Undelivered> {
        let before = piece.positions.len();
        let mut open = Vec::new();
        let mut reason = String::new();
        for (at, decision) in piece.positions.iter().copied().zip(decisions) {
            let verdict = match decision {
                Decision::Created => Verdict::Created,
                Decision::Exists => {
                    if piece.in_doubt {
                        self.sink.stats.in_doubt();
                    }
                    Verdict::Exists
                }
                Decision::Rejected(rejection) => Verdict::Rejected(rejection),
                Decision::Retry(rejection) if self.is_hopeless(at, &rejection) => {
                    Verdict::Rejected(rejection)
                }
                Decision::Retry(rejection) => {
                    open.push(at);
                    reason = format!("status {}: {}", rejection.status, rejection.reason);
                    continue;
                }
            };
            self.give(at, verdict);
        }
        let rest = if open.len() < before {
            self.sink.stats.away(self.sink.outage.is_over());
            piece.rest(open)
        } else {
            self.sink.outage.goes_on(&reason);
            piece
        };
        if rest.positions.is_empty() {
            return Ok(());
        }
        self.again(rest, &reason, None).await
    }

    /// A document that the engine fails on every time, though it is well otherwise.
    fn is_hopeless(&mut self, at: usize, rejection: &Rejection) -> bool {
        if rejection.status != 500 {
            return false;
        }
        let faults = self.faults.entry(at).or_default();
        *faults += 1;
        *faults >= limits::DOCUMENT_FAULTS
    }

    fn give(&mut self, at: usize, verdict: Verdict) {
        if let Some(slot) = self.verdicts.get_mut(at) {
            *slot = Some(verdict);
        }
        self.sink.succeeded();
    }

    /// A document that is alone cannot be made smaller.
    fn split(&mut self, piece: Piece, rejection: Rejection, plain_bytes: usize) {
        if let [alone] = piece.positions.as_slice() {
            self.give(*alone, Verdict::Rejected(rejection));
            return;
        }
        let documents = piece.positions.len();
        tracing::debug!(documents, reason = rejection.reason, "batch is halved");
        self.sink.stats.split();
        // A 400 is about one of the documents and not about the size.
        if rejection.status != 400 {
            self.sink.ceiling.fetch_min(plain_bytes / 2, Ordering::Relaxed);
        }
        self.halve(piece);
    }

    /// Halves are sent in order.
    fn halve(&mut self, piece: Piece) {
        let (first, second) = piece.halves();
        self.pieces.push(second);
        self.pieces.push(first);
    }

    /// Waits, and puts the piece back.
    async fn again(
        &mut self,
        mut piece: Piece,
        reason: &str,
        after: Option<Duration>,
    ) -> Result<(), Undelivered> {
        let now = Instant::now();
        let since = (*piece.failing_since.get_or_insert(now)).max(self.sink.last_success());
        if now.saturating_duration_since(since) >= limits::SINK_PATIENCE {
            let url = self.sink.transport.shown().to_owned();
            let minutes = limits::SINK_PATIENCE.as_secs() / 60;
            return Err(SinkError::Unreachable { url, minutes, reason: reason.to_owned() }.into());
        }
        let delay = piece.next_delay(after);
        // The outage has been told where it is one.
        tracing::debug!(
            reason,
            delay_ms = delay.as_millis(),
            documents = piece.positions.len(),
            "bulk request is sent again"
        );
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => return Err(Undelivered::Cancelled),
            () = tokio::time::sleep(delay) => {}
        }
        self.sink.stats.retry();
        self.pieces.push(piece);
        Ok(())
    }
}
