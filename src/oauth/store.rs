//! Where a sign-in is kept: in the keyring, or in a file that only its owner can read and only the key opens.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use secrecy::SecretString;

use super::error::SignInError;
use super::grant::Grant;
use super::sealed::Key;
use crate::config::{SecretSource, keyring};
use crate::workspace::Workspace;

/// Where a sign-in is kept, under its name.
pub(super) struct Store {
    name: String,
    kept: Kept,
}

enum Kept {
    /// The person's keyring.
    Keyring,
    /// A file, encrypted.
    File {
        path: PathBuf,
        key: SecretSource,
        workspace: Workspace,
        /// The key, once it was made.
        made: Mutex<Option<Key>>,
    },
}

impl Store {
    pub(super) fn keyring(name: String) -> Self {
        Self { name, kept: Kept::Keyring }
    }

    pub(super) fn file(name: String, path: PathBuf, key: SecretSource, workspace: Workspace) -> Self {
        Self { name, kept: Kept::File { path, key, workspace, made: Mutex::default() } }
    }

    /// Makes sure that a sign-in can be kept, before anybody is asked for one.
    pub(super) fn try_out(&self) -> Result<(), SignInError> {
        match &self.kept {
            Kept::Keyring => {
                let name = format!("{} (trial)", self.name);
                keyring::keep(&name, "trial").map_err(SignInError::NoKeyring)?;
                keyring::forget(&name).map_err(SignInError::NoKeyring)?;
                Ok(())
            }
            Kept::File { key, workspace, .. } => passphrase(key, workspace).map(|_| ()),
        }
    }

    /// The sign-in; `None` where there is none.
    pub(super) fn load(&self) -> Result<Option<Grant>, SignInError> {
        let text = match &self.kept {
            Kept::Keyring => match keyring::find(&self.name).map_err(SignInError::NoKeyring)? {
                Some(text) => text,
                None => return Ok(None),
            },
            Kept::File { path, .. } => {
                let sealed = match fs::read(path) {
                    Ok(sealed) => sealed,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(why) => return Err(unreadable(why)),
                };
                let open = |key: &Key| key.open(&sealed, &self.name).ok_or(SignInError::WrongKey);
                self.with_key(Some(&sealed), open)?
            }
        };
        Grant::read(&text).map(Some).ok_or(SignInError::Unreadable)
    }

    /// Keeps a sign-in in the place of the one before. When this returns, it is on the disk.
    pub(super) fn save(&self, grant: &Grant) -> Result<(), SignInError> {
        let text = grant.written();
        match &self.kept {
            Kept::Keyring => keyring::keep(&self.name, &text).map_err(SignInError::NoKeyring),
            Kept::File { path, .. } => {
                let seal = |key: &Key| key.seal(&text, &self.name).ok_or_else(broken);
                let sealed = self.with_key(None, seal)?;
                replace(path, &sealed).map_err(unwritable)
            }
        }
    }

    /// Forgets the sign-in; gives whether there was one.
    pub(super) fn forget(&self) -> Result<bool, SignInError> {
        match &self.kept {
            Kept::Keyring => keyring::forget(&self.name).map_err(SignInError::NoKeyring),
            Kept::File { path, .. } => match fs::remove_file(path) {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                Err(why) => Err(unwritable(why)),
            },
        }
    }

    /// Where it is, for people.
    pub(super) fn place(&self) -> String {
        match &self.kept {
            Kept::Keyring => "the keyring".to_owned(),
            Kept::File { path, .. } => path.display().to_string(),
        }
    }

    /// Does something with the key: that of a sealed text, or of the next one.
    fn with_key<T>(
        &self,
        sealed: Option<&[u8]>,
        work: impl FnOnce(&Key) -> Result<T, SignInError>,
    ) -> Result<T, SignInError> {
        let Kept::File { key, workspace, made, .. } = &self.kept else { return Err(broken()) };
        let mut made = made.lock().map_err(|_| broken())?;
        let fits = made.as_ref().is_some_and(|key| sealed.is_none_or(|sealed| key.fits(sealed)));
        if !fits {
            let passphrase = passphrase(key, workspace)?;
            let key = match sealed {
                Some(sealed) => Key::of(sealed, &passphrase).ok_or(SignInError::Unreadable)?,
                None => Key::new(&passphrase).ok_or_else(broken)?,
            };
            *made = Some(key);
        }
        work(made.as_ref().ok_or_else(broken)?)
    }
}

fn passphrase(key: &SecretSource, workspace: &Workspace) -> Result<SecretString, SignInError> {
    key.fetch(workspace).map_err(|error| SignInError::Secret(error.of("key")))
}

/// Puts a file in the place of another: whole, or not at all.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
    // For its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn unreadable(why: io::Error) -> SignInError {
    SignInError::File { doing: "the file of the sign-in cannot be read", why }
}

fn unwritable(why: io::Error) -> SignInError {
    SignInError::File { doing: "the file of the sign-in cannot be written", why }
}

fn broken() -> SignInError {
    SignInError::Broken("the key could not be used".to_owned())
}
