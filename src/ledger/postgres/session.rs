//! A session with a server.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::Value;
use sha2::{Digest, Sha256};

use super::ahead::{Ahead, Answers};
use super::dialect::{Words, translate};
use super::fault::Fault;
use super::later::{Changes, Group, Later};
use super::wire::{Answer, Asked, Wire};

/// How a transaction begins that writes. Whoever stands still in it holds all others up: the server ends that session.
const BEGIN: &str = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '20s'";

/// In transactions that touch a few rows among many, these are always found by an index, and how is thought about once.
/// A table that was empty when a statement was made ready would be read from its beginning to its end otherwise,
/// however long it has become.
const BY_INDEX: &str =
    "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL plan_cache_mode = force_generic_plan";

/// How a transaction ends: it is known by its number then.
const MARK: &str = "INSERT INTO commit_mark (session, number) VALUES ($1, $2)
    ON CONFLICT (session) DO UPDATE SET number = excluded.number";

/// Keys of attempts, which nobody else gets from then on.
const KEYS: &str = "SELECT nextval('attempt_id_seq') FROM generate_series(1, $1)";

type Result<T> = std::result::Result<T, Fault>;

/// A session with the server of a ledger.
pub(in crate::ledger) struct Session {
    wire: Wire,
    /// Statements as this server understands them, by what they are in the code.
    words: RefCell<HashMap<String, Arc<Words>>>,
    is_in_transaction: Cell<bool>,
    /// What the transaction was going to ask.
    answers: RefCell<Answers>,
    /// What it writes that nothing depends on yet.
    later: RefCell<Later>,
    /// Whether writes may wait in this transaction.
    may_wait: Cell<bool>,
    /// Whether one has waited.
    has_waited: Cell<bool>,
    /// Whether a statement of the transaction failed. The server takes all of it back then, even where it is told to
    /// commit it, and does not call that an error.
    has_failed: Cell<bool>,
    /// What whoever writes to this ledger locks.
    writers: i64,
    /// What nobody else's session has.
    mark: String,
    /// How many transactions this session has begun to write.
    transactions: Cell<i64>,
}

impl Session {
    /// A session over a connection that stands. `mark` is what nobody else's has.
    pub(super) fn new(wire: Wire, schema: &str, mark: &str) -> Self {
        Self {
            wire,
            words: RefCell::default(),
            is_in_transaction: Cell::new(false),
            answers: RefCell::default(),
            later: RefCell::default(),
            may_wait: Cell::new(false),
            has_waited: Cell::new(false),
            has_failed: Cell::new(false),
            mark: mark.to_owned(),
            transactions: Cell::new(0),
            writers: lock_key(&format!("writers {schema}")),
        }
    }

    /// Whether the connection stands, as far as is known without asking.
    pub(in crate::ledger) fn is_open(&self) -> bool {
        self.wire.is_open()
    }

    /// A statement as this server understands it.
    pub(in crate::ledger) fn words(&self, sql: &str) -> Arc<Words> {
        if let Some(known) = self.words.borrow().get(sql) {
            return Arc::clone(known);
        }
        let words = Arc::new(translate(sql));
        self.words.borrow_mut().insert(sql.to_owned(), Arc::clone(&words));
        words
    }

    /// What is made of a statement once, under a name.
    fn known_words(&self, name: &str, make: impl FnOnce() -> Option<Words>) -> Result<Arc<Words>> {
        if let Some(known) = self.words.borrow().get(name) {
            return Ok(Arc::clone(known));
        }
        let words = Arc::new(make().ok_or_else(|| Fault::unfit(format!("a statement has another form: {name}")))?);
        self.words.borrow_mut().insert(name.to_owned(), Arc::clone(&words));
        Ok(words)
    }

    /// The rows that a statement of the ledger's finds.
    pub(in crate::ledger) fn find(&self, words: &Words, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        let values = words.bind(values);
        let known = self.answers.borrow_mut().take(&words.sql, &values);
        known.map_or_else(|| self.query(&words.sql, values), Ok)
    }

    /// Runs a statement of the ledger's; gives how many rows it changed.
    pub(in crate::ledger) fn change(&self, words: &Words, values: Vec<Value>) -> Result<usize> {
        self.answers.borrow_mut().forget_answers();
        self.execute(&words.sql, words.bind(values))
    }

    /// Has a statement of the ledger's add a row; gives what it gives of it: its key.
    pub(in crate::ledger) fn add(&self, words: &Words, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        // The row gets a later key than those that were given out.
        self.answers.borrow_mut().clear();
        self.query(&words.giving_the_key(), words.bind(values))
    }

    /// Runs a statement of the ledger's, before anything else is asked or written and before the transaction ends: at
    /// once, where nothing may wait.
    pub(in crate::ledger) fn change_later(
        &self,
        words: &Arc<Words>,
        changes: Changes,
        values: Vec<Value>,
    ) -> Result<()> {
        if !self.may_wait.get() {
            let changed = self.change(words, values)?;
            return if changes == Changes::Any || changed == 1 { Ok(()) } else { Err(Fault::changed(changed)) };
        }
        self.has_waited.set(true);
        self.later.borrow_mut().add(words, changes, values);
        Ok(())
    }

