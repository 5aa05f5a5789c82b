//! Records of more names than an index has room for.

use serde_json::Value;
use trailhaul::normalize::Layout;

use super::Job;
use super::records::{Beside, TIME, document, record};
use crate::support::engines::{Engine, on_every_engine};

const NAMES: usize = 10_000;

/// The members of an object as JSON, sorted by name.
fn members(name: impl Fn(usize) -> String) -> String {
    let members: Vec<_> = (0..NAMES).map(|n| format!(r#""{}":"{n}""#, name(n))).collect();
    members.join(",")
}

/// Ten thousand names in a section, at the root, and of blanks that no engine takes as they are.
async fn are_kept(engine: Engine, layout: Layout) {
    let section = format!("{{{}}}", members(|n| format!("k{n:05}")));
    let blanks = format!("{{{}}}", members(blank));
    let root = members(|n| format!("r{n:05}"));
    let root_record = format!(r#"{{"eventID":"root","eventTime":"{TIME}",{root}}}"#);
    let texts = [record("section", &section), record("blanks", &blanks), root_record];
    let texts = texts.each_ref().map(String::as_str);

    let job = Job::new(engine, layout);
    let name = format!("{} {}", job.index.engine.name, layout.name());
    let from_file = job.index.load_lines(&texts).await;
    from_file.assert_balanced();
    let counts = ["read", "created", "repaired"].map(|name| from_file.total(name));
    assert_eq!((from_file.code, counts), (Some(0), [3, 3, 0]), "{name}: {from_file}");
    let ids = ["section", "blanks", "root"];
    let looked: Vec<_> = ids.into_iter().zip(texts).collect();
    let from_aws = job.load_aws(&looked).await;
    from_aws.assert_balanced();
    assert_eq!((from_aws.code, from_aws.total("exists")), (Some(0), 3), "{from_aws}");

    let leaves = |name: &str| (0..NAMES).map(|n| format!("{name}{n:05}={n}")).collect();
    let beside = |rest: &str, terms| Beside { rest: rest.to_owned(), terms, long: Vec::new() };
    let all = beside(&section, leaves("k"));
    let in_section = document("section", "{}", &all, &all);
    let at_root = beside(&format!("{{{root}}}"), leaves("r")).document("record_rest", |rest| {
        format!(r#"{{"@timestamp":"{TIME}","eventID":"root","eventTime":"{TIME}"{rest}}}"#)
    });
    for (id, ends) in [("section", in_section), ("root", at_root)] {
        job.assert_is(id, &ends, &format!("{name} {id}")).await;
    }
    let blanks: Value = serde_json::from_str(&job.index.source("blanks").await).unwrap();
    let catch_all = match layout {
        Layout::Typed => "requestParameters_rest",
        Layout::Flattened | Layout::Ecs => "requestParameters",
    };
    let found = blanks[catch_all].as_object().unwrap();
    let mut values: Vec<usize> =
        found.values().map(|value| value.as_str().unwrap().parse().unwrap()).collect();
    values.sort_unstable();
    assert!(values.into_iter().eq(0..NAMES), "{name}: a value is lost");
    let kept = |n: usize| if n == 0 { "_empty".to_owned() } else { format!("_empty_{}", n + 1) };
    assert!((0..NAMES).all(|n| found.contains_key(&kept(n))), "{name}: a name");
    job.index.clean_up().await;
}

/// The number in ternary of three characters that Java calls blank.
fn blank(number: usize) -> String {
    let digits = (0..9).map(|place| number / 3_usize.pow(place) % 3);
    digits.map(|digit| ["\\t", " ", "\\r"][digit]).collect()
}

#[tokio::test]
async fn ten_thousand_names_are_kept() {
    on_every_engine(|engine| are_kept(engine, Layout::Typed)).await;
}

#[tokio::test]
async fn ten_thousand_names_are_kept_in_one_field() {
    on_every_engine(|engine| are_kept(engine, Layout::Flattened)).await;
}
