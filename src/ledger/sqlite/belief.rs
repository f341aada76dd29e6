//! What waits for a person, and what a person makes of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::count::{Teller, take_effect};
use super::expired::ERASED;
use super::failure::Failure;
use super::file::version_of;
use super::mention::{find, hold_if_any, hold_word, mention};
use super::value::{count, json, time_if_any, word};
use super::writer::{Command, Store};
use crate::ledger::database::{Connection, Row};
use crate::ledger::rules::{belief, effect};
use crate::ledger::{
    AwayBy, Confirmed, HeldMail, Hold, LedgerError, Mention, Outcome, Suggestion, ToConfirm, Unmatched, Word,
};
use crate::model::{CampaignId, DeliveryState, RecipientId, Round};

type Read<T> = std::result::Result<T, Failure>;

/// What mails said is in ledgers from this version on.
const KNOWS_MENTIONS: i64 = 4;

/// Something that waits: its number, and what the mail says.
struct Waiting {
    number: i64,
    mention: Mention,
    why: Option<String>,
    hold: Option<Hold>,
    mail: Mail,
}

/// The mail that says it.
struct Mail {
    number: i64,
    name: String,
    kind: String,
    sender: Option<String>,
    subject: Option<String>,
    said_at: Timestamp,
}

impl Waiting {
    const COLUMNS: &str = "m.id, c.name, d.round, d.recipient, m.says, m.why, m.hold, l.id, l.name, l.kind, l.sender, l.subject, l.said_at
        FROM mention m JOIN delivery d ON d.id = m.delivery JOIN campaign c ON c.id = d.campaign JOIN mail l ON l.id = m.mail";

    fn read(row: &Row<'_>) -> Read<Self> {
        Ok(Self {
            number: row.get(0)?,
            mention: mention(row, 1)?,
            why: row.get(5)?,
            hold: hold_if_any(row, 6)?,
            mail: Mail {
                number: row.get(7)?,
                name: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
                kind: row.get(9)?,
                sender: row.get(10)?,
                subject: row.get(11)?,
                said_at: time_if_any(row, 12)?.unwrap_or_default(),
            },
        })
    }

    /// What waits under a number; under that of a mail, what it says, where that is one thing alone.
    fn one(connection: &Connection, number: i64) -> Read<Vec<Self>> {
        let found = Self::all(connection, "m.id = ?1", [number])?;
        if !found.is_empty() {
            return Ok(found);
        }
        let says = connection
            .prepare_cached("SELECT count(*) FROM mention WHERE mail = ?1")?
            .query_row([number], |row| row.get::<_, i64>(0))?;
        if says == 1 { Self::all(connection, "m.mail = ?1", [number]) } else { Ok(Vec::new()) }
    }

    /// Those that a condition on `m` and its parameters name, in the order of their numbers.
    fn all(
        connection: &Connection,
        condition: &str,
        parameters: impl crate::ledger::database::Params,
    ) -> Read<Vec<Self>> {
        let columns = Self::COLUMNS;
        let mut statement = connection
            .prepare_cached(&format!("SELECT {columns} WHERE m.standing = 'waits' AND {condition} ORDER BY m.id"))?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(ref row) = rows.next()? {
            found.push(Self::read(row)?);
        }
        Ok(found)
    }

    fn suggestion(&self) -> Suggestion {
        let why = self.why.clone().or_else(|| self.hold.map(|hold| hold.as_str().to_owned()));
        Suggestion::of(self.number.unsigned_abs(), &self.mention, why.unwrap_or_default())
    }

    /// Takes effect, by a person's word where there is one.
    fn take_effect(&self, store: &mut Store, at: Timestamp, person: Option<&str>) -> Read<Outcome> {
        let delivery = find(&store.connection, &self.mention)?;
        if effect::is_too_early(self.mention.effect, delivery.stands.state) {
            return Ok(Outcome::TooEarly);
        }
        let Mail { number, name, kind, sender, subject, said_at } = &self.mail;
        let teller = Teller {
            mail: *number,
            name,
            kind,
            sender: sender.as_deref(),
            subject: subject.as_deref(),
            said_at: *said_at,
            at,
            person,
        };
        take_effect(store, &teller, (self.number, &self.mention), &delivery)
    }
}

/// Lets pass what is known by old ids, where that is little.
pub(super) struct LetPass {
    pub(super) at: Timestamp,
}

impl Command for LetPass {
    type Output = Vec<(u64, Outcome)>;

    fn run(&mut self, store: &mut Store) -> Read<Self::Output> {
        let held = Waiting::all(&store.connection, "m.hold = ?1", [hold_word(Hold::OldId)])?;
        let mut passed = Vec::new();
        let mut letters: BTreeMap<(&CampaignId, Round), Vec<&str>> = BTreeMap::new();
        for Waiting { mention, .. } in &held {
            let of_round = letters.entry((&mention.campaign, mention.round)).or_default();
            if !of_round.contains(&mention.recipient.as_str()) {
                of_round.push(mention.recipient.as_str());
            }
        }
        for one in &held {
            let round = (&one.mention.campaign, one.mention.round);
            let known = letters.get(&round).map_or(0, |letters| letters.len() as u64);
            if belief::may_pass(known, count_left(&store.connection, round.0, round.1)?) {
                passed.push((one.number.unsigned_abs(), one.take_effect(store, self.at, None)?));
            }
        }
        Ok(passed)
    }
}

/// A person confirms what waits.
pub(super) struct Confirm {
    pub(super) what: ToConfirm,
    pub(super) word: Word,
}

impl Command for Confirm {
    type Output = Vec<Confirmed>;

