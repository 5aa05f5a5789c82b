//! Whether a file can be the target, before a run.

use std::fs::File;
use std::io;
#[cfg(target_os = "linux")]
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Pairs;
use crate::private;
use crate::sink::error::SinkError;
use crate::sink::files::failed;

/// Whether a run can write its documents to a file, found out without a change to anything; nothing where
/// the system does not say. Another run that writes to it is not looked for.
///
/// What is not there would be made in a folder, or in one that is made too: the nearest that is there
/// has to take a file without a name, which is gone when it is closed.
pub fn can_be_written(path: &Path) -> Result<Option<()>, SinkError> {
    match private::open_to_write(path) {
        Ok(file) => return Pairs::scan(&file, path).map(|_| Some(())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed("open", path, &error)),
    }
    match takes_a_nameless_file(&nearest_folder(path)) {
        Ok(()) => Ok(Some(())),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(failed("open", path, &error)),
    }
}

/// The same, where it is not there, by a file that is made beside it and taken away.
pub fn try_writing(path: &Path) -> Result<(), SinkError> {
    can_be_written(path)?;
    if path.exists() {
        return Ok(());
    }
    let folder = nearest_folder(path);
    tempfile::NamedTempFile::new_in(folder).map(drop).map_err(|error| failed("open", path, &error))
}

/// The folder that is there, of those that lead to a file.
fn nearest_folder(path: &Path) -> PathBuf {
    let mut folder = private::folder_of(path);
    while folder.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        folder = private::folder_of(&folder);
    }
    folder
}

#[cfg(target_os = "linux")]
fn takes_a_nameless_file(folder: &Path) -> io::Result<()> {
    let mut options = File::options();
    let opened = options.write(true).custom_flags(libc::O_TMPFILE).open(folder);
    match opened {
        // What a file system without such files says.
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            Err(io::ErrorKind::Unsupported.into())
        }
        opened => opened.map(drop),
    }
}

#[cfg(not(target_os = "linux"))]
fn takes_a_nameless_file(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
