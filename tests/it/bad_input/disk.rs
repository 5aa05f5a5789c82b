//! A full disk, under each of the three files that a run writes: the run stops with a sentence, and
//! once there is room the same command brings everything home.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};
use trailhaul::demo::{Account, Operation, Region, SimulatedAws, Status, generator};

use super::{assert_says, write};
use crate::support::{
    aws::{assert_same, one_region, readable, simulate},
    disk::small_disk,
    files::{covered, dead_events, documents},
    run::Trailhaul,
    until,
};

fn load(aws: &SimulatedAws, state: &Path, target: &Path) -> Trailhaul {
    let target = format!("file:{}", target.display());
    Trailhaul::load().aws(aws.endpoint()).to(&target).state(state).arg("--json")
}

fn lookups(aws: &SimulatedAws) -> usize {
    aws.calls().iter().filter(|call| call.operation == Operation::LookupEvents).count()
}

/// Asserts that of each covered second every event is in one of the places; gives how many are.
fn assert_covered_is_kept(
    state: &Path,
    account: &Account,
    kept: impl Fn(&str, &str) -> bool,
) -> usize {
    let windows = if state.exists() { covered(state, "us-east-1") } else { Vec::new() };
    let within = |second| windows.iter().any(|(start, end)| (*start..=*end).contains(&second));
    let events = account.regions[0].events().iter().filter(|event| within(event.second()));
    events
        .inspect(|event| assert!(kept(&event.id(), &event.text()), "{} is lost", event.id()))
        .count()
}

