//! `trailhaul report`: the same page from files and from every engine, whole or not at all.

mod neighbours;
mod page;
mod records;
mod refused;

use std::path::{Path, PathBuf};

use crate::support::{
    aws::{account, simulate},
    engines::{Engine, engine, on_every_engine, secured_engine},
    own_index::OwnIndex,
    run::{Finished, Trailhaul, write},
};

/// A folder with records and pages.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        write(&folder.records(), &records::lines());
        folder
    }

    fn records(&self) -> PathBuf {
        self.0.path().join("records.ndjson")
    }

    fn page(&self) -> PathBuf {
        self.0.path().join("report.html")
    }

    /// A report of the records.
    fn of_files(&self) -> Trailhaul {
        report(&self.page()).from(self.records())
    }
}

fn report(page: &Path) -> Trailhaul {
    Trailhaul::subcommand("report").arg("--out").arg(page)
}

/// What a run has written.
async fn written(command: Trailhaul, page: &Path) -> String {
    let run = command.run().await;
    assert_eq!(run.code, Some(0), "{run}");
    std::fs::read_to_string(page).unwrap()
}

/// The part of a page that is about the events: not where they come from.
fn figures(page: &str) -> &str {
    page.split("<section aria-labelledby=\"coverage\"").next().unwrap()
}

/// Panics with the first place where two pages differ, and not with the whole of them.
fn assert_same_figures(found: &str, expected: &str, what: &str) {
    let (found, expected) = (figures(found), figures(expected));
    let tags = |page| str::split_inclusive(page, '>').collect::<Vec<_>>();
    let (found, expected) = (tags(found), tags(expected));
    let differs = found.iter().zip(&expected).position(|(one, other)| one != other);
    if let Some(at) = differs {
        let around = |tags: &[&str]| tags[at.saturating_sub(12)..=at].concat();
        panic!("{what}: {}\nin place of\n{}", around(&found), around(&expected));
    }
    assert_eq!(found.len(), expected.len(), "{what}");
}

/// Whole and cut to less than three days, which is shown by hours.
async fn gives_the_page_of_the_files(engine: Engine) {
    let folder = Folder::new();
    let ago =
        |hours| (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours)).to_string();
    let narrow = ["--since", &ago(60), "--until", &ago(20)];
    let whole = written(folder.of_files(), &folder.page()).await;
    let cut = written(folder.of_files().args(narrow), &folder.page()).await;
    assert!(
        whole.contains("a column is a day of UTC") && cut.contains("a column is an hour of UTC")
    );
    for layout in ["typed", "flattened", "ecs"] {
        let what = format!("{} {layout}", engine.name);
        let index = OwnIndex::new(engine.clone(), "cloudtrail-report");
        let load = index.command().args(["--layout", layout]).from(folder.records());
        let run = load.run().await;
        assert_eq!(run.code, Some(0), "{what}: {run}");
        // At once: nothing is found yet but by a refresh.
        let of_index = || {
            let report = report(&folder.page()).to(&engine.url);
            report.args(["--layout", layout, "--index", &index.index])
        };
        assert_same_figures(&written(of_index(), &folder.page()).await, &whole, &what);
        if layout == "typed" {
            leaves_out_no_closed_index_in_silence(&engine, &index, &folder).await;
            let page = written(of_index().args(narrow), &folder.page()).await;
            assert_same_figures(&page, &cut, &what);
        }
        index.clean_up().await;
    }
}

/// An index that is closed beside an alias of one that is not, and then alone.
async fn leaves_out_no_closed_index_in_silence(engine: &Engine, index: &OwnIndex, folder: &Folder) {
    let name = &index.index;
    let closed = format!("{name}-2001");
    let alias = format!("{name}/_alias/{name}-2026");
    engine.put(&alias, &serde_json::json!({})).await.expect_ok();
    engine.put(&closed, &serde_json::json!({})).await.expect_ok();
    let close = format!("{closed}/_close");
    engine.request(reqwest::Method::POST, &close, String::new()).await.expect_ok();
    let report = |pattern: &str| report(&folder.page()).to(&engine.url).args(["--index", pattern]);
    let run = report(&format!("{name}-%Y")).run().await;
    assert_eq!(run.code, Some(0), "{}: {run}", engine.name);
    let said = format!("index {closed} is closed and was left out");
    let page = std::fs::read_to_string(folder.page()).unwrap();
    assert!(run.stderr.contains(&said) && page.contains(&said), "{}: {run}", engine.name);
    let alone = report(&closed).run().await;
    assert_eq!(alone.code, Some(2), "{}: {alone}", engine.name);
    assert!(alone.stderr.contains(&format!("POST /{closed}/_open")), "{alone}");
    engine.delete(&closed).await;
}

