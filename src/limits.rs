//! Every tunable constant: unit, value, reason, source. Nothing else in the crate is a bare number
//! that somebody may want to change.

use std::time::Duration;

use jiff::SignedDuration;

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

/// Factor on the pace of a region when another caller uses its quota, as in CUBIC (RFC 9438).
pub const PACE_AFTER_THROTTLE: f64 = 0.7;

/// Share of the pace at a throttle that others are taken to leave. Until the quota's burst was used
/// up, the pace ran above what they leave; coming back to less means a throttle each 35 s or so.
pub const PACE_LEFT_BY_OTHERS: f64 = 0.8;

/// The same at a throttle at full pace, when nothing is known of others yet: one other caller that
/// takes as much as we do. More would be throttled again until it is found out.
pub const PACE_LEFT_BY_A_NEWCOMER: f64 = 0.5;

/// Calls a second per cubed second by which the pace comes back, CUBIC's C: from half the quota to
/// all of it within a minute of the other caller's leaving. More would throttle more calls while
/// it stays (`tests/it/quota_on_paper`: 3.4 % beside one that takes half).
pub const PACE_CUBIC: f64 = 2.8e-5;

/// Time after a throttle at full pace in which a second one shows that somebody else is calling. A
/// single one is the network's jitter, and slowing down for it would waste a tenth of a minute.
pub const THROTTLE_DOUBT: Duration = Duration::from_secs(20);

/// Share of the time between two calls that a late call may be made up for by an early next one.
/// With AWS's burst of two calls, what is left (here three quarters of half a second) is for jitter.
pub const PACE_CATCH_UP: f64 = 0.25;

/// Pages that a chain must be expected to hold for a split. At one page a call is seldom saved, but
/// the quota would lie idle otherwise: at 2.0 a tenth of it is lost when pages take up to 30 s; at 0.8
/// one region in twenty loses more than a latency at its end; below 0.6 the last partial pages cost
/// more calls than that is worth (`tests/it/quota_on_paper`).
pub const WORTH_A_SPLIT_PAGES: f64 = 0.6;

/// Seconds that the quota takes for the oldest chain from which on its old end is read by itself, before it
/// leaves AWS's ninety days. In less time hardly an event leaves them: one in 130,000 of an even history a
/// minute.
pub const WORTH_AN_EDGE: i64 = 60;

/// Times the seconds that the quota takes for a region, within which events may leave the ninety days before
/// their turn comes: 2, since how much there is to read is a guess.
pub const LEAVING_TIMES: i64 = 2;

/// Times the seconds that the quota takes for the oldest chain, which its old end is long: 4, twice what may
/// leave. At 2, each change of the guess cut off another end, and 8.6 % of the calls were beyond full pages
/// where they take up to 30 s, at 4 it is 7.9 % (`tests/it/quota_on_paper`).
pub const EDGE_TIMES: i64 = 4;

/// Seconds of a window that is split without a page to show what is in it: more than a run by cron
/// reads, so that a quiet region costs it one call however slow AWS is.
pub const WORTH_A_BLIND_SPLIT: i64 = 36 * 3_600;

/// Time without an answer to a region's first call after which its windows are split blindly. One
/// such call in ten takes longer where the mean is 4 s and 30 s the worst, and the quota of those
/// regions lay idle for a twentieth of a run of 400 calls.
pub const FIRST_PAGE_LATE: Duration = Duration::from_secs(8);

/// Blind splits of a region: with five calls one is answered soon, if any is. More would only hold the
/// answers of an endpoint that never ends one.
pub const MOST_BLIND_SPLITS: u32 = 4;

/// Time between two blind splits: with 1 s an empty region costs more calls and nothing is gained.
pub const BLIND_SPLIT_EVERY: Duration = Duration::from_secs(2);

/// Pages that a chain keeps at least when it is split: it has one under way.
pub const KEPT_PAGES: f64 = 0.5;

