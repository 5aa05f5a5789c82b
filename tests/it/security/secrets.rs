//! No secret is in anything that a run has written: each way to authenticate, in each way to fail.

use std::path::Path;

use serde_json::{Value, json};

use super::search::{TOKEN, assert_silent, written};
use super::server::{Answer, Server, good, good_aws, head, is_bulk, json as answer};
use super::{PASSWORD, tls::certificate};
use crate::support::message::Request;
use crate::support::run::{Finished, Trailhaul};
use crate::support::{fault::Call, until};

/// A way to prove who one is, to a target at a place such as `127.0.0.1:9200`.
type Way = fn(scheme: &str, host: &str, folder: &Path) -> Trailhaul;

const WAYS: [(&str, Way); 5] = [
    ("password file", |scheme, host, folder| {
        to(&format!("{scheme}://{host}"))
            .args(["--user", "joe", "--password-file"])
            .arg(secret_file(folder, PASSWORD))
    }),
    ("password variable", |scheme, host, _| {
        to(&format!("{scheme}://{host}"))
            .args(["--user", "joe"])
            .env("TRAILHAUL_PASSWORD", PASSWORD)
    }),
    ("user in the URL", |scheme, host, _| {
        let password = PASSWORD.replace('/', "%2F");
        base().env("TRAILHAUL_TO", format!("{scheme}://joe:{password}@{host}"))
    }),
    ("key file", |scheme, host, folder| {
        let file = secret_file(folder, &format!("id:{PASSWORD}"));
        to(&format!("{scheme}://{host}")).arg("--api-key-file").arg(file)
    }),
    ("signature", |scheme, host, _| to(&format!("{scheme}://{host}")).args(["--auth", "sigv4"])),
];

fn base() -> Trailhaul {
    let load = Trailhaul::load().args(["--json", "--regions", "us-east-1"]);
    let load = load.env("AWS_SECRET_ACCESS_KEY", PASSWORD).env("AWS_SESSION_TOKEN", TOKEN);
    load.env("TRAILHAUL_LOG", "trace").env("RUST_LOG", "trace")
}

fn to(url: &str) -> Trailhaul {
    base().to(url)
}

fn secret_file(folder: &Path, secret: &str) -> std::path::PathBuf {
    let path = folder.join("secret");
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(&path, secret).unwrap();
    path
}

/// All that a request said of itself, as Elasticsearch 7.10 repeats it, and as a proxy might.
fn echo(request: &Request) -> String {
    let lines = request.headers().iter().map(|(name, value)| {
        format!("\"{name}\": \"{value}\", got {name} = {value}\n{name}:{value}\n")
    });
    let (last, first): (Vec<_>, Vec<_>) = lines.partition(|line| line.contains("authorization"));
    first.concat() + &last.concat()
}

/// Refuses one event's document in every form, and another's first.
fn rejects(request: &Request) -> Answer {
    if !is_bulk(request) {
        return good(request);
    }
    let reason = format!(
        "object mapping for [requestParameters.mode] tried to parse field [mode] as object, but found a concrete value {}",
        echo(request)
    );
    let ids = request.bulk_ids();
    let items = ids.iter().map(|id| {
        let error = json!({"type": "mapper_parsing_exception", "reason": reason});
        json!({"create": {"_id": id, "status": 400, "error": error}})
    });
    answer(200, &json!({"items": items.collect::<Vec<_>>()}).to_string())
}

fn unauthorized(request: &Request) -> Answer {
    answer(
        401,
        &json!({"error": {"type": "security_exception", "reason": echo(request)}}).to_string(),
    )
}

fn forbidden_in_text(request: &Request) -> Answer {
    if is_bulk(request) { Answer::Bytes(head(403, "", &echo(request))) } else { good(request) }
}

fn unavailable(request: &Request) -> Answer {
    if is_bulk(request) {
        answer(418, &json!({"message": echo(request)}).to_string())
    } else {
        good(request)
    }
}

/// Asserts that other crates, which log whole requests, are not heard in detail.
fn assert_own_words(run: &Finished) {
    for line in run.stderr.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let detail = line["level"] == "DEBUG" || line["level"] == "TRACE";
        let own = line["target"].as_str().unwrap().starts_with("trailhaul");
        assert!(own || !detail, "{line}");
    }
}

