//! Who one is to a secured engine: every way to say it loads, a wrong one is refused in a sentence,
//! and no secret is shown.

mod items;
pub(crate) mod member;
mod roles;

use std::io::Write;

use reqwest::Method;
use serde_json::json;

use self::member::{Member, PASSWORD, role_of_the_readme};
use crate::support::{
    engines::{Secured, secured, secured_engine},
    run::{Finished, Trailhaul},
    unique,
};

/// With a field that no template knows: an index must take new ones.
const RECORD: &str =
    r#"{"eventID":"one","eventTime":"2026-02-03T04:05:06Z","requestParameters":{"name":"new"}}"#;

/// A load of one event into an index; as nobody, until more is said.
fn load(secured: &Secured, index: &str) -> Trailhaul {
    trusting(secured, anonymous(&secured.engine.url, index))
}

fn trusting(secured: &Secured, load: Trailhaul) -> Trailhaul {
    match &secured.ca {
        Some(ca) => load.arg("--ca-cert").arg(ca),
        None => load,
    }
}

fn anonymous(to: &str, index: &str) -> Trailhaul {
    let load = Trailhaul::load().args(["--from", "-", "--json", "--index", index]);
    load.stdin(RECORD).to(to)
}

fn assert_loads(run: &Finished, secrets: &[&str]) {
    assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(1)), "{run}");
    assert_silent(run, secrets);
}

fn assert_says(run: &Finished, code: i32, words: &str, secrets: &[&str]) {
    assert_eq!(run.code, Some(code), "{run}");
    assert!(run.stderr.contains(words), "no {words:?}: {run}");
    assert_silent(run, secrets);
}

fn assert_silent(run: &Finished, secrets: &[&str]) {
    let said = format!("{run}");
    for secret in secrets {
        assert!(!said.contains(secret), "{secret} is in: {run}");
    }
}

#[tokio::test]
async fn a_password_comes_from_a_file_a_variable_or_the_url() {
    for secured in secured() {
        let role = role_of_the_readme(&secured.engine.name);
        let member = Member::new(secured, &role).await;
        let Member { secured, name } = &member;
        let file = tempfile::NamedTempFile::new().unwrap();
        writeln!(&file, "{PASSWORD}").unwrap();
        let to = |password| secured.engine.url.replace("://", &format!("://{name}:{password}@"));
        let ways = |index: &str| {
            let by_url = |password| trusting(secured, anonymous(&to(password), index));
            [
                load(secured, index).args(["--user", name, "--password-file"]).arg(file.path()),
                member.load(index),
                by_url(PASSWORD),
                by_url("wrong-and-never-shown"),
            ]
        };
        let index = unique("cloudtrail");
        let [by_file, by_variable, by_url, wrong] = ways(&index);
        for load in [by_file, by_variable, by_url] {
            assert_loads(&load.run().await, &[PASSWORD]);
            secured.engine.delete(&index).await;
        }
        let run = wrong.run().await;
        assert_says(&run, 6, "the credentials are not accepted", &["wrong-and-never-shown"]);
        member.remove().await;
    }
}

#[tokio::test]
async fn an_api_key_loads_until_it_is_invalidated() {
    let Some(secured) = secured_engine("elasticsearch-9-secure") else { return };
    let role = role_of_the_readme("elasticsearch");
    let asked = json!({ "name": unique("key"), "role_descriptors": { "loader": role } });
    let made = secured.engine.post("_security/api_key", &asked).await.expect_ok();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let (id, key, encoded) = (text("id"), text("api_key"), text("encoded"));
    let secrets = [key.as_str(), &encoded, "wrong-and-never-shown"];
    let index = unique("cloudtrail");
    let file = tempfile::NamedTempFile::new().unwrap();
    writeln!(&file, "{encoded}").unwrap();
    let by_file = || load(&secured, &index).arg("--api-key-file").arg(file.path());
    let by_variable =
        |key: &str| load(&secured, &index).env("TRAILHAUL_API_KEY", format!("{id}:{key}"));

    for load in [by_file(), by_variable(&key)] {
        assert_loads(&load.run().await, &secrets);
        secured.engine.delete(&index).await;
    }
    let refused = "the credentials are not accepted";
    assert_says(&by_variable("wrong-and-never-shown").run().await, 6, refused, &secrets);
    let body = json!({ "ids": [id] }).to_string();
    secured.engine.request(Method::DELETE, "_security/api_key", body).await.expect_ok();
    for load in [by_file(), by_variable(&key)] {
        assert_says(&load.run().await, 6, refused, &secrets);
    }
    assert!(secured.engine.indices(&index).await.is_empty());
}

#[tokio::test]
async fn a_certificate_is_trusted_when_it_is_named_or_not_looked_at() {
    for secured in secured().into_iter().filter(|secured| secured.ca.is_some()) {
        let index = unique("cloudtrail");
        let load = || {
            let load = anonymous(&secured.engine.url, &index).args(["--user", &secured.user]);
            load.env("TRAILHAUL_PASSWORD", &secured.password)
        };
        assert_says(&load().run().await, 6, "--ca-cert", &[&secured.password]);
        assert!(secured.engine.indices(&index).await.is_empty());
        let run = load().arg("--insecure").run().await;
        assert_loads(&run, &[&secured.password]);
        assert!(run.stderr.contains("WARN --insecure"), "{run}");
        secured.engine.delete(&index).await;
        assert_loads(&trusting(&secured, load()).run().await, &[&secured.password]);
        secured.engine.delete(&index).await;
    }
}

#[tokio::test]
async fn the_url_and_an_option_cannot_both_say_who_one_is() {
    let to = format!("https://joe:{PASSWORD}@localhost:9");
    let load = || anonymous(&to, "cloudtrail");
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    for (option, value) in [
        ("--auth", "none"),
        ("--auth", "basic"),
        ("--user", "joe"),
        ("--password-file", path),
        ("--api-key-file", path),
        ("--sigv4-service", "es"),
        ("--sigv4-region", "eu-west-1"),
    ] {
        let run = load().args([option, value]).run().await;
        assert_says(&run, 2, &format!("{option} is given too"), &[PASSWORD]);
    }
    for variable in ["TRAILHAUL_API_KEY", "TRAILHAUL_PASSWORD"] {
        let run = load().env(variable, "never-shown").run().await;
        assert_says(&run, 2, &format!("{variable} is given too"), &[PASSWORD, "never-shown"]);
    }
}
