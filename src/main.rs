//! The trailhaul command: parses, runs, exits.

use trailhaul::{commands, exit::Exit};

fn main() -> Exit {
    let given = match commands::read() {
        Ok(given) => given,
        Err(exit) => return exit,
    };
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let exit = runtime.block_on(commands::run(given));
            // A thread may be reading a pipe that nobody closes; nothing that counts is left on one.
            runtime.shutdown_background();
            exit
        }
        Err(_) => Exit::Internal,
    }
}
