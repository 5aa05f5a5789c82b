//! Everything that is tested from outside: the built command, against simulated AWS and real
//! engines. One binary, since each would be linked with the whole SDK. `scripts/test` runs it.

mod engines;
mod project;
#[cfg(test)] // all of it is; said for clippy, which allows `unwrap` where it sees this
mod support;
