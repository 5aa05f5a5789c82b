//! One function per subcommand: settings in, exit code out.
//!
//! A command joins settings, AWS, target and state into a plan for [`crate::pipeline`], and prints
//! what came of it. Errors become a sentence here and nowhere below.

mod adapt;
mod connect;
mod demo;
mod export;
mod fault;
mod load;
mod replay;
mod report;
mod rules;
mod suggest;

use std::io::Write;

use jiff::Timestamp;

pub use fault::Fault;

use crate::{
    cli::{Cli, Command},
    exit::Exit,
    report::{
        ending::Ending,
        screen::{self, Screen},
    },
    settings::{LoadSettings, OutputSettings, ReplaySettings, ReportSettings},
};

/// Carries out what was typed.
pub async fn run(cli: Cli) -> Exit {
    let now = Timestamp::now();
    let output = cli.command.output().map(OutputSettings::from).unwrap_or_default();
    let screen = match Screen::open(output) {
        Ok(screen) => screen,
        Err(error) => {
            screen::complain(&error.to_string());
            return Exit::Usage;
        }
    };
    let result = match cli.command {
        Command::Load(args) => match LoadSettings::from_load(*args, now) {
            Ok(settings) => load::run(settings, &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Demo(args) => match LoadSettings::from_demo(*args, now) {
            Ok(settings) => demo::run(settings, &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Replay(args) => match ReplaySettings::from_replay(*args) {
            Ok(settings) => replay::run(settings, &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Rules { action, rules } => rules::run(action, rules),
        Command::Report(args) => match ReportSettings::from_report(*args, now) {
            Ok(settings) => report::run(settings, now, &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Export { what } => export::run(what).await,
    };
    result.unwrap_or_else(|fault| {
        screen.problem(&fault.to_string());
        fault.exit()
    })
}

/// Prints how a run ended.
fn close(screen: &Screen, ending: &Ending) -> Result<Exit, Fault> {
    print(&ending.render(screen.output))?;
    screen.close(ending);
    Ok(ending.exit)
}

/// Prints what was asked for. A reader that has gone away is no fault.
fn print(text: &str) -> Result<(), Fault> {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Fault::internal(error)),
        _ => Ok(()),
    }
}