/// Factor between two pages' densities (events a second) above which the denser one counts as a
/// burst. Busy and quiet hours of a day differ by less.
pub const DENSITY_CHANGE: f64 = 16.0;

/// Times the length of a burst so far for which it is expected to go on. More finds its end sooner,
/// at the price of calls that find little.
pub const DENSITY_REACH: i64 = 32;

/// Calls of one region under way at once. At two calls a second this is a latency of 32 s, about the
/// worst that is reported (35 s, us-east-1).
pub const MOST_CALLS_UNDER_WAY: usize = 64;

/// Tokens that a chain may lose in a row without getting any further before it is given up.
pub const MOST_TOKENS_LOST: u32 = 8;

/// Pages without events in a row after which a chain goes on without its token: a minute of the quota. AWS
/// may give some where it filters, and none that never end.
pub const MOST_EMPTY_PAGES: u32 = 120;

/// Seconds that AWS may keep events beyond its ninety days: 1 day. What claims to be older has a wrong time,
/// and says nothing of how far a page reaches.
pub const KEPT_LONGER: i64 = 86_400;

/// Answers to one call that cannot be read, in a row, after which its chain is given up for this
/// run: 5, which with the pauses between them outlasts a proxy's fault of some 10 s. AWS heals
/// sooner; what goes on longer stands between, and waiting for it keeps the summary from whoever
/// can mend it.
pub const MOST_UNREADABLE: u32 = 5;

/// Time for one call to AWS. Answers of 35 s are reported, so a shorter limit would lose pages that
/// were about to come.
pub const AWS_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(90);

/// How far the machine's clock may be from AWS's. AWS takes signatures of five minutes before or
/// after its own time (IAM user guide, elements of a request's signature), and an answer takes up to
/// [`AWS_ATTEMPT_TIMEOUT`] to come. The look back of a next run makes up for as much.
pub const CLOCK_OFF: SignedDuration = SignedDuration::from_mins(5);

/// Time for a connection to AWS to come up.
pub const AWS_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time before credentials run out at which others are asked for: a clock that is behind by
/// [`CLOCK_OFF`] sees their end as much later, and what is signed with them must still arrive. Of
/// credentials that are good for less than twice this, half of what is left. Own choice.
pub const CREDENTIALS_MARGIN: Duration = Duration::from_mins(6);

/// Time for a source to give credentials: a process among them may wait for somebody who types a code
/// or touches a key. Own choice.
pub const CREDENTIALS_TIMEOUT: Duration = Duration::from_mins(2);

/// Time after which credentials that name no end are asked for anew, since whoever gave them may have
/// changed them. Source: the default of the SDK's own cache.
pub const CREDENTIALS_KEPT: Duration = Duration::from_mins(15);

/// Attempts of the SDK at each of the few calls before a run (whose account, which regions).
pub const AWS_SETUP_ATTEMPTS: u32 = 5;

/// Time without any answer after which a region that has answered before is given up for this run.
pub const AWS_PATIENCE: Duration = Duration::from_mins(10);

/// The same for a region that has never answered: it may be unreachable from here for good, and a
/// cron job should say so soon.
pub const AWS_FIRST_PATIENCE: Duration = Duration::from_mins(1);

/// First delay before a failed call is made again; doubled each time, with jitter.
pub const AWS_RETRY_FIRST: Duration = Duration::from_millis(500);

/// Longest such delay.
pub const AWS_RETRY_LONGEST: Duration = Duration::from_secs(20);

/// Region asked where nothing names one: every commercial account has it.
pub const FALLBACK_REGION: &str = "us-east-1";

/// Windows of a region that a check looks into when not all fits on a page: with 8, and the page before
/// them, each open region costs nine calls and so some 5 s. More would tell it better, and longer. At
/// 90 days they lie 11 days apart, so that all times of the day and the week come up.
pub const CHECK_WINDOWS: i64 = 8;