async fn each_way(
    name: &str,
    scheme: &str,
    host: &str,
    code: i32,
    more: impl Fn(Trailhaul) -> Trailhaul,
) {
    let aws = Server::start(good_aws, None).await;
    for (number, (way, load)) in WAYS.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let format = if number % 2 == 0 { "json" } else { "text" };
        let load = load(scheme, host, folder.path()).aws(&aws.url()).args(["--log-format", format]);
        let run = more(load).run().await;
        assert_eq!(run.code, Some(code), "{name}, {way}: {run}");
        if format == "json" && code != 2 {
            assert_own_words(&run);
        }
        assert_silent(&format!("{name}, {way}"), &run);
        if code == 4 {
            let names: Vec<_> =
                written(run.home.path()).into_iter().map(|(path, _)| path).collect();
            for end in [".json", ".dead-letters.ndjson", ".learned.toml", "stdout", "stderr"] {
                assert!(names.iter().any(|name| name.ends_with(end)), "no {end} among {names:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_run_writes_holds_no_secret_whatever_the_target_says() {
    type Respond = fn(&Request) -> Answer;
    let targets: [(&str, Respond, i32); 5] = [
        ("success", good, 0),
        ("rejected", rejects, 4),
        ("401", unauthorized, 6),
        ("403", forbidden_in_text, 6),
        ("418", unavailable, 6),
    ];
    for (name, respond, code) in targets {
        let target = Server::start(respond, None).await;
        each_way(name, "http", &target.host(), code, |load| load).await;
        assert!(
            target
                .count(|request| request.headers().iter().any(|(name, _)| name == "authorization"))
                > 0
        );
    }
}

#[tokio::test]
async fn what_a_run_writes_holds_no_secret_when_the_target_is_not_reached() {
    each_way("unreachable", "http", "127.0.0.1:9", 6, |load| load).await;
    each_way("usage", "http", "127.0.0.1:9", 2, |load| load.arg("--nonsense")).await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(good, Some(certificate(folder.path(), "es.example"))).await;
    each_way("TLS", "https", &server.host(), 6, |load| load).await;
    each_way("no TLS", "http", &server.host(), 6, |load| load).await;
    let proxy = Server::start(|request| answer(407, &echo(request).replace('"', "'")), None).await;
    for host in [proxy.host(), "127.0.0.1:9".to_owned()] {
        let proxy = format!("http://joe:{}@{host}", PASSWORD.replace('/', "%2F"));
        for (scheme, variable) in [("http", "HTTP_PROXY"), ("https", "HTTPS_PROXY")] {
            let by_proxy =
                |load: Trailhaul| load.env(variable, &proxy).env("NO_PROXY", "127.0.0.1");
            each_way("proxy", scheme, "es.example", 6, by_proxy).await;
        }
    }
}

/// AWS repeats what it has verified when a signature is wrong, the session token included.
#[tokio::test]
async fn what_aws_repeats_of_a_request_is_not_shown() {
    let refuse = |code: &str, request: &Request| {
        let said = format!(
            "The Canonical String for this request should have been\n'POST\n/\n\n{}'",
            echo(request)
        );
        answer(400, &json!({"__type": code, "message": said}).to_string())
    };
    for code in ["InvalidSignatureException", "ExpiredTokenException", "InternalFailure"] {
        let aws = Server::start(
            move |request| {
                if request.is(Call::Lookup) {
                    refuse(code, request)
                } else {
                    super::server::identity()
                }
            },
            None,
        )
        .await;
        let running = to("file:out.ndjson").aws(&aws.url()).spawn();
        until(|| aws.count(|request| request.is(Call::Lookup)) >= 1).await;
        if code == "InternalFailure" {
            until(|| running.stderr().contains("Canonical String")).await;
            running.interrupt();
        }
        let run = running.wait().await;
        assert!(run.stderr.contains("Canonical String"), "{code}: {run}");
        assert_silent(code, &run);
    }
}

/// A URL where no URL belongs, and the help of one that has it in a variable.
#[tokio::test]
async fn what_is_typed_wrong_is_not_repeated_with_a_password() {
    let url = format!("https://joe:{PASSWORD}@es.example");
    let cases: [&[&str]; 4] = [
        &[&url],
        &["--auth", &url],
        &["--since", &url, "--to", "file:x"],
        &["--to", &url, "--to", &url],
    ];
    for args in cases {
        let run = Trailhaul::load().args(args).run().await;
        assert_eq!(run.code, Some(2), "{run}");
        let run = Finished { arguments: String::new(), ..run };
        assert_silent("usage", &run);
    }
    for help in ["--help", "-h"] {
        let run = Trailhaul::load().env("TRAILHAUL_TO", &url).arg(help).run().await;
        assert!(run.stdout.contains("--to <"), "{run}");
        assert_silent("help", &run);
    }
}

/// Every form of a URL that parsers take, with passwords that a search for the end of a word ends early
/// at: in the command to go on with, the log, the summary, and all files.
#[tokio::test]
async fn a_password_in_a_target_is_not_shown_whatever_its_form() {
    let forms = [
        "http://joe:s3'cret@127.0.0.1:1",
        "http://joe:s3\"cret@127.0.0.1:1",
        "http://joe:s3 cret@127.0.0.1:1",
        "http:joe:s3cret@127.0.0.1:1",
        "http:/joe:s3cret@127.0.0.1:1",
        r"http:\\joe:s3cret@127.0.0.1:1",
        "HTTP:joe:s3cret@127.0.0.1:1",
    ];
    for to in forms {
        for format in ["text", "json"] {
            let words = ["--regions", "us-east-1", "--json", "--log-format", format];
            let by_word = Trailhaul::load().to(to);
            let by_equals = Trailhaul::load().arg(format!("--to={to}"));
            let by_variable = Trailhaul::load().env("TRAILHAUL_TO", to);
            for load in [by_word, by_equals, by_variable] {
                let run = load.args(words).from("-").stdin(super::RECORD).run().await;
                assert_eq!(run.code, Some(2), "--regions is of AWS: {run}");
                assert_unsaid(to, &run);
            }
        }
        let config = || Trailhaul::subcommand("config").to(to);
        for config in [config(), config().arg("--json")] {
            assert_unsaid(to, &config.run().await);
        }
    }
    // It takes a while until a target is given up.
    let load = |to| Trailhaul::load().to(to).args(["--json", "--log-format", "json"]).from("-");
    let running = forms.map(|to| (to, load(to).stdin(super::RECORD).spawn()));
    for (to, running) in running {
        let run = running.wait().await;
        assert_eq!(run.code, Some(6), "{run}");
        let next = run.json()["next"].as_str().unwrap().to_owned();
        assert!(next.contains("***@127.0.0.1:1") && run.stderr.contains("***@"), "{run}");
        assert_unsaid(to, &run);
    }
}

/// What takes it for something else than a target repeats it in sentences of its own.
#[tokio::test]
async fn a_password_in_any_word_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    for url in ["https://joe:s3 'cret@es.example", "http:joe:s3\"cret@h", "https://h/?key=s3cret"] {
        let load = || Trailhaul::load().args(["--json", "--to", "http://127.0.0.1:9"]);
        let runs = [
            load().arg(url),
            load().args(["--auth", url]),
            load().args(["--since", url]),
            load().args(["--from", url]),
            load().args(["--keep", url]),
            load().args(["--ca-cert", url]),
            load().args(["--lookup-attribute", url]),
            load().env("TRAILHAUL_LAYOUT", url),
            load().env("TRAILHAUL_LOG", url),
            load().args(["--config", url]),
            Trailhaul::subcommand(url),
            Trailhaul::subcommand("config").args(["--index", url]),
        ];
        for run in runs {
            let run = run.run().await;
            assert_ne!(run.code, Some(0), "{run}");
            assert_unsaid(url, &run);
        }
        crate::support::run::write(&file, &format!("to = 'file:x'\nsince = {}\n", json!(url)));
        let run = Trailhaul::load().arg("--config").arg(&file).run().await;
        assert!(run.code == Some(2) && run.stderr.contains("--since"), "{run}");
        assert_unsaid(url, &run);
    }
}

/// No part of the password is in what was printed or written.
fn assert_unsaid(url: &str, run: &Finished) {
    for (path, text) in written(run.home.path()) {
        let parts = text.replace("ecret", "").contains("cret") || text.contains("joe");
        assert!(!parts, "{url} is in {path}:\n{text}");
    }
}