    /// Adds an attempt by a statement of the ledger's, like [`change_later`](Self::change_later); gives its key.
    pub(in crate::ledger) fn add_attempt_later(&self, sql: &str, mut values: Vec<Value>) -> Result<Option<i64>> {
        let key = if self.may_wait.get() { self.answers.borrow_mut().take_key() } else { None };
        let words = self.words(sql);
        let Some(key) = key else {
            return Ok(match self.add(&words, values)?.first().map(Vec::as_slice) {
                Some([Value::Integer(key)]) => Some(*key),
                _ => None,
            });
        };
        values.push(Value::Integer(key));
        let words = self.known_words(&format!("{sql} WITH ITS KEY"), || words.taking_the_key())?;
        self.change_later(&words, Changes::One, values)?;
        Ok(Some(key))
    }

    /// Carries out what waits.
    pub(in crate::ledger) fn write_what_waits(&self) -> Result<()> {
        let groups = self.later.borrow_mut().take();
        if groups.is_empty() {
            return Ok(());
        }
        let must_change: Vec<Option<usize>> = groups.iter().map(Group::must_change).collect();
        let answers = self.ask_all(groups.into_iter().map(Group::asked).collect())?;
        for (answer, must) in answers.iter().zip(must_change) {
            let changed = usize::try_from(answer.changed).unwrap_or(usize::MAX);
            if must.is_some_and(|must| must != changed) {
                self.has_failed.set(true);
                return Err(Fault::changed(changed));
            }
        }
        Ok(())
    }

    /// Whether the last transaction failed, or may have, for a write that waited, so that nobody was told of it.
    pub(in crate::ledger) fn has_waited(&self) -> bool {
        self.has_waited.get()
    }

    /// Forgets what was answered ahead about a row.
    pub(in crate::ledger) fn forget_row(&self, key: i64) {
        self.answers.borrow_mut().forget_row(key);
    }

    /// The rows that a statement, in this server's words, finds.
    pub(super) fn query(&self, sql: &Arc<str>, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.ask(sql, values).map(|answer| answer.rows)
    }

