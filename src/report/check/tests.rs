use serde_json::json;

use super::*;
use crate::{
    cli::{LogFormat, When},
    limits::CHECK_COLUMNS,
    source::{aws::AwsError, sample::Found},
};

const ARN: &str = "arn:aws:iam::111122223333:user/example";

fn subject(account: Option<&str>) -> Subject {
    Subject {
        account: account.map(str::to_owned),
        arn: account.map(|_| ARN.to_owned()),
        target: "http://localhost:9200".to_owned(),
        server: Some("OpenSearch 3.8.0".to_owned()),
        index: "cloudtrail-%Y.%m".to_owned(),
        started: Timestamp::UNIX_EPOCH,
    }
}

fn sample(name: &str, calls: u64, found: Result<Found, End>) -> (String, Sample) {
    (name.to_owned(), Sample { calls, throttled: 0, found })
}

#[expect(clippy::unnecessary_wraps, reason = "one of several results")]
fn open(events: f64, is_counted: bool) -> Result<Found, End> {
    Ok(Found { events, is_counted })
}

fn denied() -> Result<Found, End> {
    let reason = format!(
        "AccessDeniedException: User: {ARN} is not authorized to perform: cloudtrail:LookupEvents because no identity-based policy allows the cloudtrail:LookupEvents action"
    );
    Err(End::Denied(reason))
}

fn off() -> Result<Found, End> {
    Err(End::NotEnabled("UnrecognizedClientException: no".to_owned()))
}

fn failed() -> Result<Found, End> {
    Err(End::Failed("the connection was refused".to_owned()))
}

fn check(findings: Vec<Finding>, samples: Vec<(String, Sample)>, named: bool) -> Check {
    Check::new(subject(Some("111122223333")), findings, samples, named, Duration::ZERO)
}

fn text(check: &Check) -> String {
    let output = OutputSettings {
        json: false,
        quiet: false,
        progress: When::Never,
        log_format: LogFormat::Text,
    };
    check.render(output)
}

fn target(refused: bool) -> Vec<Finding> {
    let fine = vec![Finding::ok(Side::Target, "server", "OpenSearch 3.8.0")];
    let bad = refused.then(|| Finding::in_the_way("other templates", "one is there", "move it"));
    fine.into_iter().chain(bad).collect()
}

#[test]
fn the_exit_code_is_that_of_what_fails() {
    let credentials = Finding::fault(
        Side::Aws,
        "credentials",
        &AwsError::NoCredentials("none".to_owned()).into(),
    );
    let ok = || ("us-east-1", 9, open(10.0, false));
    let cases = [
        ("all fine", target(false), vec![ok()], false, 0),
        ("not enabled", target(false), vec![ok(), ("b", 1, off())], false, 0),
        ("not enabled, and named", target(false), vec![ok(), ("b", 1, off())], true, 3),
        ("denied", target(false), vec![ok(), ("b", 1, denied())], false, 3),
        ("failing", target(false), vec![ok(), ("b", 3, failed())], false, 3),
        ("all denied", target(false), vec![("a", 1, denied()), ("b", 1, denied())], false, 5),
        (
            "all that answer denied",
            target(false),
            vec![("a", 1, denied()), ("b", 1, off())],
            false,
            5,
        ),
        ("all failing", target(false), vec![("a", 3, failed())], false, 3),
        ("none knows the keys", target(false), vec![("a", 1, off())], false, 5),
        ("the named one is off", target(false), vec![("a", 1, off())], true, 3),
        ("disabled by the list", target(false), vec![ok(), ("b", 0, off())], false, 0),
        ("expired", target(false), vec![("a", 1, Err(End::Expired("e".into())))], false, 5),
        ("no credentials", vec![credentials.clone()], vec![], false, 5),
        (
            "no credentials, bad target",
            [vec![credentials], target(true)].concat(),
            vec![],
            false,
            5,
        ),
        ("bad target", target(true), vec![ok()], false, 6),
        ("bad target, denied", target(true), vec![ok(), ("b", 1, denied())], false, 6),
    ];
    for (name, findings, samples, named, code) in cases {
        let samples =
            samples.into_iter().map(|(region, calls, found)| sample(region, calls, found));
        let check = check(findings, samples.collect(), named);
        assert_eq!(check.exit.code(), code, "{name}");
        let last = text(&check);
        assert_eq!(last.ends_with(&format!("exit code {code}\n")), code != 0, "{name}: {last}");
        assert_eq!(check.problems().is_empty(), code == 0, "{name}");
    }
}

