//! The figures of record files, counted in one pass.

use std::path::{Path, PathBuf};

use crate::{
    exit::Exit,
    fault::Fault,
    figures::{Counter, Figures},
    source::files::{self, FileError},
    window::Second,
};

/// The figures, and what they are of.
pub(super) async fn figures(
    paths: Vec<PathBuf>,
    (since, until): (Option<Second>, Option<Second>),
) -> Result<(Figures, String), Fault> {
    let is_wanted = move |second: Second| {
        since.is_none_or(|since| since <= second) && until.is_none_or(|until| second <= until)
    };
    let counted = tokio::task::spawn_blocking(move || count(&paths, is_wanted));
    counted.await.map_err(Fault::internal)?
}

fn count(
    paths: &[PathBuf],
    is_wanted: impl Fn(Second) -> bool,
) -> Result<(Figures, String), Fault> {
    let files: Vec<_> = paths.iter().flat_map(|path| files::expand(path)).collect();
    let mut counter = Counter::default();
    let mut of_another_time = 0_u64;
    for file in &files {
        let read = files::read(file, &mut |item| {
            counter.take(&item, |event| {
                let is_wanted = is_wanted(event.time.as_second());
                of_another_time += u64::from(!is_wanted);
                is_wanted
            });
            true
        });
        read.map_err(|error| unread(&error))?;
    }
    let figures = counter.finish();
    if figures.events == 0 {
        return Err(nothing(paths, &figures, of_another_time));
    }
    let name = match files.as_slice() {
        [file] if file == Path::new("-") => "records of standard input".to_owned(),
        [file] => format!("record file {}", file.display()),
        files => format!("{} record files in {}", files.len(), shown(paths)),
    };
    Ok((figures, name))
}

/// Nothing of it is shown: a page of a part of the events would look like one of all.
fn unread(error: &FileError) -> Fault {
    Fault::new(Exit::Partial, format!("{error}; no page was written"))
}

fn nothing(paths: &[PathBuf], figures: &Figures, of_another_time: u64) -> Fault {
    let reason = if of_another_time > 0 {
        format!("{of_another_time} events are of another time: give other --since and --until")
    } else if figures.aside.flows > 0 {
        "lines of VPC flow logs are not part of a report: give files of CloudTrail".to_owned()
    } else if figures.aside.strays > 0 {
        format!("{} records are no events: give files of CloudTrail", figures.aside.strays)
    } else {
        "nothing is in them: give files of CloudTrail".to_owned()
    };
    Fault::new(Exit::Usage, format!("no event to report in {}: {reason}", shown(paths)))
}

fn shown(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
