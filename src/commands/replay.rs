//! `trailhaul replay`: dead letters again, through the same pipeline.
//!
//! What is accepted is taken out of its file when the target has it, also of a replay that is
//! interrupted; what is not stays as it was. A replay that is killed takes nothing out, and the next
//! one finds it there.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use jiff::Timestamp;

use super::{
    Fault, close,
    connect::{self, Documents},
};
use crate::{
    checkpoint::names,
    ending::Identity,
    event::Item,
    exit::Exit,
    pipeline::{self, Feed, Lane, Letters, Outcome, Plan},
    report::{progress::Progress, screen::Screen},
    settings::{
        ReplaySettings,
        typed::{self, Replay},
    },
    signals::Interrupts,
    sink::{DeadLetter, SinkError, dead_letter},
    source::aws::Aws,
};

/// Loads the letters again and prints the summary.
pub(super) async fn run(settings: ReplaySettings, screen: &Screen) -> Result<Exit, Fault> {
    let begun = Instant::now();
    let mut interrupts = Interrupts::listen().map_err(Fault::internal)?;
    let ReplaySettings { files, document, place, folder } = settings;
    files.iter().try_for_each(|file| usable(file))?;
    let identity = Identity {
        account: None,
        target: connect::shown(&place)?,
        index: document.index.clone(),
        layout: document.layout,
        started: Timestamp::now(),
        command: typed::command(),
        remembers: true,
        replay: Replay::default(),
    };
    let mut documents = Documents::new(document)?;
    let stem = names::stem(None, &identity.target, &identity.index);
    let repairs = documents.learn_from(folder.join(format!("{stem}.learned.toml")))?;
    let signer = Aws::from_chain(place.profile()).await;
    let target = Arc::new(connect::target(place, &signer, &mut documents).await?.target);
    let lanes: Vec<_> = files.iter().map(|file| lane(file)).collect();
    let shown = lanes.iter().map(|lane| (lane.name.clone(), Arc::clone(&lane.counts))).collect();
    let plan = Plan {
        progress: Progress::new(screen.canvas.clone(), shown),
        lanes,
        normalizer: documents.normalizer,
        target: Arc::clone(&target),
        letters: Letters::Replayed(HashSet::new()),
        checkpoint: None,
        repairs,
        filter: None,
    };
    let mut outcome = pipeline::run(plan, &mut interrupts).await;
    outcome.letters_fault = take_out(&files, &outcome).err();
    let ending = outcome.ending(&identity, target.counts(), begun.elapsed());
    close(screen, ending, None)
}

/// Finds out before anything is loaded whether a file can be read, and what is loaded taken out of it.
fn usable(file: &Path) -> Result<(), Fault> {
    let unread =
        |error| Fault::new(Exit::Usage, format!("failed to {error}; give a dead-letter file"));
    dead_letter::read(file).map(drop).map_err(unread)?;
    dead_letter::is_free(file)
        .map_err(|error| Fault::new(Exit::State, format!("failed to {error}")))
}

fn lane(file: &Path) -> Lane {
    Lane {
        name: file.display().to_string(),
        counts: Arc::default(),
        named: false,
        feed: Some(Feed::Letters(file.to_owned())),
    }
}

/// Takes what was accepted out of the files, of each as far as it can be.
fn take_out(files: &[PathBuf], outcome: &Outcome) -> Result<(), SinkError> {
    let Letters::Replayed(accepted) = &outcome.letters else { return Ok(()) };
    if accepted.is_empty() {
        return Ok(());
    }
    let is_left = |letter: &DeadLetter| match pipeline::event_of(letter.clone()) {
        Item::Event(event) => !accepted.contains(&event.id),
        Item::Stray(_) => true,
    };
    let results: Vec<_> = files.iter().map(|file| dead_letter::retain(file, is_left)).collect();
    results.into_iter().try_for_each(|result| result.map(drop))
}
