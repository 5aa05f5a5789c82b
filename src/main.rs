//! The trailhaul command: parses, runs, exits.

use clap::Parser;
use trailhaul::{cli::Cli, commands, exit::Exit};

fn main() -> Exit {
    let cli = Cli::parse();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(cli)),
        Err(_) => Exit::Internal,
    }
}
