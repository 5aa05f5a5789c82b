//! One function per subcommand: settings in, exit code out.
//!
//! A command joins settings, AWS, target and state into a plan for [`crate::pipeline`], and prints
//! what came of it. Errors become a sentence here and nowhere below.

mod adapt;
mod check;
mod config;
mod connect;
mod demo;
mod export;
mod fault;
mod load;
mod metrics;
mod read;
mod replay;
mod report;
mod rules;
mod status;
mod suggest;

use std::io::Write;

use jiff::Timestamp;

pub use fault::Fault;
pub use read::read;

use crate::{
    checkpoint::state::State,
    cli::Command,
    exit::Exit,
    report::{
        ending::Ending,
        screen::{self, Screen},
    },
    settings::{
        CheckSettings, Given, LoadSettings, OutputSettings, ReplaySettings, ReportSettings, strays,
        typed::Replay,
    },
};

/// Carries out what was told.
pub async fn run(Given { cli, origins }: Given) -> Exit {
    let now = Timestamp::now();
    let output = cli.command.output().map(OutputSettings::from).unwrap_or_default();
    let metrics = cli.command.metrics().cloned();
    let screen = match Screen::open(output, metrics.clone()) {
        Ok(screen) => screen,
        Err(error) => {
            screen::complain(&error.to_string());
            let kept = metrics.map_or(Ok(()), |file| metrics::of_fault(&file, Exit::Usage, now));
            kept.unwrap_or_else(|fault| screen::complain(&fault.to_string()));
            return Exit::Usage;
        }
    };
    for sentence in strays::sentences() {
        screen.problem(&sentence);
    }
    let result = match cli.command {
        Command::Load(args) => match LoadSettings::from_load(*args, now) {
            Ok(settings) => load::run(settings, Replay::of(&origins), &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Demo(args) => match LoadSettings::from_demo(*args, now) {
            Ok(settings) => demo::run(settings, Replay::of(&origins), &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Replay(args) => match ReplaySettings::from_replay(*args) {
            Ok(settings) => replay::run(settings, &screen).await,
            Err(error) => Err(error.into()),
        },
        Command::Config(args) => config::run(*args, &origins, now),
        Command::Status(args) => status::run(args.into(), now, &screen),
        Command::Check(args) => match CheckSettings::from_check(*args, now) {
            Ok(settings) => check::run(settings, &screen).await,
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
        let sentence = fault.to_string();
        screen.problem(&sentence);
        if fault.exit() == Exit::Usage {
            for note in origins.notes(&sentence) {
                screen.problem(&note);
            }
        }
        let kept = metrics.map_or(Ok(()), |file| metrics::of_fault(&file, fault.exit(), now));
        kept.unwrap_or_else(|fault| screen.problem(&fault.to_string()));
        fault.exit()
    })
}

/// Prints how a run ended, after what is kept of it for others, which may fail.
fn close(screen: &Screen, mut ending: Ending, state: Option<&State>) -> Result<Exit, Fault> {
    if let Some(file) = &screen.metrics {
        metrics::keep(file, &mut ending, state);
    }
    print(&ending.render(screen.output))?;
    screen.close(&ending);
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