#[test]
fn the_table_is_right_in_eighty_columns_and_shows_how_to_mend() {
    let long =
        Finding::in_the_way("other templates", "x".repeat(200), format!("run {}", "y ".repeat(99)));
    let findings = vec![
        Finding::ok(Side::Aws, "credentials", format!("account 111122223333, {ARN}")),
        Finding::unknown(Side::Target, "documents", "not known without --write-test"),
        Finding::ok(Side::Target, "server", "OpenSearch 3.8.0"),
        long,
    ];
    let samples = vec![
        sample("ap-northeast-1", 9, open(12_345_678.4, false)),
        sample("eu-central-1", 1, denied()),
        sample("eu-central-2", 1, denied()),
        sample("eu-south-1", 1, off()),
        sample("eu-south-2", 0, Err(End::NotEnabled("disabled in the account".to_owned()))),
        sample("us-east-1", 1, open(0.0, true)),
    ];
    let text = text(&check(findings, samples, false));
    for line in text.lines() {
        assert!(line.chars().count() <= CHECK_COLUMNS && line == line.trim_end(), "{line:?}");
    }
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "✓ credentials account 111122223333, arn:aws:iam::111122223333:user/example",
        "✓ ap-northeast-1 answers, and holds about 12000000 events",
        "✗ 2 regions eu-central-1, eu-central-2: denied: AccessDeniedException",
        "→ allow cloudtrail:LookupEvents there (below), or give --exclude-regions eu-central-1,eu-central-2",
        "– eu-south-1 not enabled, so not read",
        "✓ us-east-1 answers, and holds no event",
        "about 34h 17m at 2 calls a second",
        "estimate from 10 calls",
        "– documents not known without --write-test",
        r#"{ "Action": [ "cloudtrail:LookupEvents" ], "Effect": "Allow", "Resource": "*" }"#,
        "3 checks fail: exit code 6",
    ] {
        assert!(words.contains(part), "no {part:?} in\n{text}");
    }
    let bad = text.lines().filter(|line| line.starts_with('✗')).count();
    assert_eq!(text.matches("→ ").count(), bad, "each has its sentence:\n{text}");
}

#[test]
fn an_explicit_deny_is_not_mended_by_allowing() {
    let reason = "AccessDeniedException: x is not authorized to perform: cloudtrail:LookupEvents with an explicit deny in a service control policy";
    let samples =
        vec![sample("a", 1, Err(End::Denied(reason.to_owned()))), sample("b", 1, open(1.0, true))];
    let check = check(Vec::new(), samples, false);
    assert!(check.problems()[0].contains("an explicit deny wins"), "{:?}", check.problems());
    assert!(check.policy.is_empty(), "{:?}", check.policy);
}

#[test]
fn the_json_object_has_what_it_is_documented_to_have() {
    let mut samples = vec![sample("us-east-1", 9, open(1_200.0, false)), sample("a", 1, denied())];
    samples[0].1.throttled = 2;
    let check = check(target(true), samples, false);
    let value: Value = serde_json::to_value(&check).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!((&value["account"], &value["exit_code"]), (&json!("111122223333"), &json!(6)));
    assert_eq!(
        value["regions"][0],
        json!({ "region": "us-east-1", "outcome": "open", "reason": null, "mend": null, "action": null,
            "calls": 9, "throttled": 2, "events": 1200, "counted": false })
    );
    assert_eq!(value["regions"][1]["action"], "cloudtrail:LookupEvents");
    let mend = "allow cloudtrail:LookupEvents there (below), or give --exclude-regions a";
    assert_eq!(value["regions"][1]["mend"], mend);
    assert_eq!(
        value["estimate"],
        json!({ "events": 1200, "pages": 24, "seconds": 12.0, "slowest": "us-east-1", "calls": 9,
            "counted": false })
    );
    let outcomes: Vec<_> = value["checks"].as_array().unwrap().iter().collect();
    let of = |name: &str| &outcomes.iter().find(|one| one["check"] == name).unwrap()["outcome"];
    assert_eq!(
        (of("server"), of("other templates"), of("quota")),
        (&json!("ok"), &json!("failed"), &json!("note"))
    );
    assert_eq!(value["policy"].as_array().unwrap().len(), 1);
}

#[test]
fn what_the_domain_lacks_is_a_statement_of_its_own() {
    let says = "the permission es:ESHttpPut is lacking on ct-*";
    let finding = Finding::in_the_way("documents", says, "grant it");
    let check = check(
        vec![finding],
        vec![sample("a", 1, denied()), sample("b", 1, open(1.0, true))],
        false,
    );
    assert_eq!(check.policy.len(), 2);
    assert_eq!(check.policy[1]["Action"], json!(["es:ESHttpPut"]));
}

#[test]
fn an_estimate_is_of_the_region_with_the_most_pages() {
    let findings = [
        ("a", open(100.0, false), 2, "1.0 s"),
        ("b", open(101.0, true), 3, "1.5 s"),
        ("c", open(0.0, true), 1, "0.5 s"),
    ];
    for (name, found, pages, time) in findings {
        let counted = found.as_ref().unwrap().is_counted;
        let check =
            check(Vec::new(), vec![sample(name, 1, found), sample("z", 1, failed())], false);
        let estimate = check.estimate.clone().unwrap();
        assert_eq!((estimate.pages, estimate.slowest.as_str()), (pages, name));
        assert!(text(&check).contains(time), "{}", text(&check));
        assert_eq!(text(&check).contains("estimate"), !counted);
    }
    let nothing = check(Vec::new(), vec![sample("z", 1, failed())], false);
    assert!(nothing.estimate.is_none());
    assert!(nothing.findings().all(|finding| finding.outcome != Mark::Ok), "{nothing:?}");
    assert!(!text(&nothing).contains("--exclude-regions"), "{}", text(&nothing));
}
