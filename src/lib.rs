//! trailhaul loads every CloudTrail event of an AWS account into Elasticsearch or OpenSearch, once.
//!
//! The modules stand in the order in which an event meets them.

pub mod event;

pub mod demo;
pub mod limits;
pub mod normalize;
pub mod secret;
pub mod sink;
