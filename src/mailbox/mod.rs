//! Where mail arrives: a Maildir, a file in the mbox form, an IMAP server. It is read, and never changed: nothing is
//! moved, flagged or removed. Copies of our own letters alone may be put into a Sent folder.
//!
//! What is read of one mail is bounded, whatever lies there.

mod error;
pub mod imap;
mod maildir;
mod mbox;

pub use error::MailboxError;
pub use maildir::maildir;
pub use mbox::mbox;

/// One mail as it lies in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Where it lies, for people.
    pub place: String,
    /// Its first bytes, up to the bound that was asked for.
    pub bytes: Vec<u8>,
}

/// What a mailbox gives, one mail after another.
pub type Mails = Box<dyn Iterator<Item = Result<Arrived, MailboxError>> + Send>;
