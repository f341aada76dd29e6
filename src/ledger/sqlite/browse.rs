//! The reading of what a person looks through.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, params_from_iter};

use super::events::event;
use super::pattern::in_any_case;
use super::selection::{DELIVERY, delivery};
use super::sequence::Sequence;
use super::value::{json, reply, time, time_if_any, word_if_any};
use super::{SqliteLedger, sent_row};
use crate::ledger::{
    AboutMail, BrowseLedger, CellText, Delivery, DeliveryId, Event, InHour, Look, LookFrom as From, Order, Passed,
    Reach, ReadLedger, Result, Sight, Tried,
};
use crate::model::{Answer, CampaignId, Columns, DeliveryState, MadeOf, RecipientId, Round};

impl BrowseLedger for SqliteLedger {
    fn browse(&self, campaign: &CampaignId, look: &Look) -> Result<Sight> {
        if look.is_everything() {
            return self.read(|connection| Ok(by_place(connection, campaign, look)?));
        }
        let mut query = Query::of(campaign, look);
        if !look.cells.is_empty() {
            for round in self.rounds(campaign)? {
                query.header(round, &self.columns(campaign, round)?.unwrap_or_default(), look);
            }
            query.close_headers();
        }
        self.read(|connection| Ok(query.read(connection, look)?))
    }

    fn whose(&self, campaign: &CampaignId, delivery: DeliveryId) -> Result<Option<RecipientId>> {
        self.read(|connection| {
            let sql = "SELECT d.recipient FROM delivery d JOIN campaign c ON c.id = d.campaign
                WHERE d.id = ?1 AND c.name = ?2";
            let whose = params![delivery.0, campaign.as_str()];
            let found = connection.prepare_cached(sql)?.query_row(whose, |row| row.get::<_, String>(0));
            Ok(found.optional()?.map(RecipientId::new))
        })
    }

    fn made_of(&self, delivery: DeliveryId) -> Result<Option<(MadeOf, Vec<String>)>> {
        self.read(|connection| {
            let Some(made_of) = sent_row::made_of(connection, delivery.0)? else { return Ok(None) };
            let left_out = connection
                .prepare_cached(
                    "SELECT r.left_out FROM delivery d JOIN list_row r ON r.id = d.list_row WHERE d.id = ?1",
                )?
                .query_row([delivery.0], |row| json(row, 0))
                .optional()?;
            Ok(Some((made_of, left_out.unwrap_or_default())))
        })
    }

    fn passed(&self, campaign: &CampaignId) -> Result<Passed> {
        self.read(|connection| Ok(passed(connection, campaign)?))
    }

    fn last_event(&self) -> Result<u64> {
        self.read(|connection| {
            let sql = "SELECT coalesce(max(id), 0) FROM event";
            Ok(connection.prepare_cached(sql)?.query_row([], |row| super::value::count(row, 0))?)
        })
    }

    fn waiting(&self) -> Result<u64> {
        self.read(|connection| {
            if !knows_mentions(connection)? {
                return Ok(0);
            }
            let sql = "SELECT count(DISTINCT mail) FROM mention INDEXED BY mention_waiting WHERE standing = 'waits'";
            Ok(connection.prepare_cached(sql)?.query_row([], |row| super::value::count(row, 0))?)
        })
    }

