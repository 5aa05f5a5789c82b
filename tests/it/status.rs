//! `trailhaul status`, from outside: what it says of real state files, and that it only looks.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use serde_json::Value;
use trailhaul::demo::{Account, Region, SimulatedAws, Status, generator};

use crate::support::{
    aws::simulate,
    files::documents,
    run::{Finished, Trailhaul, write},
};

const DAY: i64 = 86_400;

/// Three regions with an event each second day, and one that is denied.
fn account() -> Account {
    let newest = jiff::Timestamp::now().as_second() - 7_200;
    let names = ["eu-north-1", "eu-west-1", "us-east-1"].into_iter().zip(1..);
    let mut regions: Vec<_> = names
        .map(|(name, seed)| {
            let events = generator::spread(name, newest, 2 * DAY, 44, seed);
            Region::new(name, Status::Enabled).with(events)
        })
        .collect();
    regions.push(Region::new("sa-east-1", Status::Denied));
    Account::new(regions)
}

/// Its state files are in a folder of the test's.
struct Job {
    folder: tempfile::TempDir,
    aws: SimulatedAws,
}

impl Job {
    async fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), aws: simulate(account()).await }
    }

    fn states(&self) -> std::path::PathBuf {
        self.folder.path().join("states")
    }

    fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("out.ndjson")
    }

    async fn load(&self, more: &[&str]) -> Finished {
        let to = format!("file:{}", self.out().display());
        let load = Trailhaul::load().aws(self.aws.endpoint()).to(&to).args(more);
        load.env("STATE_DIRECTORY", self.states()).arg("--quiet").run().await
    }

    fn status(&self) -> Trailhaul {
        Trailhaul::subcommand("status").env("STATE_DIRECTORY", self.states())
    }

    /// Changes what the one state file says of its regions.
    fn edit_regions(&self, edit: impl FnOnce(&mut Value)) {
        let files = fs::read_dir(self.states()).unwrap().map(|entry| entry.unwrap().path());
        let is_state = |path: &std::path::PathBuf| path.extension().is_some_and(|e| e == "json");
        let file = files.into_iter().find(is_state).unwrap();
        let mut state: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        edit(&mut state["regions"]);
        write(&file, &state.to_string());
    }

    /// What a command of the report does when it is typed.
    async fn typed(&self, command: &Value) -> Finished {
        let command = command.as_str().unwrap().strip_prefix("trailhaul ").unwrap();
        let line = format!("{} {command} --json", env!("CARGO_BIN_EXE_trailhaul"));
        let shell = Trailhaul::shell(&line).aws(self.aws.endpoint());
        shell.env("STATE_DIRECTORY", self.states()).run().await
    }
}

/// A second run that forgets the layout is refused, and the command that fills a gap does not forget it.
#[tokio::test]
async fn a_job_keeps_its_layout() {
    let job = Job::new().await;
    let first = ["--regions", "us-east-1", "--since", "30d", "--layout", "ecs"];
    assert_eq!(job.load(&first).await.code, Some(0));
    let forgotten = job.load(&["--regions", "us-east-1"]).await;
    assert_eq!(forgotten.code, Some(7), "{forgotten}");
    assert!(forgotten.stderr.contains("its layout is ecs, this run's is typed"), "{forgotten}");
    let run = job.status().arg("--json").run().await;
    let of = &run.json()["jobs"][0];
    assert_eq!(of["layout"], "ecs", "{run}");
    let filled = job.typed(&of["fill"][0]["command"]).await;
    assert_eq!(filled.code, Some(0), "{filled}");
    let documents = documents(&job.out());
    assert!(documents.len() > 30, "{filled}");
    assert!(documents.values().all(|document| document.get("eventID").is_none()), "{filled}");
}

/// Everything of a folder: names, contents, times of change.
fn all_of(folder: &Path) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
    let entry = |entry: fs::DirEntry| {
        let changed = entry.metadata().unwrap().modified().unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, (fs::read(entry.path()).unwrap(), changed))
    };
    fs::read_dir(folder).unwrap().map(|found| entry(found.unwrap())).collect()
}

fn gaps(job: &Value) -> Vec<(&str, usize)> {
    let regions = job["regions"].as_array().unwrap().iter();
    let number = |region: &Value| region["gaps"].as_array().unwrap().len();
    regions.map(|region| (region["region"].as_str().unwrap(), number(region))).collect()
}

