//! Record files in place of AWS.
//!
//! Reads what AWS writes: `{"Records":[…]}` files of a trail, LookupEvents output
//! (`{"Events":[…]}`), one record a line, a list of records; and VPC flow logs; each plain or
//! gzip. `wrapped` takes the records out of a value, `flow_log` the flows out of lines; here a file is
//! taken apart into values and lines. A line that is neither is handed on as a stray, and reading goes
//! on behind it. A file that breaks off is read up to the break, which is then reported with its line.

mod found;

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use serde_json::value::RawValue;

pub use self::found::{can_be_read, expand, first_line, is_digest, is_flow_log, log_digests};
use super::{
    flow_log::{self, Line, Lines},
    salvage,
    wrapped::each_record,
};
use crate::event::{Item, Stray};

/// What some editors and shells put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a file of Apache Parquet begins with: the other form in which AWS delivers flow logs.
const PARQUET: &[u8] = b"PAR1";

/// The line before a document in a body of the bulk API. No record has such an only member.
#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Create(Place),
    Index(Place),
}

/// An object; what is in it does not matter.
#[derive(serde::Deserialize)]
struct Place {}

/// Why a record file could not be read whole.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not there, or not to be opened.
    #[error("cannot read {}: {source}; give a file that is there and that this user may read{}", path.display(), copied(path))]
    Unopened {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system would not give it.
    #[error("cannot read {}, line {line}: {source}; give a file that is whole and that this user may read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The line at which reading ended.
        line: usize,
        /// What the system, or the gzip decoder, said.
        source: io::Error,
    },
    /// It ends in the middle of a value.
    #[error("{}, line {line}: {reason}; get the file again, and whole", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line of the break.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// It holds documents that are made already.
    #[error("{} holds bulk requests, as `load --to file:` writes them, and no records: send it to the target's _bulk as it is, or load the records that it was made of", path.display())]
    Bulk {
        /// The file.
        path: PathBuf,
    },
    /// It is of a form that is not read.
    #[error("{} is Apache Parquet, which is not read: let the flow log write text, or convert the file to lines with the fields' names in the first", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
    },
}

/// What to do about a path that only AWS knows.
fn copied(path: &Path) -> &'static str {
    if path.starts_with("s3:") { ", as `aws s3 sync` copies one from a bucket" } else { "" }
}

/// Reads the records of a file (`-` for standard input), giving each to `take`, which says whether
/// it wants more; where it does not, reading ends well.
pub fn read(path: &Path, take: &mut dyn FnMut(Item) -> bool) -> Result<(), FileError> {
    if path == Path::new("-") {
        return read_from(io::stdin().lock(), path, take);
    }
    let opened = File::open(path);
    let file = opened.map_err(|source| FileError::Unopened { path: path.to_owned(), source })?;
    let changed = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let delivered = delivery_in(path).or_else(|| Timestamp::try_from(changed?).ok());
    read_lines(file, path, Lines::new(delivered), take)
}

/// Reads the records of what is called `path`.
pub fn read_from<'a>(
    input: impl Read + 'a,
    path: &Path,
    take: &mut dyn FnMut(Item) -> bool,
) -> Result<(), FileError> {
    read_lines(input, path, Lines::new(delivery_in(path)), take)
}

fn delivery_in(path: &Path) -> Option<Timestamp> {
    flow_log::delivery_in(path.file_name()?.to_str()?)
}

fn read_lines<'a>(
    input: impl Read + 'a,
    path: &Path,
    mut flows: Lines,
    take: &mut dyn FnMut(Item) -> bool,
) -> Result<(), FileError> {
    let read_error = |line, source| FileError::Read { path: path.to_owned(), line, source };
    let mut reader = plain(input).map_err(|source| read_error(1, source))?;
    if reader.fill_buf().is_ok_and(|start| start.starts_with(PARQUET)) {
        return Err(FileError::Parquet { path: path.to_owned() });
    }
    let mut lines = 0;
    let mut text = Vec::new();
    loop {
        text.clear();
        let length =
            reader.read_until(b'\n', &mut text).map_err(|source| read_error(lines + 1, source))?;
        if length == 0 {
            return Ok(());
        }
        lines += 1;
        if lines == 1 && text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len());
        }
        let line = text.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if lines == 1 && serde_json::from_slice::<Action>(line).is_ok() {
            return Err(FileError::Bulk { path: path.to_owned() });
        }
        let is_wanted = match str::from_utf8(line).map_or(Line::Other, |line| flows.next(line)) {
            Line::Format => true,
            Line::Item(item) => take(item),
            Line::Other => match serde_json::from_slice::<&RawValue>(line) {
                Ok(value) => each_record(value.get(), take),
                Err(error) if error.is_eof() => {
                    let unread = reader.read_to_end(&mut text);
                    return rest(path, lines, &text, unread.err(), take);
                }
                Err(error) => take(no_json(line, &error)),
            },
        };
        if !is_wanted {
            return Ok(());
        }
    }
}

