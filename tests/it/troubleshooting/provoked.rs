//! Command lines, each with the sentence that it ends with.

use serde_json::json;

use super::page::{self, Entry};
use crate::{
    fake_cluster::{FakeCluster, Fault},
    support::{
        aws::{one_region, simulate},
        run::{Finished, Trailhaul, write},
    },
};

/// How the sentence begins on the page, and the command: variables, then words. `DIR` is a folder with
/// the files that are made below.
pub(super) const CASES: [(&str, &str); 78] = [
    ("no target: give --to", "load"),
    ("--to is no target", "load --to localhost:9200"),
    ("--to file: names no file", "load --to file:"),
    ("the URL of --to holds a user", "load --to http://joe:pw@h --user x"),
    ("no API key", "load --to http://h --auth api-key"),
    ("no user for basic", "load --to http://h --auth basic"),
    ("no password for user", "load --to http://h --user joe"),
    ("… … is empty: write", "load --to http://h --user joe --password-file DIR/empty"),
    ("cannot read … …: …; give", "load --to file:x --rules DIR/no"),
    ("failed to read the configuration", "load --config DIR/text"),
    ("…: no option is called", "load --config DIR/unknown.toml"),
    ("…: `…` is a secret", "load --config DIR/secret.toml"),
    ("…: `…` is …; give …", "load --config DIR/kind.toml"),
    ("… is no region name", "load --to file:x --regions US_EAST"),
    ("no region is left", "load --to file:DIR/x --regions us-east-1 --exclude-regions us-east-1"),
    ("… …: give a time with", "load --to file:x --since yesterday"),
    ("… …: give a length", "load --to file:x --overlap much"),
    ("--since … is after", "load --to file:x --since 1h --until 2h"),
    ("--since lies in the future", "load --to file:x --since 2999-01-01T00:00:00Z"),
    ("the time asked for lies before", "load --to file:x --until 2001-01-01T00:00:00Z"),
    ("--lookup-attribute", "load --to file:x --lookup-attribute Region=x"),
    ("… asks AWS, and --from", "load --to file:x --from DIR/text --regions us-east-1"),
    ("TRAILHAUL_LOG", "TRAILHAUL_LOG=trailhaul=loud load --to file:x"),
    ("failed to use index pattern `…`: …; such", "load --to file:x --index x-%"),
    ("failed to use index pattern `…`: it gives", "load --to file:x --index Upper"),
    ("--field-limit", "load --to file:x --field-limit 3"),
    ("--keep: …", "load --to file:x --keep requests"),
    ("`…` is no copy to keep", "load --to file:x --keep requests"),
    ("cannot read --geoip", "load --to file:x --geoip DIR/no"),
    ("--geoip … …", "load --to file:x --geoip DIR/text"),
    ("is no database of MaxMind's", "load --to file:x --geoip DIR/text"),
    ("failed to read rules from", "rules list --rules DIR/text"),
    ("failed to use the rule for", "rules list --rules DIR/flaw.toml"),
    ("VPC flow logs have documents", "load --to file:DIR/x --from DIR/flows"),
    ("… holds dead letters", "load --to file:DIR/x --from DIR/letters"),
    ("… holds no events, no dead", "rules suggest DIR/text"),
    ("--flow-format", "export pipeline --flow-format nonsense"),
    ("--to …: a file has no", "export pipeline --install --to file:x"),
    ("--engine …", "export template --engine solr"),
    ("cannot read …: …; give a file that is there", "rules test DIR/no"),
    ("cannot read …: …; give a file that is there", "load --to http://127.0.0.1:9 --from s3://b/k"),
    ("cannot read …, line …: …; give a file that", "rules test DIR"),
    ("no record file in …", "load --to http://127.0.0.1:9 --from DIR/none"),
    ("…, line …: …; get the file again", "rules test DIR/broken"),
    ("… is Apache Parquet", "rules test DIR/parquet"),
    ("… holds bulk requests", "load --to file:DIR/x --from DIR/bulk"),
    ("… holds bulk requests", "report --from DIR/bulk --out DIR/page.html"),
    ("no AWS credentials: …", "AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= load --to file:DIR/x"),
    ("no AWS credentials: profile …", "load --to file:DIR/x --profile nobody"),
    ("AWS refuses the credentials", "AWS_SECRET_ACCESS_KEY=wrong load --to file:DIR/x"),
    ("use target …: …", "load --to http://h:9200/?x=1"),
    ("read the CA certificates of", "load --to https://127.0.0.1:9 --ca-cert DIR/text"),
    ("reach …: …", "load --to http://127.0.0.1:9"),
    ("failed to …", "load --to file:/dev/full"),
    ("state file … is corrupt", "load --to file:DIR/x --state DIR/text"),
    ("state file … has version", "load --to file:DIR/x --state DIR/newer.json"),
    ("cannot … state file", "load --to file:DIR/x --state DIR/text/below"),
    ("cannot … the learned rules", "XDG_STATE_HOME=DIR/text load --to file:DIR/x --from DIR/empty"),
    ("…; mend it, or move", "load --to file:DIR/x --state DIR/job.json"),
    (
        "sign requests to …",
        "AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= load --to http://127.0.0.1:9 --auth sigv4 --from DIR/text",
    ),
    ("failed to …; give a dead-letter", "replay DIR/no --to file:DIR/x"),
    ("cannot read … …: …; give", "load --config DIR/no"),
    ("cannot read … …: …; give", "load --to https://h --ca-cert DIR/no"),
    ("cannot read … …: …; give", "load --to http://h --api-key-file DIR/no"),
    ("…: `…` is a secret", "TRAILHAUL_CONFIG=DIR/secret.toml rules"),
    ("no target: give --to", "replay DIR/text"),
    ("no target: give --to", "check"),
    ("export man …", "export man lead"),
    ("--into: cannot write", "export man --into DIR/no"),
    ("--to names a file", "report --to file:x --out DIR/page.html"),
    ("--to and --from are two", "report --to http://h --from DIR/text --out DIR/page.html"),
    ("--out … is no regular file", "report --from DIR/text --out /dev/full"),
    ("cannot write --out", "report --from DIR/text --out DIR/no/page.html"),
    ("no event to report", "report --from DIR/text --out DIR/page.html"),
    ("…; no page was written", "report --from DIR/no --out DIR/page.html"),
    ("there is no state file", "status --state DIR/no.json"),
    ("cannot read state folder", "XDG_STATE_HOME=DIR/text status"),
    ("cannot write metrics", "load --to file:DIR/y --state DIR/y.json --metrics DIR/no/m.prom"),
];

