//! The configuration file, and `trailhaul config`, which says what is in force.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{
    aws::{one_region, simulate},
    run::{Finished, Trailhaul, write},
};

fn option(run: &Finished, name: &str) -> Value {
    let json = run.json();
    let options = json["options"].as_array().unwrap();
    options.iter().find(|option| option["option"] == name).unwrap().clone()
}

fn config(file: &Path) -> Trailhaul {
    Trailhaul::subcommand("config").arg("--config").arg(file).arg("--json")
}

#[tokio::test]
async fn a_flag_comes_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    write(&file, "# A job.\nsince = '3d'\nquiet = true\nregions = ['us-east-1', 'eu-west-1']\n");
    let shown = file.display().to_string();

    let run = config(&file).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    let expected =
        json!({"option": "since", "values": ["3d"], "from": "file", "file": shown, "line": 2});
    assert_eq!(option(&run, "since"), expected);
    assert_eq!(option(&run, "quiet")["values"], json!(["true"]));
    let regions = option(&run, "regions");
    assert_eq!(
        (&regions["values"], &regions["line"]),
        (&json!(["us-east-1", "eu-west-1"]), &json!(4))
    );
    let expected = json!({"option": "overlap", "values": ["1h"], "from": "default"});
    assert_eq!(option(&run, "overlap"), expected);
    assert_eq!(option(&run, "until")["values"], json!([]));

    let run = config(&file).env("TRAILHAUL_SINCE", "2d").env("TRAILHAUL_QUIET", "0").run().await;
    let expected = json!({
        "option": "since", "values": ["2d"], "from": "environment", "variable": "TRAILHAUL_SINCE",
    });
    assert_eq!(option(&run, "since"), expected);
    assert_eq!(option(&run, "quiet")["values"], json!(["false"]), "a variable can take it back");

    let run = config(&file).env("TRAILHAUL_SINCE", "2d").args(["--since", "1d"]).run().await;
    assert_eq!(option(&run, "since"), json!({"option": "since", "values": ["1d"], "from": "flag"}));

    let run = Trailhaul::subcommand("config").arg("--json").env("TRAILHAUL_CONFIG", &file);
    let run = run.run().await;
    assert_eq!(option(&run, "since")["from"], "file");
    assert_eq!(option(&run, "config")["variable"], "TRAILHAUL_CONFIG");
    let run = Trailhaul::subcommand("config").arg("--json").run().await;
    assert_eq!(option(&run, "since")["from"], "default", "no file is read that is not named");
}

/// The same job, from wherever it is started: what the file names is beside it.
#[tokio::test]
async fn a_job_of_a_file_loads() {
    let aws = simulate(one_region(20)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    write(
        &file,
        "to = 'file:out.ndjson'\nstate = 'job.json'\nlayout = 'ecs'\nprofile = 'x'\njson = true\n",
    );
    // A key of other commands has no effect here.
    let text = std::fs::read_to_string(&file).unwrap().replace("profile", "engine");
    write(&file, &text);
    let run = Trailhaul::load().aws(aws.endpoint()).arg("--config").arg(&file).run().await;
    assert_eq!((run.code, run.total("created")), (Some(0), 20), "{run}");
    assert!(folder.path().join("job.json").exists(), "{run}");
    let written = std::fs::read_to_string(folder.path().join("out.ndjson")).unwrap();
    assert!(written.contains("\"cloud\""), "{written}");
    // --config before the command is the same.
    let again = Trailhaul::subcommand("--config").arg(&file).arg("load").aws(aws.endpoint());
    let again = again.run().await;
    assert_eq!(again.code, Some(0), "{again}");
    // An option of the file counts as typed: --install asks for --to.
    let run =
        Trailhaul::subcommand("export").args(["pipeline", "--install", "--config"]).arg(&file);
    let run = run.run().await;
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains("a file has no pipelines"), "{run}");
    // A global option of a group, below it.
    write(&file, "rules = 'no.toml'\n");
    let run = Trailhaul::subcommand("rules").args(["list", "--config"]).arg(&file).run().await;
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains(&format!("{}/no.toml", folder.path().display())), "{run}");
    assert!(run.stderr.contains("--rules is set in ") && run.stderr.contains("line 1"), "{run}");
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_said_with_its_place_and_the_right_thing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    let cases = [
        (
            "to = 'file:x'\nregoins = ['a']",
            "line 2: no option is called `regoins`; the nearest is `regions`",
        ),
        ("password = 'hunter2'", "line 1: `password` is a secret"),
        ("api-key = 'hunter2'", "`api-key-file`"),
        ("field-limit = 'x'", "line 1: `field-limit` is a string; give a number"),
        ("to = ", "line 1"),
        // What only its meaning shows is said by the option, and then where that is set.
        ("to = 'file:x'\nsince = 'yesterday'", "--since is set in "),
        ("to = 'file:x'\n\nfield-limit = 99999999999", "--field-limit is set in "),
    ];
    for (text, expected) in cases {
        write(&file, text);
        let run = Trailhaul::load().arg("--config").arg(&file).run().await;
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.stderr.contains(expected), "{expected}: {run}");
        assert!(run.stderr.contains("job.toml, line "), "{run}");
        assert!(!format!("{run}").contains("hunter2"), "{run}");
    }
    let run = Trailhaul::load().args(["--config", "no.toml"]).run().await;
    assert_eq!(run.code, Some(2), "{run}");
    assert!(run.stderr.contains("cannot read --config no.toml"), "{run}");
    // Who asks for help gets it, whatever the file.
    let run = Trailhaul::load().env("TRAILHAUL_CONFIG", "no.toml").arg("--help").run().await;
    assert_eq!(run.code, Some(0), "{run}");
}

