//! Looks at state files that others may be writing: makes, changes and keeps nothing.

use std::{
    fs::TryLockError,
    io,
    path::{Path, PathBuf},
};

use super::{
    file::{StateError, lock_of, read},
    state::State,
};
use crate::private;

/// The state files of a folder, by name; none where there is no folder, since nothing was ever remembered.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}

/// What a file says, of whatever job, while a run may be writing it: each save replaces it whole.
pub fn state(path: &Path) -> Result<State, StateError> {
    read(path)?.ok_or_else(|| StateError::Missing(path.to_owned()))
}

/// Whether a run holds the file now; nothing where that cannot be known. The lock is shared for the
/// moment of looking, which a run that begins waits for.
pub fn is_in_use(path: &Path) -> Option<bool> {
    let lock = match private::open_to_read(&lock_of(path)) {
        Ok(lock) => lock,
        Err(error) => return (error.kind() == io::ErrorKind::NotFound).then_some(false),
    };
    match lock.try_lock_shared() {
        Ok(()) => Some(false),
        Err(TryLockError::WouldBlock) => Some(true),
        Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{
        super::{file::StateFile, state::Job},
        *,
    };

    #[test]
    fn looking_keeps_no_run_out_and_makes_nothing() {
        let job = || Job {
            account: None,
            target: "file:x".to_owned(),
            index: "i".to_owned(),
            selection: "all".to_owned(),
            layout: None,
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let (run, mut saved) = StateFile::open(&path, job()).unwrap();
        run.save(&mut saved, Timestamp::UNIX_EPOCH).unwrap();
        let names = || std::fs::read_dir(folder.path()).unwrap().count();
        let before = names();
        assert_eq!(is_in_use(&path), Some(true));
        assert_eq!(state(&path).unwrap(), saved);
        drop(run);
        assert_eq!((is_in_use(&path), is_in_use(&path)), (Some(false), Some(false)));
        StateFile::open(&path, job()).unwrap();
        let missing = folder.path().join("no/such.json");
        assert!(matches!(state(&missing), Err(StateError::Missing(_))));
        assert_eq!((is_in_use(&missing), names()), (Some(false), before));
    }
}
