//! The file of learned rules, beside the state file: what one run was taught, the next one knows.
//!
//! It is text to this stage. It is replaced whole, as the state file is.

use std::{
    io::{self, Write},
    path::Path,
};

use super::file::StateError;
use crate::{atomic, private};

/// What the file holds; nothing if there is none.
pub fn read(path: &Path) -> Result<Option<String>, StateError> {
    match private::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StateError::Learned { action: "read", path: path.to_owned(), source }),
    }
}

/// Puts a text on disk in its place.
pub fn save(path: &Path, text: &str) -> Result<(), StateError> {
    private::create_folder(&private::folder_of(path))
        .and_then(|()| {
            atomic::replace_with(path, atomic::OWNER_ALONE, |file| file.write_all(text.as_bytes()))
        })
        .map_err(|source| StateError::Learned { action: "save", path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_read_again_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/state.learned.toml");
        assert_eq!(read(&path).unwrap(), None);
        for text in ["first and longer", "second"] {
            save(&path, text).unwrap();
            assert_eq!(read(&path).unwrap().as_deref(), Some(text));
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let names = std::fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(names.count(), 1, "no temporary file is left");
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("cannot read the learned rules in"), "{error}");
        let error = save(folder.path(), "").unwrap_err().to_string();
        assert!(error.contains("cannot save the learned rules in"), "{error}");
    }
}
