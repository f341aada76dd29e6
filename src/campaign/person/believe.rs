//! A person says whether a mail is to be believed.

use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{Confirmed, MailLedger, TakenBack, ToConfirm};

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
