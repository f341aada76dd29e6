//! How attempts at copies end, by what the server said.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{EVENT, tell};
use crate::ledger::sent_log::{Letter, Turn};
use crate::ledger::sqlite::attempt::{end_attempt, refused};
use crate::ledger::sqlite::failure::Failure;
use crate::ledger::sqlite::session::Run;
use crate::ledger::sqlite::shared::copy_ended_late;
use crate::ledger::sqlite::value::micros;
use crate::ledger::sqlite::writer::{Command, Happened, Store};
use crate::ledger::{CopyId, Lease, LedgerError, Settlement};
use crate::model::{DeliveryState, RecipientId, Round};

/// Records how an attempt at a copy ended.
pub(in crate::ledger::sqlite) struct SettleCopy {
    pub(in crate::ledger::sqlite) lease: Lease,
    pub(in crate::ledger::sqlite) copy: CopyId,
    pub(in crate::ledger::sqlite) settlement: Settlement,
}

/// A copy that is under way.
struct UnderWay {
    address: String,
    address_key: String,
    round: Round,
    recipient: RecipientId,
    number: i64,
    account: i64,
    domain: String,
}

impl Command for SettleCopy {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = self.run_that_stands(store)?;
        let Settlement { delivery, attempt, at, state, reply, reason, next_attempt_at, .. } = &self.settlement;
        if !DeliveryState::Attempting.may_become(*state) {
            return Err(refused(store, format!("an attempt cannot end as {state}")));
        }
        let (ledger_time, counts_from) = store.time_of(&self.lease, *at)?;
        let found = self.find(store)?;
        let Some(found) = found.filter(|_| {
            // It is not under way where another run has put it in doubt.
            end_attempt(store, run, &self.settlement, ledger_time).is_ok_and(|ended| ended)
        }) else {
            let what = format!("attempt {} of the copy {} is not under way", attempt.0, self.copy.0);
            return Err(refused(store, what));
        };
        let next = (*state == DeliveryState::Deferred).then(|| next_attempt_at.unwrap_or(*at));
        store.connection.execute(
            "UPDATE copy SET state = ?2, next_attempt_at = ?3, smtp_code = ?4, smtp_enhanced = ?5, smtp_text = ?6, reason = ?7
            WHERE id = ?1",
            params![
                self.copy.0,
                state.as_str(),
                next.map(micros),
                reply.as_ref().map(|it| it.code),
                reply.as_ref().and_then(|it| it.enhanced).map(|it| it.to_string()),
                reply.as_ref().map(|it| &it.text),
                reason,
            ],
        )?;
        tell(&store.connection, delivery.0)?;
        store.record(&Happened {
            campaign: run.campaign,
            at: *at,
            delivery: Some((found.round, &found.recipient)),
            kind: EVENT,
            source: if reply.is_some() { "server" } else { &store.source },
            detail: &json!({
                "address": found.address,
                "state": state.as_str(),
                "attempt": found.number,
                "reply": reply.as_ref().map(ToString::to_string),
                "reason": reason,
                "next_attempt_at": next,
            }),
        })?;
        if let Some(turn) = Turn::of(*state) {
            let address = store.witnesses.mark_copy(&found.address_key);
            let letter = Letter { campaign: self.lease.campaign.clone(), round: found.round, address };
            store.witnesses.note(letter, *at, turn);
        }
        if let Some(log) = store.sessions.get_mut(&self.lease.campaign).and_then(|session| session.log.as_mut()) {
            log.end(found.account, counts_from, &found.domain, 1);
        }
        Ok(())
    }
}

impl SettleCopy {
    /// The run, where it stands. Where it does not, what it says is written down, and changes nothing.
    fn run_that_stands(&self, store: &mut Store) -> std::result::Result<Run, Failure> {
        let stands = store.run_of(&self.lease);
        if let Err(Failure::Refused(LedgerError::LeaseLost)) = stands {
            copy_ended_late(store, &self.lease, &self.settlement)?;
        }
        stands
    }

    /// The copy, where this attempt at it is under way.
    fn find(&self, store: &Store) -> rusqlite::Result<Option<UnderWay>> {
        store
            .connection
            .prepare_cached(
                "SELECT c.address, d.round, d.recipient, t.number, t.account, t.domain, c.address_key
                FROM copy c CROSS JOIN attempt t ON t.id = c.attempt CROSS JOIN delivery d ON d.id = c.delivery
                WHERE c.id = ?1 AND c.attempt = ?2 AND c.delivery = ?3 AND c.state = 'attempting'",
            )?
            .query_row(params![self.copy.0, self.settlement.attempt.0, self.settlement.delivery.0], |row| {
                Ok(UnderWay {
                    address: row.get(0)?,
                    round: Round(row.get(1)?),
                    recipient: RecipientId::new(row.get::<_, String>(2)?),
                    number: row.get(3)?,
                    account: row.get(4)?,
                    domain: row.get(5)?,
                    address_key: row.get(6)?,
                })
            })
            .optional()
    }
}
