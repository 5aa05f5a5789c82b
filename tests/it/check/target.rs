//! What is in the way at a real engine, and that a check leaves it as it was.

use reqwest::Method;
use serde_json::{Value, json};
use trailhaul::demo::SimulatedAws;

use super::{account, assert_exit, assert_table, check, outcomes};
use crate::support::{
    aws::simulate,
    engines::{Engine, engine, engines, on_every_engine},
    run::{Finished, Trailhaul},
    unique,
};

/// The indices and templates whose names have these letters.
async fn standing(engine: &Engine, name: &str) -> Vec<String> {
    let indices = engine.indices(&format!("{name}*")).await;
    let templates = engine.get("_index_template").await.expect_ok();
    let templates = templates["index_templates"].as_array().unwrap().iter();
    let templates = templates.map(|one| one["name"].as_str().unwrap().to_owned());
    let mut all: Vec<_> = indices.into_iter().chain(templates).collect();
    all.retain(|one| one.contains(name));
    all.sort();
    all
}

async fn run(aws: &SimulatedAws, engine: &Engine, index: &str, args: &[&str]) -> Finished {
    let check = check(aws, &engine.url).args(["--index", index]).args(args);
    check.run().await
}

async fn is_fine(engine: Engine) {
    let aws = simulate(account(40, 60)).await;
    let name = unique("cloudtrail");
    let index = format!("{name}-%Y.%m");
    for args in [&[][..], &["--write-test"]] {
        let run = run(&aws, &engine, &index, args).await;
        assert_exit(&run, 0);
        assert_table(&run);
        for sign in ["✗", "!", "–"] {
            // A few calls do not show that nobody else makes any.
            let mut lines = run.stdout.lines().filter(|line| !line.starts_with("– quota "));
            assert_eq!(lines.find(|line| line.starts_with(sign)), None, "{}: {run}", engine.name);
        }
        let tried = run.stdout.contains("nothing is left of what it wrote");
        assert_eq!(tried, !args.is_empty(), "{}: {run}", engine.name);
        assert_eq!(standing(&engine, &name).await, [""; 0], "{}: {run}", engine.name);
    }
}

#[tokio::test]
async fn an_engine_in_order_is_fine_and_stays_as_it_was() {
    on_every_engine(is_fine).await;
}

/// What an index of another layout is, and one that takes no document.
async fn says_what_takes_no_document(engine: Engine) {
    let aws = simulate(account(40, 60)).await;
    let index = unique("cloudtrail");
    let mappings = json!({ "_meta": { "managed_by": "trailhaul", "layout": "ecs" } });
    engine.put(&index, &json!({ "mappings": mappings })).await.expect_ok();
    let says = async |args: &[&str], words: &[&str]| {
        let check = run(&aws, &engine, &index, args).await;
        let text = check.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(check.stdout.contains('✗'), "{}: {check}", engine.name);
        for word in words {
            assert!(text.contains(word), "{}: no {word:?} in {check}", engine.name);
        }
    };
    says(&[], &["has the layout ecs, and this run's is typed", "give --layout ecs"]).await;

    let load = || Trailhaul::load().aws(aws.endpoint()).to(&engine.url).args(["--index", &index]);
    let other = load().run().await;
    assert_eq!(other.code, Some(2), "{}: {other}", engine.name);
    assert!(other.stderr.contains("has the layout ecs, and this run's is typed"), "{other}");
    assert_eq!(standing(&engine, &index).await, [index.as_str()], "{other}");

    let ecs = ["--layout", "ecs"];
    for block in ["write", "read_only"] {
        let name = format!("index.blocks.{block}");
        engine.put(&format!("{index}/_settings"), &json!({ (&name): true })).await.expect_ok();
        says(&ecs, &[&format!("{name} is true"), &format!("{{\"{name}\": null}}")]).await;
        engine.put(&format!("{index}/_settings"), &json!({ (&name): null })).await.expect_ok();
    }
    let close = format!("{index}/_close");
    engine.request(Method::POST, &close, String::new()).await.expect_ok();
    says(&ecs, &["is closed", &format!("POST /{index}/_open")]).await;
    engine.delete(&index).await;
}

#[tokio::test]
async fn an_index_that_takes_no_document_or_those_of_another_layout_is_in_the_way() {
    on_every_engine(says_what_takes_no_document).await;
}

/// Of engines that give a template back each in its own form.
#[tokio::test]
async fn what_a_load_has_made_is_fine() {
    for name in ["opensearch-3", "elasticsearch-9"] {
        let Some(engine) = engine(name) else { return };
        knows_what_a_load_has_made(engine).await;
    }
}

async fn knows_what_a_load_has_made(engine: Engine) {
    let aws = simulate(account(40, 60)).await;
    let name = unique("cloudtrail");
    let index = format!("{name}-%Y.%m");
    let load = Trailhaul::load().aws(aws.endpoint()).to(&engine.url);
    assert_exit(&load.args(["--index", &index]).run().await, 0);
    let before = standing(&engine, &name).await;
    let run = run(&aws, &engine, &index, &["--json", "--write-test"]).await;
    assert_exit(&run, 0);
    assert_eq!(outcomes(&run.json(), "indices there"), ["ok"], "{}: {run}", engine.name);
    assert!(run.stdout.contains("is in place, as this version puts it"), "{run}");
    assert_eq!(standing(&engine, &name).await, before, "{}: {run}", engine.name);
    engine.delete(&format!("{name}-*")).await;
    remove_templates(&engine, &before).await;
}

