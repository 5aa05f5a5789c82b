//! The file of metrics (`--metrics`), written once at the end of a run, however it ended.
//!
//! It is for others to read (mode 0644), and only ever replaced whole: a collector may read at any
//! moment. A file that cannot be written changes nothing of what was loaded, so it decides the exit code
//! of a run alone that would be complete otherwise.
//!
//! A start that falls into a run of the same job leaves the file as it is: it says nothing of the job, and
//! would hide that a run hangs.

use std::{
    io::{self, Write},
    path::Path,
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    atomic,
    checkpoint::state::State,
    ending::{Ending, Identity, summary::Summary},
    exit::Exit,
    fault::Fault,
    normalize::Layout,
    private,
    report::metrics,
    settings::typed::Replay,
};

/// Writes those of a run; a file that cannot be written is one more of its faults.
pub(super) fn keep(path: &Path, ending: &mut Ending, state: Option<&State>) {
    if ending.faults.iter().any(Fault::gives_way) {
        return;
    }
    let Err(fault) = write(path, &ending.summary, state) else { return };
    if ending.exit == Exit::Complete {
        ending.exit = fault.exit();
        ending.summary.exit_code = ending.exit.code();
    }
    ending.summary.error.get_or_insert_with(|| fault.to_string());
    ending.faults.push(fault);
}

/// Writes those of a run that ended before there was anything to sum up.
pub(super) fn of_fault(path: &Path, exit: Exit, started: Timestamp) -> Result<(), Fault> {
    let identity = Identity {
        account: None,
        target: String::new(),
        index: String::new(),
        layout: Layout::default(),
        started,
        command: String::new(),
        remembers: false,
        replay: Replay::default(),
    };
    let time = Timestamp::now().duration_since(started);
    let time = Duration::try_from(time).unwrap_or_default();
    write(path, &Summary::empty(&identity, exit, time), None)
}

fn write(path: &Path, summary: &Summary, state: Option<&State>) -> Result<(), Fault> {
    let before = private::read(path).unwrap_or_default();
    let text = metrics::render(summary, state, &before);
    replace(path, &text).map_err(|error| {
        let shown = path.display();
        Fault::new(
            Exit::State,
            format!(
                "cannot write metrics {shown}: {error}; what was loaded is loaded: give --metrics a file in a folder that is there and that this user may write to"
            ),
        )
    })
}

/// The rename would put a file in the place of a device, or of a link to somewhere else.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("it is there and no regular file"));
    }
    atomic::replace_with(path, atomic::FOR_ALL, |file| file.write_all(text.as_bytes()))
}