    fn happened_to(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<Event>> {
        self.read(|connection| Ok(happened_to(connection, campaign, recipient)?))
    }

    fn tried(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<Tried>> {
        self.read(|connection| Ok(tried(connection, campaign, recipient)?))
    }

    fn mails_about(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<AboutMail>> {
        self.read(|connection| Ok(mails_about(connection, campaign, recipient)?))
    }
}

/// The index of those who have answered.
const ANSWERED: &str = "delivery d INDEXED BY delivery_answered";

/// A query for the keys of the deliveries that are looked at.
struct Query {
    source: &'static str,
    /// What the index of the source tells.
    known: Vec<String>,
    conditions: Vec<String>,
    values: Vec<Value>,
    /// For each round, what its header makes of the cells that are looked for.
    headers: Vec<String>,
}

impl Query {
    fn of(campaign: &CampaignId, look: &Look) -> Self {
        let mut query =
            Self { source: "", known: Vec::new(), conditions: Vec::new(), values: Vec::new(), headers: Vec::new() };
        let campaign = query.value(campaign.as_str().to_owned());
        query.known.push(format!("d.campaign = (SELECT id FROM campaign WHERE name = {campaign})"));
        if let Some(round) = look.round {
            let round = query.value(i64::from(round.0));
            query.known.push(format!("d.round = {round}"));
        }
        let states: Vec<&str> = look.states.iter().map(|state| state.as_str()).collect();
        query.one_of("d.state", &states);
        let answers: Vec<&str> = look.answers.iter().map(|answer| answer.as_str()).collect();
        query.one_of("d.answer", &answers);
        if look.answers.contains(&Answer::None) {
            let places: Vec<String> = answers.iter().map(|word| query.value((*word).to_owned())).collect();
            query.conditions.push(format!(
                "(d.answer <> 'none' OR NOT EXISTS (SELECT 1 FROM delivery o INDEXED BY delivery_of_recipient
                    WHERE o.campaign = d.campaign AND o.recipient = d.recipient AND o.answer NOT IN ({})))",
                places.join(", ")
            ));
        }
        for word in &look.words {
            let pattern = query.value(in_any_case(word));
            query.conditions.push(format!(
                "d.recipient || char(10) || d.email || char(10) || d.name || char(10) || d.organisation || char(10) || coalesce(d.note, '') GLOB {pattern}"
            ));
        }
        query.choose_source(look);
        query
    }

    /// The index in which what is looked for stands together, with the condition under which it does: SQLite takes a
    /// partial index for nothing else.
    fn choose_source(&mut self, look: &Look) {
        use DeliveryState::{Accepted, Attempting, Deferred, Planned};
        let all = |known: &dyn Fn(&DeliveryState) -> bool| !look.states.is_empty() && look.states.iter().all(known);
        let (source, condition) = if !look.answers.is_empty() && !look.answers.contains(&Answer::None) {
            (ANSWERED, Some("d.answer <> 'none'"))
        } else if all(&|state| !matches!(state, Planned | Attempting | Accepted)) {
            let condition = "d.state <> 'planned' AND d.state <> 'attempting' AND d.state <> 'accepted'";
            ("delivery d INDEXED BY delivery_apart", Some(condition))
        } else if all(&|state| matches!(state, Planned | Deferred)) {
            ("delivery d INDEXED BY delivery_open", Some("d.state IN ('planned', 'deferred')"))
        } else {
            ("delivery d INDEXED BY delivery_in_order", None)
        };
        self.source = source;
        self.known.extend(condition.map(str::to_owned));
    }

    /// Adds a value; gives its place.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn one_of(&mut self, column: &str, words: &[&str]) {
        let places: Vec<String> = words.iter().map(|word| self.value((*word).to_owned())).collect();
        if !places.is_empty() {
            self.conditions.push(format!("{column} IN ({})", places.join(", ")));
        }
    }

    /// Looks for cells under the header of a round; a round whose list has no such column has none.
    fn header(&mut self, round: Round, columns: &Columns, look: &Look) {
        let mut conditions = vec![format!("d.round = {}", round.0)];
        for (name, texts) in &look.cells {
            let Some(place) = columns.position(name) else { return };
            let one_of: Vec<String> = texts.iter().map(|text| self.cell(place, text)).collect();
            conditions.push(format!("({})", one_of.join(" OR ")));
        }
        self.headers.push(format!("({})", conditions.join(" AND ")));
    }

    /// The condition of a cell.
    fn cell(&mut self, place: usize, text: &CellText) -> String {
        let pattern = match text {
            CellText::Part(part) => in_any_case(part),
            // Without the stars around it.
            CellText::Whole(whole) => in_any_case(whole).trim_matches('*').to_owned(),
        };
        let pattern = self.value(pattern);
        format!("trim(r.cells ->> {place}) GLOB {pattern}")
    }

