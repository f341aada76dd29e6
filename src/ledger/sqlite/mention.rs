//! What mails say of deliveries, as it stands in the ledger.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::former;
use super::value::{date_if_any, json, time_if_any, word, word_if_any};
use crate::ledger::database::{Connection, Row};
use crate::ledger::rules::effect::Stands;
use crate::ledger::{Hold, LedgerError, Mention, Witness};
use crate::model::{Answer, CampaignId, Effect, EmailAddress, RecipientId, Round, Statement, Suppression, Target, Tie};

type Read<T> = std::result::Result<T, Failure>;

/// A delivery that a mail speaks of.
pub(super) struct Mentioned {
    pub(super) id: i64,
    pub(super) campaign: i64,
    pub(super) stands: Stands,
}

/// The delivery that a mail speaks of, as it stands now.
pub(super) fn find(connection: &Connection, mention: &Mention) -> Read<Mentioned> {
    let found = connection
        .prepare_cached(
            "SELECT d.id, d.campaign, d.state, d.answer, d.answer_by, d.state_by IS NOT NULL, d.answered_at, d.returns_on,
                d.note, o.answer, o.answered_at
            FROM campaign c JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2 AND d.round = ?3
            LEFT JOIN delivery o ON o.id = (SELECT p.id FROM delivery p WHERE p.campaign = d.campaign
                AND p.recipient = d.recipient AND p.answer_by = 'person' AND p.round > d.round ORDER BY p.round DESC LIMIT 1)
            WHERE c.name = ?1",
        )?
        .query_row(params![mention.campaign.as_str(), mention.recipient.as_str(), mention.round.0], |row| {
            let person_said = word_if_any(row, 9)?.map(|answer| Ok::<_, rusqlite::Error>((answer, time_or_first(row, 10)?)));
            Ok(Mentioned {
                id: row.get(0)?,
                campaign: row.get(1)?,
                stands: Stands {
                    state: word(row, 2)?,
                    answer: word(row, 3)?,
                    witness: word_if_any(row, 4)?,
                    is_vouched_for: row.get(5)?,
                    is_about_former: false,
                    answered_at: time_if_any(row, 6)?,
                    returns_on: date_if_any(row, 7)?,
                    note: row.get(8)?,
                    person_said: person_said.transpose()?,
                },
            })
        })
        .optional()?;
    let mut found = found.ok_or_else(|| LedgerError::NoSuchDelivery(mention.recipient.to_string()))?;
    let address = mention.statement.address.as_deref().and_then(|address| EmailAddress::parse(address).ok());
    if let Some(address) = address {
        found.stands.is_about_former = former::was(connection, found.id, &address.key())?;
    }
    Ok(found)
}

fn time_or_first(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Ok(time_if_any(row, column)?.unwrap_or_default())
}

/// Why a mention waits, as it stands in its column.
pub(super) fn hold_word(hold: Hold) -> &'static str {
    match hold {
        Hold::ManyLetters => "many-letters",
        Hold::OldId => "old-id",
    }
}

