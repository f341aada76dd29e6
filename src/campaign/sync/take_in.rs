//! Mail is taken in from a mailbox.

use super::found::Found;
use super::intake::Intake;
use super::news::{Came, Watch};
use super::remote;
use super::source::{Lies, Source};
use crate::campaign::contacted::{renew_contacted, witnessed_existing_ledger};
use crate::campaign::error::{Error, Result};
use crate::campaign::filing;
use crate::campaign::folder::Folder;
use crate::campaign::note::Note;
use crate::campaign::retention::{Retained, refuse_expired, retain};
use crate::clock::Clock;
use crate::inbox::SentWords;
use crate::ledger::{self, HeldMail, MailLedger, MailboxLedger as _, ReadLedger, Withheld};
use crate::letter::Variants;
use crate::mailbox::Mails;

/// So many mails are matched at once: for all of them together, the ledger's letters are gone through once.
const BATCH: usize = 500;

/// What reading mail came to.
#[derive(Debug)]
pub struct Synced {
    /// What was found.
    pub found: Found,
    /// Why it was not read to its end, where it was not.
    pub unread: Option<Unread>,
    /// The mails of all times that wait for a person, though they are tied to letters.
    pub held: Vec<HeldMail>,
    /// The mails of the inbox that the server has and does not give.
    pub withheld: Vec<Withheld>,
    /// That copies of letters do not lie in the Sent folder yet, where that is so.
    pub unfiled: Option<Note>,
    /// What is kept no longer, or is overdue; nothing, where everything is kept.
    pub retained: Option<Retained>,
    /// That the log could not be written anew, where that is so.
    pub note: Option<Note>,
}

/// Why mail was not read to its end.
#[derive(Debug, thiserror::Error)]
#[error("the inbox was not read to its end; what was read is recorded")]
pub struct Unread(#[source] pub Error);

/// Reads mail, and records what it says. `watch` is told of each mail that is new.
///
/// # Errors
/// Where there is no ledger, or it cannot be opened, or not remember that the inbox was read. What goes wrong while
/// mail is read is in [`Synced::unread`].
pub async fn take_in(folder: &Folder, source: Source, clock: &Clock, watch: &mut Watch<'_>) -> Result<Synced> {
    let ledger = witnessed_existing_ledger(folder)?;
    refuse_expired(folder, Some(&ledger))?;
    let began = clock.now();
    let intake = Intake::new(&ledger, &folder.settings, clock, ledger.token_key()?);
    let mut intake = intake.knowing(sent_words(folder));
    let read = match source.lies {
        Lies::Here(mails) => read(mails, &mut intake, watch).await.map(|()| Vec::new()),
        Lies::There(imap, secret) => remote::read(&imap, secret, &mut intake, watch).await,
    };
    intake.let_pass(watch).await?;
    if source.is_inbox && read.is_ok() {
        ledger.inbox_was_read(&folder.settings.id, began).await?;
    }
    let (withheld, unread) = match read {
        Ok(withheld) => (withheld, None),
        Err(why) => (Vec::new(), Some(Unread(why))),
    };
    let found = Found { withheld: withheld.len() as u64, ..intake.into_found() };
    let unfiled = if source.is_inbox { filing::file_left(folder, &ledger).await? } else { None };
    let retained = retain(folder, &ledger, clock.now()).await?;
    let held = ledger.held()?;
    Ok(Synced { found, unread, held, withheld, unfiled, retained, note: renew_contacted(folder, &ledger) })
}

/// What the campaign's letters say themselves, as far as their templates can be read: an answer quotes it.
fn sent_words(Folder { workspace, settings, .. }: &Folder) -> SentWords {
    let follow_ups = settings.follow_ups.iter().map(|spec| &spec.template);
    let mut texts: Vec<String> = Vec::new();
    for path in std::iter::once(&settings.letter.template).chain(follow_ups) {
        let languages = Variants::of(workspace, path).known.into_iter().map(|(_, path)| path);
        for path in std::iter::once(path.to_owned()).chain(languages) {
            texts.extend(workspace.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()));
        }
    }
    SentWords::of(texts.iter().map(String::as_str))
}

/// Reads mails to their end. What was read before an error is recorded.
async fn read<L: MailLedger>(mails: Mails, intake: &mut Intake<'_, L>, watch: &mut Watch<'_>) -> Result<()> {
    let mut failed = None;
    let mut waiting = Vec::new();
    for mail in mails {
        match mail {
            Ok(mail) => waiting.extend(intake.look(&mail.bytes, mail.place)?),
            // The others are read all the same.
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
        if waiting.len() == BATCH {
            intake.count(std::mem::take(&mut waiting), watch).await?;
        }
    }
    intake.count(waiting, watch).await?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// Every mail that is about no letter for sure, in the order in which they were read; then those that a server
/// withholds.
///
/// # Errors
/// Where there is no ledger, or it cannot be read.
pub fn unmatched(folder: &Folder) -> Result<Vec<Came>> {
    let ledger = match folder.known_ledger()? {
        Some(ledger) => ledger,
        None => folder.existing_ledger()?,
    };
    let mails = ledger.unmatched().map(|mail| mail.map(Came::from));
    let mut mails = mails.collect::<ledger::Result<Vec<_>>>()?;
    mails.extend(ledger.withheld()?.into_iter().map(not_read));
    Ok(mails)
}

/// The mails of all times that wait for a person, though they are tied to letters.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn held(folder: &Folder) -> Result<Vec<HeldMail>> {
    Ok(folder.known_ledger()?.map(|ledger| ledger.held()).transpose()?.unwrap_or_default())
}

/// How many mails of all times may be about letters, and wait for a person to say so.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn waiting(folder: &Folder) -> Result<u64> {
    folder.known_ledger()?.map_or(Ok(0), |ledger| waiting_of(&ledger))
}

/// As [`waiting`], of a ledger that is open.
pub(in crate::campaign) fn waiting_of(ledger: &impl MailLedger) -> Result<u64> {
    let mut count = 0;
    for mail in ledger.unmatched() {
        count += u64::from(!mail?.suggestions.is_empty());
    }
    Ok(count)
}

/// A mail that a server withholds, as it is listed.
fn not_read(mail: Withheld) -> Came {
    Came {
        number: None,
        place: format!("{}, mail {}", mail.mailbox, mail.uid),
        kind: "withheld".to_owned(),
        sender: mail.sender,
        subject: mail.subject,
        first_line: None,
        told: Vec::new(),
        suggestions: Vec::new(),
        reason: Some(format!("it cannot be fetched: {}", mail.why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A front end with several threads waits for it on any of them: whether that is so shows when this is compiled.
    #[expect(dead_code, reason = "it is compiled, and never called")]
    fn mail_is_taken_in_on_any_thread(folder: &Folder, source: Source, clock: &Clock) {
        fn any_thread(_: impl Send) {}
        any_thread(take_in(folder, source, clock, &mut |_| Ok(())));
    }
}
