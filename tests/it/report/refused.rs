//! Where there is no page: a sentence with a next step, an exit code, and nothing half written.

use std::fs;
use std::os::unix::fs::symlink;

use super::{Folder, report};
use crate::support::{
    engines::engine,
    own_index::OwnIndex,
    run::{Trailhaul, write},
    unique,
};

/// No page is there, or the one that was there before.
async fn assert_refused(command: Trailhaul, folder: &Folder, code: i32, said: &[&str]) {
    let page = folder.page();
    for before in [None, Some("the last page")] {
        if let Some(text) = before {
            write(&page, text);
        }
        assert_eq!(fs::read_to_string(&page).ok().as_deref(), before);
        if before.is_some() {
            break;
        }
    }
    let run = command.run().await;
    assert_eq!(run.code, Some(code), "{run}");
    assert!(said.iter().all(|words| run.stderr.contains(words)), "{said:?}: {run}");
    assert_eq!(fs::read_to_string(&page).unwrap(), "the last page");
    let left = fs::read_dir(page.parent().unwrap()).unwrap().flatten();
    assert!(
        left.map(|file| file.file_name()).all(|name| !name.to_string_lossy().starts_with(".tmp"))
    );
    fs::remove_file(&page).unwrap();
}

#[tokio::test]
async fn files_that_give_no_page_are_named() {
    let folder = Folder::new();
    let path = |name: &str| folder.0.path().join(name);
    let flow = "version account-id interface-id\n2 123456789012 eni-1\n";
    let records = fs::read_to_string(folder.records()).unwrap();
    write(&path("flow.log"), flow);
    write(&path("broken.json"), &format!("{{\"Records\":[\n{}", records.lines().next().unwrap()));
    write(&path("empty.json"), "");
    write(&path("strays.json"), "[1,2]");
    for (name, code, said) in [
        ("gone.json", 3, "no page was written"),
        ("broken.json", 3, "broken.json, line 2"),
        ("empty.json", 2, "nothing is in them"),
        ("strays.json", 2, "2 records are no events"),
        ("flow.log", 2, "VPC flow logs are not part of a report"),
    ] {
        let command = report(&folder.page()).from(path(name));
        assert_refused(command, &folder, code, &[name, said]).await;
    }
    let late = folder.of_files().args(["--until", "2001-01-01T00:00:00Z"]);
    assert_refused(late, &folder, 2, &["events are of another time"]).await;
    let both = folder.of_files().to("http://127.0.0.1:9");
    assert_refused(both, &folder, 2, &["leave one of the two out"]).await;
    let neither = report(&folder.page());
    assert_refused(neither, &folder, 2, &["--to"]).await;
    let file = report(&folder.page()).to("file:x.ndjson");
    assert_refused(file, &folder, 2, &["no index to ask"]).await;
    let state = folder.of_files().state(path("gone.json"));
    assert_refused(state, &folder, 7, &["there is no state file"]).await;
    let state = folder.of_files().state(folder.records());
    assert_refused(state, &folder, 7, &["is corrupt"]).await;
}

#[tokio::test]
async fn a_page_that_cannot_be_written_is_told_before_the_counting() {
    let folder = Folder::new();
    let link = folder.0.path().join("link.html");
    symlink(folder.records(), &link).unwrap();
    let nowhere = folder.0.path().join("no/such/report.html");
    for (out, said) in [
        ("/dev/null".as_ref(), "no regular file"),
        (folder.0.path(), "no regular file"),
        (link.as_path(), "no regular file"),
        (nowhere.as_path(), "cannot write --out"),
    ] {
        let run = report(out).from("gone.json").run().await;
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.stderr.contains(said), "{run}");
    }
    assert!(fs::metadata("/dev/null").unwrap().len() == 0 && link.is_symlink());
}

#[tokio::test]
async fn what_is_left_out_is_said_beside_the_page_and_on_it() {
    let folder = Folder::new();
    let records = fs::read_to_string(folder.records()).unwrap();
    let first = records.lines().next().unwrap();
    let text = format!("{records}\n{first}\n{{}}\n");
    let flow = "version account-id interface-id\n2 123456789012 eni-1\n2 123456789012 eni-2\n";
    let flows = folder.0.path().join("flow.log");
    write(&flows, flow);
    let run = report("-".as_ref()).args(["--from", "-"]).from(&flows).stdin(&text).run().await;
    assert_eq!(run.code, Some(4), "{run}");
    for said in ["2 lines of VPC flow logs", "1 records are no events"] {
        assert!(run.stderr.contains(said), "{run}");
    }
    assert!(run.stdout.starts_with("<!DOCTYPE html>") && run.stdout.ends_with("</html>"));
    for said in ["1 copy of an event", "1 record that is no event", "2 lines of VPC flow logs"] {
        assert!(run.stdout.contains(said), "{said}");
    }
    let whole = super::written(folder.of_files(), &folder.page()).await;
    super::assert_same_figures(&run.stdout, &whole, "with strays");
}

#[tokio::test]
async fn indices_that_give_no_page_are_named() {
    let Some(engine) = engine("elasticsearch-7.10") else { return };
    let folder = Folder::new();
    let of = |index: &str| report(&folder.page()).to(&engine.url).args(["--index", index]);
    let nowhere = unique("cloudtrail-report");
    assert_refused(of(&nowhere), &folder, 2, &[&nowhere, "load first"]).await;
    let pattern = format!("{nowhere}-%Y");
    assert_refused(of(&pattern), &folder, 2, &[&format!("{nowhere}-%Y"), "load first"]).await;
    let index = OwnIndex::new(engine.clone(), "cloudtrail-report");
    let run = index.command().from(folder.records()).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    engine.count(&index.index).await;
    let other_layout = of(&index.index).args(["--layout", "ecs"]);
    assert_refused(other_layout, &folder, 2, &["give --layout typed"]).await;
    let late = of(&index.index).args(["--until", "2001-01-01T00:00:00Z"]);
    assert_refused(late, &folder, 2, &["give other --since and --until"]).await;
    index.clean_up().await;
    let texts = serde_json::json!({"mappings": {"properties": {"eventSource": {"type": "text"}}}});
    let index = OwnIndex::new(engine.clone(), "cloudtrail-report");
    engine.put(&index.index, &texts).await.expect_ok();
    let document = serde_json::json!({"@timestamp": "2026-01-01T00:00:00Z", "eventSource": "x"});
    engine.put(&format!("{}/_doc/1?refresh=true", index.index), &document).await.expect_ok();
    assert_refused(of(&index.index), &folder, 6, &["does not answer", "--layout"]).await;
    let ecs = of(&index.index).args(["--layout", "ecs"]);
    assert_refused(ecs, &folder, 2, &["1 documents are none of CloudTrail's", "--layout"]).await;
    index.clean_up().await;
    let index = OwnIndex::new(engine.clone(), "cloudtrail-report");
    let document = serde_json::json!({"@timestamp": "2026-01-01T00:00:00Z"});
    engine.put(&format!("{}/_doc/1?refresh=true", index.index), &document).await.expect_ok();
    assert_refused(of(&index.index), &folder, 2, &["give --layout as it was loaded"]).await;
    index.clean_up().await;
    let unreachable = report(&folder.page()).to("http://127.0.0.1:9");
    assert_refused(unreachable, &folder, 6, &["the connection was refused"]).await;
}
