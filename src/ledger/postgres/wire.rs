//! The thread that talks to a server: it carries out one request after the other, and answers each.
//!
//! What a request asks for is sent in one go, before the first answer is there: it costs one way to the server and
//! back, however much it is.
//!
//! The thread has a runtime of its own, so that whoever asks may stand on any thread, also on one of another runtime;
//! and nobody who stops waiting ends a request half-way.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use rusqlite::types::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_postgres::{Client, Config, Statement};

use super::fault::Fault;
use super::many::for_many;
use super::tls::Encrypted;
use super::value::{Bound, Column, Given, Placed};

/// The longest that a server may take for a statement. A plan of a million rows takes a minute.
const PATIENCE: Duration = Duration::from_mins(10);

/// The most statements that a server keeps ready for a session.
const KEPT: usize = 256;

/// What is asked of a server.
pub(super) enum Asked {
    /// One statement with its values.
    Statement(Arc<str>, Vec<Value>),
    /// A statement with each of several rows of values, at once (`many`).
    Many(Arc<str>, Vec<Vec<Value>>),
    /// Statements without values, of which nothing is read.
    Batch(String),
    /// What the columns of a statement are called.
    Names(Arc<str>),
}

impl Asked {
    /// A statement with each of some rows of values.
    pub(super) fn each(sql: &Arc<str>, mut rows: Vec<Vec<Value>>) -> Self {
        let sql = Arc::clone(sql);
        if rows.len() == 1 { Self::Statement(sql, rows.remove(0)) } else { Self::Many(sql, rows) }
    }
}

/// The same, as the server knows it.
enum Known {
    Statement(Statement, Vec<Placed>),
    Batch(String),
    Names(Statement),
}

struct Request {
    asked: Vec<Asked>,
    answer: SyncSender<Result<Vec<Answer>, Fault>>,
}

/// What a statement found, and how many rows it changed.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<Vec<Value>>,
    pub(super) changed: u64,
    names: Vec<String>,
}

/// The way to the thread.
pub(super) struct Wire {
    /// `None` once it is told to stop.
    requests: Option<UnboundedSender<Request>>,
    /// Whether the connection has ended.
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Wire {
    /// Connects.
    pub(super) fn open(config: Config, encrypted: Option<Encrypted>) -> Result<Self, Fault> {
        let (requests, inbox) = unbounded_channel();
        let (ready, opened) = sync_channel(1);
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let thread = std::thread::Builder::new()
            .name("ledger-server".to_owned())
            .spawn(move || {
                talk(&config, encrypted, inbox, (&ready, &ends));
                ends.store(true, Ordering::Relaxed);
            })
            .map_err(|error| Fault::unfit(error.to_string()))?;
        let broke_down = |_| Err(Fault::gone("its thread broke down"));
        opened.recv().unwrap_or_else(broke_down)?;
        Ok(Self { requests: Some(requests), is_over, thread: Some(thread) })
    }

    /// Whether the connection stands, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }

    /// Has statements carried out that have no values and find nothing.
    pub(super) fn batch(&self, sql: impl Into<String>) -> Result<(), Fault> {
        self.ask_one(Asked::Batch(sql.into())).map(drop)
    }

    /// What the columns of a statement are called.
    pub(super) fn names(&self, sql: Arc<str>) -> Result<Vec<String>, Fault> {
        self.ask_one(Asked::Names(sql)).map(|answer| answer.names)
    }

    fn ask_one(&self, asked: Asked) -> Result<Answer, Fault> {
        Ok(self.ask_all(vec![asked])?.pop().unwrap_or_default())
    }

    /// Has several things carried out, one after the other, without a pause in between; gives the answer to each.
    ///
    /// # Errors
    /// The first that went wrong. What comes behind it has been tried all the same: within a transaction, the server
    /// does nothing of it.
    pub(super) fn ask_all(&self, asked: Vec<Asked>) -> Result<Vec<Answer>, Fault> {
        let gone = || Fault::gone("the connection to the server is gone");
        let (answer, answered) = sync_channel(1);
        let requests = self.requests.as_ref().ok_or_else(gone)?;
        requests.send(Request { asked, answer }).map_err(|_| gone())?;
        answered.recv().unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that talks to the ledger's server broke down");
        }
    }
}

/// Connects, says so, and answers until nobody can ask any more.
fn talk(
    config: &Config,
    encrypted: Option<Encrypted>,
    inbox: UnboundedReceiver<Request>,
    (ready, ends): (&SyncSender<Result<(), Fault>>, &Arc<AtomicBool>),
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(Fault::unfit(error.to_string())));
            return;
        }
    };
    runtime.block_on(async {
        match connect(config, encrypted, ends).await {
            Ok(client) => {
                let _ = ready.send(Ok(()));
                answer_all(&client, inbox).await;
            }
            Err(fault) => {
                let _ = ready.send(Err(fault));
            }
        }
    });
    // The server hears that the session ends.
    runtime.shutdown_timeout(Duration::from_millis(200));
}

