//! What must hold for any bytes whatever: of a record file, of an event, of an engine's answer.
//!
//! Each module has one `check`, which panics where something does not hold. libFuzzer drives them
//! (`scripts/fuzz`), and a plain test runs them over the corpus: an input that once broke one is
//! kept there.

pub mod decode;
pub mod normalize;
mod tree;
pub mod verdict;
