//! The trailhaul command.

fn main() {}
