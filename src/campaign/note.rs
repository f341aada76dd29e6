//! What is worth a word on the way and stops nothing.

use std::fmt;

use super::shared_disk::SharedDisk;
use crate::ledger::Withheld;
use crate::model::count::counted;
use crate::model::{Fault, Language};

/// What is worth a word on the way and stops nothing. Whoever shows it finds the words, or takes these.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A row of a list, or a part of the campaign, is worth a look.
    Row(Fault),
    /// So many letters that an earlier run had on the wire are in doubt.
    InDoubt(u64),
    /// The system lets this process open too few files for as many connections as are wanted.
    FewFiles {
        /// How many files it lets it open.
        limit: u64,
        /// How many connections are used.
        used: u32,
        /// How many were wanted.
        wanted: u32,
    },
    /// These files changed since the first letter left, and the rest get the new text.
    Changed(Vec<String>),
    /// Many of the addresses do not exist.
    ManyUnknown {
        /// How many.
        unknown: u64,
        /// Of how many letters that are done with.
        done: u64,
    },
    /// Another machine may write the ledger too.
    SharedDisk(SharedDisk),
    /// The campaign's lease could not be given back, and why; it ends with the process all the same.
    LeaseKept(String),
    /// A letter lies beside the campaign's own and is not published, since nobody wrote down whom it addresses.
    Unpublished {
        /// The letter's template.
        path: String,
        /// Its language.
        language: Language,
        /// The campaign's file.
        file: String,
    },
    /// Something was recorded, and the log could not be written anew, and why.
    LogNotWritten(String),
    /// The server of the inbox has numbered this folder anew.
    NumberedAnew(String),
    /// A mail of the inbox cannot be fetched.
    NotFetched {
        /// Its folder.
        folder: String,
        /// What is known of it.
        mail: Box<Withheld>,
    },
    /// What is kept no longer, or is overdue.
    Retained(String),
    /// What the server of the inbox wants people to see.
    Alert(String),
    /// Letters left, and copies of them do not lie in the Sent folder yet.
    Unfiled {
        /// How many.
        letters: u64,
        /// The folder, as `campaign.toml` names it.
        folder: String,
        /// Why.
        why: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(fault) => fault.fmt(f),
            Self::InDoubt(count) => write!(
                f,
                "{count} of the letters that an earlier run had on the wire are in doubt; `undersigned log --state in-doubt` lists them"
            ),
            Self::FewFiles { limit, used, wanted } => write!(
                f,
                "the system lets this process open {limit} files: {} used, and not {wanted}; `ulimit -n` raises it",
                counted((*used).into(), "connection is", "connections are")
            ),
            Self::Changed(files) => {
                write!(f, "changed since the first letter left: {}; the rest get the new text", files.join(", "))
            }
            Self::ManyUnknown { unknown, done } => write!(
                f,
                "{unknown} of {done} addresses do not exist: many letters to nobody make a sender look like a spammer; mend the list, \
                 and send the rest in small parts (`--limit`)"
            ),
            Self::SharedDisk(shared) => shared.fmt(f),
            Self::LeaseKept(why) => write!(f, "the campaign's lease could not be given back: {why}"),
            Self::Unpublished { path, language, file } => write!(
                f,
                "{path} is not published; `[publish.recipient.{language}]` in {file}, which may be empty, publishes a letter in `{language}`"
            ),
            Self::LogNotWritten(why) => write!(f, "it is recorded, but the log was not written anew: {why}"),
            Self::NumberedAnew(folder) => write!(
                f,
                "the server has numbered the folder `{folder}` anew: its mails are compared with those that were read, and nothing counts \
                twice (Courier does so each time, until a mail program has opened the folder)"
            ),
            Self::NotFetched { folder, mail } => {
                let Withheld { uid, why, .. } = mail.as_ref();
                write!(f, "mail {uid} of the folder `{folder}` cannot be fetched: {why}")?;
                write!(f, "{}; the next run asks for it again", known(mail))
            }
            Self::Unfiled { letters, folder, why } => write!(
                f,
                "{} not in the folder `{folder}` yet: {why}; they were sent all the same, and `undersigned sync` puts them there",
                counted(*letters, "letter is", "letters are")
            ),
            Self::Retained(line) => f.write_str(line),
            Self::Alert(said) => write!(f, "the server of [inbox] wants you to know: {said}"),
        }
    }
}

/// What is known of a mail that cannot be read.
fn known(mail: &Withheld) -> String {
    let mut known = Vec::new();
    known.extend(mail.sender.as_ref().map(|sender| format!("from `{sender}`")));
    known.extend(mail.subject.as_ref().map(|subject| format!("with the subject `{subject}`")));
    known.extend(mail.written_at.map(|at| format!("of {}", at.strftime("%Y-%m-%d"))));
    known.extend(mail.size.map(|size| counted(size, "byte", "bytes")));
    if known.is_empty() { String::new() } else { format!(" (it is {})", known.join(", ")) }
}
