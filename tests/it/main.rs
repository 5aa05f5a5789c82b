//! The tests that see the crate from outside.

mod normalize;
