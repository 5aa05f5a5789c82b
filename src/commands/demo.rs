//! `trailhaul demo`: the main job against a simulated AWS in the process.
//!
//! The simulation only stands in for AWS: reading, normalizing, writing and remembering are those of
//! `load`. What is remembered goes with the process unless `--state` names a file.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{Fault, load, print};
use crate::{
    demo::{Credentials, Latency, Options, SimulatedAws, generator},
    exit::Exit,
    limits::{DEMO_EVENTS, DEMO_LATENCY, DEMO_SEED},
    report::screen::Screen,
    settings::{LoadSettings, Place, typed::Replay},
    source::aws::Aws,
};

/// What the denied region of the demo's account means.
const PARTIAL: &str = "
Exit code 3 says that a region is missing: eu-central-1 is denied in this
account, as a service control policy does it. A real run would say the same.
";

/// Loads the simulated account and says what to type next.
pub(super) async fn run(
    mut settings: LoadSettings,
    replay: Replay,
    screen: &Screen,
) -> Result<Exit, Fault> {
    let scratch = tempfile::tempdir().map_err(Fault::internal)?;
    settings.state.folder = scratch.path().to_owned();
    let letters = PathBuf::from("trailhaul-demo.dead-letters.ndjson");
    settings.state.dead_letters.get_or_insert(letters);
    let next = next_command(&settings.place);

    let account = generator::generate(DEMO_SEED, Timestamp::now(), DEMO_EVENTS);
    let (least, most) = DEMO_LATENCY;
    let options = Options { latency: Latency::Between(least, most), ..Options::default() };
    let simulated = SimulatedAws::start(account, options).await.map_err(Fault::internal)?;
    tracing::info!(endpoint = simulated.endpoint(), "simulated AWS, with the documented quota");
    let Credentials { access_key, secret, .. } = Credentials::default();
    let aws = Aws::at(simulated.endpoint(), &access_key, &secret);
    let signer = Aws::from_chain(settings.profile.as_deref()).await;
    let remembers = settings.state.file.is_some();
    let exit = load::from(&aws, &signer, settings, (remembers, replay), screen).await?;
    if !screen.output.json && !screen.output.quiet {
        match exit {
            Exit::Partial => print(&format!("{PARTIAL}{next}"))?,
            Exit::Complete => print(&next)?,
            _ => {}
        }
    }
    Ok(exit)
}

fn next_command(place: &Place) -> String {
    let load_file = match place {
        Place::File(path) => format!(
            "Load the file into any cluster:\n  curl -sS -H 'Content-Type: application/x-ndjson' \
             --data-binary @{} http://localhost:9200/_bulk\n\n",
            path.display()
        ),
        Place::Cluster(_) => String::new(),
    };
    format!(
        "\n{load_file}Load your own account, with the AWS credentials of your shell:\n  \
         trailhaul load --to http://localhost:9200\n"
    )
}