#[tokio::test]
async fn an_empty_variable_sets_nothing_and_one_that_nobody_reads_is_named() {
    let config = || Trailhaul::subcommand("config").to("http://localhost:9200").arg("--json");
    let plain = config().run().await;
    let empty = ["TRAILHAUL_USER", "TRAILHAUL_INDEX", "TRAILHAUL_FIELD_LIMIT", "TRAILHAUL_LAYOUT"];
    let set = empty.iter().fold(config(), |config, name| config.env(name, ""));
    let set = set.env("TRAILHAUL_OUT", "other").env("TRAILHAUL_REGOINS", "us-east-1").run().await;
    assert_eq!(set.code, Some(0), "{set}");
    assert_eq!(set.json()["options"], plain.json()["options"], "{set}");
    assert!(set.json()["options"].is_array() || set.json()["options"].is_object(), "{set}");
    assert!(set.stderr.contains("TRAILHAUL_REGOINS is set in the environment"), "{set}");
    assert!(set.stderr.contains("the nearest is TRAILHAUL_REGIONS"), "{set}");
    assert_eq!(set.stderr.lines().count(), 1, "{set}");
}

/// A word in the variable of an option without a value is yes or no, and never taken for one of them.
#[tokio::test]
async fn a_variable_that_says_neither_yes_nor_no_is_refused() {
    let switches = [("load", "INSECURE"), ("load", "RESTART"), ("load", "QUIET")];
    let others = [("load", "NO_REPAIR"), ("load", "JSON"), ("check", "WRITE_TEST")];
    for (command, name) in switches.into_iter().chain(others).chain([("status", "JSON")]) {
        let name = format!("TRAILHAUL_{name}");
        for word in ["nope", " false", "never"] {
            let run = Trailhaul::subcommand(command).env("TRAILHAUL_TO", "file:x").env(&name, word);
            let run = run.run().await;
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run}");
            let said = format!("{name} is '{word}' in the environment: give true or false");
            assert!(run.stderr.contains(&said), "{said}: {run}");
        }
    }
    let config = || Trailhaul::subcommand("config").arg("--json");
    for (word, value) in [("", "false"), ("no", "false"), ("0", "false"), ("yes", "true")] {
        let run = config().env("TRAILHAUL_INSECURE", word).run().await;
        assert_eq!(option(&run, "insecure")["values"], json!([value]), "{word:?}: {run}");
    }
    let run = config().env("TRAILHAUL_INSECURE", "no").arg("--insecure").run().await;
    assert_eq!(option(&run, "insecure")["values"], json!(["true"]), "{run}");
}

/// It refuses what a load refuses, whether it is told a target or not.
#[tokio::test]
async fn config_looks_at_every_value_without_a_target_too() {
    for (words, said) in [
        (&["--index", "Audit-a"][..], "index pattern `Audit-a`"),
        (&["--regions", "us-east-1", "--exclude-regions", "us-east-1"], "no region is left"),
        (&["--overlap", "much"], "--overlap"),
        (&["--rules", "no.toml"], "--rules no.toml"),
        (&["--auth", "basic"], "no user for basic authentication"),
    ] {
        for to in [&[][..], &["--to", "http://localhost:9200"]] {
            let run = Trailhaul::subcommand("config").args(words).args(to).run().await;
            assert_eq!(run.code, Some(2), "{words:?}: {run}");
            assert!(run.stderr.contains(said), "{words:?}: {run}");
        }
    }
    let run = Trailhaul::subcommand("config").run().await;
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run}");
}

