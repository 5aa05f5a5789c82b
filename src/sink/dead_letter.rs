//! Documents that no target took, kept in a file with the reason.
//!
//! One JSON object a line, with the event's text as it was read. [`DeadLetters::sync`] must have
//! returned before the ledger hears that the documents are settled: coverage then never includes an
//! event that a crash could lose. A line cut by a crash was therefore never counted, and is
//! left where it is as evidence; the next letter begins on a line of its own.
//!
//! A run holds the lock of its file from its first letter to its end, and [`retain`] while it writes the
//! file anew: what one adds, the other cannot take away.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{FlowLog, Lookup};
use crate::private;
use crate::sink::error::SinkError;
use crate::sink::files;

/// What a gzip file begins with (RFC 1952). Letters are taken out of their file, and so it is plain.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The version of the line format.
pub const VERSION: u32 = 1;

/// The kind of a letter of what is no event, and so no document.
pub const NOT_AN_EVENT: &str = "not_an_event";

/// One dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Version of the line format.
    pub version: u32,
    /// When it was rejected.
    pub time: Timestamp,
    /// The event's id; absent for what is no event and that nobody says beside it.
    pub id: Option<String>,
    /// The index that was to take it.
    pub index: Option<String>,
    /// The region, or the record file, that it came from.
    pub region: String,
    /// The item's HTTP status; 0 when it was never sent.
    pub status: u16,
    /// The engine's error type.
    pub kind: String,
    /// The engine's words, redacted.
    pub reason: String,
    /// The field path that they name.
    pub path: Option<String>,
    /// The event's text, byte for byte as it was read; a byte that is not UTF-8 stands as `\xff`,
    /// and the reason says so.
    pub event: String,
    /// What LookupEvents says beside it; absent for what was read from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup: Option<Lookup>,
    /// For a line of a flow log: what the line does not say itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowLog>,
}

/// The file of dead letters, opened for adding. It is made by the first letter.
#[derive(Debug)]
pub struct DeadLetters {
    path: PathBuf,
    file: Option<File>,
    count: u64,
    has_events: bool,
}

impl DeadLetters {
    /// The letters of this file; nothing is touched yet.
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), file: None, count: 0, has_events: false }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Letters added since it was opened.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether a letter of the file, of this run or an earlier one, is of an event: those alone can be
    /// loaded again. Known once there is a letter of this run.
    pub fn has_events(&self) -> bool {
        self.has_events
    }

    /// Adds letters at the end. They are durable when [`Self::sync`] has returned.
    pub fn append(&mut self, letters: &[DeadLetter]) -> Result<(), SinkError> {
        if letters.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for letter in letters {
            write_line(&mut lines, letter)
                .map_err(|error| files::failed("write to", &self.path, &error))?;
        }
        let mut file = if let Some(file) = self.file.take() {
            file
        } else {
            let file = files::open_locked(&self.path)?;
            self.has_events = read(&self.path)?.any(|line| match line {
                Ok(Line::Letter(letter)) => letter.kind != NOT_AN_EVENT,
                Ok(Line::Broken { .. }) | Err(_) => false,
            });
            file
        };
        let added = add_whole(&mut file, &lines);
        self.file = Some(file);
        added.map_err(|error| files::failed("write to", &self.path, &error))?;
        self.has_events |= letters.iter().any(|letter| letter.kind != NOT_AN_EVENT);
        self.count += u64::try_from(letters.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Makes what was added durable.
    pub fn sync(&mut self) -> Result<(), SinkError> {
        let synced = self.file.as_ref().map_or(Ok(()), File::sync_data);
        synced.map_err(|error| files::failed("write to", &self.path, &error))
    }
}

fn write_line(out: &mut Vec<u8>, letter: &DeadLetter) -> io::Result<()> {
    serde_json::to_writer(&mut *out, letter)?;
    out.push(b'\n');
    Ok(())
}

/// Adds all of it on lines of its own, or nothing.
fn add_whole(file: &mut File, lines: &[u8]) -> io::Result<()> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut last)?;
    }
    let result = (if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") })
        .and_then(|()| file.write_all(lines));
    if result.is_err() {
        file.set_len(end)?;
    }
    result
}

/// A line of a file of dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A letter.
    Letter(Box<DeadLetter>),
    /// No letter: its number, from 1, and what is wrong with it. One that a crash cut was never counted.
    Broken {
        /// The line's number.
        number: usize,
        /// What is wrong.
        reason: String,
    },
}

/// Reads a file of dead letters line by line.
pub fn read(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Line, SinkError>> + use<>, SinkError> {
    let failed = |path: &Path, error: &io::Error| files::failed("read", path, error);
    let file = private::open_to_read(path).map_err(|error| failed(path, &error))?;
    let mut file = BufReader::new(file);
    if file.fill_buf().map_err(|error| failed(path, &error))?.starts_with(&GZIP) {
        return Err(failed(path, &io::Error::other("it is gzip; unpack it with gunzip first")));
    }
    let path = path.to_owned();
    let lines = file.split(b'\n').enumerate();
    Ok(lines.filter_map(move |(index, line)| match line {
        Err(error) => Some(Err(failed(&path, &error))),
        Ok(line) if line.trim_ascii().is_empty() => None,
        Ok(line) => Some(Ok(parse(index + 1, &line))),
    }))
}

fn parse(number: usize, line: &[u8]) -> Line {
    match serde_json::from_slice::<DeadLetter>(line) {
        Ok(letter) if letter.version > VERSION => Line::Broken {
            number,
            reason: format!("it is of version {}, which is newer than {VERSION}", letter.version),
        },
        Ok(letter) => Line::Letter(Box::new(letter)),
        Err(error) if error.is_eof() => {
            Line::Broken { number, reason: "it is cut, as by a crash".to_owned() }
        }
        Err(error) => Line::Broken { number, reason: format!("it is no dead letter: {error}") },
    }
}

/// Whether a line is a dead letter, of this version or another.
pub fn is_letter(line: &str) -> bool {
    serde_json::from_str::<DeadLetter>(line).is_ok()
}

/// Says whether [`retain`] could write a file anew: whether it is ours to write, and nobody adds to it.
pub fn is_free(path: &Path) -> Result<(), SinkError> {
    files::open_locked(path).map(drop)
}

/// Keeps the letters that `keep` wants, and every line that is no letter; gives how many went.
///
/// The new file replaces the old one at once and is durable before it does, so that a crash leaves one
/// or the other.
pub fn retain(path: &Path, mut keep: impl FnMut(&DeadLetter) -> bool) -> Result<usize, SinkError> {
    let failed = |error: io::Error| files::failed("rewrite", path, &error);
    let folder = private::folder_of(path);
    let locked = files::open_locked(path)?;
    let mut kept = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
    let mut gone = 0;
    for (index, line) in BufReader::new(&locked).split(b'\n').enumerate() {
        let line = line.map_err(failed)?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if matches!(parse(index + 1, &line), Line::Letter(letter) if !keep(&letter)) {
            gone += 1;
        } else {
            kept.write_all(&line).and_then(|()| kept.write_all(b"\n")).map_err(failed)?;
        }
    }
    kept.as_file().sync_all().map_err(failed)?;
    kept.persist(path).map_err(|error| failed(error.error))?;
    private::sync_folder(&folder).map_err(failed)?;
    Ok(gone)
}