/// Why a mention waits, where it does so though it is tied to its letter.
pub(super) fn hold_if_any(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Hold>> {
    let word: Option<String> = row.get(column)?;
    Ok([Hold::ManyLetters, Hold::OldId].into_iter().find(|hold| word.as_deref() == Some(hold_word(*hold))))
}

/// What a mail says of a delivery, but for which delivery that is.
#[derive(Serialize, Deserialize)]
struct Says {
    effect: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suppress: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suppress_reason: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    old_id: bool,
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passed_on_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    permanence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    diagnostic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returns_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    written_at: Option<Timestamp>,
}

/// What a mention says, as JSON.
pub(super) fn says(mention: &Mention) -> rusqlite::Result<String> {
    let Mention { effect, reason, note, suppress, statement, tie, .. } = mention.clone();
    let text = |word: Option<Cow<'static, str>>| word.map(Cow::into_owned);
    let says = Says {
        effect: effect.as_str().to_owned(),
        reason,
        note,
        suppress: suppress.as_ref().map(|known| known.target.as_key()),
        suppress_reason: suppress.and_then(|known| known.reason),
        old_id: tie == Tie::OldId,
        by: statement.by.into_owned(),
        address: statement.address,
        passed_on_to: statement.passed_on_to,
        action: text(statement.action),
        permanence: text(statement.permanence),
        status: statement.status.map(|status| status.to_string()),
        why: text(statement.reason),
        diagnostic: statement.diagnostic,
        returns_on: statement.returns_on,
        moved_to: statement.moved_to,
        written_at: statement.written_at,
    };
    serde_json::to_string(&says).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A mention in four columns: campaign, round, recipient, and what it says.
pub(super) fn mention(row: &Row<'_>, column: usize) -> Read<Mention> {
    let campaign: String = row.get(column)?;
    let says: Says = json(row, column + 3)?;
    let effect = match says.effect.as_str() {
        "noted" => Effect::Noted,
        "bounced" => Effect::Bounced,
        answer => Effect::Answered(answer.parse::<Answer>().map_err(|error| LedgerError::Stopped(error.to_string()))?),
    };
    let reason = says.suppress_reason;
    Ok(Mention {
        campaign: CampaignId::parse(&campaign).map_err(LedgerError::Stopped)?,
        round: Round(row.get(column + 1)?),
        recipient: RecipientId::new(row.get::<_, String>(column + 2)?),
        effect,
        reason: says.reason,
        note: says.note,
        suppress: says.suppress.map(|key| Suppression { target: Target::from_key(key), reason }),
        statement: Statement {
            by: says.by.into(),
            address: says.address,
            passed_on_to: says.passed_on_to,
            action: says.action.map(Cow::Owned),
            permanence: says.permanence.map(Cow::Owned),
            status: says.status.and_then(|status| status.parse().ok()),
            reason: says.why.map(Cow::Owned),
            diagnostic: says.diagnostic,
            returns_on: says.returns_on,
            moved_to: says.moved_to,
            written_at: says.written_at,
        },
        tie: if says.old_id { Tie::OldId } else { Tie::Sure },
    })
}

/// Where a delivery stood, as JSON.
#[derive(Serialize, Deserialize)]
struct Stood {
    state: String,
    answer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returns_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Where a delivery stands, as JSON.
pub(super) fn stood(stands: &Stands) -> rusqlite::Result<String> {
    let stood = Stood {
        state: stands.state.as_str().to_owned(),
        answer: stands.answer.as_str().to_owned(),
        by: stands.witness.map(|witness| witness.as_str().to_owned()),
        at: stands.answered_at,
        returns_on: stands.returns_on,
        note: stands.note.clone(),
    };
    serde_json::to_string(&stood).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// Where a delivery stood.
pub(super) fn stands(row: &Row<'_>, column: usize) -> Read<Stands> {
    let Stood { state, answer, by, at, returns_on, note } = json(row, column)?;
    let unknown = |error: crate::model::UnknownWord| LedgerError::Stopped(error.to_string());
    Ok(Stands {
        state: state.parse().map_err(unknown)?,
        is_vouched_for: false,
        is_about_former: false,
        answer: answer.parse().map_err(unknown)?,
        witness: by.map(|by| by.parse::<Witness>()).transpose().map_err(unknown)?,
        answered_at: at,
        returns_on,
        note,
        person_said: None,
    })
}

/// The next number: mails, and what they say, have one series, so that a number is never taken for another one's.
pub(super) fn next_number(connection: &Connection) -> rusqlite::Result<i64> {
    let last = connection
        .prepare_cached("SELECT coalesce((SELECT max(id) FROM mail), 0), coalesce((SELECT max(id) FROM mention), 0)")?
        .query_row([], |row| Ok(row.get::<_, i64>(0)?.max(row.get(1)?)))?;
    Ok(last + 1)
}

/// Remembers what a mail says of a delivery, which waits: why, for a suggestion, or for what it is held. Gives its
/// number.
pub(super) fn keep(
    connection: &Connection,
    mail: i64,
    delivery: i64,
    mention: &Mention,
    (why, hold): (Option<&str>, Option<Hold>),
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "INSERT INTO mention (id, mail, delivery, says, why, hold, standing) VALUES (?6, ?1, ?2, ?3, ?4, ?5, 'waits')",
        )?
        .insert(params![mail, delivery, says(mention)?, why, hold.map(hold_word), next_number(connection)?])
}

/// Remembers that a mention takes effect now, and where its delivery stands before that.
pub(super) fn counts(connection: &Connection, number: i64, by: Witness, before: &Stands) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE mention SET standing = 'counts', vouched = ?2, before = ?3,
                counted = (SELECT coalesce(max(counted), 0) + 1 FROM mention) WHERE id = ?1",
        )?
        .execute(params![number, by.as_str(), stood(before)?])?;
    Ok(())
}
