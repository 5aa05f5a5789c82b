//! A real browser without a window, driven over chromedriver's own protocol (W3C's `WebDriver`).
//!
//! It is asked for what a person would look for in its developer tools: what the page logs, what it
//! requests, and where everything stands at a given width.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use super::variable;

/// Nothing that goes to the network by itself, and no state of another run.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Which colours somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Browser {
    driver: Child,
    session: String,
    client: Client,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens one; nothing where `scripts/test` says that there is none.
    pub(crate) async fn open() -> Option<Self> {
        if variable("TRAILHAUL_TEST_SKIP_BROWSER").is_some() {
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut flags: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let mut command = Command::new("chromedriver");
        // A group of its own, so that its browser ends with it.
        command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut driver = command.spawn().unwrap_or_else(|error| {
            panic!(
                "chromedriver: {error}: install chromium and chromium-driver, run the tests through \
                 scripts/test, or set TRAILHAUL_TEST_SKIP_BROWSER=1"
            )
        });
        let port = port(driver.stdout.take().unwrap());
        let client = Client::builder().timeout(Duration::from_mins(3)).no_proxy().build().unwrap();
        let mut browser = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            client,
            _profile: profile,
        };
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": flags},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let opened = browser.post("", &wanted).await;
        browser.session = format!("{}/{}", browser.session, opened["sessionId"].as_str().unwrap());
        // It opens with a page of its own, which logs and requests.
        browser.post("/url", &json!({"url": "about:blank"})).await;
        browser.requests().await;
        browser.console().await;
        Some(browser)
    }

    /// Shows a file, in a window so wide and in these colours.
    pub(crate) async fn show(&self, page: &Path, width: u32, scheme: Scheme) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", &size).await;
        let scheme = if scheme == Scheme::Dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", &media).await;
        self.post("/url", &json!({"url": format!("file://{}", page.display())})).await;
    }

    /// What a script returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []})).await
    }

    /// What the console says since it was last asked.
    pub(crate) async fn console(&self) -> Vec<Value> {
        self.log("browser").await
    }

    /// The addresses that were requested since it was last asked.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await.into_iter();
        let messages = entries.map(|entry| {
            serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap()
        });
        let sent = |message: &Value| message["message"]["method"] == "Network.requestWillBeSent";
        let url = |message: Value| {
            message["message"]["params"]["request"]["url"].as_str().unwrap().to_owned()
        };
        messages.filter(sent).map(url).collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        self.post("/se/log", &json!({"type": kind})).await.as_array().unwrap().clone()
    }

    async fn devtools(&self, command: &str, params: &Value) {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": params})).await;
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.session));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let text = request.send().await.unwrap().text().await.unwrap();
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {text}");
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The shell's own `kill`: the program of that name is not on every machine.
        let script = format!("kill -s KILL -- -{}", self.driver.id());
        drop(Command::new("sh").args(["-c", &script]).status());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// The port that it has chosen, as it says.
fn port(output: impl std::io::Read) -> u16 {
    let mut lines = BufReader::new(output).lines().map(Result::unwrap);
    let line = lines.find(|line| line.contains("started successfully on port")).expect("a port");
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}