#[tokio::test]
async fn the_commands_that_it_shows_fill_the_gaps_and_read_nothing_else() {
    let job = Job::new().await;
    assert_eq!(job.load(&["--regions", "us-east-1", "--since", "30d"]).await.code, Some(0));
    assert_eq!(
        job.load(&["--regions", "eu-west-1", "--since", "60d", "--until", "50d"]).await.code,
        Some(0)
    );
    assert_eq!(job.load(&["--regions", "eu-north-1"]).await.code, Some(0));
    assert_eq!(job.load(&["--regions", "sa-east-1"]).await.code, Some(5));
    let loaded = documents(&job.out()).len();

    let run = job.status().arg("--json").run().await;
    assert_eq!(run.code, Some(0), "{run}");
    let report = run.json();
    assert_eq!((&report["version"], &report["exit_code"]), (&1.into(), &0.into()));
    let of = &report["jobs"][0];
    assert_eq!((&of["account"], &of["selection"]), (&"111122223333".into(), &"all".into()));
    assert_eq!(gaps(of), [("eu-north-1", 0), ("eu-west-1", 2), ("sa-east-1", 1), ("us-east-1", 1)]);
    let fills = of["fill"].as_array().unwrap();
    assert_eq!(fills.len(), 2, "{run}");
    assert_eq!(fills[0]["regions"], serde_json::json!(["eu-west-1", "us-east-1"]));
    assert_eq!(
        (&fills[1]["regions"][0], &fills[1]["never_loaded"]),
        (&"sa-east-1".into(), &true.into())
    );

    let filled = job.typed(&fills[0]["command"]).await;
    assert_eq!(filled.code, Some(0), "{filled}");
    assert_eq!(filled.total("read"), (3 * 44 - loaded) as u64, "{filled}");
    assert_eq!(documents(&job.out()).len(), 3 * 44);
    let denied = job.typed(&fills[1]["command"]).await;
    assert_eq!(denied.code, Some(5), "{denied}");

    let run = job.status().arg("--json").run().await;
    let report = run.json();
    assert_eq!(gaps(&report["jobs"][0])[..2], [("eu-north-1", 0), ("eu-west-1", 0)], "{run}");
    assert_eq!(gaps(&report["jobs"][0])[3], ("us-east-1", 0), "{run}");
    assert!(report["jobs"][0]["lag_seconds"].as_u64().is_some(), "{run}");
    let text = job.status().run().await;
    for line in ["account     111122223333", "lag  ", "  sa-east-1      nothing yet", "100%"] {
        assert!(text.stdout.contains(line), "{line:?} in {text}");
    }
}

/// A job that stopped running is not whole, and the usual command makes it so.
#[tokio::test]
async fn what_no_run_has_loaded_for_long_is_a_gap_that_the_command_fills() {
    let job = Job::new().await;
    assert_eq!(job.load(&["--regions", "us-east-1"]).await.code, Some(0));
    job.edit_regions(|regions| {
        let region = &mut regions["us-east-1"];
        let stopped = jiff::Timestamp::now().as_second() - 40 * DAY;
        let stopped = jiff::Timestamp::from_second(stopped).unwrap().to_string();
        region["covered"][0][1] = stopped.clone().into();
        region["watermark"] = stopped.into();
    });
    let run = job.status().arg("--json").run().await;
    let of = &run.json()["jobs"][0];
    assert_eq!(gaps(of), [("us-east-1", 1)], "{run}");
    assert!(of["covered_share"].as_f64().is_some_and(|share| share < 0.6), "{run}");
    let text = job.status().run().await;
    for line in ["\nnot loaded:\n", "\nfill that with:\n  trailhaul load ", " 55% 40d00h "] {
        assert!(text.stdout.contains(line), "{line:?} in {text}");
    }
    let filled = job.typed(&of["fill"][0]["command"]).await;
    assert_eq!(filled.code, Some(0), "{filled}");
    // One each second day, and what may have come late before.
    assert!((20..=21).contains(&filled.total("read")), "{filled}");
    let run = job.status().arg("--json").run().await;
    assert_eq!(gaps(&run.json()["jobs"][0]), [("us-east-1", 0)], "{run}");
}

