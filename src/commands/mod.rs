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

pub use read::read;

use crate::{
    checkpoint::state::State,
    cli::Command,
    ending::Ending,
    exit::Exit,
    fault::Fault,
    report::{
        closing,
        screen::{self, Screen},
    },
    settings::{
        CheckSettings, Given, LoadSettings, Origins, OutputSettings, ReplaySettings,
        ReportSettings, strays, typed::Replay,
    },
};

/// Carries out what was told.
pub async fn run(Given { cli, origins, told }: Given) -> Exit {
    let now = Timestamp::now();
    let output = cli.command.output().map(OutputSettings::from).unwrap_or_default();
    let metrics = cli.command.metrics().cloned();
    // What ends before there is anything to sum up leaves its metrics all the same.
    let keep = |exit| metrics.as_ref().map_or(Ok(()), |file| metrics::of_fault(file, exit, now));
    let screen = match Screen::open(output, metrics.clone(), told.clone()) {
        Ok(screen) => screen,
        Err(error) => {
            screen::complain(&told.kept_out_of(&error.to_string()));
            keep(Exit::Usage).unwrap_or_else(|fault| screen::complain(&fault.to_string()));
            return Exit::Usage;
        }
    };
    for sentence in strays::sentences() {
        screen.problem(&sentence);
    }
    let result = carry_out(cli.command, &origins, now, &screen).await;
    result.unwrap_or_else(|fault| {
        let sentence = fault.to_string();
        screen.problem(&sentence);
        if fault.exit() == Exit::Usage {
            for note in origins.notes(&sentence) {
                screen.problem(&note);
            }
        }
        keep(fault.exit()).unwrap_or_else(|fault| screen.problem(&fault.to_string()));
        fault.exit()
    })
}

async fn carry_out(
    command: Command,
    origins: &Origins,
    now: Timestamp,
    screen: &Screen,
) -> Result<Exit, Fault> {
    match command {
        Command::Load(args) => {
            let settings = LoadSettings::from_load(*args, now)?;
            load::run(settings, Replay::of(origins), screen).await
        }
        Command::Demo(args) => {
            let settings = LoadSettings::from_demo(*args, now)?;
            demo::run(settings, Replay::of(origins), screen).await
        }
        Command::Replay(args) => replay::run(ReplaySettings::from_replay(*args)?, screen).await,
        Command::Config(args) => config::run(*args, origins, now),
        Command::Status(args) => status::run(args.into(), now, screen),
        Command::Check(args) => check::run(CheckSettings::from_check(*args, now)?, screen).await,
        Command::Rules { action, rules } => rules::run(action, rules),
        Command::Report(args) => {
            report::run(ReportSettings::from_report(*args, now)?, now, screen).await
        }
        Command::Export { what } => export::run(what).await,
    }
}

/// Prints how a run ended, after what is kept of it for others, which may fail.
fn close(screen: &Screen, mut ending: Ending, state: Option<&State>) -> Result<Exit, Fault> {
    if let Some(file) = &screen.metrics {
        metrics::keep(file, &mut ending, state);
    }
    let error = ending.summary.error.take();
    ending.summary.error = error.map(|error| screen.told.kept_out_of(&error));
    print(&closing::render(&ending.summary, screen.output))?;
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
