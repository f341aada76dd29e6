//! The folder of a campaign. Every path of a campaign is relative to it and stays within it, symbolic links included.

use std::io;
use std::path::{Component, Path, PathBuf};

/// A campaign's folder.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Opens a folder.
    ///
    /// # Errors
    /// Where it does not exist or cannot be entered.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { root: folder.canonicalize()? })
    }

    /// The folder, absolute and without symbolic links.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The place of a path that the campaign names, whether something is there or not.
    ///
    /// # Errors
    /// Says why the path cannot be used: it is absolute, or it leaves the workspace, by `..` or by a symbolic link.
    pub fn path(&self, relative: &str) -> Result<PathBuf, PathError> {
        if relative.trim().is_empty() {
            return Err(PathError::Empty);
        }
        let refused = |why| Err(PathError::Outside(relative.to_owned(), why));
        let path = Path::new(relative);
        let plain = |component: Component<'_>| matches!(component, Component::Normal(_) | Component::CurDir);
        if path.is_absolute() || relative.contains('\0') || relative.starts_with('\\') || relative.contains(":\\") {
            return refused("write it relative to the workspace");
        }
        if !path.components().all(plain) {
            return refused("it may not have `..`");
        }
        let whole = self.root.join(path);
        // The nearest part of the path that exists decides whether a symbolic link leads out.
        let existing = whole.ancestors().find_map(|part| part.canonicalize().ok());
        if existing.is_some_and(|existing| existing.starts_with(&self.root)) {
            Ok(whole)
        } else {
            refused("a symbolic link leads out of the workspace")
        }
    }

    /// The content of a file that the campaign names.
    ///
    /// # Errors
    /// Says why it cannot be used or read.
    pub fn read(&self, relative: &str) -> Result<Vec<u8>, PathError> {
        let path = self.path(relative)?;
        let failed = |error: &io::Error| match error.kind() {
            io::ErrorKind::NotFound => PathError::Missing(relative.to_owned()),
            _ => PathError::Unreadable(relative.to_owned(), error.to_string()),
        };
        match path.metadata() {
            Ok(found) if found.is_file() => std::fs::read(&path).map_err(|error| failed(&error)),
            Ok(_) => Err(PathError::Unreadable(relative.to_owned(), "it is not a file".to_owned())),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// Why a path of a campaign cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// Nothing is named.
    #[error("the path is empty")]
    Empty,
    /// It leads out of the workspace.
    #[error("`{0}` is outside the workspace: {1}")]
    Outside(String, &'static str),
    /// Nothing is there.
    #[error("`{0}` does not exist in the workspace")]
    Missing(String),
    /// Something is there that cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_within_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        std::fs::write(folder.path().join("annex.pdf"), "pdf").unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        assert_eq!(workspace.read("annex.pdf").unwrap(), b"pdf");
        assert!(workspace.path("files/not-there-yet.pdf").is_ok());
        assert_eq!(workspace.read("absent.pdf"), Err(PathError::Missing("absent.pdf".into())));
        for path in ["/etc/passwd", "../x", "a/../../x", "C:\\x", "\\\\host\\x", "a\0b"] {
            assert!(matches!(workspace.path(path), Err(PathError::Outside(..))), "{path:?}");
        }
        assert_eq!(workspace.path(" "), Err(PathError::Empty));
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_does_not_lead_out() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("files")).unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        assert!(workspace.path("files/secret").is_err());
        assert!(workspace.path("files").is_err());
    }
}