    /// What is looked for stands under one of the headers, in a row of the list of now.
    fn close_headers(&mut self) {
        let headers = if self.headers.is_empty() { "0".to_owned() } else { self.headers.join(" OR ") };
        self.conditions.push(format!(
            "EXISTS (SELECT 1 FROM list_row r JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
                WHERE r.id = d.list_row AND d.generation = p.generation AND ({headers}))"
        ));
    }

    fn read(mut self, connection: &Connection, look: &Look) -> rusqlite::Result<Sight> {
        let sequence = Sequence::of(look.order, self.source == ANSWERED);
        let is_backwards = matches!(look.from, From::Before(_));
        if let From::After(from) | From::Before(from) = look.from {
            let Some(mark) = sequence.mark(connection, from)? else { return Ok(Sight::default()) };
            let places: Vec<String> = mark.into_iter().map(|value| self.value(value)).collect();
            self.known.push(sequence.beyond(&places, is_backwards));
        }
        let ended_at = self.reach(connection, look, &sequence)?;
        let take = self.value(i64::from(look.take) + 1);
        let skip = self.value(i64::try_from(look.skip).unwrap_or(i64::MAX));
        self.known.append(&mut self.conditions);
        let (source, conditions) = (self.source, self.known.join(" AND "));
        let order = sequence.order(is_backwards);
        let sql = format!("SELECT d.id FROM {source} WHERE {conditions} ORDER BY {order} LIMIT {take} OFFSET {skip}");
        let mut statement = connection.prepare_cached(&sql)?;
        let keys = statement
            .query_map(params_from_iter(self.values.iter().map(|value| value as &dyn ToSql)), |row| row.get(0))?;
        let mut keys: Vec<i64> = keys.collect::<rusqlite::Result<_>>()?;
        let has_more = keys.len() > look.take as usize;
        keys.truncate(look.take as usize);
        if is_backwards {
            keys.reverse();
        }
        let ended_at = ended_at.filter(|_| !has_more);
        Ok(Sight { rows: rows(connection, &keys)?, has_more, ended_at })
    }

    /// Ends the look where it reaches no further; gives the last letter within its reach, where others are beyond it.
    fn reach(
        &mut self,
        connection: &Connection,
        look: &Look,
        sequence: &Sequence,
    ) -> rusqlite::Result<Option<DeliveryId>> {
        let Reach::Letters(letters) = look.reach else { return Ok(None) };
        if !look.searches() || look.order != Order::List {
            return Ok(None);
        }
        let is_backwards = matches!(look.from, From::Before(_));
        let (source, known, order) = (self.source, self.known.join(" AND "), sequence.order(is_backwards));
        let sql = format!(
            "SELECT d.id FROM {source} WHERE {known} ORDER BY {order} LIMIT 2 OFFSET {}",
            letters.saturating_sub(1)
        );
        let mut statement = connection.prepare_cached(&sql)?;
        // What is looked for is not among what the index tells, and has no place in this query.
        let values = self.values.iter().take(statement.parameter_count()).map(|value| value as &dyn ToSql);
        let found: Vec<i64> =
            statement.query_map(params_from_iter(values), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let [last, _] = found[..] else { return Ok(None) };
        let Some(mark) = sequence.mark(connection, DeliveryId(last))? else { return Ok(None) };
        let places: Vec<String> = mark.into_iter().map(|value| self.value(value)).collect();
        self.known.push(sequence.until(&places, is_backwards));
        Ok(Some(DeliveryId(last)))
    }
}

/// Some of all deliveries, by their places in the list: nobody has to go past those before them. Each stands on one
/// page; where rows have left the list, a page has fewer.
fn by_place(connection: &Connection, campaign: &CampaignId, look: &Look) -> rusqlite::Result<Sight> {
    let mut places = connection.prepare_cached(
        "SELECT t.round, (SELECT max(d.place) FROM delivery d INDEXED BY delivery_in_order
            WHERE d.campaign = t.campaign AND d.round = t.round)
        FROM (SELECT DISTINCT t.campaign, t.round FROM campaign c JOIN tally t ON t.campaign = c.id AND t.count > 0
            WHERE c.name = ?1 AND (?2 IS NULL OR t.round = ?2)) t ORDER BY t.round",
    )?;
    let round = look.round.map(|round| round.0);
    let places = places.query_map(params![campaign.as_str(), round], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, Option<i64>>(1)?.map_or(0, |last| last.saturating_add(1))))
    })?;
    let places: Vec<(u32, i64)> = places.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT d.id FROM delivery d INDEXED BY delivery_in_order
        WHERE d.campaign = (SELECT id FROM campaign WHERE name = ?1) AND d.round = ?2 AND d.place >= ?3 AND d.place < ?4
        ORDER BY d.place, d.id",
    )?;
    let mut first = i64::try_from(look.skip).unwrap_or(i64::MAX);
    let mut left = i64::from(look.take);
    let (mut keys, mut has_more) = (Vec::new(), false);
    for (round, places) in places {
        if first >= places {
            first -= places;
            continue;
        }
        let end = first.saturating_add(left).min(places);
        let found = statement.query_map(params![campaign.as_str(), round, first, end], |row| row.get::<_, i64>(0))?;
        keys.extend(found.collect::<rusqlite::Result<Vec<i64>>>()?);
        has_more |= end < places || left == 0;
        left -= end - first;
        first = 0;
    }
    Ok(Sight { rows: rows(connection, &keys)?, has_more, ended_at: None })
}

/// The deliveries of keys, each with its recipient's first.
fn rows(connection: &Connection, keys: &[i64]) -> rusqlite::Result<Vec<(DeliveryId, Delivery)>> {
    let mut one = connection.prepare_cached(&format!(
        "SELECT {DELIVERY}, (SELECT f.id FROM delivery f WHERE f.campaign = d.campaign AND f.recipient = d.recipient
            ORDER BY f.round LIMIT 1) FROM delivery d WHERE d.id = ?1"
    ))?;
    let mut one = |key: &i64| one.query_row([key], |row| Ok((DeliveryId(row.get(21)?), delivery(row)?)));
    keys.iter().map(&mut one).collect()
}

