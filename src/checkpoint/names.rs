//! What the files of a job are called where nobody names them. Pure.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::state::Job;
use crate::limits::{MAX_STEM_BYTES, STEM_HASH_BYTES};

/// The selection of every management event, which a name does not tell.
const USUAL_SELECTION: &str = "all";

/// What the files of an account, a target and an index begin with.
pub fn stem(account: Option<&str>, target: &str, index: &str) -> String {
    short(&[account.unwrap_or("no-account"), target, index])
}

/// The state file of a job: one for each selection, since coverage of one says nothing of another.
pub fn state_file(job: &Job) -> String {
    let account = job.account.as_deref().unwrap_or("no-account");
    let stem = match job.selection.as_str() {
        USUAL_SELECTION => stem(Some(account), &job.target, &job.index),
        other => short(&[account, &job.target, &job.index, other]),
    };
    format!("{stem}.json")
}

/// A file beside a state file, which it belongs to alone: what begins its name is the whole of the state
/// file's, but for `.json`.
pub fn beside(state: &Path, end: &str) -> PathBuf {
    let stem = match state.extension() {
        Some(json) if json == "json" => state.with_extension(""),
        _ => state.to_owned(),
    };
    let mut name = stem.into_os_string();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}

/// The parts as one name. One that is too long for a file system is cut, and told from others that begin
/// like it by a hash of the whole.
fn short(parts: &[&str]) -> String {
    let slugs: Vec<_> = parts.iter().map(|part| slug(part)).collect();
    let name = slugs.join("--");
    if name.len() <= MAX_STEM_BYTES {
        return name;
    }
    let hash = Sha256::digest(parts.join("\n"));
    let hash =
        hash.iter().take(STEM_HASH_BYTES).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    let hash = format!("{hash:016x}");
    let kept: String = name.chars().take(MAX_STEM_BYTES - hash.len() - 2).collect();
    format!("{kept}--{hash}")
}

fn slug(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    plain
        .collect::<String>()
        .split('-')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_a_file_of_its_own() {
        let job = |account: Option<&str>, selection: &str| Job {
            account: account.map(str::to_owned),
            target: "http://localhost:9200".to_owned(),
            index: "cloudtrail-%Y.%m".to_owned(),
            selection: selection.to_owned(),
            layout: None,
        };
        let table = [
            (
                job(Some("111122223333"), "all"),
                "111122223333--http-localhost-9200--cloudtrail-Y-m.json",
            ),
            (
                job(None, "insight EventName=RunInstances"),
                "no-account--http-localhost-9200--cloudtrail-Y-m--insight-EventName-RunInstances.json",
            ),
        ];
        for (job, expected) in table {
            assert_eq!(state_file(&job), expected);
        }
    }

    #[test]
    fn what_is_beside_a_state_file_is_of_that_one_alone() {
        let table = [
            ("a/job.json", "a/job.dead-letters.ndjson"),
            ("a.b/job", "a.b/job.dead-letters.ndjson"),
            ("x.us", "x.us.dead-letters.ndjson"),
            ("x.us.json", "x.us.dead-letters.ndjson"),
        ];
        for (state, expected) in table {
            assert_eq!(beside(Path::new(state), "dead-letters.ndjson"), Path::new(expected));
        }
    }

    #[test]
    fn a_long_selection_fits_into_a_name_and_is_told_from_others() {
        let name = |value: &str| {
            state_file(&Job {
                account: Some("111122223333".to_owned()),
                target: "https://search.example:9200".to_owned(),
                index: "cloudtrail-%Y.%m".to_owned(),
                selection: format!("all ResourceName={}{value}", "x".repeat(2_000)),
                layout: None,
            })
        };
        let (one, other) = (name("-1"), name("-2"));
        assert_ne!(one, other);
        assert_ne!(one, name("/1"), "the slugs are the same");
        let longest = beside(Path::new(&one), "dead-letters.ndjson.lock");
        assert!(longest.as_os_str().len() <= 255, "{longest:?}");
        // Another version or machine finds the file of this one.
        assert!(one.ends_with("--f0a193491b6247ee.json"), "{one}");
    }
}
