//! The files that a run leaves: the NDJSON target, the dead letters and the state.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

/// The documents of a bulk NDJSON file by id. Every line is whole, and no id stands there twice.
pub(crate) fn documents(path: &Path) -> BTreeMap<String, Value> {
    let lines = lines(path);
    assert_eq!(lines.len() % 2, 0, "an action without its document");
    let mut documents = BTreeMap::new();
    for pair in lines.chunks(2) {
        let id = pair[0]["create"]["_id"].as_str().unwrap().to_owned();
        assert_eq!(documents.insert(id.clone(), pair[1].clone()), None, "{id} is there twice");
    }
    documents
}

/// The texts of the events in a dead-letter file, which may hold one more than once.
pub(crate) fn dead_events(path: &Path) -> Vec<String> {
    let text = |letter: &Value| letter["event"].as_str().unwrap().to_owned();
    let mut texts: Vec<_> = lines(path).iter().map(text).collect();
    texts.sort();
    texts.dedup();
    texts
}

/// The seconds of a region that a state file says are covered, as windows with both ends in it.
pub(crate) fn covered(state: &Path, region: &str) -> Vec<(i64, i64)> {
    let state: Value = serde_json::from_slice(&fs::read(state).unwrap()).unwrap();
    let second = |time: &Value| time.as_str().unwrap().parse::<Timestamp>().unwrap().as_second();
    let windows = state["regions"][region]["covered"].as_array().into_iter().flatten();
    windows.map(|window| (second(&window[0]), second(&window[1]))).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is cut");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
