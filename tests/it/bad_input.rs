//! Bad input: a sentence that names the thing, the right exit code, nothing lost, no secret.

use std::path::Path;

use serde_json::json;
use trailhaul::demo::{Fault, Options, Region, Scripted, SimulatedAws, Status, When};

use crate::support::{
    aws::{account, assert_loaded, one_region, readable, simulate},
    engines::{engines, secured},
    run::{Finished, Trailhaul},
    unique,
};

const SECRET: &str = "hunter2-never-shown";

fn assert_says(run: &Finished, code: i32, words: &[&str]) {
    assert_eq!(run.code, Some(code), "{run}");
    for word in words {
        assert!(run.stderr.contains(word), "no {word:?} in: {run}");
    }
    assert!(!run.stderr.contains("panicked"), "{run}");
    assert!(!format!("{run}").contains(SECRET), "{run}");
}

fn write(path: &Path, text: &str) {
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn what_cannot_be_meant_is_wrong_usage() {
    let cases: [(&[&str], &str); 10] = [
        (&["--to", "localhost:9200"], "file:PATH"),
        (&["--to", "file:x", "--since", "yesterday"], "90d"),
        (&["--to", "file:x", "--since", "1h", "--until", "2h"], "swap"),
        (&["--to", "file:x", "--regions", "US EAST"], "no region name"),
        (&["--to", "file:x", "--lookup-attribute", "Region=x"], "EventName"),
        (&["--to", "file:x", "--index", "Upper-%Y"], "Upper"),
        (&["--to", "file:x", "--rules", "no/such.toml"], "no/such.toml"),
        (&["--to", "file:x", "--from", "y", "--regions", "us-east-1"], "--regions"),
        (&["--to", "https://h", "--user", "joe"], "TRAILHAUL_PASSWORD"),
        (&["--to", "file:x", "--nonsense"], "--nonsense"),
    ];
    for (args, word) in cases {
        let run = Trailhaul::load().args(args).run().await;
        assert_says(&run, 2, &[word]);
    }
}

#[tokio::test]
async fn wrong_credentials_are_awss_refusal() {
    let aws = simulate(one_region(5)).await;
    let load = || Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").arg("--json");
    let run = load().env("AWS_SECRET_ACCESS_KEY", SECRET).run().await;
    assert_says(&run, 5, &["AWS refuses", "get-caller-identity"]);
    assert_eq!(run.json()["exit_code"], 5);
    let run = load().env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "").run().await;
    assert_says(&run, 5, &["no AWS credentials"]);
}

#[tokio::test]
async fn credentials_that_expire_stop_the_run_which_goes_on_later() {
    let Some(engine) = engines().into_iter().next() else { return };
    let account = one_region(400);
    let events = readable(&account);
    let aws = simulate(account).await;
    let folder = tempfile::tempdir().unwrap();
    let prefix = unique("cloudtrail");
    let load = || {
        Trailhaul::load()
            .aws(aws.endpoint())
            .to(&engine.url)
            .state(folder.path().join("s.json"))
            .args(["--json", "--index", &format!("{prefix}-%Y.%m")])
    };
    aws.set_faults(vec![Scripted::anywhere(When::from_call(4), Fault::CredentialsExpired)]);
    let run = load().run().await;
    assert_says(&run, 5, &["expired", "goes on where it stopped"]);
    assert_eq!(run.json()["balanced"], true, "{run}");
    aws.set_faults(Vec::new());
    let run = load().run().await;
    assert_eq!(run.code, Some(0), "{run}");
    assert_loaded(&engine, &format!("{prefix}-*"), &events).await;
    engine.delete(&format!("{prefix}-*")).await;
}

#[tokio::test]
async fn regions_that_are_all_refused_mean_wrong_credentials() {
    let regions = ["us-east-1", "us-west-2"].map(|name| Region::new(name, Status::Denied));
    let aws = simulate(trailhaul::demo::Account::new(regions.into())).await;
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").run().await;
    assert_says(&run, 5, &["AWS refuses"]);
}

#[tokio::test]
async fn without_list_regions_every_known_region_is_tried() {
    let options = Options { list_regions_denied: true, ..Options::default() };
    let aws = SimulatedAws::start(account(100), options).await.unwrap();
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").arg("--json").run().await;
    assert_says(&run, 3, &["account:ListRegions"]);
    assert_eq!(run.json()["totals"]["created"], 100, "{run}");
    assert_eq!(run.json()["regions"].as_array().unwrap().len(), 34, "{run}");
}

#[tokio::test]
async fn a_target_that_is_not_there_is_named() {
    let aws = simulate(one_region(5)).await;
    let to = format!("http://joe:{SECRET}@127.0.0.1:9");
    let run = Trailhaul::load().aws(aws.endpoint()).to(&to).arg("--json").run().await;
    assert_says(&run, 6, &["http://127.0.0.1:9"]);
    assert_eq!(run.json()["exit_code"], 6);
    let run = Trailhaul::load().aws(aws.endpoint()).to("file:/dev/full").run().await;
    assert_says(&run, 6, &["/dev/full", "no regular file"]);
}

