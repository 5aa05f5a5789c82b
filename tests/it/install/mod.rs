//! What people install: the Debian package with man pages, completions and units, and the container.

mod container;
mod package;
mod pages;
mod root;
mod shells;
mod units;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use clap::CommandFactory;
use trailhaul::cli::Cli;

use crate::support::variable;

/// The Debian package that `scripts/package --debug` made; nothing where `scripts/test` skips it.
fn package() -> Option<PathBuf> {
    match variable("TRAILHAUL_TEST_PACKAGE") {
        Some(path) => Some(path.into()),
        None if variable("TRAILHAUL_TEST_SKIP_PACKAGE").is_some() => None,
        None => panic!(
            "TRAILHAUL_TEST_PACKAGE is not set: run the tests through scripts/test, set it to what \
             scripts/package --debug prints, or set TRAILHAUL_TEST_SKIP_PACKAGE=1"
        ),
    }
}

/// What a program says that has to succeed without a complaint.
fn said_by(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), output.stderr);
    let err = String::from_utf8_lossy(&err);
    assert!(
        output.status.success() && err.is_empty(),
        "{command:?}: {}\n{out}\n{err}",
        output.status
    );
    out
}

/// The variables that stand for the options of `load`.
fn variables() -> BTreeSet<String> {
    let cli = Cli::command();
    let options = cli.find_subcommand("load").unwrap().get_opts();
    options.filter_map(|option| Some(option.get_env()?.to_str().unwrap().to_owned())).collect()
}

/// Asserts that all of these that are trailhaul's own stand for an option of `load`.
fn assert_known<'a>(names: impl IntoIterator<Item = &'a str>) {
    let known = variables();
    let own: Vec<_> = names.into_iter().filter(|name| name.starts_with("TRAILHAUL_")).collect();
    assert!(!own.is_empty(), "no name of trailhaul's own");
    for name in own {
        assert!(known.contains(name), "no option of load has {name}: {known:?}");
    }
}
