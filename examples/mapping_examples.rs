//! Prints `mapping_examples.md` from the shipped rules.

use std::io::Write as _;

use trailhaul::normalize::{Table, examples_markdown};

fn main() -> anyhow::Result<()> {
    let page = examples_markdown(&Table::shipped()?);
    std::io::stdout().write_all(page.as_bytes())?;
    Ok(())
}
