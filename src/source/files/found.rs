//! Which record files there are, and what each is by its first line. Nothing is read further.

use std::{
    fs::File,
    io::{self, BufRead, Read},
    path::{Path, PathBuf},
};

use super::{BYTE_ORDER_MARK, FileError, plain};
use crate::{
    limits::FIRST_LINE_BYTES,
    source::flow_log::{Line, Lines},
};

/// The folder of a trail that has its digest files.
const DIGESTS: &str = "CloudTrail-Digest";

/// The record files that a path stands for: itself, or those in the folder and below, sorted.
///
/// Of what a folder has, links to folders could lead round in a circle, pipes and sockets to no end, and
/// digest files of a trail hold no event: none of them is one of the files.
pub fn expand(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let mut all = Vec::new();
    below(path, &mut all);
    let found = all.len();
    all.retain(|file| !file.components().any(|part| part.as_os_str() == DIGESTS));
    log_digests(found - all.len());
    all
}

/// The regular files below a folder, sorted.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        if is_folder {
            below(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Says how many digest files of a trail were left out.
pub fn log_digests(files: usize) {
    if files > 0 {
        tracing::info!(files, "digest files of a trail were left out: they hold no events");
    }
}

/// Whether a file with this first line is a digest file of a trail, wherever it was copied to. AWS writes
/// its account first, and no event begins so.
pub fn is_digest(first_line: &str) -> bool {
    first_line.starts_with("{\"awsAccountId\"")
        && first_line.contains("\"digestS3Object\"")
        && !first_line.contains("\"eventID\"")
}

/// Finds out whether a file can be opened. What is no file of a disk is not asked: opening a pipe waits
/// for who writes to it.
pub fn can_be_read(path: &Path) -> Result<(), FileError> {
    let unopened = |source| FileError::Unopened { path: path.to_owned(), source };
    if path == Path::new("-") {
        return Ok(());
    }
    let metadata = path.metadata().map_err(unopened)?;
    if metadata.is_file() { File::open(path).map(drop).map_err(unopened) } else { Ok(()) }
}

/// The first line of a file that is not blank, by which its form can be told. There is none of what
/// cannot be read, and a pipe is not asked: what is read of it is gone.
pub fn first_line(path: &Path) -> Option<String> {
    let read = |file: File| -> io::Result<Option<Vec<u8>>> {
        let mut lines = plain(file)?.take(FIRST_LINE_BYTES).split(b'\n');
        let is_blank = |line: &io::Result<Vec<u8>>| {
            line.as_ref().is_ok_and(|line| line.trim_ascii().is_empty())
        };
        lines.find(|line| !is_blank(line)).transpose()
    };
    let line = path.is_file().then(|| File::open(path).and_then(read).ok()).flatten()??;
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line).trim_ascii();
    str::from_utf8(line).ok().map(str::to_owned)
}

/// Whether a file with this first line is a flow log.
pub fn is_flow_log(first_line: &str) -> bool {
    !matches!(Lines::new(None).next(first_line), Line::Other)
}
