//! What people see on terminals of two sizes, of one that changes its size, and when they type Ctrl-C.
//!
//! Snapshots hold whole screens; times, numbers and paths are replaced in them.

use std::path::Path;

use regex::Regex;
use serde_json::json;
use trailhaul::demo::{Account, Region, SimulatedAws, Status, generator};

use crate::support::{
    aws::simulate,
    run::{Finished, Trailhaul},
    terminal::{Terminal, is_bar},
};

/// Replacements that leave a screen as wide and high as it is, or nearly.
const SAME_EVERY_TIME: [(&str, &str); 13] = [
    (r"20\d\d-\d\d-\d\dT[0-9:.]+Z", "[time]"),
    (r"20\d\d-\d\d-\d\d", "[day]"),
    (r#"state="[^"]*""#, r#"state="[path]""#),
    (r"(?m)^(state file +).*$", "$1[path]"),
    (r"--state \S+", "--state [path]"),
    (r"file:\S+/out\.ndjson", "file:out.ndjson"),
    // Regions that one run read are as late as each other, to the second or not.
    (r"(?m)^(lag +)\S+ in [^\s;]+", "$1[lag] in [region]"),
    // The marks of the months move from day to day.
    (r"(?m)^region  .* all    lag  event$", "region   [months]   all    lag  event"),
    (r"(?m)(\d+%) +\S+ +\S+$", "$1  [lag] [age]"),
    (r"\d+ events, \d+/s", "N events, N/s"),
    (r"quota +\d+%, (- |\d+ s|\d+m \d+s) ?left", "quota N%, T left"),
    (r"N/s, (- |\d+ s|\d+m \d+s) ?left", "N/s, T left"),
    (r"\b(\d+s|\d+m|\d+h\d\dm|\d+d\d\dh)\b", "[span]"),
];

fn same_every_time(screen: &str) -> String {
    let bars = Regex::new(r" +\d+%  ").unwrap();
    // How much of the first and of the last day is covered depends on the time of day.
    let ends = Regex::new(r"[░▒▓]|█( +\d+%)").unwrap();
    let line = |line: &str| {
        if is_bar(line) {
            bars.replace(&line.replace('█', "░"), "  N%  ").into_owned()
        } else if line.contains('%') {
            ends.replace_all(line, "▒$1").into_owned()
        } else {
            line.to_owned()
        }
    };
    let text = screen.lines().map(line).collect::<Vec<_>>().join("\n");
    SAME_EVERY_TIME.iter().fold(text, |text, (pattern, with)| {
        Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned()
    })
}

fn regions(count: u64, events: usize) -> Account {
    let newest = jiff::Timestamp::now().as_second() - 3_600;
    let region = |number: u64| {
        let name = format!("eu-north-{number}");
        Region::new(&name, Status::Enabled)
            .with(generator::spread(&name, newest, 60, events, number))
    };
    Account::new((1..=count).map(region).collect())
}

fn load(aws: &SimulatedAws) -> Trailhaul {
    Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson")
}

/// The path is told, and all runs have to have the same one.
fn load_to(aws: &SimulatedAws, folder: &Path) -> Trailhaul {
    let to = format!("file:{}", folder.join("out.ndjson").display());
    Trailhaul::load().aws(aws.endpoint()).to(&to).state(folder.join("state.json"))
}

/// Nothing of the bars is left, and no log line was torn by one.
fn assert_tidy(terminal: &Terminal) {
    let text = terminal.text();
    for line in text.lines() {
        let log_line = line.contains(" INFO ") || line.contains(" WARN ");
        assert!(!is_bar(line) && (!log_line || line.starts_with("20")), "{line:?} in\n{text}");
    }
}

async fn shown(run: Trailhaul, (rows, columns): (usize, usize)) -> (Finished, Terminal) {
    let run = run.run().await;
    let terminal = Terminal::after(&run.stdout, rows, columns);
    (run, terminal)
}

#[tokio::test]
async fn a_run_in_the_usual_terminal_and_in_a_large_one() {
    for size @ (rows, columns) in [(24, 80), (50, 200)] {
        let aws = simulate(regions(12, 260)).await;
        let Some(load) = load(&aws).in_terminal(size, "") else { return };
        let (run, terminal) = shown(load, size).await;
        assert_eq!((run.code, terminal.most_bars), (Some(0), 13), "{run}");
        let name = format!("load_{columns}x{rows}");
        insta::assert_snapshot!(name, same_every_time(&terminal.fullest));
        assert_tidy(&terminal);
        // A region that is done is a line.
        let text = terminal.text();
        for region in 1..=12 {
            let read = format!(" INFO read region=\"eu-north-{region}\"\n");
            assert_eq!(text.matches(&read).count(), 1, "{text}");
        }
    }
}

/// Smaller, larger, then Ctrl-C: at no time is there more than fits, or anything left behind.
#[tokio::test]
async fn a_terminal_may_change_its_size_and_the_run_be_interrupted() {
    let aws = simulate(regions(3, 1_000)).await;
    // Each size for two whole draws of four bars, however many events a slow machine has by then.
    let (some, twice) = (r" [1-9]\d* events,", r"( [1-9]\d* events,.*){8}");
    let steps = [json!([some, 12, 50]), json!([twice, 50, 200]), json!([twice])];
    let Some(load) = load(&aws).in_terminal_with((24, 80), &steps) else { return };
    let (run, terminal) = shown(load, (24, 80)).await;
    assert_eq!(run.code, Some(130), "{run}");
    for size in ["\x1b[8;12;50t", "\x1b[8;50;200t"] {
        assert!(run.stdout.contains(size), "{run}");
    }
    assert_eq!(terminal.most_bars, 4, "{run}");
    assert_tidy(&terminal);
    let text = terminal.text();
    assert!(text.contains("\ntrailhaul: go on with: "), "{text}");
    // The bars fit each size while it lasted.
    let (first, rest) = run.stdout.split_once("\x1b[8;12;50t").unwrap();
    let (small, large) = rest.split_once("\x1b[8;50;200t").unwrap();
    for (part, columns) in [(first, 80), (small, 50), (large, 200)] {
        let bars: Vec<_> = part.lines().filter(|line| is_bar(line)).collect();
        assert!(!bars.is_empty(), "{columns}: {run}");
        let longest = bars.iter().map(|bar| bar.trim_end().chars().count()).max();
        assert!(longest < Some(columns + 12), "{columns}: {run}");
    }
    let width = |part: &str| part.lines().rfind(|line| is_bar(line)).map(|l| l.contains('░'));
    assert_eq!((width(small), width(large)), (Some(false), Some(true)), "{run}");
}

#[tokio::test]
async fn the_status_in_the_usual_terminal_and_in_a_large_one() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let mut account = regions(3, 20);
    account.regions.push(Region::new("eu-west-1", Status::Denied));
    let aws = simulate(account).await;
    let to = || load_to(&aws, folder.path());
    let some = to().args(["--since", "20d", "--exclude-regions", "eu-north-3"]);
    assert_eq!(some.run().await.code, Some(3));
    let all = to().args(["--regions", "eu-north-3"]).run().await;
    assert_eq!(all.code, Some(0), "{all}");
    for size @ (rows, columns) in [(24, 80), (50, 200)] {
        let status = || Trailhaul::subcommand("status").state(&state);
        let Some(run) = status().in_terminal(size, "") else { return };
        let (run, terminal) = shown(run, size).await;
        assert_eq!((run.code, terminal.colours), (Some(0), true), "{run}");
        let text = terminal.text();
        insta::assert_snapshot!(format!("status_{columns}x{rows}"), same_every_time(&text));
        let plain = status().env("NO_COLOR", "1").in_terminal(size, "").unwrap();
        let (run, plain) = shown(plain, size).await;
        assert!(!plain.colours && plain.text().contains('█'), "{run}");
    }
    let piped = Trailhaul::subcommand("status").state(&state).run().await;
    assert!(!piped.stdout.contains('\x1b') && piped.stdout.contains("2 days a column"), "{piped}");
}

/// One that says of itself that it can only print, or says nothing, gets no cursor movement and no colour,
/// but where bars are asked for.
#[tokio::test]
async fn a_terminal_that_can_only_print_gets_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let aws = simulate(regions(2, 400)).await;
    for term in ["dumb", "xterm"] {
        let Some(load) = load_to(&aws, folder.path()).in_terminal((24, 80), "") else { return };
        let run = load.env("TERM", term).run().await;
        assert_eq!((run.code, run.stdout.contains('\x1b')), (Some(0), term != "dumb"), "{run}");
        let status = Trailhaul::subcommand("status").state(&state).in_terminal((24, 80), "");
        let run = status.unwrap().env("TERM", term).run().await;
        assert_eq!((run.code, run.stdout.contains('\x1b')), (Some(0), term != "dumb"), "{run}");
    }
    let always = load(&aws).args(["--progress", "always"]).in_terminal((24, 80), "").unwrap();
    let run = always.env("TERM", "dumb").run().await;
    assert!(run.stdout.contains("\x1b["), "{run}");
}
