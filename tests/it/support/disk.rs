//! A disk that is small, full or read-only: a tmpfs that a test mounts for itself.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::variable;

/// A disk of so many KiB; nothing where `scripts/test` says that mounting is skipped.
pub(crate) fn small_disk(kib: u32) -> Option<SmallDisk> {
    if variable("TRAILHAUL_TEST_SKIP_MOUNT").is_some() {
        return None;
    }
    let disk = SmallDisk { folder: tempfile::tempdir().unwrap() };
    disk.mount(&format!("size={kib}k"));
    Some(disk)
}

/// It is unmounted when this is dropped.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Takes all the room that is left.
    pub(crate) fn fill(&self) {
        let path = self.join("filler");
        let mut filler = OpenOptions::new().create(true).append(true).open(path).unwrap();
        loop {
            match filler.write_all(&[0; 512]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Keeps it full until something has come to its end: room that a replaced file leaves goes too.
    pub(crate) async fn full_during<T>(&self, work: impl Future<Output = T>) -> T {
        let keep_full = async {
            loop {
                self.fill();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            done = work => done,
            () = keep_full => unreachable!(),
        }
    }

    /// Gives back what `fill` took.
    pub(crate) fn free(&self) {
        fs::remove_file(self.join("filler")).unwrap();
    }

    /// Makes it larger.
    pub(crate) fn grow(&self, kib: u32) {
        self.mount(&format!("remount,size={kib}k"));
    }

    /// Makes it read-only, for root too.
    pub(crate) fn read_only(&self) {
        self.mount("remount,ro");
    }

    fn mount(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "trailhaul-test"]).arg(self.folder.path());
        let output = mount.output().unwrap();
        assert!(
            output.status.success(),
            "{}a full disk is a mounted tmpfs: run the tests as root, through scripts/test, or set \
             TRAILHAUL_TEST_SKIP_MOUNT=1",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, since a command that failed its test may still hold a file.
        drop(Command::new("umount").arg("-l").arg(self.folder.path()).status());
    }
}

/// Whether nothing is mounted there any more is what a later test run would stumble over.
#[test]
fn a_small_disk_is_full_when_it_is_and_gone_when_dropped() {
    let Some(disk) = small_disk(16) else { return };
    let is_mounted =
        |path: &Path| fs::read_to_string("/proc/mounts").unwrap().contains(path.to_str().unwrap());
    let path = disk.folder.path().to_owned();
    let write = |name: &str| fs::copy("/proc/self/stat", disk.join(name)).map_err(|e| e.kind());
    disk.fill();
    assert_eq!(write("a").unwrap_err(), ErrorKind::StorageFull);
    disk.free();
    write("a").unwrap();
    disk.read_only();
    assert_eq!(write("b").unwrap_err(), ErrorKind::ReadOnlyFilesystem);
    assert!(is_mounted(&path));
    drop(disk);
    assert!(!is_mounted(&path));
}
