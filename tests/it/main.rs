//! Everything that is tested from outside the modules.
//!
//! `cfg(test)` is always on here; it tells clippy that helpers are tests too.

#[cfg(test)]
mod fake_cluster;
#[cfg(test)]
mod sigv4;
#[cfg(test)]
mod sink_deliver;
#[cfg(test)]
mod sink_files;
#[cfg(test)]
mod sink_verdict;
