//! A plan that is being made: its rows gather in `list_row`.

use rusqlite::{OptionalExtension, ToSql, params};

use super::failure::Failure;
use super::forgotten;
use super::session::Run;
use super::shared::{keep_for, may_begin_plan, show_life};
use super::value::{texts, whole};
use super::writer::{Command, Store};
use crate::ledger::database::{Connection, Statement};
use crate::ledger::{Lease, LedgerError, PlannedRow};
use crate::model::{Columns, EmailAddress, Forgotten, Person, RecipientId, Round};

/// How many rows of a plan's lists the keys of `list_row` have room for, in bits.
const NUMBERS: u32 = 40;

/// The keys of the first and the last row that a plan's lists have room for.
pub(super) fn rows_of_plan(plan: i64) -> [i64; 2] {
    [plan << NUMBERS, ((plan + 1) << NUMBERS) - 1]
}

/// The plan that is being made.
pub(super) struct Draft {
    pub(super) plan: i64,
    /// The key of its first row in `list_row`.
    pub(super) first: i64,
    pub(super) rows: i64,
    pub(super) generation: i64,
}

impl Draft {
    /// The key of its last row.
    pub(super) fn last(&self) -> i64 {
        self.first + self.rows - 1
    }

    /// The key of the first row of any list of the plan.
    pub(super) fn oldest(&self) -> i64 {
        self.plan << NUMBERS
    }
}

/// The plan of a round that was begun and is not finished.
pub(super) fn draft(store: &Store, run: Run, round: Round) -> std::result::Result<Draft, Failure> {
    store
        .connection
        .prepare_cached(
            "SELECT id, staged_from, staged_rows, generation FROM plan
            WHERE campaign = ?1 AND round = ?2 AND staged_header IS NOT NULL",
        )?
        .query_row(params![run.campaign, round.0], |row| {
            let plan: i64 = row.get(0)?;
            Ok(Draft {
                plan,
                first: (plan << NUMBERS) + row.get::<_, i64>(1)?,
                rows: row.get(2)?,
                generation: row.get(3)?,
            })
        })
        .optional()?
        .ok_or_else(|| {
            Failure::Refused(LedgerError::Store {
                path: store.path.clone(),
                what: format!("no plan of round {round} was begun"),
            })
        })
}

/// Begins a plan; what an earlier one left behind without being finished is removed.
pub(super) struct BeginPlan {
    pub(super) lease: Lease,
    pub(super) round: Round,
    pub(super) header: Columns,
}

impl Command for BeginPlan {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        may_begin_plan(store, run, self.round)?;
        let header = texts(self.header.names())?;
        store.connection.execute(
            "INSERT INTO plan (campaign, round, staged_header) VALUES (?1, ?2, ?3)
            ON CONFLICT (campaign, round) DO UPDATE SET staged_header = excluded.staged_header, staged_rows = 0",
            params![run.campaign, self.round.0, header],
        )?;
        keep_for(store, run, self.round)?;
        let Draft { plan, first, .. } = draft(store, run, self.round)?;
        let last = ((plan + 1) << NUMBERS) - 1;
        store.connection.execute("DELETE FROM list_row WHERE id BETWEEN ?1 AND ?2", [first, last])?;
        Ok(())
    }
}

const INSERT: &str =
    "INSERT INTO list_row (id, delivery, recipient, email, email_key, name, organisation, skip, line, cells, left_out, person)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// The same, with the delivery that the recipient has already: a server finds it while it adds the row. `+ 0` keeps it
/// from an index that has all letters of the round, as long as it does not know how many these are.
const INSERT_KNOWN: &str =
    "INSERT INTO list_row (id, delivery, recipient, email, email_key, name, organisation, skip, line, cells, left_out, person)
    VALUES (?1, coalesce(?2, (SELECT d.id FROM delivery d WHERE d.campaign = ?13 AND d.round + 0 = ?14 AND d.recipient = ?3)),
        ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// What finds the delivery that a recipient has already, in a file.
struct KnownBefore<'c> {
    campaign: i64,
    round: Round,
    /// At their place, and anywhere; nothing, where a server finds it.
    find: Option<(Statement<'c>, Statement<'c>)>,
}

