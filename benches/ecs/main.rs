//! `scripts/bench ecs`: the `ecs` layout on one core, and into a real engine beside the ingest pipeline.
//!
//! The same records go in both ways in one run: as documents that trailhaul has made, and as they are
//! through the pipeline that it exports. It prints and asserts nothing. `TRAILHAUL_BENCH_ENGINE` is the
//! engine's URL; without it only the first figure is printed.

use std::io::Write as _;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use trailhaul::demo::generator;
use trailhaul::event::{Event, Item};
use trailhaul::normalize::{
    CatchAll, Copies, Ecs, IndexPattern, Normalizer, Processors, Table, pipeline, template,
};
use trailhaul::source::{decode, flow_log::format};

/// Records in all.
const RECORDS: usize = 20_000;
/// Documents of one request, and requests at a time: the same for both ways.
const BATCH: usize = 1_000;
const IN_FLIGHT: usize = 2;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let events = events();
    let begun = Instant::now();
    let normalizer = normalizer()?;
    let bodies: Vec<String> = events.iter().map(|event| normalizer.body(event)).collect();
    let count = u32::try_from(events.len()).map(f64::from)?;
    let rate = |begun: Instant| count / begun.elapsed().as_secs_f64();
    say(&format!("transform on one core: {:.0} events/s", rate(begun)))?;
    let Some(engine) = engine() else { return Ok(()) };

    let client = reqwest::Client::builder().no_proxy().build()?;
    let put = async |path: &str, body: &Value| {
        let request = client.put(format!("{engine}/{path}")).body(body.to_string());
        let request = request.header("content-type", "application/json");
        request.send().await?.error_for_status()?;
        anyhow::Ok(())
    };
    put(
        "_ingest/pipeline/bench-ecs",
        &pipeline(format::DEFAULT, format::fields(), Processors::default())?,
    )
    .await?;
    let index = IndexPattern::new("bench-ecs")?;
    for (index_name, path) in [("bench-ecs-made", ""), ("bench-ecs-raw", "?pipeline=bench-ecs")] {
        let body = template(CatchAll::FlatObject, &index, normalizer.table());
        let body = body.get("template").context("a template has a body")?;
        put(index_name, body).await?;
        let documents: Vec<String> = match path {
            "" => bodies.clone(),
            _ => events.iter().map(|e| json!({ "message": *e.verbatim }).to_string()).collect(),
        };
        let begun = Instant::now();
        // What is made is made once more, in the time that counts.
        if path.is_empty() {
            for event in &events {
                std::hint::black_box(normalizer.body(event));
            }
        }
        send(&client, &format!("{engine}/{index_name}/_bulk{path}"), &documents).await?;
        let name = if path.is_empty() { "as documents" } else { "raw, through the pipeline" };
        say(&format!("into the engine {name}: {:.0} events/s", rate(begun)))?;
    }
    for path in ["bench-ecs-made", "bench-ecs-raw", "_ingest/pipeline/bench-ecs"] {
        client.delete(format!("{engine}/{path}")).send().await?.error_for_status()?;
    }
    Ok(())
}

/// Sends documents, as many requests at a time as are allowed.
async fn send(client: &reqwest::Client, url: &str, documents: &[String]) -> anyhow::Result<()> {
    let mut requests: JoinSet<anyhow::Result<()>> = JoinSet::new();
    for batch in documents.chunks(BATCH) {
        if requests.len() >= IN_FLIGHT {
            requests.join_next().await.context("a request")???;
        }
        let body: String =
            batch.iter().flat_map(|text| ["{\"create\":{}}\n", text, "\n"]).collect();
        let request = client.post(url).header("content-type", "application/x-ndjson").body(body);
        requests.spawn(async move {
            let answer = request.send().await?.error_for_status()?.text().await?;
            let answer: Value = serde_json::from_str(&answer)?;
            ensure!(answer.get("errors") == Some(&json!(false)), "refused: {answer:.500}");
            Ok(())
        });
    }
    while let Some(done) = requests.join_next().await {
        done??;
    }
    Ok(())
}

fn normalizer() -> anyhow::Result<Normalizer> {
    let ecs = Ecs::shipped(Timestamp::UNIX_EPOCH)?.with_copies(Copies::default());
    let table = Table::shipped()?.with_ecs(ecs, trailhaul::limits::FIELD_LIMIT);
    Ok(Normalizer::new(table.into(), IndexPattern::new("bench-ecs")?))
}

fn events() -> Vec<Event> {
    let records = generator::spread("us-east-1", 1_770_000_000, 60, RECORDS, 7);
    let events =
        records.iter().map(|event| event.text().into_owned()).filter_map(
            |text| match decode::record(text, decode::Hints::default()) {
                Item::Event(event) => Some(*event),
                Item::Stray(_) => None,
            },
        );
    events.collect()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark has no settings")]
fn engine() -> Option<String> {
    std::env::var("TRAILHAUL_BENCH_ENGINE").ok()
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