/// The rest of a file whose values go over several lines, from `first_line` on.
fn rest(
    path: &Path,
    first_line: usize,
    text: &[u8],
    unread: Option<io::Error>,
    take: &mut dyn FnMut(Item) -> bool,
) -> Result<(), FileError> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<&RawValue>();
    loop {
        let offset = values.byte_offset();
        match values.next() {
            None => return Ok(()),
            Some(Ok(value)) => {
                if !each_record(value.get(), take) {
                    return Ok(());
                }
            }
            Some(Err(error)) => {
                let broken = text.get(offset..).unwrap_or_default();
                if !salvage::records(broken, &mut |record| each_record(record, take)) {
                    return Ok(());
                }
                let line = first_line + error.line().saturating_sub(1);
                return Err(match unread {
                    Some(source) => FileError::Read { path: path.to_owned(), line, source },
                    None => {
                        FileError::Broken { path: path.to_owned(), line, reason: error.to_string() }
                    }
                });
            }
        }
    }
}

/// A buffered reader over the text, gunzipped if it is gzip.
fn plain<'a>(input: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut reader = BufReader::with_capacity(1 << 16, input);
    let is_gzip = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip {
        Box::new(BufReader::new(MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    })
}

/// A line that is not JSON. A byte of it that is not UTF-8 either is kept as `\xff`, which no JSON holds.
fn no_json(line: &[u8], error: &serde_json::Error) -> Item {
    let mut verbatim = String::with_capacity(line.len());
    let mut reason = format!("the record is not JSON: {error}");
    for chunk in line.utf8_chunks() {
        verbatim.push_str(chunk.valid());
        verbatim
            .extend(chunk.invalid().iter().flat_map(|byte| byte.escape_ascii()).map(char::from));
    }
    if verbatim.len() != line.len() {
        reason.push_str("; each byte that is not UTF-8 is written as \\x and its number");
    }
    let verbatim = verbatim.into();
    Item::Stray(Stray { verbatim, reason, id: None, lookup: None, flow: None })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn record(id: u32) -> String {
        format!(r#"{{"eventID":"id-{id}","eventTime":"2026-01-02T03:04:05Z"}}"#)
    }

    fn ids(bytes: &[u8]) -> (Vec<String>, Result<(), FileError>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut ids = Vec::new();
        let end = read(file.path(), &mut |item| {
            ids.push(match item {
                Item::Event(event) => event.id,
                Item::Stray(stray) => format!("stray {}", stray.verbatim),
            });
            true
        });
        (ids, end)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_form_that_aws_writes_gives_the_same_events() {
        let [a, b] = [record(1), record(2)];
        let looked = |r: &str| {
            format!(
                r#"{{"EventId":"x","EventTime":1.0,"CloudTrailEvent":{}}}"#,
                serde_json::json!(r)
            )
        };
        let pretty: serde_json::Value = serde_json::from_str(&format!("[{a},{b}]")).unwrap();
        let forms = [
            format!(r#"{{"Records":[{a},{b}]}}"#),
            format!("{a}\n\n{b}"),
            format!("{a}\r\n{b}\r\n"),
            format!("{{\n \"Records\": [\n{a},\n{b}]\n}}\n"),
            format!(r#"{{"Events":[{},{}],"NextToken":"t"}}"#, looked(&a), looked(&b)),
            format!("{}\n{}\n", looked(&a), looked(&b)),
            format!("[{a},{b}]"),
            serde_json::to_string_pretty(&pretty).unwrap(),
            format!("\u{feff}{a}\n{b}"),
            format!("\u{feff}[\n{a},\n{b}\n]"),
            format!("{{\"Records\":[{a}]}}\n{{\"Records\":[{b}]}}\n"),
            // A list behind a value in a line.
            format!("{{\n\"Records\":[{a}]}} [{b}]"),
            format!("[\n{a}] [{b}]"),
        ];
        for form in forms {
            for bytes in [form.clone().into_bytes(), gzip(&form)] {
                let (ids, end) = ids(&bytes);
                assert_eq!(ids, ["id-1", "id-2"], "{form}");
                end.unwrap();
            }
        }
        let two_members = [gzip(&format!("{a}\n")), gzip(&b)].concat();
        assert_eq!(ids(&two_members).0, ["id-1", "id-2"]);
    }

    #[test]
    fn a_broken_line_is_a_stray_and_reading_goes_on() {
        let (ids, end) = ids(format!("{}\n{{bad}}\n{}\n", record(1), record(2)).as_bytes());
        assert_eq!(ids, ["id-1", "stray {bad}", "id-2"]);
        end.unwrap();
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_kept_byte_for_byte() {
        let line = [b"{\"eventID\":\"caf\xe9 ", "é".as_bytes(), b"\xff\"}\n"].concat();
        let (found, end) = ids(&[line, record(1).into_bytes()].concat());
        assert_eq!(found, [r#"stray {"eventID":"caf\xe9 é\xff"}"#, "id-1"]);
        end.unwrap();
    }

    #[test]
    fn a_file_that_breaks_off_is_read_up_to_the_break() {
        let [a, b] = [record(1), record(2)];
        let whole = format!("{{\"Records\":[\n{a},\n{b}\n]}}");
        let (cut, _) = whole.split_at(whole.len() - 12);
        let (found, end) = ids(cut.as_bytes());
        assert_eq!(found, ["id-1"]);
        let error = end.unwrap_err().to_string();
        assert!(error.contains("line 3"), "{error}");

        let (found, end) = ids(format!("{a}\n{}", b.split_at(20).0).as_bytes());
        assert_eq!(found, ["id-1"]);
        assert!(end.unwrap_err().to_string().contains("line 2"));
    }

    #[test]
    fn documents_that_are_made_already_are_no_records() {
        for action in [r#"{"create":{"_index":"i","_id":"id-1"}}"#, r#"{ "index" : {} }"#] {
            let text = format!("{action}\n{}\n", record(1));
            for bytes in [text.clone().into_bytes(), gzip(&text)] {
                let (found, end) = ids(&bytes);
                assert!(matches!(end, Err(FileError::Bulk { .. })), "{action}: {end:?}");
                assert!(found.is_empty(), "{found:?}");
            }
        }
        for first in [r#"{"create":"x"}"#, r#"{"create":{},"eventID":"x"}"#, r#"{"update":{}}"#] {
            let (found, end) = ids(format!("{first}\n{}\n", record(1)).as_bytes());
            end.unwrap();
            assert_eq!(found.last().map(String::as_str), Some("id-1"), "{first}");
            assert_eq!(found.len(), 2, "{first}");
        }
    }

    #[test]
    fn a_gzip_that_breaks_off_is_an_error() {
        let many: String = (0..5_000).map(|id| record(id) + "\n").collect();
        let bytes = gzip(&many);
        let (found, end) = ids(&bytes[..bytes.len() / 2]);
        assert!(found.len() > 1_000 && found.len() < 5_000);
        assert!(matches!(end, Err(FileError::Read { .. })), "{end:?}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read(Path::new("no/such.json"), &mut |_| true).unwrap_err().to_string();
        assert!(error.contains("cannot read no/such.json: "), "{error}");
        assert!(!error.contains("line") && !error.contains("aws s3"), "{error}");
        let error = can_be_read(Path::new("s3://bucket/AWSLogs")).unwrap_err().to_string();
        assert!(error.contains("as `aws s3 sync` copies one"), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn of_a_folder_what_holds_records_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b/CloudTrail/1.json", "b/CloudTrail-Digest/2.json", "a.json"] {
            std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            File::create(path(name)).unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), path("b/round")).unwrap();
        std::os::unix::fs::symlink(path("a.json"), path("link.json")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        let expected = ["a.json", "b/CloudTrail/1.json", "link.json"].map(path);
        assert_eq!(expand(folder.path()), expected);
        let named = path("b/CloudTrail-Digest/2.json");
        assert_eq!(expand(&named), std::slice::from_ref(&named));
    }

    #[test]
    fn a_digest_file_is_told_by_its_first_line() {
        let digest = r#"{"awsAccountId":"111122223333","digestStartTime":"x","digestS3Object":"y","logFiles":["#;
        assert!(is_digest(digest));
        for record in [
            r#"{"awsAccountId":"1","digestS3Object":"y","eventID":"1"}"#,
            r#"{"eventID":"1","requestParameters":{"digestS3Object":"y"}}"#,
            r#"{"awsAccountId":"111122223333"}"#,
        ] {
            assert!(!is_digest(record), "{record}");
        }
    }
}
