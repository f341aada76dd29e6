//! What the ledger keeps of a mailbox on a server: how far it was read, which of its mails are known, and which of them
//! the server withholds.

use std::collections::HashSet;
use std::future::Future;

use jiff::Timestamp;

use super::Result;

/// How far a mailbox on a server was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uids {
    /// The mailbox's name.
    pub mailbox: String,
    /// Under which numbering.
    pub validity: u32,
    /// The last mail.
    pub last: u32,
}

/// A digest of a mail's header, by which the mail is known again under another number.
pub type HeaderDigest = [u8; 16];

/// A mail that a server has and did not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// The mailbox's name.
    pub mailbox: String,
    /// Under which numbering.
    pub validity: u32,
    /// Its number.
    pub uid: u32,
    /// When it was asked for first.
    pub since: Timestamp,
    /// When it was asked for last.
    pub asked_at: Timestamp,
    /// Why it was not to be had the last time.
    pub why: String,
    /// Who it says it is from, where the server gives that.
    pub sender: Option<String>,
    /// Its subject, likewise.
    pub subject: Option<String>,
    /// When it was written, likewise.
    pub written_at: Option<Timestamp>,
    /// How many bytes it has, likewise.
    pub size: Option<u64>,
}

/// What was learned of a mailbox with some of its mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxRead {
    /// How far it is read.
    pub uids: Uids,
    /// Which mails are known now.
    pub known: Vec<HeaderDigest>,
    /// Which mails the server withholds.
    pub withheld: Vec<Withheld>,
    /// Which mails it withholds no more: they were read, or are gone.
    pub settled: Vec<u32>,
}

/// What reading mailboxes does to a ledger. None of it needs a lease: a run may send meanwhile.
#[expect(clippy::missing_errors_doc, reason = "all functions fail alike: where the ledger cannot be read or written")]
pub trait MailboxLedger {
    /// How far a mailbox was read.
    fn uids(&self, mailbox: &str) -> Result<Option<Uids>>;

    /// The mails of a mailbox that were read, under whatever number.
    fn known_mails(&self, mailbox: &str) -> Result<HashSet<HeaderDigest>>;

    /// Every mail that a server withholds, those first that were not asked for the longest.
    fn withheld(&self) -> Result<Vec<Withheld>>;

    /// Remembers what was learned of a mailbox. What was withheld under another numbering is not any more: under the
    /// new one, it is met again.
    fn remember(&self, read: MailboxRead) -> impl Future<Output = Result<()>> + Send;
}
