//! trailhaul loads every CloudTrail event of an AWS account into Elasticsearch or OpenSearch, once.
//!
//! # The flow
//!
//! ```text
//!  regions ─► planner ─► chains (LookupEvents) ─┐
//!  record files, dead letters ──────────────────┴► normalize ─► batch ─► bulk ─► verdicts ─► ledger ─► checkpoint
//!                                                  (rules)            (retry, split)  └► dead letters
//!                                                     ▲                     │
//!                                                     └── another form ◄────┘ (repair)
//! ```
//!
//! Stages are folders. A stage never imports another; [`pipeline`] alone joins them and alone spawns
//! tasks, but for a read or write that blocks a thread. What decides (planner, verdict, rules, ledger, region state) is pure: no I/O, no clock.
//!
//! # Invariants
//!
//! 1. Every event read ends in exactly one counter: read = created + exists + rejected + filtered
//!    ([`counters`]).
//!    A document under repair has ended in none yet, and ends in one ([`normalize::repair`]).
//! 2. A verdict belongs to the document at its position, or the whole response is an error
//!    ([`sink::verdict`]).
//! 3. Coverage never includes a second whose events do not all have a final verdict, durable on disk
//!    ([`checkpoint::ledger`], [`pipeline`]).
//! 4. Loading any range again changes no document: a document's id is its event's
//!    ([`sink::bulk`]).
//! 5. A field has one shape (object or scalar) whatever the order of arrival: a document has no path
//!    that the table does not name, but below the catch-alls, which take any ([`normalize`]).
//! 6. No secret reaches a log, an error, a file or a snapshot ([`secret`], [`sink::reason`]).
//!
//! # The modules

pub mod cli;
pub mod commands;
pub mod pipeline;
pub mod settings;

mod atomic;
pub mod event;
pub mod figures;
pub mod json;
pub mod limits;
mod patterns;
mod private;
pub mod secret;
pub mod window;

pub mod checkpoint;
pub mod normalize;
pub mod sink;
pub mod source;

pub mod counters;
pub mod demo;
pub mod ending;
pub mod exit;
pub mod fault;
pub mod report;
pub mod signals;
