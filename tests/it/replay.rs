//! Dead letters that are loaded again: what succeeds leaves its file, whatever else happens.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use trailhaul::demo::Event;

use crate::fake_cluster::{FakeCluster, Fault, greeting};
use crate::support::{
    files::documents,
    run::{Finished, Trailhaul},
    until,
};

/// A folder with a file of letters.
struct Letters {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Letters {
    /// One for each of these ids.
    fn of(ids: impl IntoIterator<Item = String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letters.ndjson");
        let letters = Self { folder, path };
        letters.put(&ids.into_iter().map(|id| letter(&id)).collect::<String>());
        letters
    }

    fn put(&self, text: &str) {
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        std::fs::write(&self.path, text).unwrap();
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.path).unwrap()
    }

    /// The ids that are left.
    fn ids(&self) -> BTreeSet<String> {
        let id = |line: &str| {
            let letter: Value = serde_json::from_str(line).unwrap();
            letter["id"].as_str().unwrap().to_owned()
        };
        self.text().lines().map(id).collect()
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("out.ndjson")
    }

    fn replay(&self, to: &str) -> Trailhaul {
        Trailhaul::subcommand("replay").arg(&self.path).to(to).arg("--json")
    }

    async fn replay_to_file(&self) -> Finished {
        self.replay(&format!("file:{}", self.target().display())).run().await
    }
}

fn event(id: &str) -> String {
    json!({ "eventID": id, "eventTime": "2026-01-02T03:04:05Z" }).to_string()
}

fn letter(id: &str) -> String {
    letter_of(&json!(id), &event(id))
}

fn letter_of(id: &Value, event: &str) -> String {
    let letter = json!({
        "version": 1, "time": "2026-01-02T03:04:05Z", "id": id, "index": "cloudtrail-2026.01",
        "region": "us-east-1", "status": 400, "kind": "k", "reason": "r", "path": null,
        "event": event,
    });
    format!("{letter}\n")
}

fn ids(count: usize) -> BTreeSet<String> {
    (0..count).map(|number| format!("id-{number}")).collect()
}

fn assert_says(run: &Finished, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{run}");
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in: {run}");
    }
}

#[tokio::test]
async fn what_is_refused_again_stays_and_all_else_leaves() {
    let letters = Letters::of(ids(3));
    let refused = json!({ "create": {
        "_id": "id-1", "status": 413, "error": { "type": "t", "reason": "too large" },
    } });
    let text = letters.text();
    let stays = text.lines().nth(1).unwrap();
    let cut = "{\"version\":1,\"time\":\"2026-";
    letters.put(&format!("{text}{cut}"));
    let faults = greeting().into_iter().chain([Fault::Item(1, refused)]);
    let cluster = FakeCluster::start(faults).await;
    let run = letters.replay(&cluster.url()).run().await;
    // The cut line is no letter: nothing is known of it, and so the replay is not whole.
    assert_says(&run, 3, &[]);
    assert_eq!((run.total("created"), run.total("rejected")), (2, 1), "{run}");
    assert_eq!(letters.text(), format!("{stays}\n{cut}\n"), "as it was");

    letters.put(&format!("{stays}\n"));
    let again = Trailhaul::subcommand("replay").arg(&letters.path).to(&cluster.url()).run().await;
    assert_eq!((again.code, letters.text().as_str()), (Some(0), ""), "{again}");
}

/// The target hangs in the middle of a replay.
#[tokio::test]
async fn an_interrupted_replay_takes_out_what_it_has_loaded() {
    // Two batches of the most that one holds.
    let all = ids(4_000);
    let letters = Letters::of(all.clone());
    let wait = Fault::Answer(503, vec![("Retry-After", "60")], String::new());
    let faults = greeting().into_iter().chain([Fault::None, wait.clone(), wait]);
    let cluster = FakeCluster::start(faults).await;
    let running = letters.replay(&cluster.url()).spawn();
    until(|| cluster.seen().len() >= greeting().len() + 2).await;
    // The second answer has been read, or is read before the wait for it begins.
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.interrupt();
    let run = running.wait().await;
    assert_says(&run, 130, &["interrupted"]);
    run.assert_balanced();
    let left = letters.ids();
    assert_eq!((cluster.documents(), left.len()), (2_000, 2_000), "{run}");
    assert!(left.iter().all(|id| cluster.document(id).is_none()));

    let plain = FakeCluster::start(greeting()).await;
    let run = letters.replay(&plain.url()).run().await;
    assert_eq!((run.code, run.total("created"), letters.text().as_str()), (Some(0), 2_000, ""));
}

