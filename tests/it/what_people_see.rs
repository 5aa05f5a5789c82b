//! What people see on a terminal, in a log and in a script, of the built command.

use std::path::Path;

use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use serde_json::Value;
use trailhaul::demo::{Account, Fault, Region, Scripted, SimulatedAws, Status, When, generator};

use crate::support::{
    aws::{account, one_region, simulate},
    engines::secured,
    run::{Finished, Trailhaul},
    terminal::{Terminal, is_bar},
    unique,
};

const ESCAPE: char = '\x1b';

/// Twelve regions, more than a small terminal has room for.
fn many_regions() -> Account {
    let newest = jiff::Timestamp::now().as_second() - 3_600;
    let region = |number: u64| {
        let name = format!("eu-north-{number}");
        let events = generator::spread(&name, newest, 60, 260, number);
        Region::new(&name, Status::Enabled).with(events)
    };
    Account::new((1..=12).map(region).collect())
}

/// One region that is read and one that is denied.
fn one_denied() -> Account {
    let mut account = one_region(120);
    account.regions.push(Region::new("eu-west-1", Status::Denied));
    account
}

fn load(aws: &SimulatedAws) -> Trailhaul {
    Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson")
}

/// Each line of standard error as the JSON object that it has to be.
fn log(run: &Finished) -> Vec<Value> {
    let parsed = run.stderr.lines().map(serde_json::from_str);
    let lines: Result<Vec<Value>, _> = parsed.collect();
    lines.unwrap_or_else(|error| panic!("{error}: {run}"))
}

/// The fields of the first log line that says this.
fn said<'a>(log: &'a [Value], message: &str) -> &'a Value {
    let fields = log.iter().map(|line| &line["fields"]);
    let mut fitting = fields.filter(|fields| fields["message"] == message);
    fitting.next().unwrap_or_else(|| panic!("no {message:?} in {log:#?}"))
}

/// Nothing of the bars is left, and no log line was torn by one.
fn assert_tidy(terminal: &Terminal) {
    let text = terminal.text();
    for line in text.lines() {
        let log_line = line.contains(" INFO ") || line.contains(" WARN ");
        assert!(!is_bar(line) && (!log_line || line.starts_with("20")), "{line:?} in\n{text}");
    }
}

#[tokio::test]
async fn bars_fit_the_terminal_and_leave_nothing_behind() {
    for size @ (rows, columns) in [(24, 80), (40, 120), (8, 50), (3, 20), (1, 80)] {
        let aws = simulate(many_regions()).await;
        let Some(load) = load(&aws).in_terminal(size, "") else { return };
        let run = load.run().await;
        assert_eq!(run.code, Some(0), "{run}");
        // That no more is taken back than the screen holds is asserted by the terminal itself.
        let terminal = Terminal::after(&run.stdout, rows, columns);
        let room = rows.saturating_sub(6).min(12);
        let with_total = if rows > 1 { room + 1 } else { 0 };
        assert!(terminal.most_bars <= with_total, "{size:?}: {} bars", terminal.most_bars);
        if columns >= 50 {
            assert_eq!(terminal.most_bars, with_total, "{size:?}: {run}");
            assert!(terminal.colours || rows == 1, "{size:?}: {run}");
        }
        assert_tidy(&terminal);
        assert_eq!(terminal.text().matches(" INFO read").count(), 12, "{run}");
        assert!(terminal.text().contains("balance: 3120 read = 3120 created"), "{run}");
    }
}

#[tokio::test]
async fn no_color_means_bars_without_colours() {
    let aws = simulate(one_region(300)).await;
    let run = load(&aws).env("NO_COLOR", "1").in_terminal((24, 80), "");
    let Some(run) = run else { return };
    let run = run.run().await;
    let terminal = Terminal::after(&run.stdout, 24, 80);
    assert!(!terminal.colours && terminal.most_bars == 1, "{run}");
}

