//! Dead letters and the NDJSON file: what a crash leaves behind, and who may write.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use trailhaul::event::Verdict;
use trailhaul::sink::FileTarget;
use trailhaul::sink::dead_letter::{self, DeadLetter, DeadLetters, Line};

use crate::fake_cluster::documents;

fn letter(id: &str, event: &str) -> DeadLetter {
    DeadLetter {
        version: dead_letter::VERSION,
        time: Timestamp::UNIX_EPOCH,
        id: Some(id.to_owned()),
        index: Some("cloudtrail-2026.11".to_owned()),
        region: "eu-west-1".to_owned(),
        status: 400,
        kind: "mapper_parsing_exception".to_owned(),
        reason: "no".to_owned(),
        path: Some("a.b".to_owned()),
        event: event.to_owned(),
        lookup: None,
        flow: None,
    }
}

fn lines(path: &Path) -> Vec<Line> {
    dead_letter::read(path).unwrap().map(Result::unwrap).collect()
}

fn append(path: &Path, text: &[u8]) {
    std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap()
        .write_all(text)
        .unwrap();
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn letters_are_kept_to_the_byte_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/letters.ndjson");
    let mut letters = DeadLetters::open(&path);
    letters.sync().unwrap();
    assert!(!path.exists(), "made by the first letter only");
    let verbatim =
        "{\"n\": 1.50, \"big\":36893488147419103232,\r\n \"s\":\"\\u0041\u{2028}\u{0}\"}";
    letters.append(&[letter("1", verbatim), letter("2", "{}")]).unwrap();
    letters.sync().unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap()), letters.count()), (0o600, 0o700, 2));
    let read = lines(&path);
    assert_eq!(
        read,
        [Line::Letter(Box::new(letter("1", verbatim))), Line::Letter(Box::new(letter("2", "{}")))]
    );
    let first = std::fs::read_to_string(&path).unwrap();
    assert!(
        first.starts_with("{\"version\":1,\"time\":\"1970-01-01T00:00:00Z\",\"id\":\"1\","),
        "{first}"
    );
}

#[test]
fn a_line_cut_by_a_crash_is_told_and_harms_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letters.ndjson");
    let mut letters = DeadLetters::open(&path);
    letters.append(&[letter("1", "{}")]).unwrap();
    drop(letters);
    append(&path, b"{\"version\":1,\"time\":\"1970-");
    assert!(
        matches!(&lines(&path)[1], Line::Broken { number: 2, reason } if reason.contains("cut"))
    );
    let mut letters = DeadLetters::open(&path);
    letters.append(&[letter("2", "{}")]).unwrap();
    drop(letters);
    append(&path, b"nonsense\n{\"version\":9}\n");
    let read = lines(&path);
    assert!(
        matches!(&read[0], Line::Letter(_))
            && matches!(&read[2], Line::Letter(letter) if letter.id.as_deref() == Some("2"))
    );
    assert!(
        matches!(&read[3], Line::Broken { number: 4, reason } if reason.contains("no dead letter")),
        "{read:?}"
    );
}

#[test]
fn what_was_loaded_is_taken_out_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letters.ndjson");
    let mut letters = DeadLetters::open(&path);
    letters.append(&[letter("1", "a"), letter("2", "b"), letter("3", "c")]).unwrap();
    let held = dead_letter::retain(&path, |_| true).unwrap_err();
    assert!(held.to_string().contains("another run is writing to it"), "{held}");
    drop(letters);
    append(&path, b"{\"cut");
    let gone = dead_letter::retain(&path, |letter| letter.id.as_deref() == Some("2")).unwrap();
    let read = lines(&path);
    assert_eq!((gone, read.len(), mode(&path)), (2, 2, 0o600));
    assert!(
        matches!(&read[0], Line::Letter(letter) if letter.event == "b")
            && matches!(&read[1], Line::Broken { .. })
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}

#[tokio::test]
async fn the_file_takes_every_document_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.ndjson");
    let file = FileTarget::open(&path).unwrap();
    assert_eq!(file.deliver(Arc::new(documents(2, 5))).await.unwrap(), vec![Verdict::Created; 2]);
    let mut twice = documents(3, 5);
    twice.extend(documents(3, 5));
    let expected = [
        Verdict::Exists,
        Verdict::Exists,
        Verdict::Created,
        Verdict::Exists,
        Verdict::Exists,
        Verdict::Exists,
    ];
    assert_eq!(file.deliver(Arc::new(twice)).await.unwrap(), expected);
    let second = FileTarget::open(&path).unwrap_err().to_string();
    assert!(
        second.contains("another run is writing to it") && second.contains("events.ndjson"),
        "{second}"
    );
    drop(file);
    let before = std::fs::read_to_string(&path).unwrap();
    let again = open_again(&path).await;
    assert_eq!(again.deliver(Arc::new(documents(3, 5))).await.unwrap(), vec![Verdict::Exists; 3]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    assert_eq!(before.lines().count(), 6);
}

/// A process that another test starts holds the lock for a moment longer, until it is a program of its own.
async fn open_again(path: &Path) -> FileTarget {
    let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
    loop {
        match FileTarget::open(path) {
            Ok(file) => return file,
            Err(error) => assert!(
                error.to_string().contains("another run is writing to it")
                    && tokio::time::Instant::now() < deadline,
                "{error}"
            ),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_pair_cut_by_a_crash_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.ndjson");
    FileTarget::open(&whole).unwrap().deliver(Arc::new(documents(2, 5))).await.unwrap();
    let bytes = std::fs::read(&whole).unwrap();
    for length in 0..bytes.len() {
        let path = folder.path().join(format!("cut-{length}.ndjson"));
        append(&path, &bytes[..length]);
        let verdicts =
            FileTarget::open(&path).unwrap().deliver(Arc::new(documents(2, 5))).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "cut at {length}");
        let first_is_whole = length >= bytes.len() / 2;
        assert_eq!(
            (verdicts[0] == Verdict::Exists, &verdicts[1]),
            (first_is_whole, &Verdict::Created)
        );
    }
}

#[test]
fn somebody_else_s_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for text in
        ["my notes", "my notes\n", "a\nb\n", "{\"create\":{\"_id\":\"1\"}}\n{}\nx", "{}\n{}\n"]
    {
        std::fs::remove_file(&path).ok();
        append(&path, text.as_bytes());
        let error = FileTarget::open(&path).unwrap_err().to_string();
        assert!(
            error.contains("is no action of a bulk request") && error.contains("notes.txt"),
            "{error}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let error = FileTarget::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("it is a folder"), "{error}");
    let error = FileTarget::open("/proc/none/x.ndjson").unwrap_err().to_string();
    assert!(error.contains("/proc/none/x.ndjson"), "{error}");
}
