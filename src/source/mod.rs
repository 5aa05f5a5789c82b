//! Where events come from: LookupEvents of every region, or record files.
//!
//! [`aws`] is the way to AWS: `chain` says where its credentials come from, `kept` keeps them until they run
//! out, `bounded` ends an answer that has no end. [`account`] asks whose they are, `clock` compares the
//! machine's time with AWS's, and [`regions`] finds the regions.
//!
//! [`planner`] decides which call to make (with a `guess` at what is left) and [`refusal`] what an error
//! means, both without I/O; [`pacer`] says when a call may be made; [`lookup`] makes one; [`reader`] reads a
//! region with them, in [`page`]s, and [`sample`] looks at a few windows of one.
//!
//! [`decode`] turns record text into events, for regions and for [`files`] alike; `wrapped` takes records out
//! of what AWS puts around them, `salvage` out of what breaks off; [`flow_log`] reads the lines of VPC flow
//! logs.

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
