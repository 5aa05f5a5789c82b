//! Files that are replaced whole: at any moment the name leads to a whole old or a whole new file.
//!
//! The new text is complete and on the disk (fsync) under another name before it takes the file's
//! place (rename), and the folder is synced last.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, path::Path};

use tempfile::NamedTempFile;

use crate::private;

/// Mode of a file for its owner alone.
pub(crate) const OWNER_ALONE: u32 = 0o600;

/// Mode of a file that every program of the machine may read.
pub(crate) const FOR_ALL: u32 = 0o644;

/// Puts what is written in a file's place, at once and durably, with this mode whatever the umask.
pub(crate) fn replace_with(
    path: &Path,
    mode: u32,
    write: impl FnOnce(&mut NamedTempFile) -> io::Result<()>,
) -> io::Result<()> {
    let file = write_beside(path, write)?;
    if mode != OWNER_ALONE {
        file.as_file().set_permissions(Permissions::from_mode(mode))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    private::sync_folder(&private::folder_of(path))
}

/// What is written, whole and durable, in a file beside its own that goes when it is dropped.
pub(crate) fn write_beside(
    path: &Path,
    write: impl FnOnce(&mut NamedTempFile) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    // A temporary file of this crate is made with mode 0600, and the rename keeps it.
    let mut file = NamedTempFile::new_in(private::folder_of(path))?;
    write(&mut file)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_replaced_has_the_mode_that_is_asked_for_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for (mode, text) in [(OWNER_ALONE, "first and longer"), (FOR_ALL, "second")] {
            replace_with(&path, mode, |file| file.write_all(text.as_bytes())).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode);
        }
        let broken = replace_with(&path, FOR_ALL, |_| Err(io::Error::other("no room")));
        assert!(broken.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