#[tokio::test]
async fn progress_never_and_a_dumb_terminal_have_no_bars() {
    let aws = simulate(one_region(300)).await;
    let Some(never) = load(&aws).arg("--progress=never").in_terminal((24, 80), "") else { return };
    let dumb = load(&aws).in_terminal((24, 80), "").unwrap().env("TERM", "dumb");
    for run in [never.run().await, dumb.run().await] {
        assert_eq!(Terminal::after(&run.stdout, 24, 80).most_bars, 0, "{run}");
    }
}

#[tokio::test]
async fn without_a_terminal_there_are_escape_codes_on_request_alone() {
    let aws = simulate(account(400)).await;
    for format in ["text", "json"] {
        let run = load(&aws).args(["--log-format", format]).run().await;
        assert!(!run.stdout.contains(ESCAPE) && !run.stderr.contains(ESCAPE), "{run}");
        assert!(run.stdout.contains("balance: 400 read"), "{run}");
    }
    let run = load(&aws).args(["--progress", "always"]).run().await;
    assert!(!run.stdout.contains(ESCAPE), "{run}");
    // A terminal driver does this to what is printed.
    let terminal = Terminal::after(&run.stderr.replace('\n', "\r\n"), 24, 80);
    assert!(terminal.most_bars > 0 && !terminal.colours, "{run}");
    assert_tidy(&terminal);
}

#[tokio::test]
async fn quiet_says_problems_and_nothing_else() {
    let aws = simulate(one_region(120)).await;
    let run = load(&aws).arg("--quiet").run().await;
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), "", ""), "{run}");
    if let Some(load) = load(&aws).arg("--quiet").in_terminal((24, 80), "") {
        let run = load.run().await;
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run}");
    }

    let aws = simulate(one_denied()).await;
    let run = load(&aws).arg("--quiet").run().await;
    assert_eq!((run.code, run.stdout.as_str()), (Some(3), ""), "{run}");
    let said: Vec<_> = run.stderr.lines().collect();
    assert_eq!(said.len(), 2, "{run}");
    assert!(said[0].starts_with("trailhaul: not loaded whole: eu-west-1: AccessDenied"), "{run}");
    assert!(said[1].contains("--exclude-regions eu-west-1, or ask "), "{run}");

    let run = Trailhaul::load().from("-").stdin("no event\n").to("file:out.ndjson");
    let run = run.args(["--quiet", "--json"]).run().await;
    assert_eq!((run.code, run.stderr.lines().count()), (Some(4), 2), "{run}");
    assert!(run.stderr.contains("nothing can load them"), "{run}");
    assert_eq!(run.json()["dead_letters"]["count"], 1, "{run}");
}

#[tokio::test]
async fn a_json_log_is_json_line_by_line_and_holds_the_closing_facts() {
    let aws = simulate(one_denied()).await;
    let run = load(&aws).args(["--log-format", "json"]).run().await;
    let lines = log(&run);
    let region = said(&lines, "region ended");
    assert_eq!((&region["region"], &region["outcome"]), (&"eu-west-1".into(), &"denied".into()));
    let end = said(&lines, "run ended");
    assert_eq!(
        (&end["read"], &end["created"], &end["exit_code"]),
        (&120.into(), &120.into(), &3.into())
    );
    assert!(run.stdout.contains("balance: 120 read"), "{run}");

    let faulty: [(&[&str], i32); 3] = [
        (&["--to", "http://127.0.0.1:9"], 6),
        (&["--to", "localhost:9200"], 2),
        (&["--to", "file:out.ndjson", "--regions", "eu-west-1"], 5),
    ];
    for (args, code) in faulty {
        let run = Trailhaul::load().aws(aws.endpoint()).args(args).args(["--log-format=json"]);
        let run = run.run().await;
        assert_eq!(run.code, Some(code), "{run}");
        let problems = log(&run).into_iter().filter(|line| line["level"] == "ERROR").count();
        assert!(problems > 0, "{run}");
    }
}

#[tokio::test]
async fn standard_output_holds_the_object_or_the_table() {
    let aws = simulate(one_denied()).await;
    let run = load(&aws).arg("--json").run().await;
    assert_eq!(run.json()["totals"]["read"], 120, "{run}");
    let run = load(&aws).run().await;
    assert!(run.stdout.starts_with("region "), "{run}");
}