#[tokio::test]
async fn files_and_indices_of_every_layout_give_the_same_page() {
    on_every_engine(gives_the_page_of_the_files).await;
}

/// Rows and sign-ins come by the thousand.
#[tokio::test]
async fn more_rows_than_one_answer_holds_are_all_counted() {
    let Some(engine) = engine("opensearch-1") else { return };
    let folder = Folder::new();
    write(&folder.records(), &records::logins(1_100));
    let expected = written(folder.of_files(), &folder.page()).await;
    assert!(expected.contains("20 of 1\u{202f}100 addresses"), "{expected}");
    let index = OwnIndex::new(engine.clone(), "cloudtrail-report");
    let run = index.command().from(folder.records()).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    engine.count(&index.index).await;
    let report = report(&folder.page()).to(&engine.url).args(["--index", &index.index]);
    assert_same_figures(&written(report, &folder.page()).await, &expected, "by the thousand");
    index.clean_up().await;
}

#[tokio::test]
async fn a_user_who_may_only_read_gets_a_page_and_who_may_not_gets_a_sentence() {
    let Some(secured) = secured_engine("opensearch-secure") else { return };
    let folder = Folder::new();
    let index = OwnIndex::new(secured.engine.clone(), "cloudtrail-report");
    let ca = secured.ca.clone().unwrap();
    let with = |command: Trailhaul, user: &str| {
        let command = command.args(["--user", user]).arg("--ca-cert").arg(&ca);
        command.env("TRAILHAUL_PASSWORD", format!("{user}-pw"))
    };
    let run = with(index.command().from(folder.records()), &secured.user).run().await;
    assert_eq!(run.code, Some(0), "{run}");
    secured.engine.count(&index.index).await;
    let of_index =
        || report(&folder.page()).to(&secured.engine.url).args(["--index", &index.index]);
    let expected = written(folder.of_files(), &folder.page()).await;
    let page = written(with(of_index(), "reader"), &folder.page()).await;
    assert_same_figures(&page, &expected, "reader");
    assert!(page.contains("in the last moments may be missing (the permission "), "{page}");
    for (user, said) in [
        ("loader", "the permission indices:data/read/search is lacking"),
        ("nobody", "the permission indices:data/read/search is lacking"),
    ] {
        let run = with(of_index(), user).run().await;
        assert_eq!(run.code, Some(6), "{user}: {run}");
        assert!(run.stderr.contains(said), "{user}: {run}");
    }
    let wrong = of_index().args(["--user", "reader"]).arg("--ca-cert").arg(&ca);
    let run = wrong.env("TRAILHAUL_PASSWORD", "wrong").run().await;
    assert!(run.code == Some(6) && run.stderr.contains("credentials are not accepted"), "{run}");
    assert_eq!(std::fs::read_to_string(folder.page()).unwrap(), page, "the last page stays");
    index.clean_up().await;
}

/// `load` leaves its state where `report` finds it.
#[tokio::test]
async fn what_is_covered_and_what_is_missing_is_that_of_the_state_file() {
    let Some(engine) = engine("opensearch-3") else { return };
    let index = OwnIndex::new(engine.clone(), "cloudtrail-report");
    let home = tempfile::tempdir().unwrap();
    let at_home = |command: Trailhaul| command.env("XDG_STATE_HOME", home.path());
    let aws = simulate(account(200)).await;
    let load = Trailhaul::load().aws(aws.endpoint()).to(&engine.url);
    let run: Finished = at_home(load.args(["--index", &index.index])).run().await;
    assert_eq!(run.code, Some(3), "one region is denied: {run}");
    engine.count(&index.index).await;
    let page = home.path().join("report.html");
    let of_index = || report(&page).to(&engine.url).args(["--index", &index.index]);
    let found = written(at_home(of_index()), &page).await;
    assert!(found.contains("Account 111122223333, as of "), "{found}");
    let row = found.split("<bdi>eu-central-1</bdi>").nth(1).unwrap();
    assert!(row.contains("nothing</span>") && row.contains("90 days"), "{row}");
    let whole = found.split("<td class=\"name\"><bdi>us-west-2</bdi>").last().unwrap();
    assert!(whole.split("</tr>").next().unwrap().contains("whole"), "{whole}");
    let elsewhere = written(of_index(), &page).await;
    assert!(elsewhere.contains("no state file of this target and index"), "{elsewhere}");
    let files = std::fs::read_dir(home.path().join("trailhaul")).unwrap().flatten();
    let state = files.map(|file| file.path()).find(|path| path.extension().unwrap() == "json");
    let named = written(of_index().state(state.unwrap()), &page).await;
    assert!(named.contains("Account 111122223333, as of "));
    index.clean_up().await;
}
