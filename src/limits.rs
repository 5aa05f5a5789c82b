//! Every tunable constant: unit, value, reason, source. Nothing else in the crate is a bare number
//! that somebody may want to change.

use std::time::Duration;

// ── Source ──────────────────────────────────────────────────────────────────────────────────────

// ── Normalize ───────────────────────────────────────────────────────────────────────────────────

// ── Sink ────────────────────────────────────────────────────────────────────────────────────────

// ── Checkpoint ──────────────────────────────────────────────────────────────────────────────────

// ── Report ──────────────────────────────────────────────────────────────────────────────────────

// ── Demo ────────────────────────────────────────────────────────────────────────────────────────

/// Requests a second that the simulated LookupEvents admits per region: AWS's own quota, which
/// cannot be raised ("two per second, per account, per Region", LookupEvents API reference).
pub const DEMO_QUOTA_PER_SECOND: f64 = 2.0;

/// Requests that the simulated quota admits at once after a pause. AWS documents no burst; one
/// second's worth is the smallest that does not punish a client for the jitter of its own clock.
pub const DEMO_QUOTA_BURST: u32 = 2;

/// Events on a page at most, and without `MaxResults` (LookupEvents API reference).
pub const DEMO_PAGE_EVENTS_MAX: usize = 50;

/// Regions on a page of ListRegions at most, and without `MaxResults` (Account API reference).
pub const DEMO_PAGE_REGIONS_MAX: usize = 50;

/// Seconds of history that LookupEvents looks back on: 90 days (CloudTrail user guide).
pub const DEMO_HISTORY_SECONDS: i64 = 90 * 24 * 60 * 60;

/// Characters of a lookup attribute's value at most; a few of them count double (LookupEvents API
/// reference).
pub const DEMO_ATTRIBUTE_CHARS_MAX: usize = 2000;

/// Seconds by which the time of a signature may be off: "within five minutes of the timestamp"
/// (IAM user guide, elements of a request's signature).
pub const DEMO_CLOCK_SKEW_SECONDS: i64 = 5 * 60;

/// Bytes of a request body that the simulation reads; every operation it knows fits many times.
pub const DEMO_REQUEST_BYTES_MAX: usize = 64 * 1024;

/// Events that a demo account holds: enough for a hundred pages and for every kind of record to
/// come up many times, few enough to be loaded within a minute at AWS's own quota.
pub const DEMO_EVENTS: usize = 5_000;

/// Seconds at the old end of the 90 days that a demo account leaves empty, so that no event ages
/// out between building the account and reading it.
pub const DEMO_MARGIN_SECONDS: i64 = 60 * 60;

/// Different records that a large account repeats under new ids and times: what keeps a million
/// events within tens of megabytes.
pub const DEMO_DISTINCT_RECORDS: usize = 256;

/// Pause after a connection could not be accepted, before the next try.
pub const DEMO_ACCEPT_PAUSE: Duration = Duration::from_millis(10);