#[tokio::test]
async fn a_replay_that_is_killed_is_done_again() {
    let letters = Letters::of(ids(4_000));
    let before = letters.text();
    let wait = Fault::Answer(503, vec![("Retry-After", "60")], String::new());
    let faults = greeting().into_iter().chain([Fault::None, wait.clone(), wait]);
    let cluster = FakeCluster::start(faults).await;
    let mut running = letters.replay(&cluster.url()).spawn();
    until(|| cluster.documents() >= 2_000).await;
    running.kill();
    running.wait().await;
    assert!(letters.text() == before, "nothing is taken out but at the end");
    let fresh = FakeCluster::start(greeting()).await;
    let run = letters.replay(&fresh.url()).run().await;
    assert_eq!((run.code, letters.text().as_str()), (Some(0), ""), "{run}");
}

/// A letter without an id is of something that was no event when it was read.
#[tokio::test]
async fn a_letter_of_what_turns_out_an_event_leaves_too() {
    let letters = Letters::of([]);
    let stray = letter_of(&Value::Null, "not json");
    letters.put(&format!("{}{stray}", letter_of(&Value::Null, &event("id-0"))));
    let run = letters.replay_to_file().await;
    assert_eq!((run.code, run.total("created")), (Some(4), 1), "{run}");
    assert_eq!(letters.text(), stray);
}

