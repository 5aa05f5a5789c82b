//! Record files and dead letters: what can be read is loaded, what cannot is named or kept.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::{assert_says, write};
use crate::support::{
    aws::{assert_loaded, one_region, readable},
    engines::engines,
    files::documents,
    run::Trailhaul,
    unique, until,
};

#[tokio::test]
async fn record_files_are_loaded_as_far_as_they_can_be_read() {
    let Some(engine) = engines().into_iter().next() else { return };
    let folder = tempfile::tempdir().unwrap();
    let events = readable(&one_region(30));
    let records: Vec<_> = events.values().cloned().collect();
    let whole = folder.path().join("whole.json");
    write(&whole, &format!("{{\"Records\":[{}]}}", records.join(",")));
    let prefix = unique("cloudtrail");
    let letters = folder.path().join("letters.ndjson");
    let load = |path: &Path| {
        Trailhaul::load()
            .from(path)
            .to(&engine.url)
            .args(["--json", "--index", &format!("{prefix}-%Y.%m"), "--dead-letters"])
            .arg(&letters)
    };
    let run = load(&whole).run().await;
    assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(30)), "{run}");
    assert_loaded(&engine, &format!("{prefix}-*"), &events).await;

    let cut = folder.path().join("cut.json");
    let text = std::fs::read_to_string(&whole).unwrap();
    write(&cut, text.split_at(text.len() - 40).0);
    let run = load(&cut).run().await;
    assert_says(&run, 3, &[]);
    assert_eq!(run.json()["totals"]["exists"], 29, "{run}");
    assert!(run.json()["regions"][0]["reason"].as_str().unwrap().contains("line 1"), "{run}");

    let strays = folder.path().join("strays.ndjson");
    write(&strays, &format!("{}\n{{\"no\":\"event\"}}\nnot json\n", records[0]));
    let run = load(&strays).run().await;
    assert_says(&run, 4, &[]);
    assert_eq!(run.json()["dead_letters"]["count"], 2, "{run}");
    let kept = std::fs::read_to_string(&letters).unwrap();
    assert!(kept.contains(r#""event":"not json""#), "{kept}");
    engine.delete(&format!("{prefix}-*")).await;
}

/// A document that the index refuses, and that is not to be repaired, is kept; once the index takes it,
/// replay loads it. Documents are not made to fit analyzers, and this one makes a term of a
/// text, too long for any index.
#[tokio::test]
async fn a_rejected_document_is_kept_and_can_be_replayed() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let letters = folder.path().join("letters.ndjson");
        let (index, records) = (unique("cloudtrail"), folder.path().join("records.ndjson"));
        let record = |id: &str, more: &str| {
            format!("{{\"eventID\":\"{id}\",\"eventTime\":\"2026-01-02T03:04:05Z\"{more}}}\n")
        };
        let long = "x".repeat(40_000);
        let bad = record("bad", &format!(r#","errorMessage":"{long}""#));
        write(&records, &format!("{}{bad}", record("good", "")));
        let whole = json!({ "type": "text", "analyzer": "keyword" });
        let body = json!({ "mappings": { "properties": { "errorMessage": whole } } });
        engine.put(&index, &body).await.expect_ok();
        let run = Trailhaul::load()
            .from(&records)
            .to(&engine.url)
            .args(["--json", "--no-repair", "--index", &index, "--dead-letters"])
            .arg(&letters)
            .run()
            .await;
        assert_says(&run, 4, &[]);
        assert_eq!(run.json()["totals"]["rejected"], 1, "{}: {run}", engine.name);
        assert!(std::fs::read_to_string(&letters).unwrap().contains(r#""path":"errorMessage""#));

        let replay = || {
            let replay = Trailhaul::subcommand("replay").arg(&letters).to(&engine.url);
            replay.args(["--json", "--no-repair", "--index", &index]).run()
        };
        assert_says(&replay().await, 4, &[]);
        engine.delete(&index).await;
        let run = replay().await;
        assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(1)), "{run}");
        assert_eq!(std::fs::read_to_string(&letters).unwrap(), "");
        assert_eq!(engine.search_all(&index).await.keys().collect::<Vec<_>>(), ["bad"]);
        engine.delete(&index).await;
    }
}

/// A pipe that is held open never ends; the first signal has to end the run all the same.
#[tokio::test]
async fn an_interrupt_ends_a_run_that_waits_for_its_input() {
    let records: String = readable(&one_region(600)).into_values().map(|r| r + "\n").collect();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out.ndjson");
    let load = |input: &Path| {
        let to = format!("file:{}", target.display());
        Trailhaul::load().from(input).to(&to).arg("--json").stdin_held_open()
    };
    let mut running = load(Path::new("-")).spawn();
    running.feed(&records);
    until(|| std::fs::metadata(&target).is_ok_and(|file| file.len() > 0)).await;
    running.terminate();
    let run = running.wait().await;
    assert_says(&run, 130, &["interrupted"]);
    let json = run.json();
    assert_eq!((&json["interrupted"], &json["balanced"]), (&json!(true), &json!(true)), "{run}");
    assert_eq!(json["totals"]["created"], documents(&target).len(), "{run}");

    // Standard input without a word, and a named pipe that nobody writes to.
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for input in [Path::new("-"), &fifo] {
        std::fs::remove_file(&target).unwrap();
        let running = load(input).spawn();
        until(|| target.exists()).await;
        // The reading begins right after the target is opened.
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.interrupt();
        assert_says(&running.wait().await, 130, &["interrupted"]);
    }
}
