//! Credentials that run out in mid-run: those that can be renewed are, on the way to AWS and to the
//! target; those that cannot stop the run, which goes on later with others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use trailhaul::demo::{Credentials, Operation, SimulatedAws};

use crate::fake_cluster::FakeCluster;
use crate::support::{
    aws::{one_region, readable, simulate},
    engines::engines,
    job::Job,
    proxy::Proxy,
    run::Trailhaul,
    until,
};

/// Calls for about ten seconds.
const EVENTS: usize = 1_000;

/// Time that the first keys are good for. Others are asked for when half of it is over, so two seconds
/// after the run begins.
const GOOD_FOR: SignedDuration = SignedDuration::from_secs(4);

/// What AWS answers at a port where nobody listens.
const NOBODY: &str = "http://127.0.0.1:9";

/// The second example key of AWS's documentation; the first is what the simulated AWS knows.
fn second() -> Credentials {
    Credentials {
        access_key: "AKIAI44QH8DHBEXAMPLE".to_owned(),
        secret: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY".to_owned(),
        session_token: Some("AQoDYXdzEJrEXAMPLETOKEN".to_owned()),
    }
}

fn lookups(aws: &SimulatedAws, access_key: &str) -> usize {
    let calls = aws.calls().into_iter().filter(|call| call.operation == Operation::LookupEvents);
    calls.filter(|call| call.access_key == access_key).count()
}

fn write(path: &Path, text: &str) {
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(path, text).unwrap();
}

/// A profile with a `credential_process`, which gives the keys of the moment.
struct Profile {
    folder: tempfile::TempDir,
}

impl Profile {
    fn new() -> Self {
        let it = Self { folder: tempfile::tempdir().unwrap() };
        let folder = it.folder.path().display();
        write(&it.path("keys.sh"), &format!("cd {folder} && echo >> asked && cat keys\n"));
        let process = format!("credential_process = /bin/sh {folder}/keys.sh");
        write(&it.path("config"), &format!("[profile renewed]\n{process}\n"));
        it
    }

