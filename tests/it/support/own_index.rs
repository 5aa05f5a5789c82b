//! An index that no other test writes to, and the files of the runs that do.

use std::collections::BTreeMap;
use std::fs;

use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::engines::Engine;
use super::run::{Finished, Trailhaul};
use super::unique;

/// Documents that one answer holds.
const PAGE_DOCUMENTS: usize = 2000;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(rename = "_scroll_id")]
    scroll_id: String,
    #[serde(borrow)]
    hits: Hits<'a>,
}

#[derive(Deserialize)]
struct Hits<'a> {
    #[serde(borrow)]
    hits: Vec<Hit<'a>>,
}

#[derive(Deserialize)]
struct Hit<'a> {
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_source", borrow)]
    source: &'a RawValue,
}

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
        self.load_lines_with(texts, &[]).await
    }

    /// The same with more options.
    pub(crate) async fn load_lines_with(&self, texts: &[&str], options: &[&str]) -> Finished {
        let file = self.folder.path().join("records.ndjson");
        #[expect(clippy::disallowed_methods, reason = "a test's own file")]
        fs::write(&file, texts.join("\n")).unwrap();
        self.command().from(&file).args(options).run().await
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

    /// The texts of all documents, by id.
    pub(crate) async fn sources(&self) -> BTreeMap<String, String> {
        self.engine.count(&self.index).await;
        let first = json!({ "size": PAGE_DOCUMENTS, "sort": ["_doc"] });
        let path = format!("{}/_search?scroll=1m", self.index);
        let mut answer = self.engine.text(Method::POST, &path, first.to_string()).await;
        let mut all = BTreeMap::new();
        loop {
            assert_eq!(answer.0, 200, "{}: {}", self.engine.name, answer.1);
            let page: Page<'_> = serde_json::from_str(&answer.1).unwrap();
            let scroll = json!({ "scroll": "1m", "scroll_id": page.scroll_id }).to_string();
            if page.hits.hits.is_empty() {
                let done = json!({ "scroll_id": page.scroll_id }).to_string();
                self.engine.request(Method::DELETE, "_search/scroll", done).await.expect_ok();
                return all;
            }
            all.extend(page.hits.hits.into_iter().map(|hit| (hit.id, hit.source.get().to_owned())));
            answer = self.engine.text(Method::POST, "_search/scroll", scroll).await;
        }
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