const FILES: [(&str, &str); 13] = [
    ("text", "nothing of use\n"),
    ("empty", "\n"),
    ("unknown.toml", "regoin = 'x'\n"),
    ("secret.toml", "password = 'x'\n"),
    ("kind.toml", "quiet = 'yes'\n"),
    ("flaw.toml", FLAW),
    (
        "flows",
        "version account-id interface-id srcaddr dstaddr\n2 111122223333 eni-1 192.0.2.1 192.0.2.2\n",
    ),
    ("broken", "{\"Records\":[{\"eventID\":"),
    ("parquet", "PAR1\0\0\0\0PAR1"),
    ("bulk", "{\"create\":{\"_index\":\"i\",\"_id\":\"1\"}}\n{\"eventID\":\"1\"}\n"),
    ("letters", LETTER),
    ("newer.json", "{\"version\": 999}\n"),
    ("job.learned.toml", "[[rule]]\nnonsense = 1\n"),
];

const LETTER: &str = r#"{"version":1,"time":"2026-11-28T00:00:00Z","id":"1","index":"i","region":"r","status":400,"kind":"k","reason":"r","path":null,"event":"{}"}
"#;

/// Two rules for the same.
const FLAW: &str = "
[[rule]]
path = 'requestParameters.mine.x'
keeps = 'object'
otherwise = 'json'
reason = 'one'
[[rule]]
path = 'requestParameters.mine.x'
keeps = 'object'
otherwise = 'json'
reason = 'the other'
";

#[tokio::test]
async fn what_the_page_says_is_said_with_the_exit_code_that_it_has_there() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        write(&folder.path().join(name), text);
    }
    std::fs::create_dir(folder.path().join("none")).unwrap();
    let (entries, mut others) = (page::entries(), Vec::new());
    for (start, line) in CASES {
        let line = line.replace("DIR", &folder.path().display().to_string());
        let words: Vec<_> = line.split_whitespace().collect();
        let variable = |word: &&&str| word.contains('=') && !word.starts_with('-');
        let (variables, words) = words.split_at(words.iter().take_while(variable).count());
        let (name, arguments) = words.split_first().unwrap();
        let mut command = Trailhaul::subcommand(name).args(arguments).aws(aws.endpoint());
        for (name, value) in variables.iter().filter_map(|variable| variable.split_once('=')) {
            command = command.env(name, value);
        }
        others.extend(otherwise(&entries, start, &command.run().await));
    }
    assert!(others.is_empty(), "{}", others.join("\n\n"));
}

/// What a cluster says, and the sentence that it makes.
pub(super) struct Refusal {
    pub(super) start: &'static str,
    command: &'static [&'static str],
    /// Requests that it answers well before.
    good: usize,
    says: Says,
}

