//! What is safely done, and how a run remembers it.
//!
//! [`ledger`] decides which seconds are safe, [`coverage`] is the set of them, [`state`] says what
//! a run has still to read, [`mod@file`] keeps it on disk, and [`learned`] what a run was taught
//! about the index. Only these two do I/O, and [`look`], for who is no run. [`names`] says
//! what the files are called.

pub mod coverage;
pub mod file;
pub mod learned;
pub mod ledger;
pub mod look;
pub mod names;
pub mod state;
