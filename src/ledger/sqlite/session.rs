//! What the writer keeps in memory of a run, for as long as that has its lease: all of it can be read from the ledger
//! again.

use std::collections::HashMap;

use super::account_log::{AccountLog, Limit};
use super::lock::Alive;
use super::timeline::Timeline;
use crate::ledger::sent_log::AddressMark;
use crate::model::{RecipientId, Round};

/// The keys of a lease in the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) campaign: i64,
    pub(super) lease: i64,
}

/// Whose attempts: those of a campaign, or of one run of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose {
    pub(super) campaign: i64,
    pub(super) run: Option<i64>,
}

/// An attempt that is under way.
#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) delivery: i64,
    pub(super) round: Round,
    pub(super) recipient: RecipientId,
    /// The address's mark in the log of sent letters.
    pub(super) address: AddressMark,
    pub(super) number: i64,
    pub(super) account: i64,
    pub(super) domain: String,
    pub(super) weight: u32,
    /// Whether copies left with the letter.
    pub(super) has_copies: bool,
}

/// A lease that was taken through this writer.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) run: Run,
    /// The transaction in which the ledger was last asked whether the lease stands.
    pub(super) seen_in: u64,
    /// What time it was then on the server, in the ledger's time; 0 where the ledger is in a file.
    pub(super) server_time: i64,
    /// How the run's clock and the ledger's own time lie to each other.
    pub(super) time: Timeline,
    /// Since when the lease is held, in the ledger's time.
    pub(super) since: i64,
    /// The round of the last letter that was claimed.
    pub(super) round: Option<Round>,
    /// What claims are checked against, once it is set.
    pub(super) limit: Option<Limit>,
    /// What counts in the windows of `limit`; `None` where it has to be read from the ledger (again).
    pub(super) log: Option<AccountLog>,
    /// The attempts that this run has under way, by their keys: what is told when they end need not be looked up then.
    pub(super) under_way: HashMap<i64, UnderWay>,
    pub(super) alive: Alive,
}

impl Session {
    /// Forgets what was noted in a transaction that did not come about: it is read from the ledger again.
    pub(super) fn forget(&mut self) {
        self.log = None;
        self.under_way.clear();
    }
}
