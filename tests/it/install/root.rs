//! A root folder of its own to install the package into: nothing of the machine changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, Weak};

use tempfile::TempDir;

use super::{package, said_by};
use crate::support::run::write;

/// A root with nothing but the package in it.
pub(super) struct Root {
    folder: TempDir,
    /// What the package's scripts find in place of the programs that tell a running systemd.
    stubs: TempDir,
    package: PathBuf,
}

impl Root {
    /// The package, installed, for tests that only look at it: those that run at once have one root.
    pub(super) fn to_look_at() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Root>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap();
        if let Some(root) = shared.upgrade() {
            return Some(root);
        }
        let root = Arc::new(Self::installed()?);
        *shared = Arc::downgrade(&root);
        Some(root)
    }

    /// The package, installed; nothing where `scripts/test` skips it.
    pub(super) fn installed() -> Option<Self> {
        let package = package()?;
        let root = Self { folder: folder(), stubs: folder(), package };
        fs::create_dir_all(root.path("var/lib/dpkg/info")).unwrap();
        fs::create_dir_all(root.path("var/lib/dpkg/updates")).unwrap();
        write(&root.path("var/lib/dpkg/status"), "");
        for name in ["systemctl", "deb-systemd-invoke"] {
            std::os::unix::fs::symlink("/bin/true", root.stubs.path().join(name)).unwrap();
        }
        root.install();
        Some(root)
    }

    pub(super) fn path(&self, within: &str) -> PathBuf {
        self.folder.path().join(within)
    }

    pub(super) fn install(&self) {
        // The libraries that it depends on are the machine's, and not in this root.
        let said = self.dpkg(&["--force-depends", "--install", self.package.to_str().unwrap()]);
        assert!(said.contains("Setting up trailhaul"), "{said}");
    }

    /// What dpkg says of an action on the root.
    pub(super) fn dpkg(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("dpkg");
        command.arg(format!("--root={}", self.folder.path().display()));
        // The package's scripts are told the root, in which there is no shell to run them.
        command.args(["--force-not-root", "--force-script-chrootless", "--log=/dev/null"]);
        // No need to wait for a disk: the root does not outlive the test.
        command.arg("--force-unsafe-io");
        // A machine may be set not to unpack pages and documents.
        command.arg("--path-include=/*");
        command.args(arguments).env("PATH", self.search_path()).env("LC_ALL", "C.UTF-8");
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(output.status.success(), "{command:?}\n{said}");
        said
    }

    /// The regular files and links with this in their path, relative to the root.
    pub(super) fn files(&self, part: &str) -> Vec<String> {
        let mut found = Vec::new();
        add_files(self.folder.path(), &mut found);
        let root = self.folder.path();
        let relative = found.iter().map(|path| path.strip_prefix(root).unwrap().to_str().unwrap());
        let mut names: Vec<_> =
            relative.filter(|name| name.contains(part)).map(str::to_owned).collect();
        names.sort();
        names
    }

    fn search_path(&self) -> String {
        format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", self.stubs.path().display())
    }

    /// The text of a page or file that is packed.
    pub(super) fn unpacked(&self, within: &str) -> String {
        said_by(Command::new("gzip").arg("-dc").arg(self.path(within)))
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn add_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            add_files(&path, found);
        } else {
            found.push(path);
        }
    }
}
