//! Interrupts: SIGINT (Ctrl-C) and SIGTERM.
//!
//! The first asks the run to end in order; what the second means is the caller's to say.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The interrupts of this process, from its making on.
#[derive(Debug)]
pub struct Interrupts {
    #[cfg(unix)]
    int: Signal,
    #[cfg(unix)]
    term: Signal,
}

impl Interrupts {
    /// Begins to listen: from now on the process no longer ends by itself at these signals.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            int: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            term: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next interrupt. Dropping it and waiting again loses none.
    #[cfg(unix)]
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.int.recv() => {}
            _ = self.term.recv() => {}
        }
    }

    /// Waits for the next interrupt.
    #[cfg(not(unix))]
    pub async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
