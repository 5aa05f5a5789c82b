//! `scripts/bench normalize`: what the table costs.
//!
//! Makes documents of records on one core, with the shipped table and with two others: one of the same
//! names without rules, which says what the rules cost, and an empty one, which sends every event to
//! the catch-all whole. They take turns in one run, so that what else the machine does weighs on all.
//! It prints and asserts nothing. The records are those of the demo, or of a file,
//! one a line, that `TRAILHAUL_BENCH_RECORDS` names.

use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use trailhaul::demo::generator;
use trailhaul::event::Object;
use trailhaul::normalize::{Layout, Table, typed};

/// Records that are made documents of in one turn.
const RECORDS: usize = 2_000;
/// Turns of each table; the median counts.
const TURNS: usize = 41;

fn main() -> anyhow::Result<()> {
    let records = records()?;
    let flattened =
        Table::shipped()?.with_layout(Layout::Flattened, trailhaul::limits::FIELD_LIMIT);
    let tables = [
        ("without rules", Table::without_rules()),
        ("empty", Table::empty()),
        ("full", Table::shipped()?),
        ("flattened", flattened),
    ];
    let mut times = tables.each_ref().map(|_| Vec::with_capacity(TURNS));
    for _ in 0..TURNS {
        for ((_, table), times) in tables.iter().zip(&mut times) {
            times.push(turn(table, records.clone()));
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times.get(TURNS / 2).map_or(f64::NAN, Duration::as_secs_f64)
    });
    let mut out = std::io::stdout().lock();
    let count = u32::try_from(records.len()).map(f64::from)?;
    writeln!(out, "{} records, median of {TURNS} turns each, one core", records.len())?;
    writeln!(
        out,
        "{:13} {:>10}  time, in that without rules and that of the empty table",
        "table", "events/s"
    )?;
    let [without_rules, empty, ..] = medians;
    for ((name, _), seconds) in tables.iter().zip(medians) {
        let (rate, rules, names) = (count / seconds, seconds / without_rules, seconds / empty);
        writeln!(out, "{name:13} {rate:10.0}  {rules:.2}  {names:.2}")?;
    }
    Ok(())
}

/// How long the documents of all records take; what they are made of was there before.
fn turn(table: &Table, records: Vec<Object>) -> Duration {
    let mut documents = Vec::with_capacity(records.len());
    let begun = Instant::now();
    for record in records {
        documents.push(typed(table, record, Timestamp::UNIX_EPOCH, None));
    }
    let taken = begun.elapsed();
    black_box(documents);
    taken
}

#[expect(clippy::disallowed_methods, reason = "a benchmark has no settings")]
fn records() -> anyhow::Result<Vec<Object>> {
    let lines: Vec<String> = match std::env::var("TRAILHAUL_BENCH_RECORDS") {
        Ok(path) => {
            let text = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
            // From all over the file: neighbours are of one service.
            let lines: Vec<&str> = text.lines().collect();
            let step = (lines.len() / RECORDS).max(1);
            lines.into_iter().step_by(step).take(RECORDS).map(str::to_owned).collect()
        }
        Err(_) => generator::spread("us-east-1", 1_770_000_000, 60, RECORDS, 7)
            .iter()
            .map(|event| event.text().into_owned())
            .collect(),
    };
    lines.iter().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
