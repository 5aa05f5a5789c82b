//! What is safely done, and how a run remembers it.
//!
//! [`ledger`] decides which seconds are safe, [`coverage`] is the set of them, [`state`] says what
//! a run has still to read, [`mod@file`] keeps it on disk. Only `file` does I/O.

pub mod coverage;
pub mod file;
pub mod ledger;
pub mod state;
