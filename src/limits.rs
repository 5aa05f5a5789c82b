//! Every tunable constant: unit, value, reason, source. Nothing else in the crate is a bare number
//! that somebody may want to change.

use std::time::Duration;

// ── Source ──────────────────────────────────────────────────────────────────────────────────────

/// Events on a page: AWS's most, because the quota counts calls, not events.
/// Source: API reference of LookupEvents, `MaxResults`.
pub const EVENTS_PER_PAGE: i32 = 50;

/// Calls a second and region that AWS grants an account, not adjustable. More is throttled, less
/// makes a backfill longer. Source: API reference of LookupEvents.
pub const CALLS_PER_SECOND: f64 = 2.0;

/// Calls a second below which a throttled region does not fall: enough to notice within ten seconds
/// that another caller has gone.
pub const SLOWEST_CALLS_PER_SECOND: f64 = 0.1;

/// Factor on the pace of a region that was throttled: half the quota is reached in two steps, which
/// suits one other caller.
pub const PACE_AFTER_THROTTLE: f64 = 0.7;

/// Calls a second that each accepted call gives back: the whole quota is reached again within a
/// minute of the other caller's leaving.
pub const PACE_GAIN_PER_CALL: f64 = 0.02;

/// Pages that a chain must be expected to hold for a split to be worth the call that it costs.
pub const WORTH_A_SPLIT_PAGES: f64 = 2.0;

/// Calls of one region under way at once. At two calls a second this is a latency of 32 s, about the
/// worst that is reported (35 s, us-east-1).
pub const MOST_CALLS_UNDER_WAY: usize = 64;

/// Tokens that a chain may lose in a row without getting any further before its region is given up.
pub const MOST_TOKENS_LOST: u32 = 8;

/// Time for one call to AWS. Answers of 35 s are reported, so a shorter limit would lose pages that
/// were about to come.
pub const AWS_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(90);

/// Time for a connection to AWS to come up.
pub const AWS_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Attempts of the SDK at each of the few calls before a run (whose account, which regions).
pub const AWS_SETUP_ATTEMPTS: u32 = 5;

/// Time without any answer after which a region that has answered before is given up for this run.
pub const AWS_PATIENCE: Duration = Duration::from_secs(600);

/// The same for a region that has never answered: it may be unreachable from here for good, and a
/// cron job should say so soon.
pub const AWS_FIRST_PATIENCE: Duration = Duration::from_secs(60);

/// First delay before a failed call is made again; doubled each time, with jitter.
pub const AWS_RETRY_FIRST: Duration = Duration::from_millis(500);

/// Longest such delay.
pub const AWS_RETRY_LONGEST: Duration = Duration::from_secs(20);

/// Region asked where nothing names one: every commercial account has it.
pub const FALLBACK_REGION: &str = "us-east-1";

/// Regions on a page of `account:ListRegions`: AWS's most.
pub const REGIONS_PER_PAGE: i32 = 50;

/// Days that AWS keeps the event history. Source: CloudTrail user guide.
pub const HISTORY_DAYS: i64 = 90;

/// Records of a file that travel together.
pub const RECORDS_PER_FILE_PAGE: usize = 500;

// ── Normalize ───────────────────────────────────────────────────────────────────────────────────

// ── Sink ────────────────────────────────────────────────────────────────────────────────────────

// ── Checkpoint ──────────────────────────────────────────────────────────────────────────────────

/// Version of the state file's format. A newer file is refused, never written over.
pub const STATE_VERSION: u32 = 1;

/// Time between two saves of the state in a run: what a killed run may have to read again.
pub const SAVE_EVERY: Duration = Duration::from_secs(1);

// ── Pipeline ────────────────────────────────────────────────────────────────────────────────────

/// Pages that wait between the feeds and the pipeline. A page is 50 events, seldom over 200 KB.
pub const PAGES_WAITING: usize = 64;

/// Batches under way to the target at once: enough to hide its latency, few enough for a small node.
pub const DELIVERIES_UNDER_WAY: usize = 4;

/// Time that a document may wait for its batch to fill.
pub const LINGER: Duration = Duration::from_secs(1);

// ── Report ──────────────────────────────────────────────────────────────────────────────────────

/// Time between two drawings of the bars.
pub const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Time between two progress lines where no bars are drawn: a cron log stays short.
pub const PROGRESS_LINE_EVERY: Duration = Duration::from_secs(30);

/// Bars drawn at once: they fit a terminal of 24 lines with room for log lines.
pub const MOST_BARS: usize = 16;

// ── Demo ────────────────────────────────────────────────────────────────────────────────────────
