//! A session with a server.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::Value;
use sha2::{Digest, Sha256};

use super::dialect::{Words, translate};
use super::fault::Fault;
use super::wire::{Answer, Wire};

/// How a transaction begins that writes. Whoever stands still in it holds all others up: the server ends that session.
const BEGIN: &str = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '20s'";

type Result<T> = std::result::Result<T, Fault>;

/// A session with the server of a ledger.
pub(in crate::ledger) struct Session {
    wire: Wire,
    /// Statements as this server understands them, by what they are in the code.
    words: RefCell<HashMap<String, Arc<Words>>>,
    is_in_transaction: Cell<bool>,
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

    /// The rows that a statement of the ledger's finds.
    pub(in crate::ledger) fn find(&self, words: &Words, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.query(&words.sql, words.bind(values))
    }

    /// Runs a statement of the ledger's; gives how many rows it changed.
    pub(in crate::ledger) fn change(&self, words: &Words, values: Vec<Value>) -> Result<usize> {
        self.execute(&words.sql, words.bind(values))
    }

    /// Has a statement of the ledger's add a row; gives what it gives of it: its key.
    pub(in crate::ledger) fn add(&self, words: &Words, values: Vec<Value>) -> Result<Vec<Vec<Value>>> {
        self.query(&words.giving_the_key(), words.bind(values))
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
        let answer = self.wire.ask(Arc::clone(sql), values);
        if answer.is_err() {
            self.has_failed.set(true);
        }
        answer
    }

    /// Runs statements of this server's without values.
    pub(super) fn batch(&self, sql: &str) -> Result<()> {
        self.wire.batch(sql)
    }

    /// Begins a transaction once nobody else writes to the ledger.
    pub(in crate::ledger) fn begin(&self) -> Result<()> {
        self.is_in_transaction.set(true);
        self.has_failed.set(false);
        self.transactions.set(self.transactions.get() + 1);
        self.wire.batch(format!("{BEGIN}; SELECT pg_advisory_xact_lock({})", self.writers))
    }

    /// Ends the transaction; what it wrote is durable then.
    pub(in crate::ledger) fn commit(&self) -> Result<()> {
        if self.has_failed.get() {
            self.roll_back()?;
            return Err(Fault::unfit("a statement failed, and with it all of its transaction"));
        }
        // Should the connection break before the answer, this tells what became of it.
        self.wire.batch(format!(
            "INSERT INTO commit_mark (session, number) VALUES ('{}', {})
            ON CONFLICT (session) DO UPDATE SET number = excluded.number; COMMIT",
            self.mark,
            self.transactions.get()
        ))?;
        self.is_in_transaction.set(false);
        Ok(())
    }

    /// Whether the last transaction that another session began was committed.
    pub(in crate::ledger) fn has_committed(&self, other: &Self) -> Result<bool> {
        // Whatever that session had under way holds this lock until it has ended.
        self.begin()?;
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
        self.wire.batch("SAVEPOINT mark")
    }

    /// Takes back what was written since the mark; the transaction goes on.
    pub(in crate::ledger) fn back_to_mark(&self) -> Result<()> {
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