    /// The keys of the moment, and for how long they say that they are good.
    fn gives(&self, keys: &Credentials, good_for: SignedDuration) {
        let Credentials { access_key, secret, session_token } = keys;
        let answer = json!({
            "Version": 1, "AccessKeyId": access_key, "SecretAccessKey": secret,
            "SessionToken": session_token,
            "Expiration": (Timestamp::now() + good_for).to_string(),
        });
        write(&self.path("keys.new"), &answer.to_string());
        std::fs::rename(self.path("keys.new"), self.path("keys")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How often it was asked for keys.
    fn asked(&self) -> usize {
        std::fs::read_to_string(self.path("asked")).unwrap().lines().count()
    }
}

fn keyless(load: Trailhaul) -> Trailhaul {
    load.env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "")
}

#[tokio::test]
async fn keys_that_run_out_are_renewed_on_both_sides_of_a_run() {
    let Some(engine) = engines().into_iter().next() else { return };
    let account = one_region(EVENTS);
    let events = readable(&account);
    let aws = simulate(account).await;
    let (first, then) = (Credentials::default(), second());
    aws.issue(then.clone());
    let job = Job::into_indices(engine);
    let proxy = Proxy::start(&job.to(), None).await;
    let profile = Profile::new();
    profile.gives(&first, GOOD_FOR);
    let load = keyless(job.command(aws.endpoint(), &proxy.url()));
    let load = load.env("AWS_CONFIG_FILE", profile.path("config"));
    let running = load.args(["--profile", "renewed", "--auth", "sigv4"]).spawn();

    until(|| lookups(&aws, &first.access_key) > 0 && proxy.events() > 0).await;
    profile.gives(&then, SignedDuration::from_hours(1));
    until(|| lookups(&aws, &then.access_key) > 0).await;
    let asked = profile.asked();
    aws.expire(&first.access_key);
    let by_first = lookups(&aws, &first.access_key);
    let run = running.wait().await;
    assert_eq!(run.code, Some(0), "{run}");
    run.assert_balanced();
    job.assert_loaded(&events).await;
    assert!(by_first > 0, "{run}");
    assert_eq!(lookups(&aws, &first.access_key), by_first, "{run}");
    let both = BTreeSet::from([first.access_key, then.access_key]);
    assert_eq!(proxy.access_keys(), both, "{run}");
    // Keys about to run out are asked for until there are others; those are good for all that is left, on
    // both sides.
    assert!(asked >= 2 && profile.asked() == asked, "{} times: {run}", profile.asked());
    job.clean_up().await;
}

/// Keys are revoked, or a clock is wrong: AWS takes them for expired ahead of their time.
#[tokio::test]
async fn keys_that_aws_takes_for_expired_are_renewed_ahead_of_their_time() {
    let account = one_region(EVENTS);
    let aws = simulate(account).await;
    let (first, then) = (Credentials::default(), second());
    aws.issue(then.clone());
    let profile = Profile::new();
    profile.gives(&first, SignedDuration::from_hours(1));
    let load = Trailhaul::load().aws(aws.endpoint()).args(["--to", "file:events.ndjson", "--json"]);
    let load = load.env("AWS_CONFIG_FILE", profile.path("config"));
    let running = load.args(["--profile", "renewed"]).spawn();
    until(|| lookups(&aws, &first.access_key) >= 6).await;
    profile.gives(&then, SignedDuration::from_hours(1));
    aws.expire(&first.access_key);
    let run = running.wait().await;
    assert_eq!(run.code, Some(0), "{run}");
    run.assert_balanced();
    assert_eq!(run.total("created"), EVENTS as u64, "{run}");
    assert!(lookups(&aws, &then.access_key) > 0, "{run}");
    assert_eq!(profile.asked(), 2, "{run}");
}

/// Two accounts whose STS nobody reaches, one after the other into the same target.
#[tokio::test]
async fn what_is_loaded_of_an_account_that_is_not_told_is_not_taken_for_anothers() {
    const FEW: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    // Those at once need a target each.
    let into = |target: &str, aws: &SimulatedAws| {
        let load = Trailhaul::load().aws(aws.endpoint()).env("AWS_ENDPOINT_URL_STS", NOBODY);
        let load = load.env("XDG_STATE_HOME", folder.path()).arg("--json");
        load.args(["--to", &format!("file:{}", folder.path().join(target).display())])
    };
    let (one, other) = (simulate(one_region(FEW)).await, simulate(one_region(FEW)).await);
    other.issue(second());
    let state = folder.path().join("named.json");
    let (first, named) =
        tokio::join!(into("all", &one).run(), into("named", &one).state(&state).run());
    for run in [&first, &named] {
        assert_eq!(run.code, Some(0), "{run}");
        assert_eq!(run.total("read"), FEW as u64, "{run}");
    }
    let keyed = keyless(into("all", &other)).env("AWS_ACCESS_KEY_ID", second().access_key);
    let keyed = keyed.env("AWS_SECRET_ACCESS_KEY", second().secret);
    let keyed = keyed.env("AWS_SESSION_TOKEN", second().session_token.unwrap());
    let (then, named) = tokio::join!(keyed.run(), into("named", &one).state(&state).run());
    assert_eq!(then.code, Some(0), "{then}");
    assert_eq!(then.total("read"), FEW as u64, "{then}");
    assert!(then.stderr.contains("not counted"), "{then}");
    // Whoever names the file says whose it is.
    assert_eq!(named.code, Some(0), "{named}");
    assert!(named.total("read") < FEW as u64 / 2, "{named}");
}

/// The environment has keys that AWS knows, and the profile has others.
#[tokio::test]
async fn the_profile_that_is_named_is_taken_and_not_the_keys_of_the_environment() {
    let aws = simulate(one_region(50)).await;
    let (environment, named) = (Credentials::default(), second());
    aws.issue(named.clone());
    let profile = Profile::new();
    profile.gives(&named, SignedDuration::from_hours(1));
    let load = || {
        let load = Trailhaul::load().aws(aws.endpoint()).args(["--to", "file:events.ndjson"]);
        load.env("AWS_CONFIG_FILE", profile.path("config")).arg("--json")
    };
    let by_the_environment = load().env("AWS_PROFILE", "renewed").run().await;
    assert_eq!(by_the_environment.code, Some(0), "{by_the_environment}");
    assert_eq!(lookups(&aws, &named.access_key), 0, "{by_the_environment}");
    let asked = lookups(&aws, &environment.access_key);
    assert!(asked > 0, "{by_the_environment}");

    for load in [load().args(["--profile", "renewed"]), load().env("TRAILHAUL_PROFILE", "renewed")]
    {
        let before = lookups(&aws, &named.access_key);
        let run = load.run().await;
        assert_eq!(run.code, Some(0), "{run}");
        assert!(lookups(&aws, &named.access_key) > before, "{run}");
        assert_eq!(lookups(&aws, &environment.access_key), asked, "{run}");
    }

    let run = load().args(["--profile", "nobody"]).run().await;
    assert_eq!(run.code, Some(5), "{run}");
    assert!(run.stderr.contains(r#"profile "nobody" gives none"#), "{run}");
    let check = Trailhaul::subcommand("check").aws(aws.endpoint()).args(["--profile", "nobody"]);
    let check = check.args(["--to", "file:events.ndjson"]).run().await;
    assert!(format!("{check}").contains("nobody"), "{check}");
    assert_eq!(lookups(&aws, &environment.access_key), asked, "{check}");
}

/// Commands that ask nothing of AWS, whose target takes signed requests.
#[tokio::test]
async fn every_command_signs_as_the_profile_that_is_named() {
    let profile = Profile::new();
    profile.gives(&second(), SignedDuration::from_hours(1));
    let event = r#"{"eventID":"e1","eventTime":"2026-01-02T03:04:05Z"}"#;
    let letter = json!({ "id": "e1", "region": "us-east-1", "event": event, "reason": "no" });
    write(&profile.path("event.ndjson"), &format!("{event}\n"));
    write(&profile.path("letter.ndjson"), &format!("{letter}\n"));
    let file = |name: &str| profile.path(name).display().to_string();
    let commands: [(&str, &[&str]); 4] = [
        ("load", &["--from", &file("event.ndjson")]),
        ("replay", &[&file("letter.ndjson")]),
        ("report", &["--out", &file("report.html")]),
        ("export", &["pipeline", "--install"]),
    ];
    for (name, words) in commands {
        let cluster = FakeCluster::start([]).await;
        let proxy = Proxy::start(&cluster.url(), None).await;
        let command = Trailhaul::subcommand(name).args(words).to(&proxy.url());
        let command = command.args(["--auth", "sigv4", "--profile", "renewed"]);
        // The fake answers no search: what counts is who asked.
        let run = command.env("AWS_CONFIG_FILE", profile.path("config")).run().await;
        assert_eq!(proxy.access_keys(), BTreeSet::from([second().access_key]), "{name}: {run}");
    }
}

#[tokio::test]
async fn keys_that_run_out_for_good_stop_the_run_which_goes_on_with_others() {
    let Some(engine) = engines().into_iter().next() else { return };
    let account = one_region(EVENTS);
    let events = readable(&account);
    let aws = simulate(account).await;
    let (first, then) = (Credentials::default(), second());
    let job = Job::into_indices(engine);
    let load = || job.command(aws.endpoint(), &job.to());

    let running = load().spawn();
    until(|| lookups(&aws, &first.access_key) >= 6).await;
    aws.expire(&first.access_key);
    let run = running.wait().await;
    assert_eq!(run.code, Some(5), "{run}");
    assert!(run.stderr.contains("expired"), "{run}");
    assert!(run.stderr.contains("the run goes on where it stopped"), "{run}");
    run.assert_balanced();
    let safe = run.total("created");
    assert!(safe > 0, "{run}");

    let still = load().run().await;
    assert_eq!(still.code, Some(5), "{still}");
    assert!(still.stderr.contains("expired"), "{still}");

    aws.issue(then.clone());
    let renewed = keyless(load()).env("AWS_ACCESS_KEY_ID", &then.access_key);
    let renewed = renewed.env("AWS_SECRET_ACCESS_KEY", &then.secret);
    let renewed = renewed.env("AWS_SESSION_TOKEN", then.session_token.as_deref().unwrap());
    let rest = renewed.run().await;
    assert_eq!(rest.code, Some(0), "{rest}");
    rest.assert_balanced();
    assert_eq!(rest.total("created"), EVENTS as u64 - safe, "{rest}");
    // A page at each end of what was left, and not everything again.
    assert!(rest.total("exists") <= 100, "{rest}");
    job.assert_loaded(&events).await;
    job.clean_up().await;
}