    fn run(&mut self, store: &mut Store) -> Read<Self::Output> {
        let mut waiting = Vec::new();
        let key = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let ToConfirm { numbers, ranges, all_of } = &self.what;
        let of_mails = all_of.iter().map(|mail| (*mail, Waiting::all(&store.connection, "m.mail = ?1", [key(*mail)])));
        let single = numbers.iter().map(|number| (*number, Waiting::one(&store.connection, key(*number))));
        let of_ranges = ranges.iter().map(|range| {
            let bounds = [key(*range.start()), key(*range.end())];
            (*range.start(), Waiting::all(&store.connection, "m.id BETWEEN ?1 AND ?2", bounds))
        });
        for (number, found) in single.chain(of_ranges).chain(of_mails) {
            let found = found?;
            if found.is_empty() {
                return Err(LedgerError::NothingWaits(number).into());
            }
            waiting.extend(found);
        }
        waiting.sort_by_key(|one| one.number);
        waiting.dedup_by_key(|one| one.number);
        let person = self.word.by.name();
        let confirm = |one: Waiting| {
            let outcome = one.take_effect(store, self.word.at, Some(person))?;
            Ok(Confirmed { suggestion: one.suggestion(), outcome })
        };
        waiting.into_iter().map(confirm).collect()
    }
}

/// How many letters of a round have left, or may have.
fn count_left(connection: &Connection, campaign: &CampaignId, round: Round) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT t.state, t.count FROM campaign c JOIN tally t ON t.campaign = c.id AND t.round = ?2 WHERE c.name = ?1",
    )?;
    let rows = statement
        .query_map(params![campaign.as_str(), round.0], |row| Ok((word::<DeliveryState>(row, 0)?, count(row, 1)?)))?;
    let counts = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(counts.into_iter().filter(|(state, _)| state.may_have_left()).map(|(_, count)| count).sum())
}

/// The mails of which something waits though it is tied to letters.
pub(super) fn held(connection: &Connection) -> Read<Vec<HeldMail>> {
    if version_of(connection)? < KNOWS_MENTIONS {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT l.id, l.kind, l.sender, l.subject, count(DISTINCT m.delivery), min(m.hold)
        FROM mention m JOIN mail l ON l.id = m.mail WHERE m.standing = 'waits' AND m.hold IS NOT NULL GROUP BY l.id ORDER BY l.id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(HeldMail {
            mail: row.get::<_, i64>(0)?.unsigned_abs(),
            kind: row.get(1)?,
            sender: row.get(2)?,
            subject: row.get(3)?,
            letters: row.get::<_, i64>(4)?.unsigned_abs(),
            hold: hold_if_any(row, 5)?.unwrap_or(Hold::ManyLetters),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The mail by which a recipient, of this id or address, is away until a day: the one that says the last one until then.
pub(super) fn away_by(
    connection: &Connection,
    campaign: &CampaignId,
    (recipient, address): (&RecipientId, &str),
    day: Date,
) -> Read<Option<AwayBy>> {
    if version_of(connection)? < KNOWS_MENTIONS {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT l.id, l.sender, l.subject FROM campaign c JOIN delivery d ON d.campaign = c.id
        JOIN mention m ON m.delivery = d.id JOIN mail l ON l.id = m.mail
        WHERE c.name = ?1 AND (d.recipient = ?2 OR d.email_key = ?3) AND m.standing = 'counts'
            AND m.says ->> 'returns_on' <= ?4 ORDER BY m.says ->> 'returns_on' DESC, m.counted LIMIT 1",
    )?;
    let away_by = |row: &Row<'_>| {
        Ok(AwayBy { mail: row.get::<_, i64>(0)?.unsigned_abs(), sender: row.get(1)?, subject: row.get(2)? })
    };
    let key = params![campaign.as_str(), recipient.as_str(), address, day.to_string()];
    Ok(statement.query_row(key, away_by).optional()?)
}

/// The next mails that a person has to look at, after the one of this key, which is moved on.
pub(super) fn unmatched(connection: &Connection, after: &mut i64, page: u32) -> Read<Vec<Unmatched>> {
    let knows = version_of(connection)? >= KNOWS_MENTIONS;
    let open = if knows {
        &*format!(
            "l.first_line, EXISTS (SELECT 1 FROM mention m WHERE m.mail = l.id AND m.standing = 'waits') AS open,
                l.matched = 0 AND coalesce(l.reason, '') <> '{ERASED}'
                    AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.mail = l.id) AS never"
        )
    } else {
        "NULL AS first_line, 0 AS open, l.matched = 0 AS never"
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, fingerprint, place, kind, sender, subject, suggestions, reason, first_line, open FROM (
            SELECT l.id, l.fingerprint, l.place, l.kind, l.sender, l.subject, l.suggestions, l.reason, {open}
            FROM mail l WHERE l.id > ?1) AS mails
        WHERE open OR never ORDER BY id LIMIT ?2"
    ))?;
    let mut rows = statement.query(params![*after, page])?;
    let mut items = Vec::new();
    while let Some(ref row) = rows.next()? {
        *after = row.get(0)?;
        let is_open: bool = row.get(9)?;
        let suggestions = if is_open {
            let waiting = Waiting::all(connection, "m.mail = ?1", [*after])?;
            waiting.iter().map(Waiting::suggestion).collect()
        } else {
            json(row, 6)?
        };
        items.push(Unmatched {
            number: after.unsigned_abs(),
            fingerprint: row.get(1)?,
            place: row.get(2)?,
            kind: row.get(3)?,
            sender: row.get(4)?,
            subject: row.get(5)?,
            first_line: row.get(8)?,
            suggestions,
            reason: row.get(7)?,
        });
    }
    Ok(items)
}
