//! What people see: log lines and bars while a run goes on, the summary at its end; and the page of
//! `trailhaul report`.
//!
//! Only reads counters and how a run ended; changes nothing of a run, and decides nothing about it. Standard output is for what was asked for (the summary); bars, log lines
//! and problems share standard error, through one writer, so that they never tear each other.

pub mod bars;
pub mod canvas;
pub mod check;
pub mod closing;
pub mod exposition;
pub mod in_force;
pub mod logging;
pub mod metrics;
pub mod page;
pub mod progress;
pub mod rate;
pub mod screen;
pub mod status;
pub mod table;