/// Throttles in a row after which a check takes a region's quota for used up by somebody else: some
/// 10 s at the pace that is kept then.
pub const CHECK_THROTTLES: u32 = 5;

/// Tries of a check's call over passing faults and unreadable answers: whoever typed it is waiting.
pub const CHECK_TRIES: u32 = 3;

/// Columns of what a check prints: those of the smallest usual terminal.
pub const CHECK_COLUMNS: usize = 80;

/// Regions on a page of `account:ListRegions`: AWS's most.
pub const REGIONS_PER_PAGE: i32 = 50;

/// Pages of regions after which what goes on listing them is not AWS: room for 500 regions.
pub const MOST_REGION_PAGES: usize = 10;

/// Most bytes of one answer of AWS that are read: 32 MiB. A page is seldom over 200 KB; 50 records
/// of the most that CloudTrail keeps of one, 256 KB, escaped within a string, are 25 MB.
pub const AWS_ANSWER_BYTES: usize = 32 << 20;

/// Days that AWS keeps the event history. Source: CloudTrail user guide.
pub const HISTORY_DAYS: i64 = 90;

/// Records of a file that travel together.
pub const RECORDS_PER_FILE_PAGE: usize = 500;

/// Bytes of the hash that is the id of a flow log's line. Of 2^40 lines, two share one of 128 bits with
/// a chance of one in 10^14; each byte more costs an index two.
pub const FLOW_ID_BYTES: usize = 16;

/// Lines of one file that are counted where its format lets two flows have the same line: some 100 MB.
/// AWS ends a file at 75 MB, which is about as many lines; of more, further copies are taken for one.
/// Source: VPC user guide, "Publish flow logs to Amazon S3", "Log file maximum size".
pub const LIKE_FLOWS_COUNTED: usize = 1 << 20;

/// Bytes of a file that are looked at for the first line of a flow log. All names that a format can have
/// are under 1 kB.
pub const FIRST_LINE_BYTES: u64 = 1 << 14;

// ── Normalize ───────────────────────────────────────────────────────────────────────────────────

/// Levels of objects in a document. Engines refuse a 21st (`index.mapping.depth.limit`, 20 in
/// Elasticsearch and OpenSearch); two are left for what a `--rules` file wraps.
pub const MAX_OBJECT_LEVELS: usize = 18;

/// Levels of arrays in a document. OpenSearch 2.12 and later count arrays against the same 20.
pub const MAX_ARRAY_LEVELS: usize = 18;

/// Bytes of one key. A path of 18 such keys is 9,234 bytes, far from Lucene's 32,766 a term.
pub const MAX_KEY_BYTES: usize = 512;

/// Characters of one number as it was written. Jackson, which reads the bulk body in every engine,
/// refuses a longer one (`StreamReadConstraints.DEFAULT_MAX_NUM_LEN`).
pub const MAX_NUMBER_CHARS: usize = 1000;

/// Bytes of a service's name in a field's name. The longest of AWS's own is below 40.
pub const MAX_SERVICE_BYTES: usize = 64;

/// UTF-16 units of a string that is still indexed; a longer one stays in `_source` alone. Lucene
/// takes 32,766 bytes a term, and 4 bytes are the most that a unit can need.
pub const KEYWORD_IGNORE_ABOVE: u32 = 8191;

/// Fields in one index: the shipped 4,281 and some 680 of a user's own rules. The engines' 1,000 is too
/// few for CloudTrail, and 2,000 was too few for users of logstash-codec-cloudtrail (its issue 24).
pub const FIELD_LIMIT: u32 = 5000;

/// Fields of an index that are trailhaul's own, at most: `@timestamp`, `trailhaul` and the 11 below it,
/// three multi-fields, nine catch-alls and nine lists of their leaves, and the values of four sections.
pub const OWN_FIELDS: u32 = 38;

/// Fields that a search without a field looks into. Engines refuse a search in more than 1,024
/// (`indices.query.bool.max_clause_count`), before Elasticsearch 8 whatever their memory.
pub const SEARCHED_FIELDS: usize = 1000;

