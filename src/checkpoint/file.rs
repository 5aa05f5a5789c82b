//! The state file: locked against a second run, saved atomically, mode 0600, readable by a person.
//!
//! A save replaces the file whole, which makes a crash harmless. The lock is on a file of its own
//! beside it, because the replacing takes away the file that a lock would be on; the kernel lets it
//! go when the process ends, however it ends.
//!
//! A file that is corrupt, newer, or of another job is never written over.

use std::{
    fmt,
    fs::{File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::state::{Job, State};
use crate::{
    atomic,
    limits::{LOCK_LOOK, STATE_VERSION},
    private,
};

/// Why the state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another run holds it.
    #[error("state file {} is in use by another run; wait for it to end, or give this run its own --state FILE", .0.display())]
    Locked(PathBuf),
    /// There is none of this name, where one was asked for.
    #[error("there is no state file {}; name one that a run has made, or leave --state out to see all of the state folder", .0.display())]
    Missing(PathBuf),
    /// It is no state file, or a damaged one.
    #[error("state file {} is corrupt ({reason}); it was left as it was: restore it, or move it away to load from the start (documents that exist are not written twice)", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A newer trailhaul wrote it.
    #[error("state file {} has version {found}, this trailhaul knows version {STATE_VERSION}; it was left as it was: update trailhaul, or give another --state FILE", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
    /// It belongs to another account, target, index, selection or layout.
    #[error("state file {} belongs to another job: its {what} is {found}, this run's is {wanted}; give another --state FILE", path.display())]
    OtherJob {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the file says.
        found: String,
        /// What the run says.
        wanted: String,
    },
    /// As [`StateError::Io`], of the file of learned rules beside it.
    #[error("cannot {action} the learned rules in {}: {source}; check the folder's permissions and free space, or give another --state FILE", path.display())]
    Learned {
        /// `read` or `save`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk or its permissions.
    #[error("cannot {action} state file {}: {source}; check the folder's permissions and free space, or give another --state FILE", path.display())]
    Io {
        /// `read`, `lock` or `save`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A state file that this process holds.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    _lock: File,
}

impl StateFile {
    /// Locks the file and reads it; a file that is not there yet is an empty state. Proves by a trial
    /// that the folder takes a save and has room for it, so that a run does not find out at its end.
    pub fn open(path: &Path, job: Job) -> Result<(Self, State), StateError> {
        let io_error =
            |action| move |source| StateError::Io { action, path: path.to_owned(), source };
        private::create_folder(&private::folder_of(path)).map_err(io_error("lock"))?;
        let lock = private::open(&lock_of(path)).map_err(io_error("lock"))?;
        lock_of_a_run(&lock, || std::thread::sleep(LOCK_LOOK)).map_err(|error| match error {
            TryLockError::WouldBlock => StateError::Locked(path.to_owned()),
            TryLockError::Error(source) => io_error("lock")(source),
        })?;
        let state = match read(path)? {
            Some(state) => same_job(path, state, &job)?,
            None => State::new(job),
        };
        let file = Self { path: path.to_owned(), _lock: lock };
        atomic::write_beside(path, |file| write_state(file, &state)).map_err(io_error("save"))?;
        Ok((file, state))
    }

    /// Puts the state on disk in place of the old one. On an error the old one is as it was.
    pub fn save(&self, state: &mut State, now: Timestamp) -> Result<(), StateError> {
        state.saved = Some(now);
        atomic::replace_with(&self.path, atomic::OWNER_ALONE, |file| write_state(file, state))
            .map_err(|source| StateError::Io { action: "save", path: self.path.clone(), source })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

pub(super) fn lock_of(path: &Path) -> PathBuf {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    PathBuf::from(lock)
}

/// A second run holds the lock for good, somebody who looks for a moment.
fn lock_of_a_run(lock: &File, wait: impl FnOnce()) -> Result<(), TryLockError> {
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => {
            wait();
            lock.try_lock()
        }
        result => result,
    }
}

pub(super) fn read(path: &Path) -> Result<Option<State>, StateError> {
    match private::read(path) {
        Ok(text) => parse(path, &text).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(corrupt(path, &"it is not UTF-8 text"))
        }
        Err(source) => Err(StateError::Io { action: "read", path: path.to_owned(), source }),
    }
}

fn write_state(file: &mut NamedTempFile, state: &State) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *file, state)?;
    file.write_all(b"\n")
}

fn parse(path: &Path, text: &str) -> Result<State, StateError> {
    let value: Value = serde_json::from_str(text).map_err(|error| corrupt(path, &error))?;
    match value.get("version").and_then(Value::as_u64) {
        Some(found) if found > u64::from(STATE_VERSION) => {
            return Err(StateError::Newer { path: path.to_owned(), found });
        }
        Some(_) => {}
        None => return Err(corrupt(path, &"it names no version")),
    }
    serde_json::from_str(text).map_err(|error| corrupt(path, &error))
}

fn same_job(path: &Path, mut state: State, job: &Job) -> Result<State, StateError> {
    let absent = || "unknown".to_owned();
    let account = |job: &Job| job.account.clone().unwrap_or_else(absent);
    let layout = |job: &Job| job.layout.clone().unwrap_or_else(absent);
    state.job.layout = state.job.layout.or_else(|| job.layout.clone());
    let compared = [
        ("account", account(&state.job), account(job)),
        ("target", state.job.target.clone(), job.target.clone()),
        ("index", state.job.index.clone(), job.index.clone()),
        ("selection", state.job.selection.clone(), job.selection.clone()),
        ("layout", layout(&state.job), layout(job)),
    ];
    for (what, found, wanted) in compared {
        if found != wanted {
            return Err(StateError::OtherJob { path: path.to_owned(), what, found, wanted });
        }
    }
    Ok(state)
}

fn corrupt(path: &Path, reason: &dyn fmt::Display) -> StateError {
    StateError::Corrupt { path: path.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Window;

    fn job() -> Job {
        Job {
            account: Some("111122223333".into()),
            target: "http://localhost:9200".into(),
            index: "cloudtrail-%Y.%m".into(),
            selection: "all".into(),
            layout: Some("ecs".to_owned()),
        }
    }

    fn saved() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/state.json");
        let (file, mut state) = StateFile::open(&path, job()).unwrap();
        let region = state.regions.entry("us-east-1".into()).or_default();
        region.cover(Window::new(0, 59).unwrap());
        file.save(&mut state, Timestamp::UNIX_EPOCH).unwrap();
        (folder, path)
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let (_folder, path) = saved();
        let (_, state) = StateFile::open(&path, job()).unwrap();
        assert!(state.regions["us-east-1"].covered.contains(30));
    }

    /// As one that was written before the layout was kept.
    #[test]
    fn what_does_not_say_its_layout_takes_that_of_the_run() {
        let (_folder, path) = saved();
        let text = std::fs::read_to_string(&path).unwrap();
        let without = text.replace(",\n    \"layout\": \"ecs\"", "");
        assert_ne!(without, text);
        File::create(&path).unwrap().write_all(without.as_bytes()).unwrap();
        let (_, state) = StateFile::open(&path, job()).unwrap();
        assert_eq!(state.job.layout.as_deref(), Some("ecs"));
    }

    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = saved();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_second_run_is_kept_out() {
        let (_folder, path) = saved();
        let _first = StateFile::open(&path, job()).unwrap();
        assert!(matches!(StateFile::open(&path, job()), Err(StateError::Locked(_))));
    }

    #[test]
    fn who_looks_for_a_moment_keeps_no_run_out() {
        let (_folder, path) = saved();
        let looking = File::open(lock_of(&path)).unwrap();
        looking.lock_shared().unwrap();
        let lock = private::open(&lock_of(&path)).unwrap();
        assert!(lock_of_a_run(&lock, || {}).is_err());
        lock_of_a_run(&lock, || drop(looking)).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_used_is_left_as_it_was() {
        let (_folder, path) = saved();
        let good = std::fs::read_to_string(&path).unwrap();
        let cases = [
            ("", "is corrupt"),
            (good.split_at(good.len() / 2).0, "is corrupt"),
            ("[]", "is corrupt"),
            (r#"{"version":"one"}"#, "is corrupt"),
            (&good.replace("\"covered\"", "\"coverd\""), "is corrupt"),
            (&good.replace("\"version\": 1", "\"version\": 2"), "has version 2"),
            (&good.replace("111122223333", "123456789012"), "its account is 123456789012"),
            (&good.replace("localhost", "elsewhere"), "its target is"),
            (&good.replace("\"ecs\"", "\"typed\""), "its layout is typed, this run's is ecs"),
        ];
        for (text, said) in cases {
            let mut file = File::create(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let error = StateFile::open(&path, job()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_file_that_breaks_off_at_any_length_is_corrupt() {
        let (_folder, path) = saved();
        let good = std::fs::read(&path).unwrap();
        for length in 0..good.trim_ascii_end().len() {
            let (cut, _) = good.split_at(length);
            File::create(&path).unwrap().write_all(cut).unwrap();
            let error = StateFile::open(&path, job()).unwrap_err().to_string();
            assert!(error.contains("is corrupt"), "{length}: {error}");
            assert_eq!(std::fs::read(&path).unwrap(), cut, "{length}");
        }
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named_before_the_run() {
        let (_folder, path) = saved();
        let below_a_file = path.join("state.json");
        let error = StateFile::open(&below_a_file, job()).unwrap_err().to_string();
        assert!(error.contains("cannot lock state file"), "{error}");
    }
}
