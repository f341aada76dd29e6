//! The inbox is read before a follow-up goes: nobody is reminded who has answered.

use jiff::Timestamp;

use super::found::Found;
use super::news::{News, Watch};
use super::source::Source;
use super::take_in::{Synced, Unread, take_in};
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::note::Note;
use crate::campaign::realm::Realm;
use crate::campaign::retention::Retained;
use crate::clock::Clock;
use crate::ledger::{MailLedger, Withheld};

/// Whether all is known that came back before a follow-up goes.
#[derive(Debug)]
pub enum InboxRead {
    /// The inbox was read to its end: what was found.
    ToItsEnd(Found),
    /// It was, but the server does not give these mails: whoever wrote them may get a follow-up.
    Withheld {
        /// What was found.
        found: Found,
        /// What is known of them.
        mails: Vec<Withheld>,
    },
    /// It was not, and whoever has answered since may get a follow-up.
    NotToItsEnd {
        /// Why.
        why: Error,
        /// When it was last read to its end.
        last: Option<Timestamp>,
    },
}

/// The inbox that is to be read before a follow-up; nothing, where the campaign has none, or this is the sandbox. Its
/// password is fetched, as by [`Source::inbox`].
#[must_use]
pub fn inbox_to_read(folder: &Folder) -> Option<Result<Source>> {
    let has_inbox = folder.settings.inbox.is_some() && folder.realm == Realm::Real;
    has_inbox.then(|| Source::inbox(folder))
}

/// Reads the inbox, or learns that it could not be opened. `watch` is told as by [`take_in`].
///
/// # Errors
/// Where the ledger cannot be read or written: then nothing may be sent either.
pub async fn read_before_follow_up(
    folder: &Folder,
    inbox: Result<Source>,
    clock: &Clock,
    watch: &mut Watch<'_>,
) -> Result<InboxRead> {
    let ledger = folder.known_ledger()?;
    let last = ledger.map(|ledger| ledger.inbox_read_at(&folder.settings.id)).transpose()?.flatten();
    let source = match inbox {
        Ok(source) => source,
        Err(why) => return Ok(InboxRead::NotToItsEnd { why, last }),
    };
    let Synced { found, unread, withheld, note, retained, .. } = take_in(folder, source, clock, watch).await?;
    let retained = retained.iter().flat_map(Retained::lines).map(Note::Retained);
    for note in note.into_iter().chain(retained) {
        watch(News::Note(note))?;
    }
    match unread {
        None if withheld.is_empty() => Ok(InboxRead::ToItsEnd(found)),
        None => Ok(InboxRead::Withheld { found, mails: withheld }),
        Some(Unread(error @ Error::Ledger(_))) => Err(error),
        Some(Unread(why)) => Ok(InboxRead::NotToItsEnd { why, last }),
    }
}
