//! The sentences in the source: what `#[error(…)]`, `UsageError(…)` and `Fault::new(…)` are given as
//! text, with `…` in place of what is filled in.
//!
//! A text that is made elsewhere and handed to one of them is not found. So an error is one of these
//! three, with its text in place; or a constant that ends in `_ECS`, the only one that is not.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use regex::Regex;

const STARTS: [&str; 5] =
    ["#[error(", "UsageError(", "Fault::new(", "Self::new(", "ONLY_ECS: &str ="];

/// Each with its file. The simulated AWS is no part of a real run, and tests are none.
pub(super) fn sentences() -> Vec<(String, String)> {
    let mut sentences = Vec::new();
    for path in rust_files("src").iter().filter(|path| !path.starts_with(root("src/demo"))) {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for start in STARTS {
            // A constructor of another type is not meant.
            let of_fault = path.ends_with("src/fault.rs");
            if start == "Self::new(" && !of_fault {
                continue;
            }
            for (_, rest) in
                code.match_indices(start).map(|(at, _)| code.split_at(at + start.len()))
            {
                let sentence = literal(rest).map(filled);
                // What is all filled in is said by somebody else.
                let own = sentence.filter(|text| text.contains(|c: char| c.is_ascii_alphabetic()));
                sentences.extend(own.map(|text| (path.display().to_string(), text)));
            }
        }
    }
    sentences
}

/// The tests that there are, each with the text of its file.
pub(super) fn tests() -> HashMap<String, Rc<str>> {
    let name = Regex::new(r"#\[(?:tokio::)?test[^\]]*\]\n\s*(?:async )?fn (\w+)").unwrap();
    let mut tests = HashMap::new();
    for path in [rust_files("src"), rust_files("tests")].concat() {
        let text: Rc<str> = std::fs::read_to_string(path).unwrap().into();
        let names = name.captures_iter(&text).map(|found| found[1].to_owned());
        tests.extend(names.map(|name| (name, Rc::clone(&text))));
    }
    tests
}

/// The first text among the arguments of a call.
fn literal(rest: &str) -> Option<&str> {
    let (mut depth, mut begin, mut escaped) = (1, None, false);
    for (at, c) in rest.char_indices() {
        match (begin, c) {
            (Some(_), '\\') if !escaped => escaped = true,
            (Some(begin), '"') if !escaped => return rest.get(begin..at),
            (Some(_), _) => escaped = false,
            (None, '"') => begin = Some(at + 1),
            (None, '(') => depth += 1,
            (None, ')' | ';') if depth == 1 || c == ';' => return None,
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn filled(literal: &str) -> String {
    let continued = Regex::new(r"\\\n\s*").unwrap().replace_all(literal, "");
    let text = continued.replace("\\\"", "\"");
    Regex::new(r"\{[^}]*\}").unwrap().replace_all(&text, "…").into_owned()
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
