//! What the files of a job are called where nobody names them. Pure.

use std::path::{Path, PathBuf};

use super::state::Job;

/// The selection of every management event, which a name does not tell.
const USUAL_SELECTION: &str = "all";

/// What the files of an account, a target and an index begin with.
pub fn stem(account: Option<&str>, target: &str, index: &str) -> String {
    let account = account.unwrap_or("no-account");
    format!("{account}--{}--{}", slug(target), slug(index))
}

/// The state file of a job: one for each selection, since coverage of one says nothing of another.
pub fn state_file(job: &Job) -> String {
    let stem = stem(job.account.as_deref(), &job.target, &job.index);
    match job.selection.as_str() {
        USUAL_SELECTION => format!("{stem}.json"),
        other => format!("{stem}--{}.json", slug(other)),
    }
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
}
