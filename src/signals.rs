//! Interrupts: SIGINT (Ctrl-C) and SIGTERM.
//!
//! The first asks the run to end in order; what the second means is the caller's to say.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The interrupts of this process, from its making on.
#[derive(Debug)]
pub struct Interrupts {
    int: Signal,
    term: Signal,
}

impl Interrupts {
    /// Begins to listen: from now on the process no longer ends by itself at these signals.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { int: signal(SignalKind::interrupt())?, term: signal(SignalKind::terminate())? })
    }

    /// Waits for the next interrupt. Dropping it and waiting again loses none.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.int.recv() => {}
            _ = self.term.recv() => {}
        }
    }
}