/// The share counts pages, so a refusal has none, and neither has a file.
#[tokio::test]
async fn the_quota_share_is_in_the_table_and_in_the_object() {
    let aws = simulate(one_denied()).await;
    let run = load(&aws).arg("--json").run().await;
    let json = run.json();
    let share = |region: usize| json["regions"][region]["quota_share"].as_f64().unwrap();
    assert_eq!(json["regions"][0]["region"], "eu-west-1");
    assert_eq!((json["regions"][0]["calls"].as_u64(), share(0)), (Some(1), 0.0), "{run}");
    assert!(share(1) > 0.0 && share(1) <= 1.0, "{run}");
    let table = load(&aws).run().await;
    let rows: Vec<_> = table.stdout.lines().collect();
    assert!(rows[0].contains(" quota "), "{table}");
    assert!(rows[1].contains(" 0 % ") && rows[2].contains(" % "), "{table}");
    assert!(!rows[3].contains('%'), "the total has none: {table}");
}

/// Half a minute of reading, seen in both kinds of log at once.
#[tokio::test]
async fn a_log_has_a_progress_line_now_and_then() {
    let (text, json) = (simulate(one_region(3_600)).await, simulate(one_region(3_600)).await);
    let (text, json) = tokio::join!(
        load(&text).arg("--json").run(),
        load(&json).args(["--json", "--log-format", "json"]).run(),
    );
    let line = text.stderr.lines().find(|line| line.contains(" loading "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    for field in
        ["read=", "created=", "covered_percent=", "active=1", "quota_share=", "eta_seconds="]
    {
        assert!(line.contains(field), "no {field} in {line}");
    }
    let lines = log(&json);
    let fields = said(&lines, "loading");
    assert!(fields["read"].as_u64().unwrap() > 0, "{json}");
    assert!(fields["eta_seconds"].is_u64(), "{json}");
}

/// Ctrl-C: no bar stays, and the command that is shown loads the rest.
#[tokio::test]
async fn an_interrupted_run_shows_the_command_that_goes_on() {
    let aws = simulate(one_region(1_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let run = Trailhaul::load()
        .aws(aws.endpoint())
        .to(&format!("file:{}", place("out.ndjson")))
        .state(place("my state.json"))
        .arg("--restart")
        .in_terminal((24, 80), "50 events,");
    let Some(run) = run else { return };
    let run = run.run().await;
    assert_eq!(run.code, Some(130), "{run}");
    let terminal = Terminal::after(&run.stdout, 24, 80);
    assert!(terminal.most_bars > 0, "{run}");
    assert_tidy(&terminal);
    let text = terminal.text();
    assert!(text.contains("\nnot loaded whole: us-east-1: interrupted\n"), "{text}");
    assert!(text.contains("\ntrailhaul: interrupted before everything was loaded\n"), "{text}");
    let command =
        text.trim_end().lines().last().unwrap().strip_prefix("trailhaul: go on with: ").unwrap();

    let rest = Trailhaul::shell(command).aws(aws.endpoint()).run().await;
    assert_eq!(rest.code, Some(0), "{rest}");
    let written = std::fs::read_to_string(place("out.ndjson")).unwrap();
    assert_eq!(written.lines().count(), 2 * 1_000, "{rest}");
    let balance = rest.stdout.lines().find(|line| line.starts_with("balance: ")).unwrap();
    assert!(!balance.starts_with("balance: 1000 read"), "it began anew: {rest}");
}

#[tokio::test]
async fn what_stops_a_run_is_said_with_the_next_step() {
    let aws = simulate(one_region(400)).await;
    let expired = Scripted::anywhere(When::from_call(4), Fault::CredentialsExpired);
    aws.set_faults(vec![expired]);
    let run = load(&aws).run().await;
    assert_ends(&run, 5, "us-east-1: ", "the AWS credentials have expired");
    aws.set_faults(Vec::new());
    let run =
        Trailhaul::load().aws(aws.endpoint()).to("http://joe:hunter2@127.0.0.1:9").run().await;
    assert_eq!(run.code, Some(6), "{run}");
    assert!(run.stderr.contains("--to 'http://***@127.0.0.1:9'"), "{run}");
    let load = Trailhaul::load().aws(aws.endpoint()).to("http://127.0.0.1:9");
    let run = load.arg("--json").run().await;
    let summary = run.json();
    let [error, next] = ["error", "next"].map(|key| summary[key].as_str().unwrap());
    assert!(run.stderr.contains(&format!("trailhaul: {error}\n")), "{run}");
    assert!(run.stderr.contains(&format!("trailhaul: go on with: {next}\n")), "{run}");
    assert!(!format!("{run}").contains("hunter2"), "{run}");
}

fn assert_ends(run: &Finished, code: i32, missing: &str, reason: &str) {
    assert_eq!(run.code, Some(code), "{run}");
    assert!(run.stdout.contains(&format!("\nnot loaded whole: {missing}")), "{run}");
    assert!(run.stderr.contains(&format!("\ntrailhaul: {reason}")), "{run}");
    let last = run.stderr.lines().last().unwrap();
    assert!(last.starts_with("trailhaul: go on with: ") && last.contains(" load "), "{run}");
}

/// The README shows what the demo prints; only numbers may differ.
#[tokio::test]
async fn the_readme_shows_what_the_demo_prints() {
    let demo = Trailhaul::subcommand("demo").args(["--since", "36h"]).run().await;
    assert_eq!(demo.code, Some(3), "{demo}");
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let numbers = |line: &&str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        ["total", "balance:"].contains(&first) || first.ends_with(|c: char| c.is_ascii_digit())
    };
    for line in demo.stdout.lines().filter(|line| !numbers(line)) {
        assert!(readme.lines().any(|shown| shown == line), "the README has no line {line:?}");
    }
}

/// The TLS stack says in its own words what trailhaul says in a sentence.
#[tokio::test]
async fn other_crates_are_heard_on_request_alone() {
    let aws = simulate(one_region(5)).await;
    let load = |url: &str| Trailhaul::load().aws(aws.endpoint()).to(url);
    for secured in secured().into_iter().filter(|secured| secured.ca.is_some()) {
        let run = load(&secured.engine.url).run().await;
        assert_eq!(run.code, Some(6), "{run}");
        assert!(run.stderr.contains("--ca-cert") && !run.stderr.contains("ERROR"), "{run}");
        let run = load(&secured.engine.url).env("TRAILHAUL_LOG", "error").run().await;
        assert!(run.stderr.contains("ERROR rustls"), "{run}");
    }
    let run = load("file:x").env("TRAILHAUL_LOG", "trailhaul=loud").run().await;
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains("TRAILHAUL_LOG"), "{run}");
    assert!(!Path::new("x").exists());
}

#[tokio::test]
async fn the_most_detailed_log_holds_no_secret() {
    let aws = simulate(one_region(5)).await;
    let run =
        load(&aws).env("AWS_SESSION_TOKEN", "token-never-shown").env("TRAILHAUL_LOG", "trace");
    let run = run.run().await;
    assert!(!run.stderr.contains("token-never-shown"), "{run}");
    for secured in secured() {
        let prefix = unique("cloudtrail");
        let load = Trailhaul::load()
            .aws(aws.endpoint())
            .to(&secured.engine.url)
            .args(["--user", &secured.user, "--index", &format!("{prefix}-%Y")])
            .env("TRAILHAUL_PASSWORD", &secured.password)
            .env("TRAILHAUL_LOG", "trace");
        let load = match &secured.ca {
            Some(ca) => load.arg("--ca-cert").arg(ca),
            None => load,
        };
        let run = load.run().await;
        assert_eq!(run.code, Some(0), "{run}");
        let basic = STANDARD.encode(format!("{}:{}", secured.user, secured.password));
        for secret in [secured.password.as_str(), &basic, "wJalrXUtnFEMI", "Signature="] {
            assert!(!run.stderr.contains(secret), "{secret} in {run}");
        }
        let detail = |line: &&str| line.contains(" DEBUG ") || line.contains(" TRACE ");
        for line in run.stderr.lines().filter(detail) {
            assert!(line.contains(" trailhaul::"), "of another crate: {line}");
        }
        secured.engine.delete(&format!("{prefix}-*")).await;
    }
}