/// Bytes of a leaf in a catch-all, with its path: `flat_object` stores both in one term, of which Lucene
/// takes 32,766 bytes, and rejects the document otherwise.
pub const MAX_REST_LEAF_BYTES: usize = 32_000;

/// The first second that is a date for an engine: the beginning of year 0.
pub const FIRST_SECOND: i64 = -62_167_219_200;

/// Bytes of all leaves of a catch-all, each with its path: 1 MiB. The list of leaves has them so, and so has
/// an engine in its memory; keys of 512 bytes above thousands of numbers make a thousand times of a record,
/// which takes an engine with it. AWS leaves out a section of over 100 kB, which has some 600 kB of leaves.
/// Source: CloudTrail user guide, "CloudTrail record contents", `requestParameters`.
pub const MAX_REST_BYTES: usize = 1 << 20;

/// Bytes of one term: Lucene's most (`IndexWriter.MAX_TERM_LENGTH`). A keyword that somebody else has mapped
/// without `ignore_above` rejects the document of a longer one.
pub const MAX_TERM_BYTES: usize = 32_766;

/// Fields in an index that nobody has set a limit for: 1,000, the engines' own.
pub const USUAL_FIELD_LIMIT: u32 = 1000;

/// The part of the fields of somebody else's index that are left to whoever else writes there: a tenth.
pub const LEFT_TO_OTHERS: u32 = 10;

/// Indices that are looked at before a run, at most, the newest first: 200, more than the days that AWS
/// keeps. What stands in an older one is repaired where it is refused.
pub const MOST_INDICES: usize = 200;

/// Paths that are named of those in which an index differs.
pub const SHOWN_PATHS: usize = 3;

/// UTF-16 units of a leaf that `flattened` still indexes: 3 bytes each at most, and a path of 18 keys
/// of 512 bytes, are 30,234 bytes of the 32,766 that a term takes.
pub const FLATTENED_IGNORE_ABOVE: u32 = 7000;

/// Fields of an index of the `ecs` layout, at most: its rows' some 300 with the objects around them. Its
/// fields are what it is, so `--field-limit` cannot lower them.
pub const ECS_FIELDS: u32 = 400;

/// User agents of which is remembered what they are: 1,024. An account has some hundred at a time; all
/// of them are forgotten when there is one more.
pub const AGENTS_REMEMBERED: usize = 1024;

/// Bytes of the longest of them: 1,024, which AWS cuts user agents to, so that they are 1 MiB at most.
pub const REMEMBERED_AGENT_BYTES: usize = 1024;

/// UTF-16 units of the text of a section from which on the `ecs` layout has it as text alone, and not
/// member by member too: Elastic's own limit, in the pipeline of its integration.
pub const ECS_TEXT_UNITS: usize = 32_766;

/// Bytes of an index's name, Elasticsearch's and OpenSearch's own limit.
pub const MAX_INDEX_NAME_BYTES: usize = 255;

/// Priority of the index template, before the length of its pattern is added. Elastic asks for
/// more than 500 from templates that have to win over those of its integrations (200) and of the
/// stack (100).
pub const TEMPLATE_PRIORITY: usize = 500;

/// Forms in which a rejected document is sent again before it is a dead letter, the minimal one
/// included: 16. Each conflict takes one, or two where a rule does not help, and the first events
/// that meet an index of somebody else's making have the most of them.
pub const MOST_REPAIRS: u32 = 16;

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

/// How long after the first word about a target that takes nothing the second one comes: 1 min. Each
/// further distance is twice the last, which makes five lines of [`SINK_PATIENCE`] and not hundreds.
pub const OUTAGE_SAID_AGAIN: Duration = Duration::from_mins(1);

/// Answers 500 for one document after which it is rejected: 8. Some engines answer 500 for a document
/// that they cannot read, and with others succeeding beside it nothing else would end the retries.
pub const DOCUMENT_FAULTS: u32 = 8;

