//! A run as metrics, in the text form that Prometheus and `node_exporter`'s textfile collector read.
//! Pure.
//!
//! All of them are gauges of the last run, also the numbers of events: a counter that begins anew with
//! each run would make `increase()` take two runs of the same number for one, so none is named `_total`.
//! The last success is the watermark of the state file, that is when the last run that finished a region
//! began; a run that fails has the one of the runs before it, and a region that is missing and was never
//! finished has 0, so that an alert on its age comes for it too. Where it could not even find out which
//! state file is its own, the success stands as the file of metrics had it.
//!
//! Names: <https://prometheus.io/docs/practices/naming/>

use super::exposition::{Family, labels};
use crate::{
    checkpoint::state::{RegionState, State},
    ending::summary::{Counted, RegionSummary, Summary},
    window::moment,
};

const LAST_SUCCESS: &str = "trailhaul_last_success_timestamp_seconds";

/// The success of a region that has had none.
const NEVER: i64 = 0;

/// What is told of a region, or of all record files together.
type Number = (&'static str, &'static str, fn(&Counted) -> u64);

const NUMBERS: [Number; 4] = [
    ("trailhaul_run_read_events", "Events that the last run read.", |counted| counted.read),
    (
        "trailhaul_run_calls",
        "LookupEvents calls of the last run, throttled ones included.",
        |counted| counted.calls,
    ),
    (
        "trailhaul_run_throttled_calls",
        "LookupEvents calls of the last run that AWS throttled.",
        |counted| counted.throttled,
    ),
    (
        "trailhaul_run_repaired_events",
        "Events of the last run that the index took in another form only.",
        |counted| counted.repaired,
    ),
];

