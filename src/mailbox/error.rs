//! What can go wrong with a mailbox.

use std::io;
use std::path::PathBuf;

use crate::config::SecretError;
use crate::transport::{OpenError, TokenRefusal};

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
    #[error("{}", .0.told_for("[inbox]"))]
    Secret(#[from] SecretError),
    /// The login was refused.
    #[error(
        "the server of [inbox] refused the login: `{said}`; it offers {offers}: check the user in `url`, the password and `auth`"
    )]
    Login {
        /// What it said.
        said: String,
        /// Which ways of logging in it offers.
        offers: String,
    },
    /// The access token of a sign-in was refused.
    #[error("the server of [inbox] refused the access token: `{said}`; {}", refusal.advice())]
    Token {
        /// What it said.
        said: String,
        /// What it meant, as far as it said so.
        refusal: TokenRefusal,
    },
    /// The server has no such folder.
    #[error("there is none of this name; the server of [inbox] has {}; write one of these", listed(.there))]
    NoFolder {
        /// The folders that are there.
        there: Vec<String>,
    },
    /// The name may mean any of several folders.
    #[error("this may be any of {}; write one of them as it is written here", listed(.0))]
    SeveralFolders(Vec<String>),
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
    /// It went wrong, and the session could not be opened anew.
    #[error("{first}; it was opened anew, and then: {then}")]
    NotMended {
        /// What went wrong first.
        first: Box<MailboxError>,
        /// What went wrong then.
        then: Box<MailboxError>,
    },
    /// The server has a mail, and gives nothing of it that can be read.
    #[error("what the server gives for it cannot be read")]
    Withheld,
    /// The server has numbered the mails of a folder anew while they were read.
    #[error("the server has numbered the mails anew while they were read")]
    NumberedAnew,
}

impl MailboxError {
    /// Whether this is about one folder or one mail, and the session goes on.
    #[must_use]
    pub fn leaves_the_session(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::NoFolder { .. } | Self::SeveralFolders(_) | Self::Withheld)
    }
}

/// So many names are shown at the most.
const MOST_NAMES: usize = 40;

/// Names, one after another.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 if names.is_empty() => "none".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