#[tokio::test]
async fn a_clock_that_was_ahead_has_covered_nothing_and_what_a_terminal_obeys_is_not_printed() {
    let job = Job::new().await;
    assert_eq!(job.load(&["--regions", "us-east-1"]).await.code, Some(0));
    job.edit_regions(|regions| {
        let region = &mut regions["us-east-1"];
        region["covered"][0][1] = "9999-12-30T00:00:00Z".into();
        region["watermark"] = "9999-12-30T00:00:00Z".into();
        let mut hostile = region.clone();
        hostile["covered"] = serde_json::json!([]);
        regions["a\u{1b}[2J\nb"] = hostile;
    });
    let run = job.status().arg("--json").run().await;
    let regions = &run.json()["jobs"][0]["regions"];
    // The newest event is two hours old.
    let lag = regions[1]["lag_seconds"].as_u64();
    assert!(lag.is_some_and(|lag| (7_200..7_300).contains(&lag)), "{run}");
    assert_eq!(regions[1]["clock_was_ahead"], true, "{run}");
    let text = job.status().run().await;
    for said in
        ["\nthe clock was ahead at a load of a?[2J?b, us-east-1: ", r"--regions $'a\x1b[2J\x0ab'"]
    {
        assert!(text.stdout.contains(said), "{said:?} in {text}");
    }
    assert!(!text.stdout.contains('\u{1b}'), "{text}");
}

#[tokio::test]
async fn it_makes_locks_and_changes_nothing_and_says_that_a_run_is_under_way() {
    let job = Job::new().await;
    assert_eq!(job.load(&["--regions", "us-east-1"]).await.code, Some(0));
    let before = all_of(&job.states());
    let idle = job.status().arg("--json").run().await;
    assert_eq!(idle.json()["jobs"][0]["in_use"], false, "{idle}");
    assert_eq!(all_of(&job.states()), before);

    let lock = before.keys().find(|name| name.contains(".json.lock")).unwrap();
    let held = File::open(job.states().join(lock)).unwrap();
    held.lock().unwrap();
    let busy = job.status().arg("--json").run().await;
    assert_eq!((busy.code, &busy.json()["jobs"][0]["in_use"]), (Some(0), &true.into()), "{busy}");
    assert!(job.status().run().await.stdout.contains(", in use by a run now\n"));
    assert_eq!(all_of(&job.states()), before);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_and_the_others_are_shown() {
    let job = Job::new().await;
    assert_eq!(job.load(&["--regions", "us-east-1"]).await.code, Some(0));
    let other = ["--regions", "us-east-1", "--lookup-attribute", "EventName=Nothing"];
    assert_eq!(job.load(&other).await.code, Some(0));
    write(&job.states().join("broken.json"), "{");
    write(&job.states().join("newer.json"), r#"{"version":99}"#);
    let before = all_of(&job.states());

    let run = job.status().run().await;
    assert_eq!(run.code, Some(7), "{run}");
    assert_eq!(run.stderr.lines().count(), 2, "{run}");
    assert!(run.stderr.contains("broken.json is corrupt"), "{run}");
    assert!(run.stderr.contains("newer.json has version 99"), "{run}");
    // The last saved is the first.
    let selections = ["selection   all EventName=Nothing\n", "selection   all\n"];
    let places = selections.map(|selection| run.stdout.find(selection).unwrap());
    assert!(places[0] < places[1], "{run}");

    let run = job.status().arg("--json").run().await;
    let report = run.json();
    assert_eq!((run.code, &report["exit_code"]), (Some(7), &7.into()), "{run}");
    assert_eq!(report["jobs"].as_array().unwrap().len(), 2, "{run}");
    assert_eq!(report["unreadable"].as_array().unwrap().len(), 2, "{run}");
    assert_eq!(all_of(&job.states()), before);
}

#[tokio::test]
async fn nothing_loaded_yet_is_an_answer_and_a_missing_file_is_not() {
    let run = Trailhaul::subcommand("status").run().await;
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run}");
    assert!(
        run.stdout.contains("no state file in ") && run.stdout.contains("trailhaul load"),
        "{run}"
    );
    assert!(!run.home.path().join("state").exists());
    let run = Trailhaul::subcommand("status").arg("--json").run().await;
    assert_eq!(
        (run.code, run.json()["jobs"].as_array().map(Vec::len)),
        (Some(0), Some(0)),
        "{run}"
    );

    let run = Trailhaul::subcommand("status").args(["--state", "no/such.json"]).run().await;
    assert_eq!((run.code, run.stdout.as_str()), (Some(7), ""), "{run}");
    assert!(run.stderr.contains("there is no state file no/such.json"), "{run}");
    assert!(!run.home.path().join("no").exists());
}
