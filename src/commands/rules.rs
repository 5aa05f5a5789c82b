//! `trailhaul rules`: the rule table, and what it does to events.

use super::{Fault, connect, print, suggest};
use crate::{cli, event::Item, exit::Exit, normalize, settings, source::files};

/// Prints what is asked for.
pub(super) fn run(action: Option<cli::Rules>, rules: cli::RulesFile) -> Result<Exit, Fault> {
    let table = connect::table(settings::rules_file(rules)?)?;
    match action.unwrap_or(cli::Rules::List) {
        cli::Rules::List => {
            print(&normalize::list(&table))?;
            Ok(Exit::Complete)
        }
        cli::Rules::Suggest { files } => suggest::run(&table, &files),
        cli::Rules::Explain { path } => {
            print(&normalize::explain(&table, &path))?;
            Ok(Exit::Complete)
        }
        cli::Rules::Test { file } => {
            let mut strays = 0;
            let mut printed = Ok(());
            let read = files::read(&file, &mut |item| {
                let text = match item {
                    Item::Event(event) if event.flow.is_some() => {
                        strays += 1;
                        "no event of CloudTrail: a line of a flow log, for which there are no rules\n"
                            .to_owned()
                    }
                    Item::Event(event) => normalize::test(&table, &event).to_string(),
                    Item::Stray(stray) => {
                        strays += 1;
                        format!("no event: {}\n", stray.reason)
                    }
                };
                printed = print(&text);
                printed.is_ok()
            });
            printed?;
            read?;
            Ok(if strays > 0 { Exit::DeadLetters } else { Exit::Complete })
        }
    }
}