enum Says {
    /// Of the request: status and body.
    Whole(u16, &'static str),
    /// Of each document: status, type and reason.
    Each(u16, &'static str, &'static str),
}

const INSTALL: &[&str] = &["export", "pipeline", "--install"];
const LOAD: &[&str] = &["load"];
const REPORT: &[&str] = &["report", "--out", "DIR/page.html"];

/// An index that a run of another layout has made.
const OF_ECS: &str = r#"{"audit":{"mappings":{"_meta":{"managed_by":"trailhaul","layout":"ecs"}},"settings":{"index":{"uuid":"x"}}}}"#;

/// Requests of a load before its first batch.
const GREETING: usize = 4;

pub(super) const REFUSALS: [Refusal; 13] = [
    Refusal {
        start: "index … has the layout …",
        command: &["load", "--index", "audit"],
        good: 1,
        says: Says::Whole(200, OF_ECS),
    },
    Refusal {
        start: "the credentials are not accepted",
        command: INSTALL,
        good: 1,
        says: Says::Whole(401, "{}"),
    },
    Refusal { start: "write to …: …", command: INSTALL, good: 1, says: Says::Whole(401, "{}") },
    Refusal {
        start: "the permission … is lacking…; grant",
        command: INSTALL,
        good: 1,
        says: Says::Whole(403, "{}"),
    },
    Refusal {
        start: "writing is blocked",
        command: INSTALL,
        good: 1,
        says: Says::Whole(
            403,
            r#"{"error":{"type":"cluster_block_exception","reason":"blocked"},"status":403}"#,
        ),
    },
    Refusal {
        start: "install the ingest pipeline",
        command: INSTALL,
        good: 1,
        says: Says::Whole(400, "{}"),
    },
    Refusal {
        start: "install the index template",
        command: LOAD,
        good: 1,
        says: Says::Whole(400, "{}"),
    },
    Refusal {
        start: "it answered … (…); check",
        command: LOAD,
        good: GREETING,
        says: Says::Whole(418, "{}"),
    },
    Refusal {
        start: "index … does not exist and the",
        command: LOAD,
        good: GREETING,
        says: Says::Each(404, "index_not_found_exception", "no such index [x]"),
    },
    Refusal {
        start: "index … cannot be written to",
        command: LOAD,
        good: GREETING,
        says: Says::Each(400, "index_closed_exception", "closed"),
    },
    Refusal {
        start: "this collection takes no document",
        command: LOAD,
        good: GREETING,
        says: Says::Each(
            400,
            "illegal_argument_exception",
            "Document ID is not supported in create/index operation request",
        ),
    },
    Refusal { start: "search …: …", command: REPORT, good: 1, says: Says::Whole(403, "{}") },
    Refusal {
        start: "… does not answer (…)",
        command: REPORT,
        good: 1,
        says: Says::Whole(
            400,
            r#"{"error":{"type":"illegal_argument_exception","reason":"text field"},"status":400}"#,
        ),
    },
];

impl Says {
    fn fault(&self) -> Fault {
        match *self {
            Self::Whole(status, body) => {
                Fault::Answer(status, vec![("content-type", "application/json")], body.into())
            }
            Self::Each(status, kind, reason) => {
                Fault::Refuse(json!({"status": status, "error": {"type": kind, "reason": reason}}))
            }
        }
    }
}

#[tokio::test]
async fn what_a_target_refuses_is_said_as_the_page_has_it() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |word: &&str| word.replace("DIR", &folder.path().display().to_string());
    let (entries, mut others) = (page::entries(), Vec::new());
    for Refusal { start, command, good, says } in REFUSALS {
        let faults = vec![Fault::None; good].into_iter().chain(vec![says.fault(); 8]);
        let cluster = FakeCluster::start(faults).await;
        let (name, arguments) = command.split_first().unwrap();
        let command = Trailhaul::subcommand(name).args(arguments.iter().map(in_folder));
        let run = command.aws(aws.endpoint()).to(&cluster.url()).run().await;
        others.extend(otherwise(&entries, start, &run));
    }
    assert!(others.is_empty(), "{}", others.join("\n\n"));
}

/// What nobody expects: standard output takes nothing.
#[tokio::test]
async fn an_output_that_takes_nothing_is_an_internal_error() {
    let line = format!("{} rules list > /dev/full", env!("CARGO_BIN_EXE_trailhaul"));
    let others =
        otherwise(&page::entries(), "internal error", &Trailhaul::shell(&line).run().await);
    assert!(others.is_none(), "{}", others.unwrap());
}

/// What is not as the page has it of a run that ends with the entry that begins so.
fn otherwise(entries: &[Entry], start: &str, run: &Finished) -> Option<String> {
    let exact = entries.iter().find(|entry| entry.sentence == start);
    let begun = || entries.iter().find(|entry| entry.sentence.starts_with(start));
    let entry = exact.or_else(begun).unwrap();
    let as_said = run.code == Some(entry.exit) && entry.is_said_in(&run.stderr);
    (!as_said).then(|| format!("this does not say {}\n{run}", entry.sentence))
}
