//! The entries of docs/troubleshooting.md.

/// A sentence, as the page has it.
#[derive(Debug)]
pub(super) struct Entry {
    /// The exit code under which it stands.
    pub(super) exit: i32,
    pub(super) sentence: String,
    /// What is said about it.
    pub(super) text: String,
}

impl Entry {
    /// Whether a text has this sentence, with anything in place of each `…`.
    pub(super) fn is_said_in(&self, text: &str) -> bool {
        let mut rest = text;
        self.sentence.split('…').all(|part| match rest.split_once(part) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => false,
        })
    }
}

pub(super) fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut exit = 0;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/troubleshooting.md");
    for line in std::fs::read_to_string(page).unwrap().lines() {
        if let Some(sentence) = line.strip_prefix("### ") {
            entries.push(Entry { exit, sentence: sentence.to_owned(), text: String::new() });
        } else if let Some(section) = line.strip_prefix("## ") {
            let code = section.strip_prefix("Exit code ").unwrap().split(':').next().unwrap();
            exit = code.parse().unwrap();
        } else if let Some(entry) = entries.last_mut() {
            entry.text.push_str(line);
        }
    }
    entries
}
