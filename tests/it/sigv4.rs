//! Signatures, recomputed by botocore from what arrived.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use trailhaul::event::Verdict;
use trailhaul::sink::{Auth, Compression, Deliverer, Http, HttpOptions, Server, SigV4, template};

use crate::fake_cluster::{FakeCluster, Fault, Seen, documents};
use crate::support::python;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// What the script says of each request, as signed for the service.
fn verify(python: &Path, url: &str, requests: &[(&str, Seen)]) -> Vec<String> {
    let lines = requests.iter().map(|(service, seen)| {
        let captured = json!({
            "method": seen.method, "url": format!("{url}{}", seen.path), "headers": seen.headers,
            "body": BASE64_STANDARD.encode(&seen.body), "service": service, "region": "eu-west-1", "secret": SECRET,
        });
        format!("{captured}\n")
    });
    let lines: String = lines.collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/sigv4_verify.py");
    let mut command = Command::new(python);
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    said.lines().map(str::to_owned).collect()
}

fn signed(url: &str, service: &str, token: Option<&str>) -> Http {
    let credentials =
        Credentials::new("AKIDEXAMPLE", SECRET, token.map(str::to_owned), None, "test");
    let credentials = SharedCredentialsProvider::new(credentials);
    let auth = Auth::SigV4(SigV4 {
        service: service.to_owned(),
        region: "eu-west-1".to_owned(),
        credentials,
    });
    Http::new(url, auth, &HttpOptions::default()).unwrap()
}

#[tokio::test]
async fn botocore_agrees_with_every_signature_and_sees_every_change() {
    let Some(python) = python() else { return };
    for (service, token, compression) in [
        ("es", None, Compression::default()),
        ("es", Some("to/ken+=="), Compression::Off),
        ("aoss", Some("token"), Compression::default()),
    ] {
        let root = r#"{"version":{"distribution":"opensearch","number":"3.8.0"},"tagline":"x"}"#;
        let faults = [
            Fault::Answer(200, vec![], root.into()),
            Fault::Answer(200, vec![], r#"{"acknowledged":true}"#.into()),
            Fault::Answer(503, vec![], String::new()),
        ];
        let cluster = FakeCluster::start(faults).await;
        let url = cluster.url();
        let http = signed(&format!("{url}/pre-fix"), service, token);
        let server = Server::probe(&http).await.unwrap();
        template::install(
            &http,
            &server,
            "cloudtrail",
            &json!({"index_patterns": ["cloudtrail-*"]}),
        )
        .await
        .unwrap();
        let deliverer = Deliverer::new(http, compression);
        let verdicts =
            deliverer.deliver(&documents(3, 50), &CancellationToken::new()).await.unwrap();
        assert_eq!(verdicts, vec![Verdict::Created; 3]);
        let seen = cluster.seen();
        assert_eq!(seen.len(), 4, "probe, template, and a bulk request twice");
        let signed: Vec<(&str, Seen)> = seen.iter().map(|one| (service, one.clone())).collect();
        assert_eq!(verify(&python, &url, &signed), ["ok"; 4], "{seen:?}");
        refuses_changes(&python, &url, service, &seen[3]);
    }
}

fn refuses_changes(python: &Path, url: &str, service: &str, good: &Seen) {
    type Change = fn(&mut Seen);
    fn set(seen: &mut Seen, header: &str, value: &str) {
        seen.headers
            .iter_mut()
            .filter(|(name, _)| name == header)
            .for_each(|(_, old)| value.clone_into(old));
    }
    let changes: [(&str, Change); 6] = [
        ("body", |seen| seen.body.push(b' ')),
        ("content type", |seen| set(seen, "content-type", "application/json")),
        ("date", |seen| set(seen, "x-amz-date", "20200101T000000Z")),
        ("host", |seen| set(seen, "host", "elsewhere")),
        ("path", |seen| seen.path = "/other/_bulk".to_owned()),
        ("method", |seen| seen.method = "PUT".to_owned()),
    ];
    let mut altered: Vec<(&str, Seen)> = Vec::new();
    for (_, change) in changes {
        altered.push((service, good.clone()));
        change(&mut altered.last_mut().unwrap().1);
    }
    altered.push((if service == "es" { "aoss" } else { "es" }, good.clone()));
    let said = verify(python, url, &altered);
    assert_eq!(said.len(), changes.len() + 1);
    for (line, name) in said.iter().zip(changes.iter().map(|(name, _)| *name).chain(["service"])) {
        assert!(line.starts_with("bad"), "{service}: another {name} is accepted");
    }
}
