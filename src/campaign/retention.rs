//! What is kept no longer, as `retention` in `[ledger]` says: mails of strangers go by themselves when the inbox is
//! read; of campaigns it is only said that they are overdue. Those are erased by a person's word ([`expire`]).
//!
//! [`expire`]: super::expire::expire

use std::fmt;

use jiff::Timestamp;

use super::error::Result;
use super::folder::{Folder, Ledger};
use crate::ledger::{LedgerError, Overdue, ReadLedger, Strangers};
use crate::model::count::counted;
use crate::model::{Fault, Place};

/// What became of what is kept no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retained {
    /// How old mails of strangers become, and what became of older ones; nothing, where all are
    /// kept.
    pub strangers: Option<(String, Strangers)>,
    /// The campaigns that are overdue.
    pub overdue: Vec<OverdueCampaign>,
}

/// A campaign that is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdueCampaign {
    /// What is known of it.
    pub found: Overdue,
    /// How long campaigns are kept.
    pub kept_for: String,
}

impl fmt::Display for OverdueCampaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the campaign `{}` is overdue: nothing has happened in it since {}, and campaigns are kept for {}; `undersigned ledger expire` \
             erases the data of its people",
            self.found.campaign,
            self.found.last_event.strftime("%F"),
            self.kept_for
        )
    }
}

impl Retained {
    /// What people are told of it: a line for each thing that is worth one.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some((age, Strangers { erased, waiting, in_file })) = &self.strangers {
            if *erased > 0 {
                let mails = counted(*erased, "mail of a stranger was", "mails of strangers were");
                lines.push(format!("{mails} read more than {age} ago: nothing else is kept of them any more"));
            }
            if !waiting.is_empty() {
                let mails = counted(waiting.len() as u64, "mail is as old, and waits", "mails are as old, and wait");
                let numbers: Vec<String> = waiting.iter().map(u64::to_string).collect();
                let numbers = numbers.join(", ");
                lines.push(format!(
                    "{mails} for you: {numbers}; `undersigned sync --unmatched` lists what each suggests"
                ));
            }
            if *in_file {
                let until = "until the run that is under way, or died, has ended";
                lines.push(format!(
                    "{until}, the ledger's file may still hold what was erased; the next `sync` looks again"
                ));
            }
        }
        lines.extend(self.overdue.iter().map(ToString::to_string));
        lines
    }
}

/// Erases what strangers wrote long ago, and looks for campaigns that are overdue; nothing, where everything is kept.
///
/// # Errors
/// Where the ledger cannot be read or written.
pub(super) async fn retain(folder: &Folder, ledger: &Ledger, now: Timestamp) -> Result<Option<Retained>> {
    let retention = folder.settings.retention;
    if retention.strangers.is_none() && retention.campaigns.is_none() {
        return Ok(None);
    }
    let strangers = match retention.strangers {
        Some(kept) => Some((kept.to_string(), ledger.erase_strangers(kept.before(now)).await?)),
        None => None,
    };
    Ok(Some(Retained { strangers, overdue: overdue_in(folder, ledger, now)? }))
}

/// The campaigns of the ledger that are overdue; none, where campaigns are kept for ever.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn overdue(folder: &Folder, now: Timestamp) -> Result<Vec<OverdueCampaign>> {
    match folder.known_ledger()? {
        Some(ledger) => overdue_in(folder, &ledger, now),
        None => Ok(Vec::new()),
    }
}

fn overdue_in(folder: &Folder, ledger: &Ledger, now: Timestamp) -> Result<Vec<OverdueCampaign>> {
    let Some(kept) = folder.settings.retention.campaigns else { return Ok(Vec::new()) };
    let found = ledger.overdue(kept.before(now))?.into_iter();
    Ok(found.map(|found| OverdueCampaign { found, kept_for: kept.to_string() }).collect())
}

/// Refuses whatever would go on with a campaign whose people were erased: the same list would be sent again.
///
/// # Errors
/// [`LedgerError::Expired`] where that is so, and where the ledger cannot be read.
pub(super) fn refuse_expired(folder: &Folder, ledger: Option<&impl ReadLedger>) -> Result<()> {
    match ledger.map(|ledger| ledger.expired(&folder.settings.id)).transpose()?.flatten() {
        Some(expired) => Err(LedgerError::Expired(expired).into()),
        None => Ok(()),
    }
}

/// What is said where a campaign is overdue before its follow-up is due: nothing happens in it meanwhile.
pub(super) fn shorter_than_a_follow_up(folder: &Folder) -> Option<Fault> {
    let settings = &folder.settings;
    let kept = settings.retention.campaigns?;
    let (number, late) = (1..).zip(&settings.follow_ups).find(|(_, rule)| rule.after.least_days() >= kept.days())?;
    let message = format!(
        "`retention` keeps campaigns for {kept}, and follow-up {number} goes {} after the letter before it: until then the campaign is \
         said to be overdue, and `ledger expire` would erase whom it goes to; keep campaigns for longer",
        late.after
    );
    Some(Fault::warning(Place::file(&settings.file), message))
}

/// What is said where the campaign continues one whose people were erased.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) fn continues_expired(folder: &Folder, ledger: Option<&impl ReadLedger>) -> Result<Option<Fault>> {
    let (Some(continued), Some(ledger)) = (&folder.settings.continues, ledger) else { return Ok(None) };
    Ok(ledger.expired(continued)?.map(|expired| {
        let message = format!(
            "`continues` names a campaign of which nobody is known any more: {expired}; no letter goes on in a thread of its, take \
             `continues` out"
        );
        Fault::warning(Place::file(&folder.settings.file), message)
    }))
}
