//! The files that a run leaves: their owner's alone, and where they were named and nowhere else.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use serde_json::{Value, json};
use trailhaul::demo::{Account, Region, Status};

use super::assert_says;
use super::server::{Answer, Server, good, is_bulk, json as answer};
use crate::support::aws::simulate;
use crate::support::message::Request;
use crate::support::run::Trailhaul;

/// The files of a run whose state is `state.json`.
const FILES: [&str; 4] =
    ["state.json", "state.json.lock", "state.learned.toml", "state.dead-letters.ndjson"];

/// One event that has an id, and one that has none, which is a dead letter; young enough for a second
/// run to read them again.
fn account() -> Account {
    let time = Timestamp::from_second(Timestamp::now().as_second() - 600).unwrap().to_string();
    let record = |id: Value| {
        let record = json!({"eventTime": time, "eventID": id, "eventName": "x",
            "eventSource": "ec2.amazonaws.com", "requestParameters": {"mode": "b"}});
        record.as_object().cloned().unwrap()
    };
    let records = vec![record("one".into()), record(Value::Null)];
    let region = Region::new("us-east-1", Status::Enabled);
    Account::new(vec![region.with_records(records).unwrap()])
}

/// A target that refuses a field once, so that a rule is learned.
fn teaches(request: &Request) -> Answer {
    let plain = request.bulk_text();
    if !is_bulk(request) || plain.contains("mode_ec2") {
        return good(request);
    }
    let error = json!({"type": "mapper_parsing_exception", "reason":
        "object mapping for [requestParameters.mode] tried to parse field [mode] as object, but found a concrete value"});
    let item = json!({"create": {"_id": "one", "status": 400, "error": error}});
    answer(200, &json!({"items": [item]}).to_string())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A run of the command with a umask that takes nothing away.
fn open_handed() -> Trailhaul {
    let shell = Trailhaul::shell("umask 000; exec \"$0\" \"$@\"");
    shell.args([env!("CARGO_BIN_EXE_trailhaul"), "load", "--json"])
}

#[tokio::test]
async fn whatever_the_umask_nobody_else_can_read_them() {
    let aws = simulate(account()).await;
    let target = Server::start(teaches, None).await;
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made/deep");
    let load = open_handed().aws(aws.endpoint()).to(&target.url()).state(made.join("state.json"));
    let running = load.spawn();
    let mut seen = std::collections::BTreeSet::new();
    let run = async {
        let run = running.wait();
        tokio::pin!(run);
        loop {
            // Temporary files too, as long as they are there.
            for entry in fs::read_dir(&made).into_iter().flatten().flatten() {
                let Ok(metadata) = entry.metadata() else { continue };
                assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
                seen.insert(entry.file_name());
            }
            tokio::select! {
                run = &mut run => break run,
                () = tokio::time::sleep(std::time::Duration::from_millis(1)) => {}
            }
        }
    };
    let run = run.await;
    assert_eq!(run.code, Some(4), "{run}");
    for name in FILES {
        assert_eq!(mode(&made.join(name)), 0o600, "{name}");
    }
    assert_eq!((mode(&made), mode(made.parent().unwrap())), (0o700, 0o700));

    let out = folder.path().join("also/out.ndjson");
    let run = open_handed().aws(aws.endpoint()).to(&format!("file:{}", out.display())).run().await;
    assert_eq!(
        (run.code, mode(&out), mode(out.parent().unwrap())),
        (Some(4), 0o600, 0o700),
        "{run}"
    );
    let state = run.home.path().join("state/trailhaul");
    assert_eq!(mode(&state), 0o700);
    let files: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|path| mode(path) == 0o600), "{files:?}");
}

/// What is added to stays as its owner opened it; what is replaced is made anew.
#[tokio::test]
async fn what_is_there_keeps_its_mode_unless_it_is_replaced() {
    let aws = simulate(account()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let load = || {
        let to = format!("file:{}", path("out.ndjson").display());
        Trailhaul::load().aws(aws.endpoint()).to(&to).state(path("state.json"))
    };
    assert_eq!(load().run().await.code, Some(4));
    let kept = ["out.ndjson", "state.dead-letters.ndjson"];
    for name in kept.into_iter().chain(["state.json"]) {
        fs::set_permissions(path(name), Permissions::from_mode(0o644)).unwrap();
    }
    assert_eq!(load().run().await.code, Some(4));
    assert_eq!(kept.map(|name| mode(&path(name))), [0o644; 2]);
    assert_eq!(mode(&path("state.json")), 0o600);
}

#[tokio::test]
async fn what_stands_in_their_place_is_refused_and_not_followed() {
    let aws = simulate(account()).await;
    for name in FILES {
        for (trap, word) in [
            ("link", "is a symbolic link"),
            ("dangling link", "is a symbolic link"),
            ("pipe", "is no regular file"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (place, victim) = (folder.path().join(name), folder.path().join("victim"));
            match trap {
                "pipe" => assert!(Command::new("mkfifo").arg(&place).status().unwrap().success()),
                _ => symlink(&victim, &place).unwrap(),
            }
            if trap == "link" {
                fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE"), &victim).unwrap();
            }
            let before = fs::read(&victim).ok();
            let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson");
            let run = load.state(folder.path().join("state.json")).run().await;
            assert_says(&run, 7, &[name, word]);
            assert_eq!(fs::read(&victim).ok(), before, "{trap} for {name}");
            assert!(!place.symlink_metadata().unwrap().is_file(), "{trap} for {name} is replaced");
        }
    }
}

#[tokio::test]
async fn a_target_file_and_letters_to_replay_are_what_they_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, link, victim) =
        (folder.path().join("pipe"), folder.path().join("link"), folder.path().join("victim"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::File::create(&victim).unwrap();
    symlink(&victim, &link).unwrap();
    for (path, word) in [(&pipe, "is no regular file"), (&link, "is a symbolic link")] {
        let run = super::load(&format!("file:{}", path.display())).run().await;
        assert_says(&run, 6, &[word]);
        let replay = Trailhaul::subcommand("replay").arg(path).to("file:out.ndjson");
        assert_says(&replay.run().await, 2, &[word]);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "");
    }
}
