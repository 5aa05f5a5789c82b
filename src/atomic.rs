//! Files that are replaced whole: at any moment the name leads to a whole old or a whole new file.
//!
//! The new text is complete and on the disk (fsync) under another name before it takes the file's
//! place (rename), and the folder is synced last.

use std::{fs::Permissions, io, os::unix::fs::PermissionsExt, path::Path};

use tempfile::NamedTempFile;

use crate::private;

/// Mode of a file for its owner alone.
pub(crate) const OWNER_ALONE: u32 = 0o600;

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
