//! `scripts/bench quota`: what trailhaul makes of the LookupEvents quota, beside a single chain.
//!
//! Runs the built command against simulated AWSs in this process, with the documented quota of two
//! calls a second and region. Beside each run of the table a single token chain reads the same
//! account through the SDK with its default retries, as long as trailhaul takes. It prints and
//! asserts nothing: times differ between machines, the shares of one run do not.
//!
//! `scripts/bench quota table regions quiet caller memory` runs the named parts, in this order.

mod accounts;
mod parts;
mod single_chain;
mod subject;

use std::io::Write as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    if wanted("table") {
        parts::table().await?;
    }
    if wanted("regions") {
        parts::regions().await?;
    }
    if wanted("quiet") {
        parts::quiet().await?;
    }
    if wanted("caller") {
        parts::caller().await?;
    }
    if wanted("memory") {
        parts::memory().await?;
    }
    Ok(())
}

/// Prints a line at once, so that a long run shows how far it is.
fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