    /// Runs a statement; gives how many rows it changed.
    fn execute(&self, sql: &Arc<str>, values: Vec<Value>) -> Result<usize> {
        let changed = self.ask(sql, values)?.changed;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn ask(&self, sql: &Arc<str>, values: Vec<Value>) -> Result<Answer> {
        self.write_what_waits()?;
        let answers = self.ask_all(vec![Asked::Statement(Arc::clone(sql), values)])?;
        Ok(answers.into_iter().next().unwrap_or_default())
    }

    fn ask_all(&self, asked: Vec<Asked>) -> Result<Vec<Answer>> {
        let answers = self.wire.ask_all(asked);
        if answers.is_err() {
            self.has_failed.set(true);
        }
        answers
    }

    /// Runs statements of this server's without values.
    pub(super) fn batch(&self, sql: &str) -> Result<()> {
        self.wire.batch(sql)
    }

    /// Begins a transaction once nobody else writes to the ledger. Where it is told what is going to be asked, writes
    /// may wait for one another in it.
    pub(in crate::ledger) fn begin(&self, ahead: Option<Ahead>) -> Result<()> {
        self.is_in_transaction.set(true);
        self.has_failed.set(false);
        self.has_waited.set(false);
        self.may_wait.set(ahead.is_some());
        self.forget_what_is_open();
        self.transactions.set(self.transactions.get() + 1);
        let begin = format!("{BEGIN}; SELECT pg_advisory_xact_lock({})", self.writers);
        let Some(ahead) = ahead else { return self.wire.batch(begin) };
        let attempts = ahead.attempts();
        let mut asked = vec![Asked::Batch(format!("{begin}; {BY_INDEX}"))];
        let questions: Vec<_> =
            ahead.questions.into_iter().map(|question| (self.words(question.sql), question)).collect();
        for (words, question) in &questions {
            asked.push(Asked::each(&words.sql, question.rows.iter().map(|row| words.bind(row.clone())).collect()));
        }
        if attempts > 0 {
            asked.push(Asked::Statement(KEYS.into(), vec![Value::Integer(attempts)]));
        }
        let mut found = self.ask_all(asked)?.into_iter().skip(1);
        let mut answers = self.answers.borrow_mut();
        for ((words, question), answer) in questions.into_iter().zip(found.by_ref()) {
            answers.keep(Arc::clone(&words.sql), question.about, by_question(&words, question.rows, answer.rows));
        }
        let keys = found.next().map(|answer| answer.rows).unwrap_or_default();
        answers.keep_keys(keys.into_iter().filter_map(|row| match row[..] {
            [Value::Integer(key)] => Some(key),
            _ => None,
        }));
        Ok(())
    }

    /// Neither answers nor writes go from one transaction into another.
    fn forget_what_is_open(&self) {
        self.answers.borrow_mut().clear();
        self.later.borrow_mut().clear();
    }

    /// Ends the transaction; what it wrote is durable then.
    pub(in crate::ledger) fn commit(&self) -> Result<()> {
        self.write_what_waits()?;
        if self.has_failed.get() {
            self.roll_back()?;
            return Err(Fault::unfit("a statement failed, and with it all of its transaction"));
        }
        // Should the connection break before the answer, this tells what became of it.
        let mark = vec![Value::Text(self.mark.clone()), Value::Integer(self.transactions.get())];
        self.ask_all(vec![Asked::Statement(MARK.into(), mark), Asked::Batch("COMMIT".to_owned())])?;
        self.is_in_transaction.set(false);
        Ok(())
    }

    /// Whether the last transaction that another session began was committed.
    pub(in crate::ledger) fn has_committed(&self, other: &Self) -> Result<bool> {
        // Whatever that session had under way holds this lock until it has ended.
        self.begin(None)?;
        let mark = Value::Text(other.mark.clone());
        let rows = self.query(&"SELECT number FROM commit_mark WHERE session = $1".into(), vec![mark]);
        self.roll_back()?;
        Ok(rows?.first().is_some_and(|row| row[..] == [Value::Integer(other.transactions.get())]))
    }

    /// The session has ended, and nobody looks at its mark any more.
    pub(in crate::ledger) fn forget_mark(&self, of: &Self) -> Result<()> {
        let mark = Value::Text(of.mark.clone());
        self.execute(&"DELETE FROM commit_mark WHERE session = $1".into(), vec![mark]).map(drop)
    }

    /// Takes back what the transaction wrote, where one is open.
    pub(in crate::ledger) fn roll_back(&self) -> Result<()> {
        self.forget_what_is_open();
        if self.is_in_transaction.replace(false) { self.wire.batch("ROLLBACK") } else { Ok(()) }
    }

    /// Begins to look at the ledger as it is now; gives whether that has to be ended.
    pub(in crate::ledger) fn look(&self) -> Result<bool> {
        if self.is_in_transaction.get() {
            return Ok(false);
        }
        self.is_in_transaction.set(true);
        self.has_failed.set(false);
        self.wire.batch("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        Ok(true)
    }

    /// Reads everything that a statement finds, part by part.
    pub(in crate::ledger) fn each(
        &self,
        name: &str,
        sql: &str,
        mut take: impl FnMut(Vec<Value>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        self.write_what_waits()?;
        self.batch(&format!("DECLARE all_of_{name} NO SCROLL CURSOR FOR {sql}"))?;
        let more: Arc<str> = format!("FETCH 2000 FROM all_of_{name}").into();
        loop {
            let rows = self.query(&more, Vec::new())?;
            if rows.is_empty() {
                return Ok(self.batch(&format!("CLOSE all_of_{name}"))?);
            }
            rows.into_iter().try_for_each(&mut take)?;
        }
    }

    /// Marks this point of the transaction.
    pub(in crate::ledger) fn mark(&self) -> Result<()> {
        self.write_what_waits()?;
        self.wire.batch("SAVEPOINT mark")
    }

    /// Takes back what was written since the mark; the transaction goes on.
    pub(in crate::ledger) fn back_to_mark(&self) -> Result<()> {
        self.forget_what_is_open();
        self.wire.batch("ROLLBACK TO SAVEPOINT mark")?;
        self.has_failed.set(false);
        Ok(())
    }

    /// What the columns of a statement are called.
    pub(in crate::ledger) fn column_names(&self, words: &Words) -> Result<Vec<String>> {
        self.wire.names(Arc::clone(&words.sql))
    }

    /// The time on the server, in microseconds since 1970-01-01 UTC.
    pub(in crate::ledger) fn now(&self) -> Result<i64> {
        let now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        match self.query(&now.into(), Vec::new())?.first().map(Vec::as_slice) {
            Some([Value::Integer(now)]) => Ok(*now),
            _ => Err(Fault::unfit("the server does not say what time it is")),
        }
    }
}

/// The key of a lock that sessions take, from what it is for.
pub(super) fn lock_key(of: &str) -> i64 {
    let digest = Sha256::digest(format!("undersigned {of}"));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(bytes)
}

/// What was found for each row of values, from the answer to all of them, where there were several.
fn by_question(words: &Words, asked: Vec<Vec<Value>>, found: Vec<Vec<Value>>) -> Vec<(Vec<Value>, Vec<Vec<Value>>)> {
    let mut asked: Vec<_> = asked.into_iter().map(|values| (words.bind(values), Vec::new())).collect();
    if let [(_, rows)] = &mut asked[..] {
        *rows = found;
        return asked;
    }
    for mut row in found {
        let number = match row.first() {
            Some(Value::Integer(number)) => usize::try_from(*number - 1).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        if let Some((_, rows)) = asked.get_mut(number) {
            row.remove(0);
            rows.push(row);
        }
    }
    asked
}