#[tokio::test]
async fn what_cannot_be_replayed_is_said_before_anything_is_loaded() {
    let letters = Letters::of(ids(2));
    let before = letters.text();
    let held = std::fs::File::open(&letters.path).unwrap();
    held.try_lock().unwrap();
    let run = letters.replay_to_file().await;
    assert_says(&run, 7, &["letters.ndjson", "another run is writing to it; wait for its end"]);
    assert!(!letters.target().exists() && letters.text() == before);
    drop(held);

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(before.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let path = letters.folder.path().join("packed.ndjson.gz");
    std::fs::File::create(&path).unwrap().write_all(&packed).unwrap();
    let missing = letters.folder.path().join("missing");
    let to = format!("file:{}", letters.target().display());
    for (path, words) in [
        (path.as_path(), "packed.ndjson.gz: it is gzip; unpack it"),
        (&missing, "missing: No such file"),
        (letters.folder.path(), "it is a folder"),
    ] {
        let run = Trailhaul::subcommand("replay").arg(path).to(&to).run().await;
        assert_says(&run, 2, &[words]);
    }
    assert!(!letters.target().exists() && std::fs::read(&path).unwrap() == packed);
}

/// A run that adds letters while others are loaded again: the file is its own then.
#[tokio::test]
async fn letters_that_a_run_adds_to_meanwhile_are_left_to_another_replay() {
    let letters = Letters::of(ids(2));
    let before = letters.text();
    let wait = Fault::Answer(503, vec![("Retry-After", "10")], String::new());
    let cluster = FakeCluster::start(greeting().into_iter().chain([wait])).await;
    let running = letters.replay(&cluster.url()).spawn();
    until(|| cluster.seen().len() > greeting().len()).await;
    let load = || {
        let to = format!("file:{}", letters.target().display());
        Trailhaul::load().args(["--from", "-", "--json"]).to(&to)
    };
    let mut adding = load().arg("--dead-letters").arg(&letters.path).stdin_held_open().spawn();
    adding.feed(&"not json\n".repeat(1_000));
    until(|| letters.text() != before).await;
    let run = running.wait().await;
    let words = ["another run is writing to it", "is taken out by another replay"];
    assert_says(&run, 7, &words);
    assert_eq!((run.total("created"), cluster.documents()), (2, 2), "{run}");
    assert!(letters.text().starts_with(&before));
    adding.interrupt();
    let added = adding.wait().await;
    let strays = added.total("rejected");
    assert!(strays > 0, "{added}");

    let run = letters.replay(&cluster.url()).run().await;
    assert_eq!((run.code, run.total("exists"), run.total("rejected")), (Some(4), 2, strays));
    assert_eq!(letters.text().lines().count() as u64, strays);
}

/// The command that a run shows loads its letters to where that run loads, and as it does.
#[tokio::test]
async fn the_command_that_a_run_shows_for_its_letters_loads_them_as_that_run_does() {
    let refused = json!({ "status": 413, "error": { "type": "t", "reason": "too large" } });
    let cluster = FakeCluster::start(greeting().into_iter().chain([Fault::Refuse(refused)])).await;
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    crate::support::run::write(&folder.path().join("pw"), "hunter2\n");
    crate::support::run::write(&folder.path().join("job.toml"), "field-limit = 4000\n");
    crate::support::run::write(&folder.path().join("in"), &event("id-0"));
    let run = Trailhaul::load()
        .from(place("in"))
        .to(&cluster.url())
        .args(["--index", "mine-%Y", "--layout=ecs", "--keep", "original,request"])
        .args(["--user", "me", "--password-file", &place("pw"), "--config", &place("job.toml")])
        .args(["--since", "2020-01-01T00:00:00Z", "--no-repair", "--restart"])
        .args(["--dead-letters", &place("my letters.ndjson")])
        .run()
        .await;
    assert_eq!(run.code, Some(4), "{run}");
    let shown = run.stdout.lines().find_map(|line| line.strip_prefix("load them with: ")).unwrap();
    let [letters, pw, job] = ["my letters.ndjson", "pw", "job.toml"].map(place);
    for words in [
        &format!(" replay '{letters}' --to {} ", cluster.url()),
        " --index mine-%Y ",
        " --layout ecs ",
        " --keep original,request ",
        " --no-repair ",
        &format!(" --user me --password-file {pw}"),
        &format!(" --config {job}"),
    ] {
        assert!(format!("{shown} ").contains(words), "no {words:?} in {shown}");
    }
    let again = Trailhaul::shell(shown).run().await;
    assert_eq!((again.code, cluster.documents()), (Some(0), 1), "{shown}\n{again}");
    assert_eq!(std::fs::read_to_string(&letters).unwrap(), "", "{again}");
    let bulk = cluster.seen().into_iter().filter(|seen| seen.method == "POST");
    let bodies: Vec<_> = bulk.map(|seen| String::from_utf8(seen.plain()).unwrap()).collect();
    assert_eq!(bodies.len(), 2, "{again}");
    for body in bodies {
        assert!(body.contains(r#""_index":"mine-2026""#) && body.contains("@timestamp"), "{body}");
    }
}

/// What is no event stays none: no command is shown that would load it, but where others are there too.
#[tokio::test]
async fn no_command_is_shown_for_letters_that_nothing_can_load() {
    let letters = Letters::of([]);
    let to = format!("file:{}", letters.target().display());
    let load = || {
        let load = Trailhaul::load().args(["--from", "-"]).stdin("not json\n").to(&to);
        load.arg("--dead-letters").arg(&letters.path)
    };
    let run = load().run().await;
    assert_eq!(run.code, Some(4), "{run}");
    assert!(run.stdout.contains("nothing can load them: they are kept as they were read"), "{run}");
    assert!(!run.stdout.contains("load them with"), "{run}");
    letters.put(&letter("id-0"));
    let run = load().run().await;
    assert!(run.stdout.contains("load them with: ") && run.code == Some(4), "{run}");
}

/// What LookupEvents says beside a record is in no record: a letter keeps it.
#[tokio::test]
async fn what_stands_beside_an_event_is_loaded_again_with_it() {
    let refused = json!({ "status": 413, "error": { "type": "t", "reason": "too large" } });
    let faults = greeting().into_iter().chain([Fault::Refuse(refused)]);
    let cluster = FakeCluster::start(faults).await;
    let account = crate::support::aws::one_region(20);
    let newest = jiff::Timestamp::now().as_second() - 600;
    let timeless = r#"{"eventName":"Example"}"#.to_owned();
    let timeless = Event::from_text(newest, Some("timeless"), timeless);
    let aws = crate::support::aws::simulate(account).await;
    assert!(aws.add_events("us-east-1", vec![timeless]));
    let letters = Letters::of([]);
    let load = |to: &str| Trailhaul::load().aws(aws.endpoint()).to(to).arg("--json");
    let run = load(&cluster.url()).arg("--dead-letters").arg(&letters.path).run().await;
    assert_eq!(run.code, Some(4), "{run}");
    let kept = letters.ids();
    assert!(kept.contains("timeless"), "{run}");
    let run = letters.replay_to_file().await;
    assert_eq!((run.code, letters.text().as_str()), (Some(0), ""), "{run}");

    let plain = letters.folder.path().join("plain.ndjson");
    load(&format!("file:{}", plain.display())).run().await;
    let (expected, replayed) = (documents(&plain), documents(&letters.target()));
    assert_eq!(replayed.keys().cloned().collect::<BTreeSet<_>>(), kept);
    assert!(replayed.values().any(|document| document.get("lookup").is_some()));
    for (id, document) in replayed {
        assert_eq!(document, expected[&id]);
    }
}