#[tokio::test]
async fn a_state_that_finds_no_room_ends_the_run_which_goes_on_later() {
    let Some(disk) = small_disk(64) else { return };
    let account = one_region(1_000);
    let aws = simulate(account.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let (state, target) = (disk.join("state.json"), folder.path().join("out.ndjson"));

    disk.fill();
    let run = load(&aws, &state, &target).run().await;
    assert_says(&run, 7, &["cannot save state file", "state.json", "free space"]);
    assert_eq!((lookups(&aws), state.exists(), target.exists()), (0, false, false), "{run}");
    disk.free();

    let running = load(&aws, &state, &target).spawn();
    // The old end of the ninety days may be covered first, and holds none.
    until(|| assert_covered_is_kept(&state, &account, |_, _| true) > 0).await;
    let run = disk.full_during(running.wait()).await;
    assert_says(&run, 7, &["cannot save state file", "state.json", "free space"]);
    assert_eq!((&run.json()["exit_code"], &run.json()["balanced"]), (&json!(7), &json!(true)));
    let found = documents(&target);
    let safe = assert_covered_is_kept(&state, &account, |id, _| found.contains_key(id));
    assert!(safe > 0 && safe < found.len() && found.len() < 1_000, "{safe}, {}", found.len());
    disk.free();

    let run = load(&aws, &state, &target).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert_same("file", &documents(&target), &readable(&account));
}

/// Every tenth event has an id that no target takes, and every tenth has none.
fn account_with_dead_letters() -> (Account, Vec<String>) {
    let newest = Timestamp::now().as_second() - 3_600;
    let odd = |number: i64| {
        let time = Timestamp::from_second(newest - number * 300).unwrap();
        let id = if number % 2 == 0 { json!(format!("{number:0>600}")) } else { Value::Null };
        json!({"eventTime": time.to_string(), "eventID": id, "eventName": format!("Odd{number}")})
    };
    let records: Vec<_> = (0..60).map(|number| odd(number).as_object().cloned().unwrap()).collect();
    let mut texts: Vec<_> =
        records.iter().map(|record| Value::Object(record.clone()).to_string()).collect();
    texts.sort();
    let events = generator::spread("us-east-1", newest, 60, 240, 7);
    let region = Region::new("us-east-1", Status::Enabled).with(events);
    (Account::new(vec![region.with_records(records).unwrap()]), texts)
}

#[tokio::test]
async fn dead_letters_that_find_no_room_end_the_run_which_keeps_them_later() {
    let Some(disk) = small_disk(16) else { return };
    let (account, odd) = account_with_dead_letters();
    let mut good = readable(&account);
    good.retain(|_, text| !odd.contains(text));
    assert_eq!(good.len(), 240);
    let aws = simulate(account.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let (state, target) = (folder.path().join("state.json"), folder.path().join("out.ndjson"));
    let letters = disk.join("letters.ndjson");
    let load = || load(&aws, &state, &target).arg("--dead-letters").arg(&letters);

    for (some, step) in [(false, "full at the start"), (true, "full on the way")] {
        if !some {
            disk.fill();
        }
        let run = load().run().await;
        let next =
            ["letters.ndjson", "no room", "no rejected event is lost", "--dead-letters FILE"];
        assert_says(&run, 7, &next);
        run.assert_balanced();
        let (found, dead) = (documents(&target), dead_events(&letters));
        assert_eq!(!dead.is_empty(), some, "{step}");
        let kept = |id: &str, text: &str| {
            found.contains_key(id) || dead.binary_search(&text.to_owned()).is_ok()
        };
        let safe = assert_covered_is_kept(&state, &account, kept);
        assert!(safe < 300, "{step}: {safe}");
        if !some {
            disk.free();
        }
    }

    disk.grow(4_096);
    let run = load().run().await;
    assert_says(&run, 4, &[]);
    assert_same("file", &documents(&target), &good);
    assert_eq!(dead_events(&letters), odd);
    let all = assert_covered_is_kept(&state, &account, |_, _| true);
    assert_eq!(all, 300, "everything is covered in the end");
}

#[tokio::test]
async fn a_target_file_that_finds_no_room_ends_the_run_and_is_whole_later() {
    let Some(disk) = small_disk(512) else { return };
    let account = one_region(600);
    let events: BTreeMap<_, _> = readable(&account);
    let aws = simulate(account.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let (state, target) = (folder.path().join("state.json"), disk.join("out.ndjson"));

    for (some, step) in [(false, "full at the start"), (true, "full on the way")] {
        if !some {
            disk.fill();
        }
        let run = load(&aws, &state, &target).run().await;
        assert_says(&run, 6, &["out.ndjson", "no room left on the disk", "make room"]);
        assert_eq!(run.json()["exit_code"], 6, "{step}: {run}");
        let found = documents(&target);
        assert!(found.is_empty() != some && found.len() < events.len(), "{step}: {}", found.len());
        assert_covered_is_kept(&state, &account, |id, _| found.contains_key(id));
        if !some {
            disk.free();
        }
    }

    disk.grow(16_384);
    let run = load(&aws, &state, &target).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert_same("file", &documents(&target), &events);
}

#[tokio::test]
async fn a_replay_that_finds_no_room_leaves_the_letters_as_they_were() {
    let Some(disk) = small_disk(64) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (letters, target) = (disk.join("letters.ndjson"), folder.path().join("out.ndjson"));
    let events = readable(&one_region(10));
    let long = "x".repeat(600);
    let time = "2026-01-02T03:04:05Z";
    let stays = letter(&long, &json!({"eventID": long, "eventTime": time}).to_string());
    let lines: String = events.iter().map(|(id, text)| letter(id, text)).collect();
    let lines = stays.clone() + &lines;
    write(&letters, &lines);
    let replay = || {
        let to = format!("file:{}", target.display());
        Trailhaul::subcommand("replay").arg(&letters).to(&to).arg("--json").run()
    };
    disk.fill();
    assert_says(&replay().await, 7, &["letters.ndjson", "no room left on the disk"]);
    assert_eq!(std::fs::read_to_string(&letters).unwrap(), lines);
    disk.free();
    let run = replay().await;
    assert_eq!((run.code, &run.json()["totals"]["exists"]), (Some(4), &json!(10)), "{run}");
    assert_eq!(std::fs::read_to_string(&letters).unwrap(), stays);
    assert_same("file", &documents(&target), &events);
}

fn letter(id: &str, event: &str) -> String {
    let letter = json!({
        "version": 1, "time": "2026-01-02T03:04:05Z", "id": id, "index": "cloudtrail-2026.01",
        "region": "us-east-1", "status": 400, "kind": "k", "reason": "r", "path": null,
        "event": event,
    });
    format!("{letter}\n")
}

#[tokio::test]
async fn a_read_only_disk_takes_neither_target_nor_dead_letters() {
    let Some(disk) = small_disk(64) else { return };
    disk.read_only();
    let (account, _) = account_with_dead_letters();
    let aws = simulate(account).await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let run = load(&aws, &state, &disk.join("out.ndjson")).run().await;
    assert_says(&run, 6, &["out.ndjson", "the disk is read-only", "name a file on another"]);
    let letters = disk.join("letters.ndjson");
    let target = folder.path().join("out.ndjson");
    let run = load(&aws, &state, &target).arg("--dead-letters").arg(&letters).run().await;
    assert_says(&run, 7, &["letters.ndjson", "the disk is read-only", "no rejected event is lost"]);
}
