//! The Debian package: installed, used, changed, removed and purged.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use trailhaul::cli::manual;

use super::{assert_known, root::Root, said_by};
use crate::support::run::{Trailhaul, write};

const SETTINGS: &str = "etc/trailhaul/trailhaul.env";

#[tokio::test]
async fn the_package_runs_where_it_is_installed() {
    let Some(root) = Root::to_look_at() else { return };
    for file in [
        "usr/share/bash-completion/completions/trailhaul",
        "usr/share/zsh/vendor-completions/_trailhaul",
        "usr/share/fish/vendor_completions.d/trailhaul.fish",
        "usr/share/doc/trailhaul/copyright",
        "usr/share/doc/trailhaul/README.md",
        "usr/share/doc/trailhaul/docs/install.md",
    ] {
        assert!(fs::metadata(root.path(file)).unwrap().len() > 0, "{file} is empty");
    }
    assert!(root.unpacked("usr/share/doc/trailhaul/changelog.gz").starts_with("# Changelog"));
    let binary = root.path("usr/bin/trailhaul");
    let version = Trailhaul::program(binary.to_str().unwrap()).arg("--version").run().await;
    assert_eq!(version.stdout, concat!("trailhaul ", env!("CARGO_PKG_VERSION"), "\n"), "{version}");
    let demo = Trailhaul::program(binary.to_str().unwrap())
        .args(["demo", "--since", "2d", "--regions", "ap-southeast-2", "--json"])
        .run()
        .await;
    assert_eq!(demo.code, Some(0), "{demo}");
    demo.assert_balanced();
}

#[test]
fn what_is_set_stays_until_the_package_is_purged_and_nothing_stays_then() {
    let Some(root) = Root::installed() else { return };
    write(&root.path(SETTINGS), "TRAILHAUL_TO=https://search.example.com\n");
    root.install();
    let kept = fs::read_to_string(root.path(SETTINGS)).unwrap();
    assert!(kept.contains("search.example.com"), "an upgrade takes the settings back: {kept}");
    fs::create_dir_all(root.path("var/lib/private/trailhaul")).unwrap();
    write(&root.path("var/lib/private/trailhaul/state.json"), "{}");

    root.dpkg(&["--remove", "trailhaul"]);
    let left: Vec<_> =
        root.files("trailhaul").into_iter().filter(|file| !dpkgs_own(file)).collect();
    // The first is a link to /dev/null: what is not there any more is not to be started.
    let expected =
        ["etc/systemd/system/trailhaul.timer", SETTINGS, "var/lib/private/trailhaul/state.json"];
    assert_eq!(left, expected);

    root.dpkg(&["--purge", "trailhaul"]);
    let left: Vec<_> = root.files("").into_iter().filter(|file| !dpkgs_own(file)).collect();
    assert!(left.is_empty(), "a purge leaves {left:?}");
    assert!(!root.path("etc/trailhaul").exists() && root.files("trailhaul").is_empty());
}

/// What dpkg notes, and the notes of the scripts that every package with units has.
fn dpkgs_own(file: &str) -> bool {
    file.starts_with("var/lib/dpkg/") || file.starts_with("var/lib/systemd/deb-systemd-helper")
}

#[test]
fn the_settings_are_for_root_alone_and_name_options_that_there_are() {
    let Some(root) = Root::to_look_at() else { return };
    let mode = fs::metadata(root.path(SETTINGS)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "they may hold a secret");
    let text = fs::read_to_string(root.path(SETTINGS)).unwrap();
    let (said, set): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
    assert!(set.iter().all(|line| line.is_empty()), "set without being asked: {set:?}");
    let names = said.iter().filter_map(|line| Some(line.strip_prefix('#')?.split_once('=')?.0));
    assert_known(names);
}

#[test]
fn every_command_has_a_page_that_readers_and_printers_take_without_a_warning() {
    let Some(root) = Root::to_look_at() else { return };
    let installed = root.files("usr/share/man/man1/");
    let mut made: Vec<_> = manual::pages()
        .into_iter()
        .map(|page| format!("usr/share/man/man1/{}.gz", page.file))
        .collect();
    made.sort();
    assert_eq!(installed, made);
    let folder = tempfile::tempdir().unwrap();
    let unpack = |packed: &String| {
        let name = Path::new(packed).file_stem().unwrap();
        write(&folder.path().join(name), &root.unpacked(packed));
        folder.path().join(name)
    };
    let pages: Vec<_> = installed.iter().map(unpack).collect();
    let lint = Command::new("mandoc").args(["-Tlint", "-Wwarning"]).args(&pages).output().unwrap();
    let lint = String::from_utf8(lint.stdout).unwrap();
    // On purpose: the same sources make the same page.
    let complaints: Vec<_> = lint.lines().filter(|line| !line.contains("missing date")).collect();
    assert!(complaints.is_empty() && lint.lines().count() == pages.len(), "{lint}");
    for page in &pages {
        let mut reader = Command::new("man");
        reader.env("LC_ALL", "C.UTF-8").env("MANWIDTH", "80").args(["--warnings=w", "-l"]);
        let shown = said_by(reader.arg(page));
        let name = page.file_stem().unwrap().to_str().unwrap();
        assert!(shown.contains(&format!("NAME\n       {name} ")), "{name}: {shown}");
        assert!(shown.contains("\nSEE ALSO\n"), "{name}: {shown}");
    }
}
