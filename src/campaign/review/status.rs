//! A campaign at a glance.

use std::collections::BTreeMap;

use super::Review;
use super::upcoming::Upcoming;
use crate::campaign::counted_once::counted_once;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::load::Campaign;
use crate::campaign::sync;
use crate::campaign::unlisted;
use crate::clock::Clock;
use crate::ledger::{ApprovalLedger, HandOver, MailLedger, MailboxLedger, PlaceLedger, ReadLedger, Selection};
use crate::model::Round;
use crate::plan::Next;
use crate::report::{Account, RoundStatus, Status};

/// How many recipients of each round have what before them.
type Counts = BTreeMap<Round, BTreeMap<Next, u64>>;

/// A campaign at a glance.
#[derive(Debug)]
pub struct Glance {
    /// Where it stands.
    pub status: Status,
    /// Why the status does not say what comes next, where a list that this takes cannot be read.
    pub next_unknown: Option<Error>,
}

impl Review<'_> {
    /// Says where the campaign stands.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn glance(&self) -> Result<Glance> {
        let settings = &self.folder.settings;
        let (id, name) = (&settings.id, &settings.name);
        let Some(ledger) = &self.ledger else {
            return Ok(Glance { status: Status::new(id, name, None, Vec::new(), 0), next_unknown: None });
        };
        let rounds_sent = ledger.rounds(id)?;
        // Of one round, its own numbers are those of the people.
        let mut account = (rounds_sent.len() > 1).then(Account::default);
        let (mut next, next_unknown) = match count_next(self.folder, ledger, account.as_mut()) {
            Ok(counts) => (counts, None),
            Err(error) => (Counts::new(), Some(error)),
        };
        let mut rounds = Vec::new();
        for round in rounds_sent {
            let (tally, again) = (counted_once(ledger, id, round)?, ledger.next_attempt_at(id, round)?);
            let next = next.remove(&round).unwrap_or_default();
            let copies = ledger.copies(id, round)?;
            let not_listed = unlisted::open(self.folder, round, ledger)?.len() as u64;
            let mut status = RoundStatus::new(round, (tally, copies), again, ledger.answers(id, round)?, next);
            status.not_listed = not_listed;
            rounds.push(status);
        }
        let holder = ledger.holder(id)?;
        let status = Status::new(id, name, holder.as_ref(), rounds, ledger.suppressions()?.len());
        let mut status = status.sent_by(ledger.runs(id)?);
        status.expired = ledger.expired(id)?.map(|expired| expired.to_string());
        status.stopped = ledger.halt(id)?.map(|halt| halt.to_string());
        status.handed_over = ledger.handed_over()?.map(|handed| tell_handed_over(&handed));
        status.approvals = ledger.approvals(id)?;
        status.version = (!status.approvals.is_empty()).then(|| self.version()).flatten();
        status.inbox_read_at = ledger.inbox_read_at(id)?;
        status.people = account.map(|account| account.all).filter(|all| all.people > 0);
        status.waiting = sync::waiting_of(ledger)?;
        status.withheld = ledger.withheld()?.len() as u64;
        Ok(Glance { status, next_unknown })
    }
}

impl Review<'_> {
    /// Which version the letter is now; nothing, where the campaign's files have faults.
    fn version(&self) -> Option<String> {
        let campaign = Campaign::read(self.folder.clone(), Round(0), &Clock::system());
        campaign.ok().map(|campaign| campaign.version())
    }
}

/// That the ledger was handed over, and what goes on with it.
fn tell_handed_over(handed: &HandOver) -> String {
    if handed.is_here {
        format!("{handed}: nothing is sent or recorded from here; `undersigned hand-over --undo` takes it back")
    } else {
        format!(
            "{handed}; this is the copy: `undersigned send` and `undersigned follow-up` go on with it here by `--take-over`"
        )
    }
}

/// Counts what comes next, and takes all deliveries into an account, where there is one.
fn count_next(folder: &Folder, ledger: &impl ReadLedger, mut account: Option<&mut Account>) -> Result<Counts> {
    let mut counts = Counts::new();
    if folder.settings.follow_ups.is_empty() {
        return Ok(counts);
    }
    for batch in Upcoming::read(folder, ledger)?.batches(&Selection::default()) {
        for (delivery, _, next) in batch? {
            if let Some(account) = account.as_deref_mut() {
                account.add(&delivery, None, next);
            }
            if let Some(next) = next {
                *counts.entry(delivery.round).or_default().entry(next).or_default() += 1;
            }
        }
    }
    Ok(counts)
}
