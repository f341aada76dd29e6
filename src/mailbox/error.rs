//! What can go wrong with a mailbox.

use std::io;
use std::path::PathBuf;

use crate::config::SecretError;
use crate::transport::OpenError;

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
    /// The server cannot be connected to.
    #[error("`{host}` port {port} cannot be reached: {why}; check `url` in [inbox] and the network")]
    Unreachable {
        /// The host.
        host: String,
        /// The port.
        port: u16,
        /// What the system says.
        why: io::Error,
    },
    /// The server cannot prove who it is, or does not speak TLS.
    #[error("no TLS with the server of [inbox]: {0}")]
    Tls(OpenError),
    /// The password could not be read.
    #[error("{0}; check `password` in [inbox]")]
    Secret(#[from] SecretError),
    /// The login was refused.
    #[error("the server of [inbox] refused the login: `{0}`; check the user in `url` and the password")]
    Login(String),
    /// The server refused a command.
    #[error("the server of [inbox] refused {verb}: `{said}`")]
    Refused {
        /// The command.
        verb: String,
        /// What it said.
        said: String,
    },
    /// The server does not do what the protocol wants.
    #[error("{0}")]
    Protocol(String),
    /// The connection broke, or nothing came in time.
    #[error("the connection to the server of [inbox] broke: {0}")]
    Broken(io::Error),
}
