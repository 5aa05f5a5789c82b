//! Man pages and completions for who has the binary and no package.

use std::fs;

use trailhaul::cli::manual;

use crate::support::run::{Finished, Trailhaul};

async fn export(words: &[&str]) -> Finished {
    Trailhaul::subcommand("export").args(words).run().await
}

#[tokio::test]
async fn a_page_is_printed_or_all_are_written() {
    let whole = export(&["man"]).await;
    assert!(whole.code == Some(0) && whole.stdout.contains("\n.TH trailhaul 1 "), "{whole}");
    let load = export(&["man", "load"]).await;
    assert!(load.stdout.contains("\n.TH trailhaul-load 1 ") && load.stderr.is_empty(), "{load}");

    let folder = tempfile::tempdir().unwrap();
    let written = export(&["man", "--into", folder.path().to_str().unwrap()]).await;
    assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""), "{written}");
    for page in manual::pages() {
        let text = fs::read_to_string(folder.path().join(&page.file)).unwrap();
        assert_eq!(text, page.text, "{}", page.file);
    }
    assert_eq!(fs::read_to_string(folder.path().join("trailhaul-load.1")).unwrap(), load.stdout);
}

#[tokio::test]
async fn what_cannot_be_printed_or_written_is_named() {
    for (words, named) in [
        (&["man", "lod"][..], "export man lod: no command is called that"),
        (&["man", "--into", "no/such"], "cannot write no/such/trailhaul.1"),
        (&["completions", "tcsh"], "[possible values: bash, zsh, fish]"),
    ] {
        let run = export(words).await;
        assert!(run.code == Some(2) && run.stderr.contains(named), "{named}: {run}");
        assert_eq!(run.stdout, "", "{run}");
    }
}

#[tokio::test]
async fn no_page_repeats_what_the_environment_holds() {
    let page = Trailhaul::subcommand("export")
        .args(["man", "load"])
        .env("TRAILHAUL_TO", "https://joe:hunter2@search.example.com")
        .env("TRAILHAUL_USER", "mallory");
    let page = page.run().await;
    assert!(page.stdout.contains("TRAILHAUL_USER"), "{page}");
    assert!(!page.stdout.contains("hunter2") && !page.stdout.contains("mallory"), "{page}");
}
