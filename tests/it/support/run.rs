//! The built command, run as a person runs it, with nothing of the caller's environment.
//!
//! A test can neither reach AWS nor pick up the settings or credentials of whoever runs it:
//! the environment is empty but for a home folder of its own, AWS's documented example keys,
//! and an endpoint where nothing listens until [`Trailhaul::aws`] names one.
//!
//! ```ignore
//! let run = Trailhaul::load().aws(&fake.url()).to(&engine.url).state(&path).arg("--json").run().await;
//! assert_eq!(run.code, Some(0), "{run}");
//! assert_eq!(run.json()["totals"]["rejected"], 0);
//! ```

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a command may run before the test fails; a hung one must not hang all the others. The longest
/// takes half a minute on a machine that does nothing else.
const TIME_LIMIT: Duration = Duration::from_mins(10);

/// How often it is looked whether the command has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Port 9 (discard) on loopback: nothing listens there, and nothing leaves the machine.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A command to run.
#[derive(Debug)]
pub(crate) struct Trailhaul {
    command: Command,
    home: TempDir,
}

impl Trailhaul {
    pub(crate) fn load() -> Self {
        Self::subcommand("load")
    }

    /// `trailhaul NAME`: for those that have no short form here.
    pub(crate) fn subcommand(name: &str) -> Self {
        Self::program(env!("CARGO_BIN_EXE_trailhaul")).arg(name)
    }

    /// A shell with a line to run, such as one that the command has shown.
    pub(crate) fn shell(line: &str) -> Self {
        Self::program("/bin/sh").args(["-c", line])
    }

    /// The same on a terminal of this size, where Ctrl-C is typed when a text appears. What the
    /// terminal gets is its standard output. Nothing where there is no Python.
    pub(crate) fn in_terminal(self, size: (usize, usize), interrupt_at: &str) -> Option<Self> {
        let interrupt = [json!([interrupt_at])];
        self.in_terminal_with(size, if interrupt_at.is_empty() { &[] } else { &interrupt })
    }

    /// The same where more happens: see `tests/python/in_terminal.py`.
    pub(crate) fn in_terminal_with(
        mut self,
        (rows, columns): (usize, usize),
        steps: &[Value],
    ) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/in_terminal.py");
        let mut command = Command::new(super::python()?);
        command.arg(script).args([rows.to_string(), columns.to_string()]);
        command.arg(json!(steps).to_string());
        command.arg(self.command.get_program()).args(self.command.get_args());
        command.env_clear().envs(self.command.get_envs().filter_map(|(k, v)| Some((k, v?))));
        command.env("TERM", "xterm-256color").current_dir(self.home.path()).stdin(Stdio::null());
        self.command = command;
        Some(self)
    }

    /// Another program, such as one that was installed.
    pub(crate) fn program(path: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(path);
        command
            .env_clear()
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_STATE_HOME", home.path().join("state"))
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", NOWHERE)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(home.path())
            .stdin(Stdio::null());
        Self { command, home }
    }

    /// The simulated AWS to read from.
    pub(crate) fn aws(self, url: &str) -> Self {
        self.env("AWS_ENDPOINT_URL", url)
    }

    pub(crate) fn to(self, target: &str) -> Self {
        self.args(["--to", target])
    }

    pub(crate) fn from(self, path: impl AsRef<OsStr>) -> Self {
        self.arg("--from").arg(path)
    }

    /// The state file; else it is wherever the command puts it, in a home of this run alone.
    pub(crate) fn state(self, path: impl AsRef<OsStr>) -> Self {
        self.arg("--state").arg(path)
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What its standard input is; nothing, if not said.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        let path = self.home.path().join("stdin");
        write(&path, text);
        self.command.stdin(File::open(path).unwrap());
        self
    }

    /// A standard input that goes on until the test is done with it; [`Running::feed`] writes to it.
    pub(crate) fn stdin_held_open(mut self) -> Self {
        self.command.stdin(Stdio::piped());
        self
    }

    /// Runs it to its end.
    pub(crate) async fn run(self) -> Finished {
        self.spawn().wait().await
    }

    /// Starts it. Its output goes to files: a pipe that nobody reads would stop it.
    pub(crate) fn spawn(mut self) -> Running {
        let stdout = self.home.path().join("stdout");
        let stderr = self.home.path().join("stderr");
        self.command.stdout(File::create(&stdout).unwrap());
        self.command.stderr(File::create(&stderr).unwrap());
        let child = self.command.spawn().unwrap();
        Running { child, stdout, stderr, home: self.home, peak_kib: AtomicU64::new(0) }
    }
}

/// A command that runs. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
    home: TempDir,
    /// The most memory that it had when it was last told something: it may end at once then.
    peak_kib: AtomicU64,
}

impl Running {
    /// Writes to a standard input that is held open.
    pub(crate) fn feed(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// SIGKILL: as if the machine had lost power, for this process.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// SIGINT: Ctrl-C.
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    /// SIGTERM: what service managers and `timeout` send.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// What it has written to standard error so far, to wait for a line of it.
    pub(crate) fn stderr(&self) -> String {
        read(&self.stderr)
    }

    /// Waits until it has ended by itself or by a signal.
    ///
    /// Sleeps in between, so that a simulated AWS in the same test goes on answering.
    pub(crate) async fn wait(mut self) -> Finished {
        let deadline = Instant::now() + TIME_LIMIT;
        let (mut peak_kib, mut arguments) = (self.peak_kib.load(Ordering::Relaxed), String::new());
        let status = loop {
            peak_kib = self.peak_kib().unwrap_or(peak_kib);
            arguments =
                Some(self.command_line()).filter(|line| !line.is_empty()).unwrap_or(arguments);
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                Instant::now() < deadline,
                "still running after {TIME_LIMIT:?}:\n{}",
                self.stderr()
            );
            tokio::time::sleep(POLL_INTERVAL).await;
        };
        let (stdout, stderr) = (read(&self.stdout), read(&self.stderr));
        let home = std::mem::replace(&mut self.home, tempfile::tempdir().unwrap());
        Finished { peak_kib, arguments, ..Finished::new(status, stdout, stderr, home) }
    }