/// What is wrong with the words about a target is found by every command before it reaches anybody.
#[tokio::test]
async fn a_target_that_cannot_be_meant_is_wrong_usage_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    write(&text, "nothing of use\n");
    let file = text.to_str().unwrap();
    let damaged = folder.path().join("damaged.pem");
    write(&damaged, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let damaged = damaged.to_str().unwrap();
    let page = folder.path().join("page.html").display().to_string();
    let commands: [&[&str]; 6] = [
        &["config"],
        &["load"],
        &["check"],
        &["replay", file],
        &["report", "--out", &page],
        &["export", "pipeline", "--install"],
    ];
    for words in commands {
        let run =
            |more: &[&str]| Trailhaul::subcommand(words[0]).args(&words[1..]).args(more).run();
        for (to, said) in [
            (&["--to", "http://127.0.0.1:9/?x"][..], "a query or fragment has no meaning in it"),
            (&["--to", "http://127.0.0.1:9/#x"], "a query or fragment has no meaning in it"),
            (&["--to", "http://127.0.0.1:9", "--ca-cert", file], "there is no certificate in it"),
            (&["--to", "https://127.0.0.1:9", "--ca-cert", damaged], "damaged.pem: "),
        ] {
            let run = run(to).await;
            assert_eq!(run.code, Some(2), "{run}");
            assert!(run.stderr.contains(said), "{said}: {run}");
        }
    }
}

#[tokio::test]
async fn config_shows_no_secret_and_is_right_in_80_columns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    write(
        &file,
        "to = 'https://joe:hunter2@es.example:9200'\nregions = ['us-east-1', 'us-east-2', 'eu-west-1', 'eu-central-1']\n",
    );
    let run = |json: bool| {
        let run = Trailhaul::subcommand("config").arg("--config").arg(&file);
        let run = if json { run.arg("--json") } else { run };
        run.env("TRAILHAUL_LOOKUP_ATTRIBUTE", "EventName=ConsoleLogin")
            .env("AWS_PROFILE", "audit")
            .env("AWS_SESSION_TOKEN", "hunter2")
            .env("AWS_ENDPOINT_URL", "https://u:hunter2@aws.example")
    };
    let text = run(false).run().await;
    assert_eq!(text.code, Some(0), "{text}");
    let longest = |line: &&str| !line.contains('/') && line.chars().count() > 80;
    assert_eq!(text.stdout.lines().find(longest), None, "{text}");
    let place = format!("{}:1", file.display());
    let home = text.home.path().display().to_string();
    let row = |name: &str, value: &str, from: &str| format!("{name:<18}{value:<33}{from}");
    for line in [
        &row("to", "https://***@es.example:9200", &place),
        &row("lookup-attribute", "EventName=ConsoleLogin", "TRAILHAUL_LOOKUP_ATTRIBUTE"),
        &row("index", "cloudtrail-%Y.%m", "default"),
        &row("since", "all", "default"),
        &format!("us-east-1, us-east-2, eu-west-1, eu-central-1\n{:18}{}:2", "", file.display()),
        "TRAILHAUL_API_KEY not set",
        &format!("state folder      {home}/state/trailhaul"),
        "XDG_STATE_HOME",
        "AWS_PROFILE       audit",
        "AWS_ENDPOINT_URL  https://***@aws.example",
        "AWS_SESSION_TOKEN set",
        "AWS_SECRET_ACCESS_KEY set",
    ] {
        assert!(text.stdout.contains(line), "no {line:?} in {text}");
    }
    let alone = "those of --profile alone";
    assert!(!text.stdout.contains(alone), "{text}");
    let named = run(false).env("TRAILHAUL_PROFILE", "audit").run().await;
    assert!(named.stdout.contains(alone), "{named}");
    let json = run(true).env("TRAILHAUL_API_KEY", "hunter2").run().await;
    // A user in the URL and a key beside it: what a run would refuse is said.
    assert_eq!(json.code, Some(2), "{json}");
    assert!(json.stderr.contains("leave one of the two out"), "{json}");
    assert_eq!(json.json()["secrets"]["TRAILHAUL_API_KEY"], true);
    assert_eq!(json.json()["aws"]["AWS_SESSION_TOKEN"], "set");
    assert_eq!(json.json()["state_folder"]["from"], "XDG_STATE_HOME");
    for run in [&text, &json] {
        for secret in ["hunter2", "wJalrXUtnFEMI", "AKIAIOSFODNN7EXAMPLE"] {
            assert!(!format!("{run}").contains(secret), "{secret}: {run}");
        }
    }
    let run = Trailhaul::subcommand("config").to("joe:hunter2@es.example").run().await;
    assert!(!format!("{run}").contains("hunter2"), "{run}");
}

