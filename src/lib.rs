//! trailhaul loads every CloudTrail event of an AWS account into Elasticsearch or OpenSearch, once.
//!
//! The modules stand in the order in which an event meets them.

pub mod event;
pub mod window;

pub mod checkpoint;
pub mod counters;
pub mod demo;
pub mod limits;
pub mod normalize;
pub mod sink;
pub mod source;
