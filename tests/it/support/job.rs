//! A job: a target that no other test writes to, with its own state file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::aws::{assert_loaded, assert_same};
use super::engines::Engine;
use super::files::documents;
use super::run::Trailhaul;
use super::unique;

/// Where its documents go.
#[derive(Debug)]
enum Target {
    File(PathBuf),
    Indices(Engine, String),
}

/// It may be run any number of times, one after the other.
#[derive(Debug)]
pub(crate) struct Job {
    target: Target,
    folder: tempfile::TempDir,
}

impl Job {
    /// Into a file.
    pub(crate) fn into_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { target: Target::File(folder.path().join("out.ndjson")), folder }
    }

    /// Into indices of an engine.
    pub(crate) fn into_indices(engine: Engine) -> Self {
        let target = Target::Indices(engine, unique("cloudtrail"));
        Self { target, folder: tempfile::tempdir().unwrap() }
    }

    /// Where it goes without anything in between.
    pub(crate) fn to(&self) -> String {
        match &self.target {
            Target::File(path) => format!("file:{}", path.display()),
            Target::Indices(engine, _) => engine.url.clone(),
        }
    }

    /// A run of it that reads here and writes there.
    pub(crate) fn command(&self, aws: &str, to: &str) -> Trailhaul {
        self.command_as_text(aws, to).arg("--json")
    }

    /// The same with the summary for people.
    pub(crate) fn command_as_text(&self, aws: &str, to: &str) -> Trailhaul {
        let load = Trailhaul::load().aws(aws).to(to);
        let load = load.state(self.folder.path().join("state.json"));
        match &self.target {
            Target::File(_) => load,
            Target::Indices(_, prefix) => load.args(["--index", &format!("{prefix}-%Y.%m")]),
        }
    }

    /// Asserts that these events are there, each once and whole, and no others.
    pub(crate) async fn assert_loaded(&self, events: &BTreeMap<String, String>) {
        match &self.target {
            Target::File(path) => assert_same("file", &documents(path), events),
            Target::Indices(engine, prefix) => {
                assert_loaded(engine, &format!("{prefix}-*"), events).await;
            }
        }
    }

    /// How many documents are there.
    pub(crate) async fn count(&self) -> u64 {
        match &self.target {
            Target::File(path) if !path.exists() => 0,
            Target::File(path) => documents(path).len() as u64,
            Target::Indices(engine, prefix) => engine.count(&format!("{prefix}-*")).await,
        }
    }

    /// Whether the first documents are there, asked again and again: an index that is being made does
    /// not say.
    pub(crate) async fn has_some(&self) -> bool {
        let Target::Indices(engine, prefix) = &self.target else { return self.count().await > 0 };
        engine.get_once(&format!("{prefix}-*/_refresh")).await;
        let answer = engine.get_once(&format!("{prefix}-*/_count")).await;
        answer["count"].as_u64().is_some_and(|count| count > 0)
    }

    /// Leaves nothing on the engine.
    pub(crate) async fn clean_up(self) {
        if let Target::Indices(engine, prefix) = &self.target {
            engine.delete(&format!("{prefix}-*")).await;
        }
    }
}
