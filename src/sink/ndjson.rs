//! A file of bulk NDJSON as the target: for a cluster that is not there yet, or not reachable from here.
//!
//! Any cluster's `_bulk` takes the file as it is. Loading again writes nothing twice: the ids in the
//! file are read when it is opened. A verdict is given when the bytes are durable, so that the
//! checkpoint never runs ahead of the file.

pub mod probe;

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use crate::event::{Document, Verdict};
use crate::sink::bulk;
use crate::sink::error::SinkError;
use crate::sink::files;

/// The file, with one owner.
#[derive(Debug, Clone)]
pub struct FileTarget {
    path: PathBuf,
    file: Arc<Mutex<Pairs>>,
}

impl FileTarget {
    /// Opens the file, made when it is not there, and reads the ids in it.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, SinkError> {
        let path = path.into();
        let file = files::open_locked(&path)?;
        let pairs = Pairs::read(file, &path)?;
        Ok(Self { path, file: Arc::new(Mutex::new(pairs)) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes those of a batch that are not there, and gives each document's verdict, at its position.
    pub async fn deliver(&self, batch: Arc<Vec<Document>>) -> Result<Vec<Verdict>, SinkError> {
        let file = Arc::clone(&self.file);
        let written = tokio::task::spawn_blocking(move || {
            file.lock().unwrap_or_else(PoisonError::into_inner).add(&batch)
        });
        let written = written.await.map_err(io::Error::other).flatten();
        written.map_err(|error| files::failed("write to", &self.path, &error))
    }
}

/// The pairs of lines in the file.
#[derive(Debug)]
struct Pairs {
    file: File,
    end: u64,
    ids: Ids,
}

/// What is in the file.
struct Scan {
    ids: Ids,
    /// Where whole pairs end.
    end: u64,
    /// The line of a pair that is not whole.
    cut: Option<usize>,
}

#[derive(Deserialize)]
struct Action {
    create: Create,
}

#[derive(Deserialize)]
struct Create {
    #[serde(rename = "_id")]
    id: String,
}

impl Pairs {
    /// Reads what is there; a pair that a crash cut short is taken away.
    fn read(mut file: File, path: &Path) -> Result<Self, SinkError> {
        let Scan { ids, end, cut } = Self::scan(&file, path)?;
        if let Some(line) = cut {
            tracing::warn!(path = %path.display(), line, "cut pair of lines at the end is taken away");
        }
        file.set_len(end)
            .and_then(|()| file.seek(SeekFrom::Start(end)))
            .map_err(|error| files::failed("read", path, &error))?;
        Ok(Self { file, end, ids })
    }

    /// Looks at what is there.
    fn scan(file: &File, path: &Path) -> Result<Scan, SinkError> {
        let (mut ids, mut end, mut cut) = (Ids::default(), 0, None);
        let failed = |error: &io::Error| files::failed("read", path, error);
        let mut reader = BufReader::new(file);
        let mut pair = Vec::new();
        for number in (1_usize..).step_by(2) {
            pair.clear();
            let action = reader.read_until(b'\n', &mut pair).map_err(|error| failed(&error))?;
            reader.read_until(b'\n', &mut pair).map_err(|error| failed(&error))?;
            let (action, document) = pair.split_at_checked(action).unwrap_or_default();
            if document.ends_with(b"\n") {
                let id = id_of(action).ok_or_else(|| foreign(path, number))?;
                ids.insert(&id);
                end += u64::try_from(pair.len()).unwrap_or_default();
            } else if pair.is_empty() {
                break;
            } else if is_cut(action) {
                cut = Some(number);
                break;
            } else {
                // Somebody else's file is not to be cut.
                return Err(foreign(path, number));
            }
        }
        Ok(Scan { ids, end, cut })
    }

    /// Adds all new documents durably, or none.
    fn add(&mut self, batch: &[Document]) -> io::Result<Vec<Verdict>> {
        let mut lines = Vec::new();
        let mut new = Vec::new();
        let mut verdicts = Vec::with_capacity(batch.len());
        for document in batch {
            verdicts.push(if let Some(rejection) = bulk::unsendable(document) {
                Verdict::Rejected(rejection)
            } else if let Some(key) = self.ids.insert(&document.id) {
                bulk::write_pair(&mut lines, document);
                new.push(key);
                Verdict::Created
            } else {
                Verdict::Exists
            });
        }
        if let Err(error) = self.write(&lines) {
            for key in new {
                self.ids.remove(key);
            }
            return Err(error);
        }
        Ok(verdicts)
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if written.is_err() {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            return written;
        }
        self.end += u64::try_from(lines.len()).unwrap_or_default();
        Ok(())
    }
}

fn id_of(action: &[u8]) -> Option<String> {
    Some(serde_json::from_slice::<Action>(action).ok()?.create.id)
}

/// Whether this is the beginning of an action that was written here.
fn is_cut(action: &[u8]) -> bool {
    let own = bulk::ACTION.as_bytes();
    if action.ends_with(b"\n") {
        id_of(action).is_some()
    } else {
        action.starts_with(own) || own.starts_with(action)
    }
}

fn foreign(path: &Path, number: usize) -> SinkError {
    let reason = format!(
        "line {number} is no action of a bulk request; name a file that trailhaul wrote, or a new one"
    );
    SinkError::File { action: "add to", path: path.to_owned(), reason }
}

/// Ids, as 128 bits each: 90 days of a busy account are tens of millions.
///
/// The keys of both hashes are drawn anew for each run, so that no event can be made to look like another.
#[derive(Debug, Default)]
struct Ids {
    first: RandomState,
    second: RandomState,
    seen: HashSet<u128>,
}

impl Ids {
    /// Adds an id, and gives its key if it is new.
    fn insert(&mut self, id: &str) -> Option<u128> {
        let key = u128::from(self.first.hash_one(id)) << 64 | u128::from(self.second.hash_one(id));
        self.seen.insert(key).then_some(key)
    }

    fn remove(&mut self, key: u128) {
        self.seen.remove(&key);
    }
}
