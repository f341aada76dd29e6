//! What waits in the inbox for a person: mails that are about no letter for sure, and what a person makes of them.

use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::campaign::person::{self, Recorded, Said};
use crate::ledger::{Confirmed, DismissLedger, MailLedger, SayingStands, ToConfirm, Unmatched};

use jiff::Timestamp;

/// So many mails are shown at once.
pub const MAILS: usize = 50;

/// What waits in the inbox.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// The campaign's name.
    pub name: String,
    /// When the inbox was last read to its end.
    pub read_at: Option<Timestamp>,
    /// Mails of which something waits for a person: the first of them.
    pub waiting: Vec<Unmatched>,
    /// How many these are in all.
    pub waiting_in_all: u64,
    /// Mails that are about no letter, and suggest nothing: the last of them.
    pub others: Vec<Unmatched>,
    /// How many these are in all.
    pub others_in_all: u64,
}

/// What a person confirmed, and what takes it back.
#[derive(Debug)]
pub struct Believed {
    /// What was confirmed.
    pub confirmed: Vec<Confirmed>,
    /// The numbers by which it can be taken back; none, where that would take back more than was confirmed.
    pub undo: Vec<u64>,
}

/// Reads what waits in the inbox.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn inbox(folder: &Folder) -> Result<Inbox> {
    let mut inbox = Inbox {
        name: folder.settings.name.clone(),
        read_at: None,
        waiting: Vec::new(),
        waiting_in_all: 0,
        others: Vec::new(),
        others_in_all: 0,
    };
    let Some(ledger) = folder.known_ledger()? else { return Ok(inbox) };
    inbox.read_at = ledger.inbox_read_at(&folder.settings.id)?;
    for mail in ledger.unmatched() {
        let mail = mail?;
        let waits = mail.suggestions.iter().any(|found| found.number.is_some());
        if waits {
            inbox.waiting_in_all += 1;
            if inbox.waiting.len() < MAILS {
                inbox.waiting.push(mail);
            }
        } else {
            inbox.others_in_all += 1;
            if inbox.others.len() == MAILS {
                inbox.others.remove(0);
            }
            inbox.others.push(mail);
        }
    }
    inbox.others.reverse();
    Ok(inbox)
}

/// Has suggestions take effect as they are.
///
/// # Errors
/// Where one of them does not wait, and where the ledger cannot be read or written.
pub async fn believe(folder: &Folder, numbers: Vec<u64>, said: &Said) -> Result<Recorded<Believed>> {
    let ledger = witnessed_existing_ledger(folder)?;
    let sayings = ledger.sayings(&numbers)?;
    drop(ledger);
    let what = ToConfirm { numbers: numbers.clone(), ranges: Vec::new(), all_of: Vec::new() };
    let Recorded { what: confirmed, note } = person::confirm(folder, what, said).await?;
    // What the mail did before would be taken back with it.
    let is_alone = sayings.iter().all(|saying| saying.standing != SayingStands::Counts);
    Ok(Recorded { what: Believed { confirmed, undo: if is_alone { numbers } else { Vec::new() } }, note })
}

/// Throws suggestions away; gives those that waited.
///
/// # Errors
/// Where the ledger cannot be read or written.
pub async fn dismiss(folder: &Folder, numbers: Vec<u64>, said: &Said) -> Result<Vec<u64>> {
    let ledger = witnessed_existing_ledger(folder)?;
    Ok(ledger.dismiss(numbers, &said.of(&folder.settings.id)).await?)
}

/// Lets suggestions wait again that were thrown away.
///
/// # Errors
/// Where the ledger cannot be read or written.
pub async fn let_wait(folder: &Folder, numbers: Vec<u64>, said: &Said) -> Result<Vec<u64>> {
    let ledger = witnessed_existing_ledger(folder)?;
    Ok(ledger.let_wait(numbers, &said.of(&folder.settings.id)).await?)
}
