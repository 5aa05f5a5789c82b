//! The last words of a run: the summary, what is not loaded, why, and what to do next. Pure.

use super::table;
use crate::{
    ending::{
        Ending,
        summary::{RegionOutcome, RegionSummary, Summary},
    },
    exit::Exit,
    settings::OutputSettings,
    source::refusal::is_explicit_deny,
};

/// What to do about letters that no replay can load.
const NO_EVENTS: &str =
    "none of them is an event, so nothing can load them: they are kept as they were read";

/// What went wrong and what to do next, as sentences for standard error. Where no closing table is
/// printed and no log line has said it, what is missing too.
pub fn problems(ending: &Ending, output: OutputSettings) -> Vec<String> {
    let mut problems = Vec::new();
    if output.quiet {
        problems.extend(missing(&ending.summary));
        problems.extend(dead_letters(&ending.summary));
    }
    problems.extend(ending.faults.iter().map(ToString::to_string));
    problems.extend(ending.next_step.clone());
    problems
}

/// The summary as standard output gets it.
pub fn render(summary: &Summary, output: OutputSettings) -> String {
    if output.json {
        return serde_json::to_string(summary).map_or_else(|_| String::new(), |s| s + "\n");
    }
    if output.quiet || summary.regions.is_empty() {
        return String::new();
    }
    table::render(summary)
}

/// What is not loaded and why, regions of one reason together, with what can be done about it.
pub fn missing(summary: &Summary) -> Vec<String> {
    let mut kinds: Vec<Vec<&RegionSummary>> = Vec::new();
    for region in summary.regions.iter().filter(|region| region.missing) {
        let same = |kind: &&mut Vec<&RegionSummary>| {
            kind.first().is_some_and(|first| {
                (first.outcome, &first.reason) == (region.outcome, &region.reason)
            })
        };
        match kinds.iter_mut().find(same) {
            Some(kind) => kind.push(region),
            None => kinds.push(vec![region]),
        }
    }
    // Where nothing at all was allowed, it is the credentials, and that is said elsewhere.
    let advise = summary.exit_code != Exit::Aws.code();
    kinds.iter().flat_map(|kind| about(kind, advise)).collect()
}

fn about(regions: &[&RegionSummary], advise: bool) -> Vec<String> {
    let Some(first) = regions.first() else { return Vec::new() };
    let names = |separator: &str| {
        regions.iter().map(|region| region.region.as_str()).collect::<Vec<_>>().join(separator)
    };
    let reason = first.reason.as_deref().unwrap_or("unknown reason");
    let mut lines = vec![format!("not loaded whole: {}: {reason}", names(", "))];
    let names = names(",");
    lines.extend(match first.outcome {
        _ if !advise => None,
        RegionOutcome::Denied if is_explicit_deny(reason) => Some(format!(
            "no permission mends an explicit deny: give --exclude-regions {names}, or ask whoever manages the organization's policies"
        )),
        RegionOutcome::Denied => {
            Some(format!("allow cloudtrail:LookupEvents there, or give --exclude-regions {names}"))
        }
        RegionOutcome::NotEnabled => {
            Some(format!("enable it in the account, or leave {names} out of --regions"))
        }
        RegionOutcome::Complete | RegionOutcome::Partial | RegionOutcome::Failed => None,
    });
    lines
}

/// Where the dead letters are, and how they are loaded again.
pub fn dead_letters(summary: &Summary) -> Vec<String> {
    match (summary.dead_letters.count, &summary.dead_letters.path) {
        (count @ 1.., Some(path)) => vec![
            format!("{count} in the dead letters, each with its reason: {}", path.display()),
            match &summary.dead_letters.replay {
                Some(command) => format!("load them with: {command}"),
                None => NO_EVENTS.to_owned(),
            },
        ],
        (count @ 1.., None) => {
            vec![format!("{count} were refused again, and stay in their file as they were")]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ending::{summary::tests::region, tests::identity};

    #[test]
    fn regions_of_one_reason_stand_together_and_denied_ones_have_a_way_out() {
        let mut summary = Summary::empty(&identity(), Exit::Partial, Duration::ZERO);
        summary.regions = vec![
            region("eu-west-1", RegionOutcome::Partial, "interrupted"),
            region("sa-east-1", RegionOutcome::Denied, "no"),
            region("us-east-1", RegionOutcome::Partial, "interrupted"),
            region("us-east-2", RegionOutcome::NotEnabled, "off"),
            region("us-west-2", RegionOutcome::Denied, "with an explicit deny in a policy"),
        ];
        let expected = [
            "not loaded whole: eu-west-1, us-east-1: interrupted",
            "not loaded whole: sa-east-1: no",
            "allow cloudtrail:LookupEvents there, or give --exclude-regions sa-east-1",
            "not loaded whole: us-west-2: with an explicit deny in a policy",
            "no permission mends an explicit deny: give --exclude-regions us-west-2, or ask whoever manages the organization's policies",
        ];
        assert_eq!(missing(&summary), expected);
    }

    #[test]
    fn a_quiet_run_says_what_is_wrong_and_nothing_else() {
        let regions =
            [("eu-west-1", RegionOutcome::Denied), ("us-east-1", RegionOutcome::Complete)];
        let mut summary = Summary::empty(&identity(), Exit::Partial, Duration::ZERO);
        summary.regions = regions.map(|(name, outcome)| region(name, outcome, "no")).into();
        let ending = Ending::new(&identity(), summary, Vec::new(), Exit::Partial);
        let output = |quiet| OutputSettings {
            json: false,
            quiet,
            progress: crate::cli::When::Auto,
            log_format: crate::cli::LogFormat::Text,
        };
        assert!(problems(&ending, output(false)).is_empty());
        assert!(problems(&ending, output(true)).concat().contains("eu-west-1: no"));
        assert!(!problems(&ending, output(true)).concat().contains("us-east-1"));
        assert_eq!(render(&ending.summary, output(true)), "");
    }
}