impl<'c> KnownBefore<'c> {
    fn of(connection: &'c Connection, (run, round): (Run, Round)) -> rusqlite::Result<Self> {
        let campaign = run.campaign;
        if connection.server().is_some() {
            return Ok(Self { campaign, round, find: None });
        }
        // A list that is as it was planned before is found in its order; the index by recipient is read all over.
        let at_place = connection.prepare_cached(
            "SELECT id FROM delivery INDEXED BY delivery_in_order
            WHERE campaign = ?1 AND round = ?2 AND place = ?4 AND recipient = ?3",
        )?;
        let anywhere = connection
            .prepare_cached("SELECT id FROM delivery WHERE campaign = ?1 AND round = ?2 AND recipient = ?3")?;
        Ok(Self { campaign, round, find: Some((at_place, anywhere)) })
    }

    /// Whether it is asked here.
    fn is_asked(&self) -> bool {
        self.find.is_some()
    }

    fn delivery(&mut self, recipient: &str, place: i64) -> rusqlite::Result<Option<i64>> {
        let (campaign, round) = (self.campaign, self.round.0);
        let Some((at_place, anywhere)) = &mut self.find else { return Ok(None) };
        let there = at_place.query_row(params![campaign, round, recipient, place], |row| row.get(0)).optional()?;
        match there {
            Some(there) => Ok(Some(there)),
            None => anywhere.query_row(params![campaign, round, recipient], |row| row.get(0)).optional(),
        }
    }
}

/// Adds rows to the plan that is being made.
pub(super) struct AddRows {
    pub(super) lease: Lease,
    pub(super) round: Round,
    pub(super) rows: Vec<PlannedRow>,
}

impl Command for AddRows {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        let draft = draft(store, run, self.round)?;
        let is_new = draft.generation == 0;
        let insert = match store.connection.server() {
            Some(_) if !is_new => INSERT_KNOWN,
            _ => INSERT,
        };
        let mut known = KnownBefore::of(&store.connection, (run, self.round))?;
        let forgotten = forgotten::forgotten(&store.connection)?;
        for (key, row) in (draft.first + draft.rows..).zip(&self.rows) {
            let blank = blank(row, &forgotten);
            let (row, mark) = blank.as_ref().map_or((row, None), |(row, mark)| (row, mark.clone()));
            let recipient = row.recipient.as_str();
            let delivery = if is_new { None } else { known.delivery(recipient, key - draft.first)? };
            let email = row.email.as_ref().map(ToString::to_string).unwrap_or_default();
            let email_key = mark.or_else(|| row.email.as_ref().map(EmailAddress::key)).unwrap_or_default();
            let (line, cells, left_out) = (whole(row.line)?, texts(&row.cells)?, texts(&row.left_out)?);
            let (campaign, round) = (run.campaign, self.round.0);
            let values: [&dyn ToSql; 14] = [
                &key,
                &delivery,
                &recipient,
                &email,
                &email_key,
                &row.name,
                &row.organisation,
                &row.skip,
                &line,
                &cells,
                &left_out,
                &row.person.as_str(),
                &campaign,
                &round,
            ];
            store
                .connection
                .change_one(insert, if is_new || known.is_asked() { &values[..12] } else { &values[..] })?;
        }
        store
            .connection
            .prepare_cached("UPDATE plan SET staged_rows = staged_rows + ?2 WHERE id = ?1")?
            .execute([draft.plan, whole(self.rows.len() as u64)?])?;
        if store.connection.server().is_some() {
            show_life(&store.connection, run.lease)?;
        }
        Ok(())
    }
}

/// A row without whoever was forgotten, where they are in it: without all of it, where it is theirs, and then with the
/// key that stands for them; or without their address among the copies.
fn blank(row: &PlannedRow, forgotten: &Forgotten) -> Option<(PlannedRow, Option<String>)> {
    if forgotten.is_empty() {
        return None;
    }
    if let Some(mark) = row.email.as_ref().and_then(|email| forgotten.mark(&email.key())) {
        let blank = PlannedRow {
            recipient: RecipientId::new(forgotten.id(row.recipient.as_str())),
            email: None,
            person: Person::default(),
            name: String::new(),
            organisation: String::new(),
            skip: Some(format!("suppressed: {}", Forgotten::REASON)),
            line: row.line,
            cells: row.cells.iter().map(|_| String::new()).collect(),
            left_out: Vec::new(),
        };
        return Some((blank, Some(format!("{}{mark}", forgotten::SIGN))));
    }
    let mut rest = row.clone();
    for cell in rest.cells.iter_mut().filter(|cell| cell.contains('@')) {
        if let Some(without) = forgotten::without(cell, |key| forgotten.has(key)) {
            *cell = without;
        }
    }
    rest.left_out.retain(|key| !forgotten.has(key));
    Some((rest, None))
}