/// Bulk requests in a row that go well, after pressure, before one more is sent at once: 8. Fewer would
/// press a node again that has just caught its breath.
pub const SUCCESSES_TO_CLIMB: u32 = 8;

/// Tries of a probe or a template while the target answers 429, 500 or 502 to 504: 6, that is some 20 s. A node that is
/// starting answers 503 for about 2 s.
pub const SETUP_TRIES: u32 = 6;

/// Time to connect, TLS included: 10 s.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for one request and its answer: 90 s. Engines wait up to 60 s for a primary shard.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);

/// Most bytes of one answer to a bulk request that are read: 16 MiB. 2,000 items take about 0.7 MB; those
/// that repeat a value take more, but all values are a batch. A longer answer halves the batch, so that
/// more words than these cost requests and no document.
pub const ANSWER_BYTES: usize = 16 << 20;

/// Most bytes of an answer to anything else: 1 MiB. They are some hundred.
pub const SHORT_ANSWER_BYTES: usize = 1 << 20;

/// Most bytes of an error of which the parts are read: 256 KiB. An engine may repeat a value of 40,000
/// characters in each of a few causes; read into parts, a text can take a hundred times its size.
pub const ERROR_BYTES: usize = 256 << 10;

/// Most characters kept of one cause of an error: 500. An engine may repeat a value of 40,000.
pub const CAUSE_CHARS: usize = 500;

/// Most characters kept of a reason, all causes joined: 2,000.
pub const REASON_CHARS: usize = 2_000;

/// Fewest characters of a part of a typed secret that is taken out of sentences by itself: 3. Of fewer,
/// words that have nothing to do with it would lose letters.
pub const SECRET_PIECE_CHARS: usize = 3;

// ── Checkpoint ──────────────────────────────────────────────────────────────────────────────────

/// Version of the state file's format. A newer file is refused, never written over.
pub const STATE_VERSION: u32 = 1;

/// Bytes of the name that the files of a job share, where nobody names them: with the longest of their ends
/// it must stay below the 255 bytes that a file's name has on every common file system (`NAME_MAX` of
/// Linux's limits.h). Own choice.
pub const MAX_STEM_BYTES: usize = 200;

/// Bytes of the hash that tells names apart which had to be cut: with 64 bits, a million of them have the
/// same with a chance of 1 to 30 million. Own choice.
pub const STEM_HASH_BYTES: usize = 8;

/// Time between two saves of the state in a run: what a killed run may have to read again.
pub const SAVE_EVERY: Duration = Duration::from_secs(1);

/// Time after which a run tries once more to have the state file that somebody seems to hold:
/// `status` does for as long as two system calls take.
pub const LOCK_LOOK: Duration = Duration::from_millis(50);

// ── Pipeline ────────────────────────────────────────────────────────────────────────────────────

/// Pages that wait between the feeds and the pipeline. A page is 50 events, seldom over 200 KB.
pub const PAGES_WAITING: usize = 64;

/// Batches under way to the target at once, at most: enough to hide its latency, few enough for a
/// small node. While the target says that it has too much to do it is less, down to 1.
pub const DELIVERIES_UNDER_WAY: usize = 4;

/// Time that a document may wait for its batch to fill.
pub const LINGER: Duration = Duration::from_secs(1);

// ── Report ──────────────────────────────────────────────────────────────────────────────────────

/// Time between two drawings of the bars.
pub const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Time between two progress lines where no bars are drawn: a cron log stays short.
pub const PROGRESS_LINE_EVERY: Duration = Duration::from_secs(30);

/// Rows of a terminal that bars leave free: for the cursor and the last log lines.
pub const ROWS_WITHOUT_BARS: usize = 5;

/// Rows and columns where nobody says how large a terminal is.
pub const USUAL_TERMINAL: (usize, usize) = (24, 80);