async fn connect(config: &Config, encrypted: Option<Encrypted>, ends: &Arc<AtomicBool>) -> Result<Client, Fault> {
    let connected = async {
        Ok::<_, tokio_postgres::Error>(match encrypted {
            Some(encrypted) => {
                let (client, connection) = config.connect(encrypted.0).await?;
                carry(connection, ends);
                client
            }
            None => {
                let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
                carry(connection, ends);
                client
            }
        })
    };
    let patience = config.get_connect_timeout().copied().unwrap_or(PATIENCE);
    match tokio::time::timeout(patience, connected).await {
        Ok(client) => Ok(client?),
        Err(_) => Err(Fault::gone("the server does not answer")),
    }
}

/// Carries what is said in both directions, until the connection ends.
fn carry<E: Send + 'static>(connection: impl Future<Output = Result<(), E>> + Send + 'static, ends: &Arc<AtomicBool>) {
    let ends = Arc::clone(ends);
    tokio::spawn(async move {
        // Whoever asks next hears why.
        let _ = connection.await;
        ends.store(true, Ordering::Relaxed);
    });
}

async fn answer_all(client: &Client, mut inbox: UnboundedReceiver<Request>) {
    let mut statements = Statements { client, known: HashMap::new() };
    while let Some(Request { asked, answer }) = inbox.recv().await {
        let carried_out = tokio::time::timeout(PATIENCE, statements.carry_out_all(asked)).await;
        let carried_out = carried_out.unwrap_or_else(|_| Err(Fault::gone("the server does not answer")));
        let is_gone = carried_out.as_ref().is_err_and(Fault::is_gone);
        // Whoever asked waits.
        let _ = answer.send(carried_out);
        if is_gone {
            return;
        }
    }
}

/// The statements that the server keeps ready for this session: by what they are, and whether for many rows of values.
struct Statements<'c> {
    client: &'c Client,
    known: HashMap<(Arc<str>, bool), Statement>,
}

impl Statements<'_> {
    async fn carry_out_all(&mut self, asked: Vec<Asked>) -> Result<Vec<Answer>, Fault> {
        let mut known = Vec::with_capacity(asked.len());
        for one in asked {
            known.push(self.make_known(one).await?);
        }
        // Each is sent when it is polled first, which is in this order.
        join_all(known.into_iter().map(|one| carry_out(self.client, one))).await.into_iter().collect()
    }

    async fn make_known(&mut self, asked: Asked) -> Result<Known, Fault> {
        Ok(match asked {
            Asked::Batch(sql) => Known::Batch(sql),
            Asked::Names(sql) => Known::Names(self.client.prepare(&sql).await?),
            Asked::Statement(sql, values) => {
                let values = values.into_iter().map(|value| Placed::One(Bound(value)));
                Known::Statement(self.statement(sql).await?, values.collect())
            }
            Asked::Many(sql, rows) => {
                let statement = self.statement_for_many(sql).await?;
                let mut columns: Vec<Column> = statement.params().iter().map(|_| Vec::new()).collect();
                for row in rows {
                    columns.iter_mut().zip(row).for_each(|(column, value)| column.push(Bound(value)));
                }
                Known::Statement(statement, columns.into_iter().map(Placed::Column).collect())
            }
        })
    }

    async fn statement(&mut self, sql: Arc<str>) -> Result<Statement, Fault> {
        if let Some(known) = self.known.get(&(Arc::clone(&sql), false)) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(&sql).await?;
        self.keep((sql, false), &statement);
        Ok(statement)
    }

    async fn statement_for_many(&mut self, sql: Arc<str>) -> Result<Statement, Fault> {
        if let Some(known) = self.known.get(&(Arc::clone(&sql), true)) {
            return Ok(known.clone());
        }
        // Only the server knows of what types its values are.
        let one = self.statement(Arc::clone(&sql)).await?;
        let types: Vec<String> = one.params().iter().map(|kind| kind.name().to_owned()).collect();
        let many =
            for_many(&sql, &types).ok_or_else(|| Fault::unfit(format!("not to be run with many values: {sql}")))?;
        let statement = self.client.prepare(&many).await?;
        self.keep((sql, true), &statement);
        Ok(statement)
    }

    fn keep(&mut self, key: (Arc<str>, bool), statement: &Statement) {
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        self.known.insert(key, statement.clone());
    }
}

async fn carry_out(client: &Client, known: Known) -> Result<Answer, Fault> {
    let (statement, values) = match known {
        Known::Batch(sql) => {
            client.batch_execute(&sql).await?;
            return Ok(Answer::default());
        }
        Known::Names(statement) => {
            let names = statement.columns().iter().map(|column| column.name().to_owned()).collect();
            return Ok(Answer { names, ..Answer::default() });
        }
        Known::Statement(statement, values) => (statement, values),
    };
    let found = client.query_raw(&statement, values).await?;
    let mut found = std::pin::pin!(found);
    let mut rows = Vec::new();
    while let Some(row) = found.try_next().await? {
        let cells = (0..row.len()).map(|column| row.try_get::<_, Given>(column).map(|given| given.0));
        rows.push(cells.collect::<Result<_, _>>()?);
    }
    Ok(Answer { rows, changed: found.rows_affected().unwrap_or(0), names: Vec::new() })
}
