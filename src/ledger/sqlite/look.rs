//! Looking for deliveries: by what an index knows of them, by what stands in their rows, and by their places.

use rusqlite::types::Value;
use rusqlite::{ToSql, params};

use super::pattern::in_any_case;
use super::selection::{DELIVERY, delivery};
use super::sequence::Sequence;
use crate::ledger::database::Connection;
use crate::ledger::{CellText, Delivery, DeliveryId, Look, LookFrom as From, Order, Reach, Sight};
use crate::model::{Answer, CampaignId, Columns, DeliveryState, Round};

/// The index of those who have answered.
pub(super) const ANSWERED: &str = "delivery d INDEXED BY delivery_answered";

/// A query for the keys of the deliveries that are looked at.
pub(super) struct Query {
    source: &'static str,
    /// What the index of the source tells.
    known: Vec<String>,
    conditions: Vec<String>,
    values: Vec<Value>,
    /// For each round, what its header makes of the cells that are looked for.
    headers: Vec<String>,
}

impl Query {
    /// A query for what is looked for.
    pub(super) fn of(campaign: &CampaignId, look: &Look) -> Self {
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
    pub(super) fn header(&mut self, round: Round, columns: &Columns, look: &Look) {
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
    pub(super) fn close_headers(&mut self) {
        let headers = if self.headers.is_empty() { "FALSE".to_owned() } else { self.headers.join(" OR ") };
        self.conditions.push(format!(
            "EXISTS (SELECT 1 FROM list_row r JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
                WHERE r.id = d.list_row AND d.generation = p.generation AND ({headers}))"
        ));
    }

    /// Reads what it finds.
    pub(super) fn read(mut self, connection: &Connection, look: &Look) -> rusqlite::Result<Sight> {
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
        let values: Vec<&dyn ToSql> = self.values.iter().map(|value| value as &dyn ToSql).collect();
        let keys = statement.query_map(&values[..], |row| row.get(0))?;
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
        let values: Vec<&dyn ToSql> = values.collect();
        let found: Vec<i64> = statement.query_map(&values[..], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let [last, _] = found[..] else { return Ok(None) };
        let Some(mark) = sequence.mark(connection, DeliveryId(last))? else { return Ok(None) };
        let places: Vec<String> = mark.into_iter().map(|value| self.value(value)).collect();
        self.known.push(sequence.until(&places, is_backwards));
        Ok(Some(DeliveryId(last)))
    }
}

/// Some of all deliveries, by their places in the list: nobody has to go past those before them. Each stands on one
/// page; where rows have left the list, a page has fewer.
pub(super) fn by_place(connection: &Connection, campaign: &CampaignId, look: &Look) -> rusqlite::Result<Sight> {
    let mut places = connection.prepare_cached(
        "SELECT t.round, (SELECT max(d.place) FROM delivery d INDEXED BY delivery_in_order
            WHERE d.campaign = t.campaign AND d.round = t.round)
        FROM (SELECT DISTINCT t.campaign, t.round FROM campaign c JOIN tally t ON t.campaign = c.id AND t.count > 0
            WHERE c.name = ?1 AND (CAST(?2 AS INTEGER) IS NULL OR t.round = ?2)) t ORDER BY t.round",
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
