//! One process at a time renews a sign-in: a provider that hands out a new refresh token each time takes the old one
//! for stolen.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::SignInError;

/// So long another process is waited for: it has half a minute for the provider, and some for a keyring.
const PATIENCE: Duration = Duration::from_secs(90);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// The operating system's lock on a sign-in. Dropping it gives it back, however the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock on a file, which stays.
    pub(super) fn take(path: &Path) -> Result<Self, SignInError> {
        let failed = |why| SignInError::File { doing: "the lock of the sign-in cannot be taken", why };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(failed)?;
        let since = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => sleep(BETWEEN_TRIES),
                Err(TryLockError::WouldBlock) => return Err(SignInError::Busy(PATIENCE)),
                Err(TryLockError::Error(why)) => return Err(failed(why)),
            }
        }
    }
}