/// The effective way, whatever it is guessed from, and never what proves it.
#[tokio::test]
async fn config_says_how_it_authenticates_and_by_what() {
    let amazon = "https://search-x.eu-west-1.es.amazonaws.com";
    let none: (&str, &str) = ("X", "");
    let password = ("TRAILHAUL_PASSWORD", "hunter2");
    for (to, words, variable, way, by) in [
        ("http://h", &[][..], none, "none", "no option and no host of Amazon's"),
        ("http://h", &["--user", "joe"], password, "basic, as joe", "--user"),
        ("http://joe:hunter2@h", &[], none, "basic, as the URL says", "the user in --to"),
        (amazon, &[], none, "sigv4, for es in eu-west-1", "the host in --to"),
        (amazon, &["--sigv4-region", "x-1"], none, "sigv4, for es in x-1", "the host in --to"),
        ("http://h", &["--auth", "sigv4"], none, "in the region of the AWS settings", "--auth"),
        (amazon, &[], ("TRAILHAUL_API_KEY", "hunter2"), "api-key", "TRAILHAUL_API_KEY"),
    ] {
        let config = || Trailhaul::subcommand("config").to(to).args(words);
        let text = config().env(variable.0, variable.1).run().await;
        let heading = "\nHow requests to the target are authenticated\n";
        let (_, rest) = text.stdout.split_once(heading).unwrap();
        let (said, _) = rest.split_once("\n\n").unwrap();
        assert!(said.contains(way) && said.ends_with(by), "{way}, {by}: {text}");
        let json = config().arg("--json").env(variable.0, variable.1).run().await;
        assert_eq!(json.json()["authentication"]["by"], by, "{json}");
        let how = json.json()["authentication"]["how"].as_str().unwrap().to_owned();
        assert!(way.starts_with(&how) || how == "sigv4", "{json}");
        assert!(!format!("{text}{json}").replace(to, "").contains("hunter2"), "{text} {json}");
    }
    // Of a file nobody asks, and what is refused is in force nowhere.
    for (to, code) in [("file:x", 0), ("https://joe@h --user joe", 2)] {
        let words: Vec<_> = to.split(' ').collect();
        let run = Trailhaul::subcommand("config").arg("--to").args(words).arg("--json").run().await;
        assert_eq!((run.code, &run.json()["authentication"]), (Some(code), &Value::Null), "{run}");
    }
}

/// A near miss is answered with the right word, a missing target with what to type.
#[tokio::test]
async fn a_wrong_word_is_answered_with_the_right_one() {
    let cases: [(&[&str], &str); 14] = [
        (&["lod"], "'load'"),
        (&["--to", "x", "load"], "load --to"),
        (&["export", "templat"], "'template'"),
        (&["rules", "explane"], "'explain'"),
        (&["load", "--region", "us-east-1"], "'--regions'"),
        (&["load", "--dead-leters", "x"], "'--dead-letters'"),
        (&["load", "--layout", "type"], "'typed'"),
        (&["load", "--auth", "basik"], "'basic'"),
        (&["load", "--event-category", "insights"], "'insight'"),
        (&["load", "--progress", "alway"], "'always'"),
        (&["load", "--sigv4-service", "ess"], "'es'"),
        (&["load", "--to", "file:x", "--keep", "requests"], "request"),
        (&["load", "--to", "file:x", "--lookup-attribute", "Eventname=x"], "EventName"),
        (&["load"], "give --to http://localhost:9200, the URL of your cluster, or --to file:"),
    ];
    for (words, expected) in cases {
        let (name, rest) = words.split_first().unwrap();
        let run = Trailhaul::subcommand(name).args(rest).run().await;
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.stderr.contains(expected), "{words:?}: no {expected} in {run}");
    }
}

/// The job in docs/operations.md is one.
#[tokio::test]
async fn the_example_of_a_job_can_be_meant() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, job) = page.split_once("```toml\n").unwrap();
    let (job, _) = job.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    write(&file, job);
    write(&folder.path().join("pw"), "secret");
    let run = config(&file).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    let set = run.json()["options"].as_array().unwrap().clone();
    let set = set.iter().filter(|option| option["from"] == "file").count();
    let keys = job.lines().filter(|line| line.contains(" = ")).count();
    assert!(set == keys && keys > 4, "{set} of {keys}: {run}");
}