/// A verdict's name and its count.
type Verdict = (&'static str, fn(&Counted) -> u64);

const VERDICTS: [Verdict; 4] = [
    ("created", |counted| counted.created),
    ("exists", |counted| counted.exists),
    ("rejected", |counted| counted.rejected),
    ("filtered", |counted| counted.filtered),
];

/// The metrics of a run: its summary, what it remembers of its job if it could find out, and what the
/// file of metrics said before.
pub fn render(summary: &Summary, state: Option<&State>, before: &str) -> String {
    let run = labels(&of_run(summary));
    let mut families = vec![
        Family::gauge(
            "trailhaul_build_info",
            "The version of trailhaul; always 1.",
            vec![(labels(&[("version", env!("CARGO_PKG_VERSION"))]), "1".to_owned())],
        ),
        Family::gauge(
            "trailhaul_run_start_timestamp_seconds",
            "When the last run began, in Unix time.",
            vec![(run.clone(), summary.started.as_second().to_string())],
        ),
        Family::gauge(
            "trailhaul_run_duration_seconds",
            "How long the last run took.",
            vec![(run.clone(), summary.seconds.to_string())],
        ),
        Family::gauge(
            "trailhaul_run_exit_code",
            "How the last run ended: 0 complete, 2 usage, 3 partial, 4 dead letters, 5 AWS, 6 target, 7 state file, 130 interrupted.",
            vec![(run.clone(), summary.exit_code.to_string())],
        ),
        Family::gauge(
            "trailhaul_run_dead_letters",
            "Documents that the last run put into the dead letters.",
            vec![(run, summary.dead_letters.count.to_string())],
        ),
    ];
    families.extend(successes(summary, state, before));
    families.extend(numbers(summary, state.is_some()));
    families.iter().map(ToString::to_string).collect()
}

fn of_run(summary: &Summary) -> [(&'static str, &str); 2] {
    [("account", summary.account.as_deref().unwrap_or_default()), ("target", &summary.target)]
}

fn of_region<'a>(summary: &'a Summary, region: &'a RegionSummary) -> Vec<(&'static str, &'a str)> {
    of_run(summary).into_iter().chain([("region", region.region.as_str())]).collect()
}

/// The last success of each region that is read, and how long ago it was when the run ended. Regions
/// that are not read any more would alert for ever, and those that another job reads stand in its file.
fn successes(summary: &Summary, state: Option<&State>, before: &str) -> [Family; 2] {
    let successes: Vec<(String, i64)> = match state {
        Some(State { job, regions, .. }) => {
            let success = |(name, region): (&String, &RegionState)| {
                let account = job.account.as_deref().unwrap_or_default();
                let region_labels =
                    [("account", account), ("target", &job.target), ("region", name)];
                Some((labels(&region_labels), region.watermark?.as_second()))
            };
            let known = regions.iter().filter(|(name, _)| is_read(summary, name));
            let has_none = |read: &&RegionSummary| {
                read.missing && regions.get(&read.region).is_none_or(|it| it.watermark.is_none())
            };
            let never = summary.regions.iter().filter(has_none);
            let never = never.map(|read| (labels(&of_region(summary, read)), NEVER));
            known.filter_map(success).chain(never).collect()
        }
        // A run of record files has regions of its own, and no success to keep.
        None if summary.regions.is_empty() => before.lines().filter_map(earlier_success).collect(),
        None => Vec::new(),
    };
    let ended = summary.started.as_second() + whole(summary.seconds);
    let lag =
        |(labels, success): &(String, i64)| (labels.clone(), (ended - success).max(0).to_string());
    let lags = successes.iter().filter(|(_, at)| *at != NEVER).map(lag).collect();
    let successes = successes.into_iter().map(|(labels, at)| (labels, at.to_string())).collect();
    [
        Family::gauge(
            LAST_SUCCESS,
            "When the last run that finished the region began, in Unix time; 0 where none has.",
            successes,
        ),
        Family::gauge(
            "trailhaul_lag_seconds",
            "Time from the last success of the region to the end of the last run.",
            lags,
        ),
    ]
}

/// A run that did not get as far as its regions wants all that are left in the state.
fn is_read(summary: &Summary, region: &str) -> bool {
    summary.regions.is_empty() || summary.regions.iter().any(|read| read.region == region)
}

#[expect(clippy::cast_possible_truncation, reason = "whole seconds of a run")]
fn whole(seconds: f64) -> i64 {
    seconds.round() as i64
}

/// Labels and value of a line of an earlier run that tells a success.
fn earlier_success(line: &str) -> Option<(String, i64)> {
    let sample = line.strip_prefix(LAST_SUCCESS)?;
    let (labels, value) = sample.rsplit_once("} ")?;
    let second: i64 = value.parse().ok()?;
    // What no clock ever said is not carried on.
    (moment(second).as_second() == second && labels.starts_with('{'))
        .then(|| (format!("{labels}}}"), second))
}

/// A record file is no label: there may be any number of them, and each name would stay a series.
fn numbers(summary: &Summary, by_region: bool) -> Vec<Family> {
    let counted: Vec<(Vec<(&str, &str)>, Counted)> = if by_region {
        summary.regions.iter().map(|region| (of_region(summary, region), region.counted)).collect()
    } else if summary.regions.is_empty() {
        Vec::new()
    } else {
        vec![(of_run(summary).to_vec(), summary.totals)]
    };
    let mut families: Vec<_> = NUMBERS
        .iter()
        .map(|(name, help, number)| {
            let sample =
                |(all, counted): &(Vec<_>, Counted)| (labels(all), number(counted).to_string());
            Family::gauge(name, help, counted.iter().map(sample).collect())
        })
        .collect();
    let verdicts = counted.iter().flat_map(|(all, counted)| {
        VERDICTS.iter().map(move |(verdict, number)| {
            let mut all = all.clone();
            all.push(("verdict", verdict));
            (labels(&all), number(counted).to_string())
        })
    });
    families.push(Family::gauge(
        "trailhaul_run_events",
        "Events of the last run by what became of them.",
        verdicts.collect(),
    ));
    families
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        checkpoint::state::Job,
        ending::{
            summary::{RegionOutcome, tests::region},
            tests::identity,
        },
        exit::Exit,
    };

    fn summary(exit: Exit) -> Summary {
        Summary::empty(&identity(), exit, Duration::from_millis(2_500))
    }

    fn state(target: &str) -> State {
        let job = Job {
            account: Some("111122223333".to_owned()),
            target: target.to_owned(),
            index: "i".to_owned(),
            selection: "all".to_owned(),
            layout: None,
        };
        let finished = RegionState { watermark: Some(moment(-60)), ..RegionState::default() };
        let regions = [("eu-west-1", RegionState::default()), ("us-east-1", finished)];
        let regions = regions.map(|(name, region)| (name.to_owned(), region)).into();
        State { regions, ..State::new(job) }
    }

    fn value<'a>(text: &'a str, sample: &str) -> Option<&'a str> {
        text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))
    }

    #[test]
    fn a_region_that_no_run_has_finished_has_its_success_long_ago_and_no_lag() {
        let mut summary = summary(Exit::Partial);
        let mut read = region("us-east-1", RegionOutcome::Complete, "");
        read.counted =
            Counted { read: 7, created: 4, exists: 2, rejected: 1, ..Counted::default() };
        summary.regions = vec![region("eu-west-1", RegionOutcome::Denied, "no"), read];
        let text = render(&summary, Some(&state("file:x")), "");
        let us = r#"{account="111122223333",target="file:x",region="us-east-1"}"#;
        assert_eq!(value(&text, &format!("{LAST_SUCCESS}{us}")), Some("-60"), "{text}");
        assert_eq!(value(&text, &format!("trailhaul_lag_seconds{us}")), Some("63"), "{text}");
        let eu = format!(r#"{LAST_SUCCESS}{{target="file:x",region="eu-west-1"}}"#);
        assert_eq!(value(&text, &eu), Some("0"), "{text}");
        assert_eq!(text.matches("trailhaul_lag_seconds{").count(), 1, "{text}");
        // Nobody has to exclude a region that the account has not.
        summary.regions[0] = region("eu-west-1", RegionOutcome::NotEnabled, "no");
        let without = render(&summary, Some(&state("file:x")), "");
        assert_eq!(without.matches(LAST_SUCCESS).count(), 3, "{without}");
        let of_run = r#"{target="file:x"}"#;
        assert_eq!(value(&text, &format!("trailhaul_run_exit_code{of_run}")), Some("3"));
        assert_eq!(value(&text, &format!("trailhaul_run_duration_seconds{of_run}")), Some("2.5"));
        for (verdict, count) in [("created", "4"), ("exists", "2"), ("rejected", "1")] {
            let sample = format!(
                r#"trailhaul_run_events{{target="file:x",region="us-east-1",verdict="{verdict}"}}"#
            );
            assert_eq!(value(&text, &sample), Some(count), "{text}");
        }
    }

    #[test]
    fn a_run_that_knows_no_state_keeps_the_success_that_was_told_before() {
        let earlier = render(&summary(Exit::Complete), Some(&state("a\"b\\c\nd")), "");
        let line = earlier.lines().find(|line| line.starts_with(LAST_SUCCESS)).unwrap();
        assert!(line.contains(r#"target="a\"b\\c\nd""#), "{line}");
        let failed = render(&summary(Exit::Aws), None, &earlier);
        assert!(failed.contains(line) && failed.contains("trailhaul_lag_seconds{"), "{failed}");
        let again = render(&summary(Exit::Aws), None, &failed);
        assert_eq!(again, failed);
        for damaged in
            [LAST_SUCCESS, "trailhaul_last_success_timestamp_seconds{a=\"b\"} 1e99", "x{} 1"]
        {
            assert!(
                !render(&summary(Exit::Aws), None, damaged).contains(LAST_SUCCESS),
                "{damaged}"
            );
        }
    }

    #[test]
    fn a_region_that_is_read_no_more_is_not_told() {
        let mut summary = summary(Exit::Complete);
        assert!(render(&summary, Some(&state("file:x")), "").contains(LAST_SUCCESS));
        summary.regions = vec![region("eu-west-1", RegionOutcome::Complete, "")];
        assert!(!render(&summary, Some(&state("file:x")), "").contains(LAST_SUCCESS));
    }

    #[test]
    fn record_files_are_no_labels() {
        let mut summary = summary(Exit::Complete);
        summary.regions = vec![region("a/b.json", RegionOutcome::Complete, "")];
        summary.totals.read = 3;
        let text = render(&summary, None, "trailhaul_last_success_timestamp_seconds{a=\"b\"} 1\n");
        assert!(!text.contains("a/b.json") && !text.contains(LAST_SUCCESS), "{text}");
        assert_eq!(
            value(&text, r#"trailhaul_run_read_events{target="file:x"}"#),
            Some("3"),
            "{text}"
        );
    }
}
