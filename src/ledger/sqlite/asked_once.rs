//! What is asked once in a transaction, since nobody else writes meanwhile; on a server, together with its beginning.

use rusqlite::params;

use super::facts::RoundFacts;
use super::session::Run;
use super::shared;
use super::writer::Store;
use crate::ledger::Lease;
use crate::ledger::database::Params;
use crate::ledger::postgres::{About, Ahead};
use crate::model::Round;

const ROUND: &str = "SELECT generation, (SELECT max(id) FROM snapshot WHERE campaign = ?1 AND round = ?2),
        EXISTS (SELECT 1 FROM halt WHERE campaign = ?1) FROM plan
    WHERE campaign = ?1 AND round = ?2";

const ANYBODY: &str = "SELECT EXISTS (SELECT 1 FROM suppression) OR EXISTS (SELECT 1 FROM forgotten)";

impl Store {
    /// Says what a command of a run is going to ask, whatever it is; gives the run's keys.
    pub(super) fn foresee_run(&self, lease: &Lease, ahead: &mut Ahead) -> rusqlite::Result<Option<Run>> {
        let session = self.sessions.get(&lease.campaign).filter(|session| session.run.lease == lease.number);
        if session.is_some() {
            ahead.ask(shared::STANDS, About::All, [lease.number].values()?);
        }
        Ok(session.map(|session| session.run))
    }

    /// The same of one that claims a letter.
    pub(super) fn foresee_claim(&self, lease: &Lease, ahead: &mut Ahead) -> rusqlite::Result<Option<Run>> {
        let Some(run) = self.foresee_run(lease, ahead)? else { return Ok(None) };
        ahead.ask(ANYBODY, About::All, Vec::new());
        let Some(session) = self.sessions.get(&lease.campaign) else { return Ok(None) };
        if let Some(round) = session.round {
            ahead.ask(ROUND, About::All, params![run.campaign, round.0].values()?);
        }
        if let Some(log) = &session.log {
            log.foresee(ahead)?;
        }
        Ok(Some(run))
    }

    /// What claims look at in a round.
    pub(super) fn round(&mut self, campaign: i64, round: Round) -> rusqlite::Result<RoundFacts> {
        let mut known = self.facts.rounds.iter();
        if let Some((_, _, facts)) = known.find(|(of, number, _)| (*of, *number) == (campaign, round)) {
            return Ok(*facts);
        }
        let facts = self.connection.prepare_cached(ROUND)?.query_row(params![campaign, round.0], |row| {
            Ok(RoundFacts { generation: row.get(0)?, snapshot: row.get(1)?, is_halted: row.get(2)? })
        })?;
        self.facts.rounds.push((campaign, round, facts));
        Ok(facts)
    }

    /// Whether the ledger suppresses anybody.
    pub(super) fn suppresses(&mut self) -> rusqlite::Result<bool> {
        if let Some(known) = self.facts.suppresses {
            return Ok(known);
        }
        let suppresses = self.connection.prepare_cached(ANYBODY)?.query_row([], |row| row.get(0))?;
        self.facts.suppresses = Some(suppresses);
        Ok(suppresses)
    }

    /// Whether this transaction has seen that the ledger was not handed over from here.
    pub(super) fn is_known_to_be_here(&self) -> bool {
        self.facts.is_here
    }

    /// Remembers for this transaction that the ledger was not handed over from here.
    pub(super) fn is_here(&mut self) {
        self.facts.is_here = true;
    }

    /// Forgets whether the ledger suppresses anybody, since that changes.
    pub(super) fn forget_suppressions(&mut self) {
        self.facts.suppresses = None;
    }

    /// Forgets what claims look at in their rounds, since a campaign was stopped or goes on.
    pub(super) fn forget_rounds(&mut self) {
        self.facts.rounds.clear();
    }
}
