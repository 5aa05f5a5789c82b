//! `trailhaul report`: one HTML page about what was loaded, or about what record files hold.
//!
//! Everything is counted before the page is written, and it is written whole or not at all.

mod asked;
mod chosen;
mod counted;
mod states;

use std::{
    io::{self, Write},
    path::Path,
};

use jiff::Timestamp;

use super::{Fault, print};
use crate::{
    atomic,
    exit::Exit,
    figures::Figures,
    report::{
        page::{About, Page},
        screen::Screen,
    },
    settings::{ReportSettings, report::Subject},
    signals::Interrupts,
};

/// Writes the page.
pub(super) async fn run(
    settings: ReportSettings,
    now: Timestamp,
    screen: &Screen,
) -> Result<Exit, Fault> {
    let mut interrupts = Interrupts::listen().map_err(Fault::internal)?;
    if let Some(path) = &settings.out {
        check(path)?;
    }
    let out = settings.out.clone();
    let (html, figures, notes) = tokio::select! {
        made = make(settings, now) => made?,
        () = interrupts.next() => {
            return Err(Fault::new(Exit::Interrupted, "interrupted before the page was written"));
        }
    };
    match &out {
        Some(path) => {
            atomic::replace_with(path, atomic::OWNER_ALONE, |file| file.write_all(html.as_bytes()))
                .map_err(|error| unwritten(Exit::State, path, &error))?;
            tracing::info!(events = figures.events, page = %path.display(), "written");
        }
        None => print(&html)?,
    }
    for note in notes {
        screen.problem(&note);
    }
    Ok(tell(&figures, screen))
}

async fn make(
    settings: ReportSettings,
    now: Timestamp,
) -> Result<(String, Figures, Vec<String>), Fault> {
    let ReportSettings { subject, since, until, state, folder, .. } = settings;
    let limits = (since, until);
    let is_index = matches!(subject, Subject::Index { .. });
    let (figures, subject, covered, notes) = match subject {
        Subject::Files(paths) => {
            let covered = states::named(state.as_deref(), None, limits, now.as_second())?;
            let (figures, name) = counted::figures(paths, limits).await?;
            (figures, name, covered, Vec::new())
        }
        Subject::Index { cluster, index, layout } => {
            let asked = asked::Asked::reach(*cluster, &index, layout, limits).await?;
            let job = (asked.target(), index.as_str());
            let covered = match state.as_deref() {
                Some(path) => states::named(Some(path), Some(job), limits, now.as_second())?,
                None => states::found(&folder, job, limits, now.as_second()),
            };
            (asked.figures().await?, asked.name(), covered, asked.notes().to_vec())
        }
    };
    let about = About { subject, is_index, since, until, made: now, notes };
    let html = Page { figures: &figures, covered: &covered, about: &about }.render();
    Ok((html, figures, about.notes))
}

/// Says what is not on the page.
fn tell(figures: &Figures, screen: &Screen) -> Exit {
    let aside = figures.aside;
    if aside.flows > 0 {
        screen.problem(&format!(
            "{} lines of VPC flow logs are not part of a report and were left out",
            aside.flows
        ));
    }
    if aside.others > 0 {
        screen.problem(&format!(
            "{} documents are none of CloudTrail's in the layout ecs and were left out",
            aside.others
        ));
    }
    if aside.strays == 0 {
        return Exit::Complete;
    }
    screen.problem(&format!(
        "{} records are no events and were left out: trailhaul rules test FILE says why of each",
        aside.strays
    ));
    Exit::DeadLetters
}

/// Finds out before the counting whether the page can be written.
fn check(path: &Path) -> Result<(), Fault> {
    let there = path.symlink_metadata();
    if there.is_ok_and(|there| !there.is_file()) {
        // A rename would take the place of the device or link.
        let how = "name a file, or give --out - for standard output";
        return Err(Fault::new(
            Exit::Usage,
            format!("--out {} is no regular file: {how}", path.display()),
        ));
    }
    let tried = atomic::write_beside(path, |_| Ok(()));
    tried.map(drop).map_err(|error| unwritten(Exit::Usage, path, &error))
}

fn unwritten(exit: Exit, path: &Path, error: &io::Error) -> Fault {
    Fault::new(
        exit,
        format!(
            "cannot write --out {}: {error}; check the folder's permissions and free space, or give another",
            path.display()
        ),
    )
}
