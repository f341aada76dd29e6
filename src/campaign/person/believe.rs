//! A person says whether a mail is to be believed.

use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{Confirmed, DismissLedger, MailLedger, TakenBack, ToConfirm};

/// Has what waits of mails take effect as it is.
///
/// # Errors
/// Where a number is none of something that waits, and where the ledger cannot be read or written.
pub async fn confirm(folder: &Folder, what: ToConfirm, said: &Said) -> Result<Recorded<Vec<Confirmed>>> {
    let ledger = witnessed_existing_ledger(folder)?;
    let confirmed = ledger.confirm(what, &said.of(&folder.settings.id)).await?;
    Ok(Recorded::and_logged(confirmed, folder, &ledger))
}

/// Takes back all that one mail did, and throws away what it suggests.
///
/// # Errors
/// Where no mail has that number, or it did nothing, and where the ledger cannot be read or written.
pub async fn take_back_mail(folder: &Folder, mail: u64, said: &Said) -> Result<Recorded<TakenBack>> {
    let ledger = witnessed_existing_ledger(folder)?;
    let taken_back = ledger.take_back_mail(mail, &said.of(&folder.settings.id)).await?;
    Ok(Recorded::and_logged(taken_back, folder, &ledger))
}

/// Takes back that suggestions were confirmed, with all else that their mails did; they wait again, and so does what
/// their mails suggested besides. Gives how many wait. It is one commit.
///
/// # Errors
/// Where one of their mails did nothing, and where the ledger cannot be read or written.
pub async fn doubt(folder: &Folder, numbers: &[u64], said: &Said) -> Result<Recorded<u64>> {
    let ledger = witnessed_existing_ledger(folder)?;
    let waiting = ledger.doubt(numbers.to_vec(), &said.of(&folder.settings.id)).await?;
    Ok(Recorded::and_logged(waiting.len() as u64, folder, &ledger))
}