    /// The most memory that it has had so far; nothing when it has ended.
    fn peak_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }

    fn command_line(&self) -> String {
        fs::read_to_string(format!("/proc/{}/cmdline", self.child.id())).unwrap_or_default()
    }

    fn signal(&self, name: &str) {
        self.peak_kib.store(self.peak_kib().unwrap_or_default(), Ordering::Relaxed);
        // The shell's own `kill`: the program of that name is not on every machine.
        let script = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The home folder that it had, with the state file if no other place was given.
    pub(crate) home: TempDir,
    /// The most memory that it had, but for its last moment.
    pub(crate) peak_kib: u64,
    /// What anybody on the machine could read of how it was started.
    pub(crate) arguments: String,
}

impl Finished {
    fn new(status: ExitStatus, stdout: String, stderr: String, home: TempDir) -> Self {
        Self {
            code: status.code(),
            signal: status.signal(),
            stdout,
            stderr,
            home,
            peak_kib: 0,
            arguments: String::new(),
        }
    }

    /// The summary that `--json` prints: one object, and nothing else on standard output.
    pub(crate) fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(summary @ Value::Object(_)) => summary,
            Ok(_) | Err(_) => panic!("standard output is not one JSON object\n{self}"),
        }
    }
}

impl Finished {
    /// A counter of the summary's totals.
    pub(crate) fn total(&self, name: &str) -> u64 {
        self.json()["totals"][name].as_u64().unwrap()
    }

    /// Asserts that every event read ended in exactly one counter, in sum and as it says itself.
    pub(crate) fn assert_balanced(&self) {
        let ends = ["created", "exists", "rejected", "filtered"];
        let ends: u64 = ends.iter().map(|end| self.total(end)).sum();
        assert_eq!(self.total("read"), ends, "{self}");
        assert_eq!(self.json()["balanced"], true, "{self}");
    }
}

/// All there is to know of it, for the message of an assertion.
impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, signal, stdout, stderr, home: _, peak_kib: _, arguments: _ } = self;
        write!(
            f,
            "exit code {code:?}, signal {signal:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

fn read(path: &Path) -> String {
    String::from_utf8(fs::read(path).unwrap()).expect("the output is UTF-8")
}

pub(crate) fn write(path: &Path, text: &str) {
    #[expect(clippy::disallowed_methods, reason = "a test's own file need not survive a crash")]
    fs::write(path, text).unwrap();
}

/// Proofs of the harness itself, on programs that every machine has.
mod tests {
    use super::*;

    const SIGINT: i32 = 2;
    const SIGKILL: i32 = 9;
    const SIGTERM: i32 = 15;

    fn shell(script: &str) -> Trailhaul {
        // A program started from a background job ignores SIGINT, and its children do so too.
        Trailhaul::program("/usr/bin/env").args(["--default-signal=INT", "sh", "-c", script])
    }

    #[tokio::test]
    async fn nothing_of_the_callers_environment_is_handed_on() {
        let run =
            Trailhaul::program("/usr/bin/env").aws("http://fake").env("MORE", "1").run().await;
        let ours = ["HOME=", "TMPDIR=", "MORE=", "AWS_", "XDG_"];
        for line in run.stdout.lines() {
            assert!(ours.iter().any(|start| line.starts_with(start)), "{line}");
        }
        assert!(run.stdout.contains("AWS_ENDPOINT_URL=http://fake\n"), "{run}");
        assert!(run.stdout.contains(&format!("HOME={}\n", run.home.path().display())), "{run}");
    }

    #[tokio::test]
    async fn what_a_command_says_is_kept_apart() {
        let run = shell("cat; echo why >&2; exit 4").stdin(r#"{"version":1}"#).run().await;
        assert_eq!((run.code, run.signal), (Some(4), None), "{run}");
        assert_eq!(run.json()["version"].as_u64(), Some(1));
        assert_eq!(run.stderr, "why\n");
    }

    #[tokio::test]
    async fn a_command_ends_by_the_signal_that_is_sent() {
        let ready = || async {
            let running = shell("echo ready >&2; exec sleep 60").spawn();
            while running.stderr().is_empty() {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
            running
        };
        let (interrupted, terminated, mut killed) = tokio::join!(ready(), ready(), ready());
        interrupted.interrupt();
        terminated.terminate();
        killed.kill();
        assert_eq!(interrupted.wait().await.signal, Some(SIGINT));
        assert_eq!(terminated.wait().await.signal, Some(SIGTERM));
        assert_eq!(killed.wait().await.signal, Some(SIGKILL));
    }

    #[test]
    fn a_command_line_reads_as_a_person_types_it() {
        let load = Trailhaul::load().from("events.json").to("http://x").state("s").arg("--json");
        let typed: Vec<OsString> = load.command.get_args().map(OsStr::to_owned).collect();
        let meant = ["load", "--from", "events.json", "--to", "http://x", "--state", "s", "--json"];
        assert_eq!(typed, meant);
    }
}
