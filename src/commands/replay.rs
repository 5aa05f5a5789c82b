//! `trailhaul replay`: dead letters again, through the same pipeline.
//!
//! What is accepted is taken out of its file when the target has it; what is not stays as it was.

use std::{collections::HashSet, sync::Arc, time::Instant};

use jiff::Timestamp;

use super::{
    Fault, close,
    connect::{self, Documents},
    load,
};
use crate::{
    exit::Exit,
    pipeline::{self, Feed, Lane, Letters, Plan},
    report::{
        ending::{Ending, Identity},
        progress::Progress,
        screen::Screen,
    },
    settings::{ReplaySettings, typed},
    signals::Interrupts,
    sink::dead_letter,
    source::aws::Aws,
};

/// Loads the letters again and prints the summary.
pub(super) async fn run(settings: ReplaySettings, screen: &Screen) -> Result<Exit, Fault> {
    let begun = Instant::now();
    let mut interrupts = Interrupts::listen().map_err(Fault::internal)?;
    let ReplaySettings { files, document, place, folder } = settings;
    for file in &files {
        if let Err(error) = std::fs::metadata(file) {
            return Err(Fault::new(
                Exit::Usage,
                format!("cannot read {}: {error}; give a dead-letter file", file.display()),
            ));
        }
    }
    let identity = Identity {
        account: None,
        target: connect::shown(&place)?,
        index: document.index.clone(),
        started: Timestamp::now(),
        command: typed::command(),
        remembers: true,
    };
    let mut documents = Documents::new(document)?;
    let stem = load::file_stem(None, &identity);
    let repairs = documents.learn_from(folder.join(format!("{stem}.learned.toml")))?;
    let target = Arc::new(connect::target(place, &Aws::from_chain(None).await, &documents).await?);
    let lanes: Vec<_> = files
        .iter()
        .map(|path| Lane {
            name: path.display().to_string(),
            counts: Arc::default(),
            named: false,
            feed: Some(Feed::Letters(path.clone())),
        })
        .collect();
    let shown: Vec<_> =
        lanes.iter().map(|lane| (lane.name.clone(), Arc::clone(&lane.counts))).collect();
    let plan = Plan {
        progress: Progress::new(screen.canvas.clone(), shown.clone()),
        lanes,
        normalizer: documents.normalizer,
        target: Arc::clone(&target),
        letters: Letters::Replayed(HashSet::new()),
        checkpoint: None,
        repairs,
        filter: None,
    };
    let outcome = pipeline::run(plan, &mut interrupts).await;
    if let Letters::Replayed(accepted) = &outcome.letters {
        for file in &files {
            dead_letter::retain(file, |letter| {
                letter.id.as_ref().is_none_or(|id| !accepted.contains(id))
            })
            .map_err(|error| Fault::letters(&error))?;
        }
    }
    close(screen, &Ending::of(&identity, &shown, &outcome, target.counts(), begun.elapsed()))
}
