//! An index that no other test writes to, and the files of the runs that do.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::engines::Engine;
use super::run::{Finished, Trailhaul};
use super::unique;

#[derive(Debug)]
pub(crate) struct OwnIndex {
    pub(crate) engine: Engine,
    pub(crate) index: String,
    folder: tempfile::TempDir,
    /// What every run is given besides.
    options: Vec<&'static str>,
}

impl OwnIndex {
    pub(crate) fn new(engine: Engine, prefix: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { engine, index: unique(prefix), folder, options: Vec::new() }
    }

    pub(crate) fn with_options(self, options: &[&'static str]) -> Self {
        Self { options: options.to_vec(), ..self }
    }

    /// A run into it.
    pub(crate) fn command(&self) -> Trailhaul {
        let state = self.folder.path().join("state.json");
        let load = Trailhaul::load().to(&self.engine.url).state(state);
        load.args(["--json", "--index", &self.index]).args(&self.options)
    }

    /// Loads texts as the lines of a file.
    pub(crate) async fn load_lines(&self, texts: &[&str]) -> Finished {
        let file = self.folder.path().join("records.ndjson");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        fs::write(&file, texts.join("\n")).unwrap();
        self.command().from(&file).run().await
    }

    /// The document of an id, as its text.
    pub(crate) async fn source(&self, id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        let path = if self.engine.is_old() {
            format!("{}/_doc/{id}/_source", self.index)
        } else {
            format!("{}/_source/{id}", self.index)
        };
        let answer = self.engine.get(&path).await;
        assert_eq!(answer.status, 200, "{} {path}: {}", self.engine.name, answer.text);
        answer.text
    }

    /// The dead letters: the event's text, and the reason.
    pub(crate) fn letters(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.folder.path().join("state.dead-letters.ndjson"));
        let parsed = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let member = |letter: &Value, name: &str| letter[name].as_str().unwrap().to_owned();
        let letters = text.unwrap_or_default();
        letters
            .lines()
            .map(parsed)
            .map(|letter| (member(&letter, "event"), member(&letter, "reason")))
            .collect()
    }

    pub(crate) async fn clean_up(self) {
        self.engine.delete(&self.index).await;
    }
}
