//! Where events come from: LookupEvents of every region, or record files.
//!
//! [`planner`] decides which call to make (with a `guess` at what is left) and [`refusal`] what an error means, both without I/O;
//! [`pacer`] says when a call may be made; [`lookup`] makes one; [`reader`] reads a region with
//! them, and [`sample`] looks at a few windows of one. [`decode`] turns record text into events, for regions and for [`files`] alike; [`flow_log`] does so with
//! the lines of VPC flow logs.
//! `chain` says where the credentials of [`aws`] come from, and `kept` keeps them until they run out; `clock` compares the machine's time
//! with AWS's.

pub mod account;
pub mod aws;
mod bounded;
mod chain;
mod clock;
pub mod decode;
pub mod files;
pub mod flow_log;
mod guess;
mod kept;
pub mod lookup;
pub mod pacer;
pub mod page;
pub mod planner;
pub mod reader;
pub mod refusal;
pub mod regions;
mod salvage;
pub mod sample;
mod wrapped;
