//! All that one mail did is taken back: a person says that it is not to be believed.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::failure::Failure;
use super::mention::{Mentioned, find, mention, stands};
use super::suppress::{opt_out, suppress_for};
use super::value::{micros, time_if_any, word};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::rules::belief;
use crate::ledger::rules::effect::Stands;
use crate::ledger::{LedgerError, Mention, TakenBack, Witness, Word};
use crate::model::{DeliveryState, Effect};

type Read<T> = std::result::Result<T, Failure>;

/// Takes back all that a mail did.
pub(super) struct TakeBackMail {
    pub(super) mail: u64,
    pub(super) word: Word,
}

/// Something that a mail said, which counts.
struct Counted {
    mail: i64,
    delivery: i64,
    mention: Mention,
    said_at: jiff::Timestamp,
    vouched: Witness,
    before: Stands,
}

impl Counted {
    /// Those that a condition on `m` and its parameter name, in the order in which they took effect.
    fn all(connection: &Connection, condition: &str, parameter: impl rusqlite::ToSql) -> Read<Vec<Self>> {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT m.mail, m.delivery, c.name, d.round, d.recipient, m.says, l.said_at, m.vouched, m.before
            FROM mention m JOIN delivery d ON d.id = m.delivery JOIN campaign c ON c.id = d.campaign JOIN mail l ON l.id = m.mail
            WHERE m.standing = 'counts' AND {condition} ORDER BY m.counted"
        ))?;
        let mut rows = statement.query([parameter])?;
        let mut found = Vec::new();
        while let Some(ref row) = rows.next()? {
            found.push(Self {
                mail: row.get(0)?,
                delivery: row.get(1)?,
                mention: mention(row, 2)?,
                said_at: time_if_any(row, 6)?.unwrap_or_default(),
                vouched: word(row, 7)?,
                before: stands(row, 8)?,
            });
        }
        Ok(found)
    }

    fn word(&self) -> belief::Word<'_> {
        (&self.mention, self.said_at, self.vouched)
    }
}

impl Command for TakeBackMail {
    type Output = TakenBack;

    fn run(&mut self, store: &mut Store) -> Read<TakenBack> {
        let nothing = LedgerError::NoSuchMail(self.mail);
        let Ok(mail) = i64::try_from(self.mail) else { return Err(nothing.into()) };
        let mut taken_back = TakenBack::default();
        let of_mail = Counted::all(&store.connection, "m.mail = ?1", mail)?;
        let waiting = store
            .connection
            .execute("UPDATE mention SET standing = 'taken-back' WHERE mail = ?1 AND standing = 'waits'", [mail])?;
        taken_back.dismissed = waiting as u64;
        if of_mail.is_empty() && waiting == 0 {
            return Err(nothing.into());
        }
        let mut deliveries: Vec<i64> = Vec::new();
        for first in &of_mail {
            if !deliveries.contains(&first.delivery) {
                deliveries.push(first.delivery);
                self.take_back(store, first, &mut taken_back)?;
            }
        }
        store
            .connection
            .execute("UPDATE mention SET standing = 'taken-back' WHERE mail = ?1 AND standing = 'counts'", [mail])?;
        if let Some(first) = of_mail.first() {
            self.lift(store, mail, first, &mut taken_back)?;
        }
        Ok(taken_back)
    }
}

impl TakeBackMail {
    /// Makes of a delivery what it is without the mail, of which `first` took effect first.
    fn take_back(&self, store: &mut Store, first: &Counted, taken_back: &mut TakenBack) -> Read<()> {
        let mut said = Counted::all(&store.connection, "m.delivery = ?1", first.delivery)?;
        let began = said.iter().position(|one| one.mail == first.mail).unwrap_or(0);
        let (undone, since): (Vec<_>, Vec<_>) = said.drain(began..).partition(|one| one.mail == first.mail);
        let Mentioned { id, campaign, stands: now } = find(&store.connection, &first.mention)?;
        let left = belief::without(&now, &first.before, &words(&undone), &words(&since));
        write(store, id, (&now, &left), &since)?;
        let (round, recipient) = (first.mention.round, &first.mention.recipient);
        if now.state != left.state {
            store.moved(campaign, round, now.state, left.state);
        }
        let source = self.word.by.to_string();
        let detail = json!({
            "mail": first.mail,
            "state": left.state.as_str(),
            "state_before": now.state.as_str(),
            "answer": left.answer.as_str(),
            "before": now.answer.as_str(),
        });
        let delivery = Some((round, recipient));
        store.record(&Happened {
            campaign,
            at: self.word.at,
            delivery,
            kind: "taken-back",
            source: &source,
            detail: &detail,
        })?;
        taken_back.deliveries.push((first.mention.campaign.clone(), round, recipient.clone()));
        Ok(())
    }

