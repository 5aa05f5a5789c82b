//! What trailhaul does, seen from outside: one binary for all integration tests.

#[cfg(test)]
mod simulated_aws;
