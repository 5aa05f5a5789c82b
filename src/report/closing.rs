//! The last words of a run: what is not loaded, why, and what to do next. Pure.

use super::{
    ending::Identity,
    summary::{RegionOutcome, RegionSummary, Summary},
};
use crate::exit::Exit;

/// What to do about letters that no replay can load.
const NO_EVENTS: &str =
    "none of them is an event, so nothing can load them: they are kept as they were read";

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

/// Whether a sentence of AWS's is about a deny that wins over whatever is allowed, such as that of a service
/// control policy.
pub(crate) fn is_explicit_deny(sentence: &str) -> bool {
    sentence.contains("explicit deny")
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

/// The command to go on with, where there is something to go on with.
pub fn next_step(exit: Exit, summary: &Summary, identity: &Identity) -> Option<String> {
    let unfinished = |region: &RegionSummary| {
        matches!(region.outcome, RegionOutcome::Partial | RegionOutcome::Failed)
    };
    let wanted = match exit {
        Exit::Interrupted | Exit::Aws | Exit::Target | Exit::State => true,
        Exit::Partial => summary.regions.iter().any(unfinished),
        Exit::Complete | Exit::Internal | Exit::Usage | Exit::DeadLetters => false,
    };
    let verb = if identity.remembers { "go on" } else { "start again" };
    wanted.then(|| format!("{verb} with: {}", identity.command))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::report::{ending::tests::identity, summary::tests::region};

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
    fn the_next_step_fits_the_end() {
        let partial = vec![region("eu-west-1", RegionOutcome::Partial, "interrupted")];
        let denied = vec![region("eu-west-1", RegionOutcome::Denied, "no")];
        let on = Some("go on with: trailhaul load --to file:x");
        let table = [
            (Exit::Interrupted, true, &partial, on),
            (Exit::Target, true, &partial, on),
            (Exit::Aws, true, &denied, on),
            (Exit::State, false, &partial, Some("start again with: trailhaul load --to file:x")),
            (Exit::Partial, true, &partial, on),
            (Exit::Partial, true, &denied, None),
            (Exit::Complete, true, &vec![], None),
            (Exit::DeadLetters, true, &vec![], None),
        ];
        for (exit, remembers, regions, expected) in table {
            let identity = Identity { remembers, ..identity() };
            let mut summary = Summary::empty(&identity, exit, Duration::ZERO);
            summary.regions.clone_from(regions);
            assert_eq!(next_step(exit, &summary, &identity).as_deref(), expected, "{exit:?}");
        }
    }
}