    /// Lifts what is suppressed for the mail, where nothing else speaks for it.
    fn lift(&self, store: &mut Store, mail: i64, first: &Counted, taken_back: &mut TakenBack) -> Read<()> {
        let keys: Vec<String> = store
            .connection
            .prepare_cached("SELECT key FROM suppression WHERE mail = ?1 ORDER BY key")?
            .query_map([mail], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let source = self.word.by.to_string();
        let campaign = find(&store.connection, &first.mention)?.campaign;
        for key in keys {
            store.connection.execute("DELETE FROM suppression WHERE key = ?1", [&key])?;
            store.forget_suppressions();
            let event = Happened {
                campaign,
                at: self.word.at,
                delivery: Some((first.mention.round, &first.mention.recipient)),
                kind: "taken-back",
                source: &source,
                detail: &(),
            };
            let mut is_lifted = true;
            for other in Counted::all(&store.connection, "m.says ->> 'suppress' = ?1", &key)? {
                let Mentioned { id, stands, .. } = find(&store.connection, &other.mention)?;
                let Some(suppression) =
                    other.mention.suppress.as_ref().filter(|_| belief::still_suppresses(&other.mention, &stands))
                else {
                    continue;
                };
                let is_answer = matches!(other.mention.effect, Effect::Answered(_));
                suppress_for(store, suppression, is_answer.then_some(id), Some(other.mail), &event)?;
                is_lifted = false;
            }
            if is_lifted && let Some(delivery) = opted_out(&store.connection, &key)? {
                opt_out(store, delivery, &key, &event)?;
                is_lifted = false;
            }
            if is_lifted {
                store.record(&event.and("lifted", &json!({ "address": key })))?;
                taken_back.lifted.push(key);
            }
        }
        Ok(())
    }
}

fn words(of: &[Counted]) -> Vec<belief::Word<'_>> {
    of.iter().map(Counted::word).collect()
}

/// Writes where a delivery stands. `since` is what other mails say of it: the last report among it is why it is
/// bounced.
fn write(store: &Store, delivery: i64, (now, left): (&Stands, &Stands), since: &[Counted]) -> rusqlite::Result<()> {
    store.connection.execute(
        "UPDATE delivery SET state = ?2, answer = ?3, answer_by = ?4, answered_at = ?5, returns_on = ?6, note = ?7 WHERE id = ?1",
        params![
            delivery,
            left.state.as_str(),
            left.answer.as_str(),
            left.witness.map(Witness::as_str),
            left.answered_at.map(micros),
            left.returns_on.map(|day| day.to_string()),
            left.note,
        ],
    )?;
    if now.state == DeliveryState::Bounced {
        let report = since.iter().rfind(|one| one.mention.effect == Effect::Bounced);
        let reason = report.and_then(|one| one.mention.reason.as_deref());
        let reason = if left.state == DeliveryState::Bounced { reason } else { Some(belief::NOT_BELIEVED) };
        store
            .connection
            .execute("UPDATE delivery SET reason = coalesce(?2, reason) WHERE id = ?1", params![delivery, reason])?;
    }
    Ok(())
}

/// A letter to an address whose recipient opted out.
fn opted_out(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .query_row(
            "SELECT id FROM delivery INDEXED BY delivery_answered
            WHERE answer <> 'none' AND answer = 'opted-out' AND email_key = ?1 LIMIT 1",
            [key],
            |row| row.get(0),
        )
        .optional()
}
