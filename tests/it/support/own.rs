//! An engine of a test's own, which it may stop and start as it likes.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use super::engines::{Engine, engine};

/// A heap that a few thousand documents fit in.
const HEAP: &str = "256m";

/// How an engine ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stop {
    /// SIGTERM: as a service manager stops it.
    Orderly,
    /// SIGKILL: as if the machine had lost power.
    Killed,
}

/// It is stopped, and what it holds is gone, when this is dropped.
#[derive(Debug)]
pub(crate) struct OwnEngine {
    name: String,
    port: u16,
    /// Its data, its log and its process id.
    folder: tempfile::TempDir,
}

impl OwnEngine {
    /// A copy of one that runs; nothing where `scripts/test` skips the engines.
    pub(crate) async fn start(name: &str) -> Option<Self> {
        let Engine { name, .. } = engine(name)?;
        let it = Self { name, port: free_port(), folder: tempfile::tempdir().unwrap() };
        it.start_again().await;
        Some(it)
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::parse(&format!("{}=http://127.0.0.1:{}", self.name, self.port))
    }

    /// Starts it with the data that it had, and comes back when it answers.
    pub(crate) async fn start_again(&self) {
        run(self.script("start")).await;
    }

    /// Comes back when it has ended.
    pub(crate) async fn stop(&self, how: Stop) {
        match how {
            Stop::Orderly => run(self.script("stop")).await,
            Stop::Killed => {
                let path = format!("{}-{}/pid", self.name, self.port);
                let pid = std::fs::read_to_string(self.folder.path().join(path)).unwrap();
                let mut kill = Command::new("sh");
                kill.args(["-c", "kill -KILL $1; while kill -0 $1; do sleep 0.1; done", "sh"]);
                kill.arg(pid.trim());
                run(kill).await;
            }
        }
    }

    fn script(&self, verb: &str) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/engine");
        let mut command = Command::new(script);
        command.args([verb, &self.name, &self.port.to_string()]);
        command.env("ENGINE_RUN", self.folder.path()).env("HEAP", HEAP).env("KEEP", "1");
        command
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        // Fails only where it does not run.
        drop(self.script("stop").status());
    }
}

/// In a thread of its own: a simulated AWS in the same test goes on answering.
async fn run(mut command: Command) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Below the ports that outgoing connections take, which could be in its place at the second start.
/// The engine's transport takes the one a thousand above.
fn free_port() -> u16 {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports = std::iter::repeat_with(|| fastrand::u16(20_000..30_000));
    ports.take(100).find(|port| is_free(port) && is_free(&(port + 1_000))).expect("a free port")
}
