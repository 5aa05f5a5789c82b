//! What the sink's two kinds of files have in common: one writer at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::private;
use crate::sink::error::SinkError;

/// Opens a file to read and to write, made with its folders when it is not there, and locked
/// against a second writer for as long as it is open.
///
/// A file that was replaced between opening and locking is opened again: what would be written to the
/// old one would be lost.
pub(crate) fn open_locked(path: &Path) -> Result<File, SinkError> {
    let failed = |error: io::Error| failed("open", path, &error);
    let folder = private::folder_of(path);
    private::create_folder(&folder).map_err(failed)?;
    loop {
        // A device or a pipe cannot be read back, so what is in it already is not known.
        let file = private::open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(failed(io::Error::other(
                    "another run is writing to it; wait for its end or use another file",
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let opened = file.metadata().map_err(failed)?;
        if std::fs::metadata(path)
            .is_ok_and(|now| now.ino() == opened.ino() && now.dev() == opened.dev())
        {
            private::sync_folder(&folder).map_err(failed)?;
            return Ok(file);
        }
    }
}

/// An I/O error as one that names the file.
pub(crate) fn failed(action: &'static str, path: &Path, error: &io::Error) -> SinkError {
    let reason = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "there is no room left on the disk; make room and start again".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "permission denied; check who owns the file and its folder".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "the disk is read-only; make it writable, or name a file on another".to_owned()
        }
        io::ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        _ => error.to_string(),
    };
    SinkError::File { action, path: path.to_owned(), reason }
}
