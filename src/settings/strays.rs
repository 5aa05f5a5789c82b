//! Variables of the environment that look as if they set an option, those that set none above all.

use std::collections::BTreeSet;

use clap::{Command, CommandFactory};

use super::{file::nearest, variables};
use crate::cli::Cli;

/// What all variables of options begin with.
const PREFIX: &str = "TRAILHAUL_";

/// Those that are read and are no option's.
const OTHERS: [&str; 4] =
    ["TRAILHAUL_LOG", "TRAILHAUL_PASSWORD", "TRAILHAUL_API_KEY", "TRAILHAUL_PORT_BASE"];

/// Those of the project's own tools.
const TOOLS: [&str; 3] = ["TRAILHAUL_TEST_", "TRAILHAUL_FUZZ_", "TRAILHAUL_BENCH_"];

/// The variable of an option.
pub(super) fn variable(option: &str) -> String {
    format!("{PREFIX}{}", option.replace('-', "_").to_uppercase())
}

/// The values of all that begin so.
pub(super) fn values() -> impl Iterator<Item = String> {
    variables().filter(|name| name.starts_with(PREFIX)).filter_map(|name| super::env(&name))
}

/// A sentence for each that is set and that no command reads.
pub fn sentences() -> Vec<String> {
    let mut known: BTreeSet<String> = OTHERS.into_iter().map(str::to_owned).collect();
    add(&Cli::command(), &mut known);
    of(variables(), &known)
}

fn add(command: &Command, known: &mut BTreeSet<String>) {
    let of_options = command.get_arguments().filter_map(clap::Arg::get_env);
    known.extend(of_options.map(|name| name.to_string_lossy().into_owned()));
    command.get_subcommands().for_each(|below| add(below, known));
}

fn of(set: impl Iterator<Item = String>, known: &BTreeSet<String>) -> Vec<String> {
    let is_stray = |name: &String| {
        let is_tool = TOOLS.iter().any(|tool| name.starts_with(tool));
        name.starts_with(PREFIX) && !known.contains(name) && !is_tool
    };
    let strays: BTreeSet<String> = set.filter(is_stray).collect();
    let sentence = |name: &String| {
        let rest = |name: &'_ str| name.trim_start_matches(PREFIX).to_owned();
        let rests: Vec<String> = known.iter().map(|name| rest(name)).collect();
        let near = nearest(&rest(name), rests.iter().map(String::as_str));
        let hint = near.map(|near| format!("; the nearest is {PREFIX}{near}")).unwrap_or_default();
        format!("{name} is set in the environment, and no command reads it{hint}")
    };
    strays.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_no_command_reads_is_named_with_the_nearest() {
        let mut known = BTreeSet::from(OTHERS.map(str::to_owned));
        add(&Cli::command(), &mut known);
        let said = |name: &str| of([name.to_owned()].into_iter(), &known).concat();
        assert!(said("TRAILHAUL_REGOINS").ends_with("the nearest is TRAILHAUL_REGIONS"));
        assert!(said("TRAILHAUL_QQQ").ends_with("no command reads it"));
        for known in ["TRAILHAUL_TO", "TRAILHAUL_OUT", "TRAILHAUL_CONFIG", "TRAILHAUL_LOG"] {
            assert_eq!(said(known), "");
        }
        for other in ["TRAILHAUL_TEST_SEED", "TRAILHAUL_FUZZ_SECONDS", "TRAILHAULER", "PATH"] {
            assert_eq!(said(other), "");
        }
    }
}