async fn remove_templates(engine: &Engine, names: &[String]) {
    for name in names.iter().filter(|name| name.starts_with("trailhaul-")) {
        engine.request(Method::DELETE, &format!("_index_template/{name}"), String::new()).await;
    }
}

/// Strict, and without room for a field that would take what it has none for.
async fn names_an_index_in_the_way(engine: Engine) {
    let aws = simulate(account(40, 60)).await;
    let index = unique("cloudtrail");
    let settings = json!({ "index.mapping.total_fields.limit": 1 });
    let mappings = json!({ "dynamic": "strict", "properties": { "a": { "type": "keyword" } } });
    let body = json!({ "settings": settings, "mappings": mappings });
    engine.put(&index, &body).await.expect_ok();
    let run = run(&aws, &engine, &index, &["--json"]).await;
    assert_exit(&run, 6);
    assert_eq!(outcomes(&run.json(), "indices there"), ["failed"], "{}: {run}", engine.name);
    let words = format!("indices there: {index} was shaped by somebody else's mapping");
    assert!(run.stderr.contains(&words), "{}: {run}", engine.name);
    engine.delete(&index).await;
}

#[tokio::test]
async fn an_index_that_would_refuse_documents_is_named() {
    on_every_engine(names_an_index_in_the_way).await;
}

/// One that a load gives what it lacks, behind an alias: a check leaves it as it is.
#[tokio::test]
async fn an_index_that_documents_are_made_to_fit_is_named_and_left_alone() {
    let Some(engine) = engines().into_iter().next() else { return };
    let aws = simulate(account(40, 60)).await;
    let (name, behind) = (unique("cloudtrail"), unique("theirs"));
    let mappings = json!({ "properties": { "eventName": { "properties": {} } } });
    let body = json!({ "mappings": mappings, "aliases": { (name.as_str()): {} } });
    engine.put(&behind, &body).await.expect_ok();
    let mapping = engine.get(&format!("{behind}/_mapping")).await.expect_ok();
    let check = async || run(&aws, &engine, &name, &["--json"]).await;
    let run = check().await;
    assert_exit(&run, 0);
    assert_eq!(outcomes(&run.json(), "indices there"), ["note"], "{run}");
    for words in [&format!("{behind} was shaped by"), "eventName", "fields more by PUT"] {
        assert!(run.stdout.contains(words), "no {words:?}: {run}");
    }
    assert_eq!(engine.get(&format!("{behind}/_mapping")).await.expect_ok(), mapping);

    // With a second one the alias leads nowhere, which a load finds out later.
    engine
        .put(&format!("{behind}-2"), &json!({ "aliases": { (name.as_str()): {} } }))
        .await
        .expect_ok();
    let run = check().await;
    assert_exit(&run, 6);
    assert!(run.stderr.contains(&format!("{name} is an alias of several indices")), "{run}");
    let load = Trailhaul::load().aws(aws.endpoint()).to(&engine.url).args(["--index", &name]);
    assert_exit(&load.run().await, 6);
    engine.delete(&format!("{behind}-2")).await;
    engine.delete(&behind).await;
}

async fn names_a_template_in_the_way(engine: Engine, is_first: bool) {
    let aws = simulate(account(40, 60)).await;
    let name = unique("cloudtrail");
    let index = format!("{name}-%Y.%m");
    let theirs = format!("_index_template/{name}-theirs");
    // As trailhaul's: 500 and the fixed part, which is the name, a hyphen and a dot.
    let equal = 500 + name.len() + 2;
    let cases: [(usize, Value, i32, &str); 4] = [
        (9_000, json!([format!("{name}*")]), 6, "it shapes the indices in place of trailhaul's"),
        (equal, json!([format!("{name}-2020*")]), 6, "which is refused beside it"),
        (9_000, json!([format!("{name}-2020*")]), 0, "none goes before that of"),
        (equal - 1, json!([format!("{name}*")]), 0, "none goes before that of"),
    ];
    // One engine shows what is no conflict, and all of them what is.
    let cases = cases.into_iter().take(if is_first { 4 } else { 1 });
    for (priority, patterns, code, words) in cases {
        let body = json!({ "index_patterns": patterns, "priority": priority });
        engine.put(&theirs, &body).await.expect_ok();
        let run = run(&aws, &engine, &index, &["--json"]).await;
        assert_exit(&run, code);
        let expected = if code == 0 { "ok" } else { "failed" };
        assert_eq!(outcomes(&run.json(), "other templates"), [expected], "{}: {run}", engine.name);
        assert!(run.stdout.contains(words), "no {words:?}, {}: {run}", engine.name);
        engine.request(Method::DELETE, &theirs, String::new()).await.expect_ok();
    }
}

#[tokio::test]
async fn a_template_that_would_shape_the_indices_is_named() {
    for (number, engine) in engines().into_iter().enumerate() {
        names_a_template_in_the_way(engine, number == 0).await;
    }
}
