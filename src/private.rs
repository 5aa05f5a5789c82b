//! Files for their owner alone: made with mode 0600 in folders of mode 0700, whatever the umask.
//!
//! What stands in the place of such a file and is none is refused: a link leads to where somebody
//! else may want something written, a pipe or a device never comes to an end. A file or folder
//! that is there already keeps the mode that its owner gave it. A folder may be a link.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Opens a file to read and to write, made when it is not there.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    checked(options.read(true).write(true).create(true).truncate(false).mode(0o600), path)
}

/// Opens a file that is there to read it.
pub(crate) fn open_to_read(path: &Path) -> io::Result<File> {
    checked(OpenOptions::new().read(true), path)
}

/// Opens a file that is there to read and to write it.
pub(crate) fn open_to_write(path: &Path) -> io::Result<File> {
    checked(OpenOptions::new().read(true).write(true), path)
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open_to_read(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Makes a folder with all above it.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The folder that holds a file.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The system refuses the link in the act of opening, so that none can be put there in between. A
/// pipe is opened without waiting for its other end.
fn checked(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let opened =
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY).open(path);
    if opened.is_err() && path.is_symlink() {
        let said = format!(
            "{} is a symbolic link, and none is followed; name the file itself",
            path.display()
        );
        return Err(io::Error::other(said));
    }
    let file = opened?;
    let kind = file.metadata()?.file_type();
    if kind.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    }
    if !kind.is_file() {
        let said = format!("{} is no regular file; name one", path.display());
        return Err(io::Error::other(said));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_that_is_there_keeps_its_mode_and_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = || path.metadata().unwrap().permissions().mode() & 0o777;
        open(&path).unwrap().set_len(3).unwrap();
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        open(&path).unwrap();
        assert_eq!((mode(), read(&path).unwrap().as_str()), (0o640, "\0\0\0"));
    }

    #[test]
    fn what_is_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        symlink(folder.path().join("nowhere"), &link).unwrap();
        for (path, words) in
            [(link.as_path(), "is a symbolic link"), (Path::new("/dev/null"), "no regular file")]
        {
            for error in [open(path).unwrap_err(), read(path).unwrap_err()] {
                assert!(error.to_string().contains(words), "{error}");
            }
        }
        assert!(!folder.path().join("nowhere").exists());
        assert_eq!(read(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }
}
