//! Where mail is read from.

use std::fmt;
use std::path::Path;

use super::limit::LIMIT;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::sign_in;
use crate::config::{Imap, Inbox, Secret};
use crate::mailbox::{self, Mails};

/// A mailbox that is ready to be read.
pub struct Source {
    pub(super) lies: Lies,
    /// Whether it is the campaign's own inbox.
    pub(super) is_inbox: bool,
}

/// Where the mails of a mailbox lie.
pub(super) enum Lies {
    /// On this machine.
    Here(Mails),
    /// On a server.
    There(Imap, Secret),
}

impl Source {
    /// The campaign's inbox. Its password is fetched, which may ask a person at the terminal: nothing else may be going
    /// on yet.
    ///
    /// # Errors
    /// Where there is no `[inbox]`, the password cannot be had, or the mailbox cannot be read.
    pub fn inbox(folder: &Folder) -> Result<Self> {
        let Folder { workspace, settings, .. } = folder;
        let lies = match &settings.inbox {
            Some(Inbox::Maildir(folder)) => Lies::Here(mailbox::maildir(&workspace.path(folder)?, LIMIT)?),
            Some(Inbox::Mbox(file)) => Lies::Here(mailbox::mbox(&workspace.path(file)?, LIMIT)?),
            Some(Inbox::Imap(imap)) => {
                let secret = sign_in::secret(folder, &imap.user, imap.auth, imap.password.as_ref())?;
                Lies::There(imap.clone(), secret)
            }
            None => return Err(Error::NoInbox(settings.file.clone())),
        };
        Ok(Self { lies, is_inbox: true })
    }

    /// A Maildir somewhere else.
    ///
    /// # Errors
    /// Where it is none, or cannot be read.
    pub fn maildir(folder: &Path) -> Result<Self> {
        Ok(Self { lies: Lies::Here(mailbox::maildir(folder, LIMIT)?), is_inbox: false })
    }

    /// A file in the mbox form somewhere else.
    ///
    /// # Errors
    /// Where it is none, or cannot be read.
    pub fn mbox(file: &Path) -> Result<Self> {
        Ok(Self { lies: Lies::Here(mailbox::mbox(file, LIMIT)?), is_inbox: false })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("is_inbox", &self.is_inbox).finish_non_exhaustive()
    }
}