#[tokio::test]
async fn a_state_file_that_cannot_be_used_is_left_as_it_was() {
    let aws = simulate(one_region(5)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    for (text, word) in [("{", "corrupt"), (r#"{"version":99}"#, "version 99")] {
        write(&path, text);
        let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").state(&path);
        assert_says(&load.run().await, 7, &[word, "left as it was"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let below = path.join("state.json");
    let load = Trailhaul::load().aws(aws.endpoint()).to("file:out.ndjson").state(&below);
    assert_says(&load.run().await, 7, &["cannot lock state file"]);
}

#[tokio::test]
async fn a_second_run_on_one_state_is_kept_out() {
    let aws = simulate(one_region(1_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let target = format!("file:{}", folder.path().join("out.ndjson").display());
    let load = || Trailhaul::load().aws(aws.endpoint()).to(&target).state(&path);
    let first = load().spawn();
    while aws.calls().len() < 4 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_says(&load().run().await, 7, &["in use by another run"]);
    drop(first);
}

#[tokio::test]
async fn record_files_are_loaded_as_far_as_they_can_be_read() {
    let Some(engine) = engines().into_iter().next() else { return };
    let folder = tempfile::tempdir().unwrap();
    let events = readable(&one_region(30));
    let records: Vec<_> = events.values().cloned().collect();
    let whole = folder.path().join("whole.json");
    write(&whole, &format!("{{\"Records\":[{}]}}", records.join(",")));
    let prefix = unique("cloudtrail");
    let letters = folder.path().join("letters.ndjson");
    let load = |path: &Path| {
        Trailhaul::load()
            .from(path)
            .to(&engine.url)
            .args(["--json", "--index", &format!("{prefix}-%Y.%m"), "--dead-letters"])
            .arg(&letters)
    };
    let run = load(&whole).run().await;
    assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(30)), "{run}");
    assert_loaded(&engine, &format!("{prefix}-*"), &events).await;

    let cut = folder.path().join("cut.json");
    let text = std::fs::read_to_string(&whole).unwrap();
    write(&cut, text.split_at(text.len() - 40).0);
    let run = load(&cut).run().await;
    assert_says(&run, 3, &[]);
    assert_eq!(run.json()["totals"]["exists"], 29, "{run}");
    assert!(run.json()["regions"][0]["reason"].as_str().unwrap().contains("line 1"), "{run}");

    let strays = folder.path().join("strays.ndjson");
    write(&strays, &format!("{}\n{{\"no\":\"event\"}}\nnot json\n", records[0]));
    let run = load(&strays).run().await;
    assert_says(&run, 4, &[]);
    assert_eq!(run.json()["dead_letters"]["count"], 2, "{run}");
    let kept = std::fs::read_to_string(&letters).unwrap();
    assert!(kept.contains(r#""event":"not json""#), "{kept}");
    engine.delete(&format!("{prefix}-*")).await;
}

/// A document that the index's own mapping refuses is kept; once the index takes it, replay loads it.
#[tokio::test]
async fn a_rejected_document_is_kept_and_can_be_replayed() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let letters = folder.path().join("letters.ndjson");
        let (index, records) = (unique("cloudtrail"), folder.path().join("records.ndjson"));
        let record = |id: &str, x: &str| {
            format!("{{\"eventID\":\"{id}\",\"eventTime\":\"2026-01-02T03:04:05Z\",\"x\":{x}}}\n")
        };
        write(&records, &format!("{}{}", record("good", r#"{"y":1}"#), record("bad", "1")));
        let mapping = json!({ "mappings": { "properties": { "x": { "type": "object" } } } });
        engine.put(&index, &mapping).await.expect_ok();
        let run = Trailhaul::load()
            .from(&records)
            .to(&engine.url)
            .args(["--json", "--index", &index, "--dead-letters"])
            .arg(&letters)
            .run()
            .await;
        assert_says(&run, 4, &[]);
        assert_eq!(run.json()["totals"]["rejected"], 1, "{}: {run}", engine.name);
        assert!(std::fs::read_to_string(&letters).unwrap().contains(r#""path":"x""#));

        let replay = || {
            let replay = Trailhaul::subcommand("replay").arg(&letters).to(&engine.url);
            replay.args(["--json", "--index", &index]).run()
        };
        assert_says(&replay().await, 4, &[]);
        engine.delete(&index).await;
        let run = replay().await;
        assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(1)), "{run}");
        assert_eq!(std::fs::read_to_string(&letters).unwrap(), "");
        assert_eq!(engine.search_all(&index).await.keys().collect::<Vec<_>>(), ["bad"]);
        engine.delete(&index).await;
    }
}

#[tokio::test]
async fn a_secured_engine_takes_the_right_password_and_no_other() {
    let aws = simulate(one_region(20)).await;
    for secured in secured() {
        let prefix = unique("cloudtrail");
        let load = |password: &str| {
            let load = Trailhaul::load()
                .aws(aws.endpoint())
                .to(&secured.engine.url)
                .args(["--json", "--user", &secured.user, "--index", &format!("{prefix}-%Y")])
                .env("TRAILHAUL_PASSWORD", password);
            match &secured.ca {
                Some(ca) => load.arg("--ca-cert").arg(ca),
                None => load,
            }
        };
        assert_says(&load(SECRET).run().await, 6, &["credentials are not accepted"]);
        let run = load(&secured.password).run().await;
        assert_eq!((run.code, &run.json()["totals"]["created"]), (Some(0), &json!(20)), "{run}");
        assert!(!format!("{run}").contains(&secured.password), "{run}");
        secured.engine.delete(&format!("{prefix}-*")).await;
    }
}
