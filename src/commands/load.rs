//! `trailhaul load`: every region, or record files, into the target.

mod files;
mod memory;
mod regions;

use std::{path::Path, sync::Arc, time::Instant};

use self::memory::Memory;
use super::{
    Fault, close,
    connect::{self, Documents, Opened},
};
use crate::{
    checkpoint::names,
    ending::{Ending, Identity},
    exit::Exit,
    pipeline::{self, Letters, Plan},
    report::{canvas::Canvas, progress::Progress, screen::Screen},
    settings::{
        Input, LoadSettings,
        typed::{self, Replay},
    },
    signals::Interrupts,
    sink::DeadLetters,
    source::aws::Aws,
    window::moment,
};

/// Loads and prints the summary.
pub(super) async fn run(
    settings: LoadSettings,
    replay: Replay,
    screen: &Screen,
) -> Result<Exit, Fault> {
    let remembers = matches!(settings.input, Input::Aws { .. });
    let aws = Aws::from_chain(settings.profile.as_deref()).await;
    from(&aws, &aws, settings, (remembers, replay), screen).await
}

/// The same from a given AWS; requests to the target are signed with the credentials of `signer`.
/// `remembers` says whether the next run can go on where this one stops, `replay` loads its dead letters.
pub(super) async fn from(
    aws: &Aws,
    signer: &Aws,
    settings: LoadSettings,
    (remembers, replay): (bool, Replay),
    screen: &Screen,
) -> Result<Exit, Fault> {
    let begun = Instant::now();
    let mut interrupts = Interrupts::listen().map_err(Fault::internal)?;
    let period = settings.period;
    let mut identity = Identity {
        account: None,
        target: connect::shown(&settings.place)?,
        index: settings.document.index.clone(),
        layout: settings.document.layout,
        started: moment(period.now),
        command: typed::command(),
        remembers,
        replay,
    };
    let job = match &settings.input {
        Input::Aws { regions, selection } => {
            Some((settings.state.clone(), regions.clone(), selection.clone()))
        }
        Input::Files(_) => None,
    };
    let prepared = tokio::select! {
        prepared = prepare(aws, signer, settings, &mut identity, &screen.canvas) => prepared,
        () = interrupts.next() => {
            Err(Fault::new(Exit::Interrupted, "interrupted before anything was read"))
        }
    };
    let (ending, state) = match prepared {
        Ok(plan) => {
            let target = Arc::clone(&plan.target);
            let outcome = pipeline::run(plan, &mut interrupts).await;
            let ending = outcome.ending(&identity, target.counts(), begun.elapsed());
            (ending, outcome.checkpoint.map(|checkpoint| checkpoint.state))
        }
        Err(fault) => {
            let state = job.and_then(|(settings, regions, selection)| {
                Memory::new(&settings, &selection, &identity).known(&regions)
            });
            (Ending::without_a_run(&identity, fault, begun.elapsed()), state)
        }
    };
    close(screen, ending, state.as_ref())
}

/// Everything before the first event is read.
async fn prepare(
    aws: &Aws,
    signer: &Aws,
    settings: LoadSettings,
    identity: &mut Identity,
    canvas: &Canvas,
) -> Result<Plan, Fault> {
    let LoadSettings { input, period, document, place, state, .. } = settings;
    let mut documents = Documents::new(document)?;
    let (mut lanes, checkpoint) = match input {
        Input::Files(paths) => {
            let layout = documents.normalizer.table().layout();
            (files::lanes(&paths, layout, &identity.replay)?, None)
        }
        Input::Aws { regions, selection } => {
            let reading =
                regions::reading(aws, &regions, selection, period, &state, identity).await?;
            documents.time = Some((moment(reading.oldest), moment(period.now)));
            (reading.lanes, Some(reading.checkpoint))
        }
    };
    let held = checkpoint.as_ref().map(|checkpoint| checkpoint.file.path());
    let state_file = held.or(state.file.as_deref()).map_or_else(
        || state.folder.join(names::stem(None, &identity.target, &identity.index)),
        Path::to_owned,
    );
    let beside = |end: &str| names::beside(&state_file, end);
    let letters = state.dead_letters.clone().unwrap_or_else(|| beside("dead-letters.ndjson"));
    let repairs = documents.learn_from(beside("learned.toml"))?;
    let filter = checkpoint.is_none().then_some(period);
    let Opened { target, is_empty } = connect::target(place, signer, &mut documents).await?;
    if is_empty && checkpoint.as_ref().is_some_and(|it| it.state.holds_events()) {
        tracing::warn!(
            target = identity.target,
            state = %state_file.display(),
            "the target holds nothing, and the state says what is loaded there, which is not read again: if it is lost, give --restart"
        );
    }
    lanes.sort_by(|a, b| a.name.cmp(&b.name));
    let shown = lanes.iter().map(|lane| (lane.name.clone(), Arc::clone(&lane.counts))).collect();
    Ok(Plan {
        progress: Progress::new(canvas.clone(), shown),
        lanes,
        normalizer: documents.normalizer,
        target: Arc::new(target),
        letters: Letters::Keep(DeadLetters::open(letters)),
        checkpoint,
        repairs,
        filter,
    })
}
