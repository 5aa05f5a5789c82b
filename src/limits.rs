//! Every tunable constant: unit, value, reason, source. Nothing else in the crate is a bare number
//! that somebody may want to change.

use std::time::Duration;

// ── Source ──────────────────────────────────────────────────────────────────────────────────────

// ── Normalize ───────────────────────────────────────────────────────────────────────────────────

// ── Sink ────────────────────────────────────────────────────────────────────────────────────────

/// Bytes of NDJSON, before compression, at which a batch is full: 5 MiB. OpenSearch advises 5–15 MB,
/// and small Amazon domains refuse over 10 MiB; engines count the inflated body, so gzip buys nothing.
pub const BATCH_BYTES: usize = 5 << 20;

/// Documents at which a batch is full: 2,000. OpenSearch advises 1,000–5,000 operations.
pub const BATCH_DOCUMENTS: usize = 2_000;

/// gzip level of bulk bodies: 2. Levels 1–3 of zlib-rs make 300 MB/s and a sixth of the bytes;
/// higher ones cost time and save little.
pub const GZIP_LEVEL: u32 = 2;

/// Longest `_id` in bytes: 512. One that is longer fails the whole bulk request, on every engine.
pub const ID_BYTES: usize = 512;

/// Plain body bytes from which a broken connection may mean "too large": 1 MiB. An engine that
/// answers 413 before the body is sent closes the connection; the client then sees the reset only
/// (seen after 2.7–3.7 MB). Below, a reset is a reset.
pub const LARGE_BODY_BYTES: usize = 1 << 20;

/// Broken connections in a row, on a large body, after which it is split: 2, that is one plain retry.
pub const RESETS_BEFORE_SPLIT: u32 = 2;

/// First delay before a request is sent again, before jitter: 1 s.
pub const RETRY_FIRST: Duration = Duration::from_secs(1);

/// Longest delay before a request is sent again, before jitter: 30 s, as the flood-stage block of a
/// full disk is lifted by a monitor that looks every 30 s.
pub const RETRY_LONGEST: Duration = Duration::from_secs(30);

/// The most that a Retry-After is believed: 5 min. A proxy's hour must not stall the run.
pub const RETRY_AFTER_LONGEST: Duration = Duration::from_mins(5);

/// How long nothing may be written before the target counts as unreachable: 30 min, longer than a
/// rolling upgrade or a failover takes.
pub const SINK_PATIENCE: Duration = Duration::from_mins(30);

/// Answers 500 for one document after which it is rejected: 8. Some engines answer 500 for a document
/// that they cannot read, and with others succeeding beside it nothing else would end the retries.
pub const DOCUMENT_FAULTS: u32 = 8;

/// Tries of a probe or a template while the target answers 429 or 5xx: 6, that is some 20 s. A node that is
/// starting answers 503 for about 2 s.
pub const SETUP_TRIES: u32 = 6;

/// Time to connect, TLS included: 10 s.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for one request and its answer: 90 s. Engines wait up to 60 s for a primary shard.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);

/// Most bytes of one answer that are read: 64 MiB. 2,000 items take about 0.7 MB; an item that
/// repeats a value takes more. What is longer is no answer of a bulk request.
pub const ANSWER_BYTES: usize = 64 << 20;

/// Most characters kept of one cause of an error: 500. An engine may repeat a value of 40,000.
pub const CAUSE_CHARS: usize = 500;

/// Most characters kept of a reason, all causes joined: 2,000.
pub const REASON_CHARS: usize = 2_000;

// ── Checkpoint ──────────────────────────────────────────────────────────────────────────────────

// ── Report ──────────────────────────────────────────────────────────────────────────────────────

// ── Demo ────────────────────────────────────────────────────────────────────────────────────────