/// What is neither an attempt nor its success: there is an index for it, since few letters have any.
fn happened_to(
    connection: &Connection,
    campaign: &CampaignId,
    recipient: &RecipientId,
) -> rusqlite::Result<Vec<Event>> {
    let mut statement = connection.prepare_cached(
        "SELECT at, round, recipient, kind, source, detail, id FROM event
        WHERE campaign = (SELECT id FROM campaign WHERE name = ?1) AND recipient = ?2
            AND kind <> 'attempting' AND kind <> 'accepted' ORDER BY id",
    )?;
    let events = statement.query_map(params![campaign.as_str(), recipient.as_str()], event)?;
    events.collect()
}

fn tried(connection: &Connection, campaign: &CampaignId, recipient: &RecipientId) -> rusqlite::Result<Vec<Tried>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.round, a.number, a.started_at, a.ended_at, a.outcome, a.smtp_code, a.smtp_enhanced, a.smtp_text, a.reason
        FROM campaign c CROSS JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2
        CROSS JOIN attempt a ON a.delivery = d.id WHERE c.name = ?1 ORDER BY a.id",
    )?;
    let tried = statement.query_map(params![campaign.as_str(), recipient.as_str()], |row| {
        Ok(Tried {
            round: Round(row.get(0)?),
            number: row.get(1)?,
            started_at: time(row, 2)?,
            ended_at: time_if_any(row, 3)?,
            outcome: word_if_any(row, 4)?,
            reply: reply(row, 5)?,
            reason: row.get(8)?,
        })
    })?;
    tried.collect()
}

fn mails_about(
    connection: &Connection,
    campaign: &CampaignId,
    recipient: &RecipientId,
) -> rusqlite::Result<Vec<AboutMail>> {
    if !knows_mentions(connection)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT l.id, d.round, l.kind, l.sender, l.subject, l.first_line, l.said_at, l.read_at, m.says, m.why, m.standing, m.id
        FROM campaign c CROSS JOIN delivery d ON d.campaign = c.id AND d.recipient = ?2
        CROSS JOIN mention m ON m.delivery = d.id CROSS JOIN mail l ON l.id = m.mail
        WHERE c.name = ?1 ORDER BY l.id, m.id",
    )?;
    let mails = statement.query_map(params![campaign.as_str(), recipient.as_str()], about_mail)?;
    mails.collect()
}

/// Whether a ledger knows what mails say: one of an older version is read as it is, and knows of none.
fn knows_mentions(connection: &Connection) -> rusqlite::Result<bool> {
    let is_told = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'mention')";
    connection.prepare_cached(is_told)?.query_row([], |row| row.get(0))
}

fn passed(connection: &Connection, campaign: &CampaignId) -> rusqlite::Result<Passed> {
    let of_campaign = "d.campaign = (SELECT id FROM campaign WHERE name = ?1)";
    let by_hour = |sql: &str| -> rusqlite::Result<Vec<InHour>> {
        let mut statement = connection.prepare_cached(sql)?;
        let hours = statement.query_map([campaign.as_str()], |row| {
            Ok(InHour { hour: row.get(0)?, count: super::value::count(row, 1)? })
        })?;
        hours.collect()
    };
    // Times are microseconds since 1970; none of a letter is before that.
    let hour = "/ 3600000000, count(*)";
    let sent = format!(
        "SELECT d.accepted_at {hour} FROM delivery d NOT INDEXED WHERE {of_campaign} AND d.accepted_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    );
    let answered = format!(
        "SELECT d.answered_at {hour} FROM {ANSWERED} WHERE {of_campaign} AND d.answer <> 'none'
            AND d.answer IN ('replied', 'declined', 'opted-out') AND d.answered_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    );
    Ok(Passed { sent: by_hour(&sent)?, answered: by_hour(&answered)? })
}

fn about_mail(row: &Row<'_>) -> rusqlite::Result<AboutMail> {
    let says: serde_json::Value = json(row, 8)?;
    let standing: String = row.get(10)?;
    let waits = if standing == "waits" { Some(super::value::count(row, 11)?) } else { None };
    Ok(AboutMail {
        number: super::value::count(row, 0)?,
        round: Round(row.get(1)?),
        kind: row.get(2)?,
        sender: row.get(3)?,
        subject: row.get(4)?,
        first_line: row.get(5)?,
        said_at: time_if_any(row, 6)?,
        read_at: time(row, 7)?,
        effect: says["effect"].as_str().map(str::to_owned),
        why: row.get(9)?,
        waits,
        is_taken_back: standing == "taken-back",
    })
}
