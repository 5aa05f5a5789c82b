//! VPC flow logs, alone and beside CloudTrail records.

mod community;
mod documents;
mod lines;
mod loaded;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

pub(crate) use self::documents::document_of;
use self::lines::{Log, record};
use crate::support::{
    files::{dead_events, documents},
    run::{Finished, Trailhaul, write},
};

/// The fields of a version and of those before, and a line of them.
pub(crate) fn of_version(version: u32) -> (String, String) {
    let log = Log::of_version(version);
    (log.format.clone(), log.lines.concat())
}

/// A folder to read from, with what a run leaves beside it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        write(&self.path("in").join(name), text);
    }

    fn to(&self) -> String {
        format!("file:{}", self.path("out.ndjson").display())
    }

    fn load(&self) -> Trailhaul {
        self.load_to(&self.to())
    }

    fn load_to(&self, target: &str) -> Trailhaul {
        let letters = self.path("letters.ndjson");
        Trailhaul::load().to(target).arg("--json").arg("--dead-letters").arg(letters)
    }

    fn replay(&self) -> Trailhaul {
        Trailhaul::subcommand("replay")
            .arg(self.path("letters.ndjson"))
            .to(&self.to())
            .arg("--json")
    }

    fn letters(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path("letters.ndjson")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn gzip(path: &Path) {
    use std::io::Write;
    let text = std::fs::read(path).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&text).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(path, encoder.finish().unwrap()).unwrap();
}

fn totals(run: &Finished) -> [u64; 4] {
    run.assert_balanced();
    ["read", "created", "exists", "rejected"].map(|name| run.total(name))
}

#[tokio::test]
async fn flow_logs_in_another_layout_are_refused_before_anything_is_read() {
    let v2 = Log::of_version(2);
    let logs = [
        ("first line", v2.text()),
        ("no first line", format!("\n{}\n", v2.lines[0])),
        ("as settings say it", "${srcaddr} ${dstaddr}\n192.0.2.7 192.0.2.8\n".to_owned()),
    ];
    for (name, text) in logs {
        for packed in [false, true] {
            let place = Place::new();
            place.put("a.json", &record("a"));
            place.put("b.log", &text);
            if packed {
                gzip(&place.path("in/b.log"));
            }
            let run = place.load().from(place.path("in")).args(["--layout", "typed"]).run().await;
            assert_eq!(run.code, Some(2), "{name}: {run}");
            assert!(run.stderr.contains("b.log") && run.stderr.contains("--layout ecs"), "{run}");
            assert!(!place.path("out.ndjson").exists(), "{name}: something was written");
        }
    }
}

#[tokio::test]
async fn what_a_pipe_brings_of_flow_logs_is_kept_for_another_layout() {
    let v5 = Log::of_version(5);
    let text = format!("{}\n{}2 cut\n", record("a"), v5.text());
    let place = Place::new();
    let run = place.load().from("-").stdin(&text).run().await;
    assert_eq!((run.code, totals(&run)), (Some(4), [3, 1, 0, 2]), "{run}");
    assert_eq!(documents(&place.path("out.ndjson")).keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(dead_events(&place.path("letters.ndjson")), ["2 cut", &v5.lines[0]]);
    for letter in place.letters() {
        let reason = letter["reason"].as_str().unwrap();
        let (part, has_id) = match letter["event"].as_str().unwrap() {
            "2 cut" => ("has 2 values where its format names 29 fields", false),
            _ => ("--layout ecs", true),
        };
        assert!(reason.contains(part), "{letter}");
        assert_eq!(letter["id"].is_string(), has_id, "{letter}");
        assert_eq!(letter["flow"], json!({ "format": v5.format }));
    }

    let before = place.letters();
    let run = place.replay().run().await;
    assert_eq!((run.code, totals(&run)), (Some(4), [2, 0, 0, 2]), "{run}");
    assert_eq!(place.letters(), before, "nothing was loaded, so nothing left");
}

#[tokio::test]
async fn parquet_is_named_and_not_taken_for_lines() {
    let place = Place::new();
    place.put("flows.parquet", "PAR1\u{15}\u{4}\n\u{15}PAR1");
    let run = place.load().from(place.path("in")).run().await;
    assert_eq!((run.code, totals(&run)), (Some(3), [0; 4]), "{run}");
    let reason = run.json()["regions"][0]["reason"].to_string();
    assert!(reason.contains("flows.parquet is Apache Parquet"), "{reason}");
}
