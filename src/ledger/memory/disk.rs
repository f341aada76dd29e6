//! What is committed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::super::rules::place::Spot;
use super::super::rules::ways::Seen;
use super::super::sent_log::Told;
use super::super::{
    Approval, AttemptId, CopyId, Delivery, DeliveryId, Halt, HandOver, KeptLetter, LedgerError, Mailed,
};
use super::mailbox::Mailbox;
use super::record::{Attempt, Copied, Held, Plan, Process, Row, Said, Sharing, Suppressed};
use crate::model::{CampaignId, Round};

/// Everything that is committed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    pub(super) rows: BTreeMap<DeliveryId, Row>,
    pub(super) plans: BTreeMap<(CampaignId, Round), Plan>,
    pub(super) attempts: BTreeMap<AttemptId, Attempt>,
    pub(super) suppressed: BTreeMap<String, Suppressed>,
    pub(super) halts: BTreeMap<CampaignId, Halt>,
    /// Who agreed to which campaign's letter.
    pub(super) approvals: BTreeMap<(CampaignId, String), Approval>,
    /// Every mail that was counted, in its order.
    pub(super) mails: Vec<Mailed>,
    /// What they said, in the order of its numbers.
    pub(super) said: Vec<Said>,
    /// The numbers of the mails, and of what they said: one series.
    pub(super) mail_numbers: Vec<u64>,
    pub(super) said_numbers: Vec<u64>,
    pub(super) mailboxes: BTreeMap<String, Mailbox>,
    /// When each campaign's inbox was last read to its end.
    pub(super) inboxes: BTreeMap<CampaignId, Timestamp>,
    pub(super) leases: BTreeMap<CampaignId, Held>,
    /// The operating system's locks: which process on which machine has which campaign's. They are no part of the disk,
    /// and stand here since all processes see them.
    pub(super) locks: BTreeMap<(String, CampaignId), u32>,
    /// What is known of runs that share a campaign.
    pub(super) sharing: Sharing,
    pub(super) copies: BTreeMap<CopyId, Copied>,
    /// The letters of which a copy is still to be sent.
    pub(super) kept: BTreeMap<DeliveryId, KeptLetter>,
    /// What was seen of servers, by their names.
    pub(super) servers: BTreeMap<String, Seen>,
    pub(super) processes: u32,
    /// The log of sent letters, which is no part of the ledger.
    pub(super) sent: Told,
    /// That it was handed over, and from where.
    pub(super) handed_over: Option<(HandOver, Spot)>,
    /// How it was before it was taken back, until somebody says that it is used here.
    pub(super) taken_back: Option<HandOver>,
    /// The last lease that there was when a person said that it is used on a machine from then on.
    pub(super) taken_over: BTreeMap<String, i64>,
}

impl Disk {
    pub(super) fn start(&mut self, host: &str) -> Process {
        self.processes += 1;
        self.sharing.alive.insert(self.processes);
        Process { host: host.to_owned(), number: self.processes }
    }

    pub(super) fn bury(&mut self, process: &Process) {
        self.locks.retain(|_, holder| *holder != process.number);
        self.sharing.alive.remove(&process.number);
    }

    pub(super) fn meddle(&mut self, change: impl FnMut(&mut Delivery)) {
        self.rows.values_mut().map(|row| &mut row.delivery).for_each(change);
    }
}

/// A refusal, in the form in which a store gives it.
pub(super) fn refused(what: String) -> LedgerError {
    LedgerError::Store { path: PathBuf::from("memory"), what }
}
