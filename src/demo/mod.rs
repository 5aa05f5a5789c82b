//! The simulated AWS that `trailhaul demo` and the tests use.
//!
//! One HTTP endpoint stands for every region and for the three services that a run calls. It is
//! held to what AWS documents and to what has been seen of it, so that a client that works here
//! works there: signatures are verified, quotas are kept, tokens are bound to their requests. It
//! knows nothing of how trailhaul reads, and no other stage is used here.
//!
//! Events and where they are: `account`, `record`, [`generator`] with its `apis` and `caller`. What
//! a call meets, in this order: `server` takes it, `sigv4` proves who sent it, `faults` says what
//! goes wrong, `quota` admits it, `latency` makes it wait, `query` reads it, `lookup` finds the page, `token` seals the
//! place to go on from, `page` writes it all. Everything but the server itself is free of I/O.

pub mod generator;

mod account;
mod apis;
mod caller;
mod calls;
mod cloudtrail;
mod faults;
mod identity;
mod latency;
mod lookup;
mod page;
mod query;
mod quota;
mod record;
mod sending;
mod server;
mod service;
mod sigv4;
mod token;
mod wire;

pub use account::{Account, Region, Status};
pub use calls::{LoggedCall, Operation, Outcome};
pub use faults::{BadEvent, Fault, Scripted, When};
pub use latency::Latency;
pub use quota::Quota;
pub use record::{Event, NoEventTime};
pub use server::SimulatedAws;
pub use service::Options;
pub use sigv4::Credentials;
