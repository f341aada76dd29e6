//! The log of sent letters, which is no part of the ledger: whoever puts an older ledger back does not put it back.

use std::path::PathBuf;

use jiff::Timestamp;

use super::super::rules::witness::{Known, unknown};
use super::super::sent_log::{Letter, Line, Marker, Turn};
use super::super::{DeliveryId, LedgerError, Lost, Missing, Result};
use super::disk::Disk;
use super::record::Row;
use crate::model::{DeliveryState, MessageId, TokenKey, lookup_key};

fn letter(row: &Row) -> Letter {
    let address = Marker::of(&TokenKey::new([7; 32])).mark(&lookup_key(&row.delivery.email), &row.person);
    Letter { campaign: row.campaign.clone(), round: row.delivery.round, address }
}

impl Disk {
    /// Notes where a letter stands now.
    pub(super) fn witness(&mut self, delivery: DeliveryId, at: Timestamp) {
        let Some(row) = self.rows.get(&delivery) else { return };
        let turn = match (row.delivery.state, &row.delivery.message_id) {
            (DeliveryState::Attempting, Some(message_id)) => {
                Some(Turn::Leaves { attempt: row.delivery.attempts, message_id: message_id.clone() })
            }
            (state, _) => Turn::of(state),
        };
        if let Some(turn) = turn {
            let line = Line::Letter { letter: letter(row), at, turn };
            self.sent.hear(line);
        }
    }

    /// Refuses where the log knows of letters that the ledger does not know of; a log that is gone is made whole.
    pub(super) fn refuse_lost(&mut self) -> Result<()> {
        let rows = &self.rows;
        let known = |asked: &Letter| {
            let row = rows.values().find(|row| letter(row) == *asked)?;
            Some(Known { attempts: row.delivery.attempts, state: row.delivery.state })
        };
        let missed = unknown(&self.sent, known).map(|(_, left)| left.at);
        if let Some(last) = missed.max() {
            let (ledger, witness) = (PathBuf::from("memory"), PathBuf::from("memory-sent"));
            let what = Missing::Letters { count: 1, last };
            return Err(LedgerError::Lost(Lost { ledger, witness, what, elsewhere: None }));
        }
        let left: Vec<Line> = self
            .rows
            .values()
            .filter(|row| row.delivery.state.may_have_left() && !self.sent.letters.contains_key(&letter(row)))
            .map(|row| {
                let message_id = row.delivery.message_id.clone();
                let message_id = message_id.unwrap_or_else(|| MessageId::from_text("unknown@invalid"));
                let turn = Turn::Leaves { attempt: row.delivery.attempts, message_id };
                let at = row.delivery.last_attempt_at.unwrap_or(Timestamp::UNIX_EPOCH);
                Line::Letter { letter: letter(row), at, turn }
            })
            .collect();
        for line in left {
            self.sent.hear(line);
        }
        Ok(())
    }

    /// Puts an older ledger back; the log of sent letters stays as it is.
    pub(crate) fn put_back(&mut self, older: &Disk) {
        let sent = std::mem::take(&mut self.sent);
        *self = older.clone();
        self.sent = sent;
        self.locks.clear();
    }

    /// Loses the log of sent letters.
    pub(crate) fn lose_witness(&mut self) {
        self.sent = super::super::sent_log::Told::default();
    }
}
