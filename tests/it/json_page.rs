//! docs/json.md has every key that `--json` prints, and no other.

use std::collections::BTreeSet;

use serde_json::Value;
use trailhaul::demo::{Account, Region, Status, generator};

use crate::support::{
    aws::simulate,
    run::{Finished, Trailhaul, write},
};

/// The keys of the section that begins with this command, with `a` … `b` for all counters.
fn of_page(command: &str) -> BTreeSet<String> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md");
    let text = std::fs::read_to_string(page).unwrap();
    let section = text.split("\n## ").find(|part| part.starts_with(&format!("`{command}`")));
    let cells =
        section.unwrap().lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |"));
    let mut keys = BTreeSet::new();
    for (cell, _) in cells {
        let names: Vec<_> = cell.split('`').filter(|name| !name.trim().is_empty()).collect();
        match names.as_slice() {
            [one] => _ = keys.insert((*one).to_owned()),
            [_, "…" | " … ", _] => {
                let counters = keys.iter().filter_map(|key| key.strip_prefix("totals."));
                let counters: Vec<_> = counters.map(|name| format!("regions[].{name}")).collect();
                assert_eq!(counters.len(), 10);
                keys.extend(counters);
            }
            other => panic!("{other:?}"),
        }
    }
    keys
}

/// The paths of an object's keys. What IAM says of a statement is not ours, nor are names of the SDK's.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !["policy[]", "aws"].contains(&path) => {
            for (key, member) in members {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                found.insert(path.clone());
                keys(member, &path, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                keys(item, &format!("{path}[]"), found);
            }
        }
        _ => {}
    }
}

fn assert_page_has(command: &str, run: &Finished) {
    let mut printed = BTreeSet::new();
    keys(&run.json(), "", &mut printed);
    let page = of_page(command);
    assert!(page.len() > 15, "{page:?}");
    let missing: Vec<_> = printed.difference(&page).collect();
    assert!(missing.is_empty(), "docs/json.md lacks of {command}: {missing:?}");
    let others: Vec<_> = page.difference(&printed).collect();
    assert!(others.is_empty(), "{command} prints no {others:?}: {run}");
}

#[tokio::test]
async fn the_page_has_every_key_and_no_other() {
    let newest = jiff::Timestamp::now().as_second() - 7_200;
    let events = generator::spread("us-east-1", newest, 86_400, 40, 1);
    let mut account = Account::new(vec![Region::new("us-east-1", Status::Enabled).with(events)]);
    account.regions.push(Region::new("eu-central-1", Status::Denied));
    let aws = simulate(account).await;
    let folder = tempfile::tempdir().unwrap();
    let to = format!("file:{}", folder.path().join("out.ndjson").display());
    let states = folder.path().join("states");
    let run = |name: &str| {
        let command =
            Trailhaul::subcommand(name).aws(aws.endpoint()).env("STATE_DIRECTORY", &states);
        command.arg("--json")
    };
    let load = run("load").to(&to).args(["--since", "20d"]).run().await;
    assert_eq!(load.code, Some(3), "{load}");
    assert_page_has("load", &load);
    assert_page_has("check", &run("check").to(&to).run().await);
    write(&states.join("damaged.json"), "{");
    assert_page_has("status", &run("status").run().await);
    let file = folder.path().join("job.toml");
    write(&file, "layout = 'ecs'\n");
    let config = run("config").env("TRAILHAUL_QUIET", "yes").arg("--config").arg(file);
    assert_page_has("config", &config.to("http://h").run().await);
}
