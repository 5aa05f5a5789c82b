//! What people see: log lines and bars while a run goes on, the summary at its end.
//!
//! Only reads counters; decides nothing. Standard output is for what was asked for (the summary);
//! bars and log lines share standard error, through one writer, so that they never tear each other.

pub mod ending;
pub mod logging;
pub mod progress;
pub mod summary;
pub mod table;
