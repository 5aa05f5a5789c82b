//! The commands that fill gaps. Pure.
//!
//! A run reads what is not covered between its `--since` and `--until`, and nothing else. So one command
//! over all gaps of all regions reads those gaps alone, however they lie; regions of which nothing was
//! ever loaded get one of their own, since AWS may be refusing them.

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::{oldest, region::Region};
use crate::{
    checkpoint::state::Job,
    normalize::Layout,
    settings::typed::quoted,
    window::{Second, moment},
};

/// A command, and what it fills.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Fill {
    /// Whose gaps.
    pub regions: Vec<String>,
    /// From when on; null for all that AWS has.
    pub since: Option<Timestamp>,
    /// Up to when; null for now.
    pub until: Option<Timestamp>,
    /// Whether nothing of these regions was ever loaded.
    pub never_loaded: bool,
    /// The command for a shell. What the state does not tell, such as the target's credentials, is to
    /// be added.
    pub command: String,
}

/// The commands that fill every gap of these regions.
pub(super) fn commands(
    job: &Job,
    state_file: Option<&Path>,
    regions: &[Region],
    now: Timestamp,
) -> Vec<Fill> {
    let of = |never_loaded: bool| {
        let fitting = |region: &&Region| region.is_empty() == never_loaded;
        let regions: Vec<_> =
            regions.iter().filter(|region| !region.gaps.is_empty()).filter(fitting).collect();
        fill(job, state_file, &regions, never_loaded, now)
    };
    [of(false), of(true)].into_iter().flatten().collect()
}

fn fill(
    job: &Job,
    state_file: Option<&Path>,
    regions: &[&Region],
    never_loaded: bool,
    now: Timestamp,
) -> Option<Fill> {
    let gaps = || regions.iter().flat_map(|region| &region.gaps);
    let start = gaps().map(|gap| gap.start()).min()?;
    let end = gaps().map(|gap| gap.end()).max()?;
    // A gap that the lag goes on from is filled up to now, as any run does, and from as far back as it looks:
    // what lies just before the gap may have been read too early.
    let reaches_lag = regions
        .iter()
        .any(|region| region.gaps.last().is_some_and(|gap| gap.end() >= region.known_until));
    let at = |second: Second| Some(moment(second));
    let since = if reaches_lag || start <= oldest(now) { None } else { at(start) };
    let until = if reaches_lag { None } else { at(end) };
    let names: Vec<_> = regions.iter().map(|region| region.region.clone()).collect();
    let mut words = vec!["trailhaul".to_owned(), "load".to_owned()];
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    option("--to", job.target.clone());
    option("--index", job.index.clone());
    if let Some(layout) = job.layout.as_ref().filter(|name| *name != Layout::default().name()) {
        option("--layout", layout.clone());
    }
    let (category, attribute) =
        job.selection.split_once(' ').unwrap_or((job.selection.as_str(), ""));
    if category == "insight" {
        option("--event-category", category.to_owned());
    }
    if !attribute.is_empty() {
        option("--lookup-attribute", attribute.to_owned());
    }
    option("--regions", names.join(","));
    for (name, time) in [("--since", since), ("--until", until)] {
        if let Some(time) = time {
            option(name, time.to_string());
        }
    }
    if let Some(file) = state_file {
        option("--state", file.display().to_string());
    }
    let command = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    Some(Fill { regions: names, since, until, never_loaded, command })
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{days, now, region},
        *,
    };
    use crate::{checkpoint::state::RegionState, source::lookup::Selection};

    fn job(selection: &str) -> Job {
        Job {
            account: Some("111122223333".to_owned()),
            target: "http://localhost:9200".to_owned(),
            index: "cloudtrail-%Y.%m".to_owned(),
            selection: selection.to_owned(),
            layout: Some("typed".to_owned()),
        }
    }

    fn of(job: &Job, file: Option<&str>, regions: Vec<(&str, RegionState)>) -> Vec<String> {
        let regions: Vec<_> = regions
            .into_iter()
            .map(|(name, state)| Region::of(name.to_owned(), state, now()))
            .collect();
        let fills = commands(job, file.map(Path::new), &regions, now());
        fills.into_iter().map(|fill| fill.command).collect()
    }

    #[test]
    fn gaps_of_several_regions_are_one_command() {
        let load = "trailhaul load --to http://localhost:9200 --index cloudtrail-%Y.%m --regions";
        let all = || region(&[days(91, 0)], Some(0), None);
        let hole = |from, to| region(&[days(91, from), days(to, 0)], Some(0), None);
        let late = || region(&[days(9, 0)], Some(0), None);
        let stopped = || region(&[days(91, 9)], Some(3_600), None);
        let long_ago = || region(&[days(200, 95)], Some(95 * 86_400), None);
        let never = || region(&[], None, Some(60));
        let table = [
            (vec![("a", all())], vec![]),
            (
                vec![("a", hole(45, 43)), ("b", all()), ("c", hole(20, 15))],
                vec!["a,c --since 2026-10-14T12:00:01Z --until 2026-11-13T11:59:59Z"],
            ),
            (vec![("a", late())], vec!["a --until 2026-11-19T11:59:59Z"]),
            (vec![("a", stopped())], vec!["a"]),
            (vec![("a", long_ago())], vec!["a"]),
            (vec![("a", late()), ("b", stopped())], vec!["a,b"]),
            (
                vec![("a", never()), ("b", hole(45, 43)), ("c", never())],
                vec!["b --since 2026-10-14T12:00:01Z --until 2026-10-16T11:59:59Z", "a,c"],
            ),
        ];
        for (regions, expected) in table {
            let expected: Vec<_> = expected.iter().map(|rest| format!("{load} {rest}")).collect();
            assert_eq!(of(&job("all"), None, regions), expected);
        }
    }

    #[test]
    fn the_layout_the_selection_and_the_state_file_are_the_jobs() {
        let never = || vec![("a", region(&[], None, Some(60)))];
        let insight = Selection { attribute: None, insight: true };
        let commands = of(&job(&insight.to_string()), Some("my state.json"), never());
        assert!(commands[0].contains(" --event-category insight "), "{commands:?}");
        assert!(commands[0].ends_with(" --state 'my state.json'"), "{commands:?}");
        assert!(!commands[0].contains("--layout"), "{commands:?}");
        let ecs = of(&Job { layout: Some("ecs".to_owned()), ..job("all") }, None, never());
        assert!(ecs[0].contains(" --index cloudtrail-%Y.%m --layout ecs --regions a"), "{ecs:?}");
        let commands = of(&job("all Username=Mr. X"), None, never());
        assert!(commands[0].contains(" --lookup-attribute 'Username=Mr. X' "), "{commands:?}");
        let plain = of(&job(&Selection::default().to_string()), None, never());
        assert!(!plain[0].contains("--lookup-attribute") && !plain[0].contains("category"));
    }
}
