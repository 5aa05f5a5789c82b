//! Everything that is tested from outside: the built command, against simulated AWS and real
//! engines. One binary, since each would be linked with the whole SDK. `scripts/test` runs it.
//!
//! `cfg(test)` is always on here; it tells clippy that helpers are tests too.

#[cfg(test)]
mod access;
#[cfg(test)]
mod adapt;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod check;
#[cfg(test)]
mod config;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod differences;
#[cfg(test)]
mod ecs;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod failure_store;
#[cfg(test)]
mod fake_cluster;
#[cfg(test)]
mod fault_matrix;
#[cfg(test)]
mod flow_logs;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod install;
#[cfg(test)]
mod json_page;
#[cfg(test)]
mod load;
mod lost_target;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod normalize;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod pressure;
#[cfg(test)]
mod project;
#[cfg(test)]
mod quota_on_paper;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod repair;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod report;
#[cfg(test)]
mod rules_on_engines;
#[cfg(test)]
mod security;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod sigma;
#[cfg(test)]
mod sigv4;
#[cfg(test)]
mod simulated_aws;
#[cfg(test)]
mod sink_deliver;
#[cfg(test)]
mod sink_files;
#[cfg(test)]
mod sink_verdict;
#[cfg(test)]
mod status;
#[cfg(test)]
mod suggest;
#[cfg(test)]
mod support;
#[cfg(test)]
mod template;
#[cfg(test)]
mod terminals;
#[cfg(test)]
mod troubleshooting;
#[cfg(test)]
mod what_people_see;
