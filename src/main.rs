//! The trailhaul command: parses, runs, exits.

use trailhaul::{cli::Cli, commands, exit::Exit};

fn main() -> Exit {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let exit = runtime.block_on(commands::run(cli));
            // A thread may be reading a pipe that nobody closes; nothing that counts is left on one.
            runtime.shutdown_background();
            exit
        }
        Err(_) => Exit::Internal,
    }
}
