//! Prints `docs/ecs.md` from the shipped tables.

use std::io::Write as _;

fn main() -> anyhow::Result<()> {
    let page = trailhaul::normalize::ecs_markdown()?;
    std::io::stdout().write_all(page.as_bytes())?;
    Ok(())
}
