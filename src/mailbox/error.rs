//! What can go wrong with a mailbox.

use std::io;
use std::path::PathBuf;

/// Why mail could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailboxError {
    /// A file or folder cannot be read.
    #[error("`{path}` cannot be read: {why}", path = .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The folder is not of the kind that was asked for.
    #[error("`{path}` is no Maildir: it has neither `cur` nor `new`", path = .0.display())]
    NoMaildir(PathBuf),
    /// The file is not of the kind that was asked for.
    #[error("`{path}` is no mbox: its first line does not begin with `From `", path = .0.display())]
    NoMbox(PathBuf),
}
