//! `trailhaul rules suggest`: rules to add, for what files show.

use std::path::Path;

use super::{Fault, print};
use crate::{
    event::{Item, Rejection, Stray},
    exit::Exit,
    json,
    normalize::{Suggest, Table},
    pipeline,
    report::screen,
    sink::DeadLetter,
    source::files,
};

/// What a file held.
#[derive(Default)]
struct Held {
    /// Events, letters and mappings.
    known: u64,
    /// What is none of them, and why the first is none.
    strays: u64,
    reason: Option<String>,
}

/// Prints the rules that the files suggest, as a file for `--rules`.
pub(super) fn run(table: &Table, paths: &[impl AsRef<Path>]) -> Result<Exit, Fault> {
    let mut suggest = Suggest::new(table);
    let mut exit = Exit::Complete;
    for path in paths.iter().flat_map(|path| files::expand(path.as_ref())) {
        let held = see(&mut suggest, &path)?;
        if let Some(reason) = held.reason {
            exit = Exit::DeadLetters;
            screen::complain(&format!(
                "{}: {} of {} are neither events, dead letters nor a mapping, the first since {reason}",
                path.display(),
                held.strays,
                held.strays.saturating_add(held.known),
            ));
        }
    }
    let text = suggest.toml();
    if text.is_empty() {
        screen::complain("nothing to propose: the rules in force settle all that was seen");
    } else {
        print(&text)?;
    }
    match suggest.unnamed() {
        0 => {}
        paths => {
            let paths = if paths == 1 { "1 path".to_owned() } else { format!("{paths} paths") };
            screen::complain(&format!(
                "{paths} of these events stand in catch-alls; a rule for a path gives it a name of its own"
            ));
        }
    }
    Ok(exit)
}

/// Takes in a file; what it is, its content says.
fn see(suggest: &mut Suggest<'_>, path: &Path) -> Result<Held, Fault> {
    let mut held = Held::default();
    let read = files::read(path, &mut |item| {
        match item {
            Item::Event(event) if event.flow.is_some() => {
                held.strays += 1;
                let reason = "there are no rules for lines of flow logs";
                held.reason.get_or_insert_with(|| reason.to_owned());
            }
            Item::Event(event) => {
                suggest.event(&event);
                held.known += 1;
            }
            Item::Stray(stray) if is_told(suggest, &stray) => held.known += 1,
            Item::Stray(stray) => {
                held.strays += 1;
                held.reason.get_or_insert(stray.reason);
            }
        }
        true
    });
    read?;
    if held.known == 0 {
        let reason = held.reason.unwrap_or_else(|| "it is empty".to_owned());
        return Err(Fault::new(
            Exit::Usage,
            format!(
                "{} holds no events, no dead letters and no answer of GET /INDEX/_mapping: {reason}",
                path.display()
            ),
        ));
    }
    Ok(held)
}

/// Takes in a dead letter or a mapping, which are no events; says whether it is one.
fn is_told(suggest: &mut Suggest<'_>, stray: &Stray) -> bool {
    let Ok(letter) = serde_json::from_str::<DeadLetter>(&stray.verbatim) else {
        return json::parse(&stray.verbatim).is_ok_and(|answer| suggest.mapping(&answer));
    };
    let DeadLetter { status, kind, reason, path, .. } = letter.clone();
    if let Item::Event(event) = pipeline::event_of(letter) {
        suggest.refused(&event, &Rejection { status, kind, reason, path });
    }
    true
}