/// Time over which a rate is measured: long enough to even out answers that take 35 s, short enough
/// to notice a throttle.
pub const RATE_OVER: Duration = Duration::from_mins(1);

/// Time before which a measured rate of calls says nothing, since the first answers are awaited: the
/// quota is taken instead.
pub const RATE_AFTER: Duration = Duration::from_secs(10);

/// Seconds since the last run within which what is not loaded is its lag, and no gap: 25 hours. A job that runs
/// once a day leaves a day, and timers start late.
pub const LAG_SECONDS: i64 = 25 * 3_600;

/// Gaps of a region that `status` names: `--json` has them all, and one command fills them.
pub const SHOWN_GAPS: usize = 4;

/// Regions that a sentence of `status` names: the table below it has them all.
pub const SHOWN_NAMES: usize = 4;
/// Names of one table of `trailhaul report` that are counted: 50,000, some 10 MB. An account has a few
/// thousand addresses and principals; of more, the rarest half is let go, and the page says so.
pub const TALLY_NAMES: usize = 50_000;

/// Events of record files whose ids are remembered, to count copies once: 4 million, 72 MB at most.
pub const IDS_REMEMBERED: usize = 1 << 22;

/// Seconds of a period below which a report shows hours in place of days: three days.
pub const HOURS_BELOW: u64 = 3 * 86_400;

/// Columns of a report's map of events over time. Of more days than that, several share one: at 400 pixels
/// a column is 3 wide.
pub const HEAT_COLUMNS: i64 = 100;

/// Regions of that map. AWS has some 35; more come from records that nobody checked.
pub const HEAT_REGIONS: usize = 40;

/// Rows of a report's tables: as many as one reads.
pub const REPORT_ROWS: usize = 20;

/// Characters of a value that a report shows. An ARN is seldom over 120.
pub const REPORT_CHARS: usize = 160;

/// Missing stretches of a region that a report names; the others are counted.
pub const REPORT_GAPS: usize = 3;

/// Rows of one answer to a question for a report: 1,000. The longest are four values of 32 kB, which
/// nobody has a thousand of, and [`REPORT_ANSWER_BYTES`] are read.
pub const BUCKETS_PER_PAGE: usize = 1_000;

/// Sign-ins of one answer: 1,000, of some 2 kB each.
pub const HITS_PER_PAGE: usize = 1_000;

/// Error codes that one question about denied calls names: 1,000, far from the engines' 65,536 terms.
pub const DENIED_CODES_PER_QUESTION: usize = 1_000;

/// Bytes of the names of indices in the path of a question for a report. Engines take a request line of 4,096
/// bytes (`http.max_initial_line_length`); the rest of it are a folder before the index and the parameters.
pub const MOST_ASKED_BYTES: usize = 3_000;

/// Most bytes of an answer to a question for a report: 64 MiB.
pub const REPORT_ANSWER_BYTES: usize = 64 << 20;

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

/// Services that the reason of a proposed rule names of those that keep the shape; the others are
/// counted. The minority's are all named.
pub const NAMED_SERVICES: usize = 5;

/// Rules that are proposed for the members of one object: those that most events have. More than one
/// object's share of the some 700 names that `FIELD_LIMIT` leaves to rules would not be read either.
pub const SUGGESTED_MEMBERS: usize = 20;

/// Characters of an event name that the reason of a proposed rule shows: AWS's longest has 67.
pub const SHOWN_EVENT_CHARS: usize = 100;

/// Pause after a connection could not be accepted, before the next try.
pub const DEMO_ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Seed of the demo's account: every demo shows the same one, shifted to now.
pub const DEMO_SEED: u64 = 20_131_101;

/// Latency of the demo's LookupEvents, at least and at most. Source: 0.21 s is reported for a quiet
/// region (re:Post).
pub const DEMO_LATENCY: (Duration, Duration) =
    (Duration::from_millis(150), Duration::from_millis(300));
