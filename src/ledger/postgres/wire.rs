//! The thread that talks to a server: it carries out one request after the other, and answers each.
//!
//! It has a runtime of its own, so that whoever asks may stand on any thread, also on one of another runtime; and
//! nobody who stops waiting ends a request half-way.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::TryStreamExt;
use rusqlite::types::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_postgres::{Client, Config, Statement};

use super::fault::Fault;
use super::tls::Encrypted;
use super::value::{Bound, Given};

/// The longest that a server may take for a statement. A plan of a million rows takes a minute.
const PATIENCE: Duration = Duration::from_mins(10);

/// The most statements that a server keeps ready for a session.
const KEPT: usize = 256;

/// What a request asks for.
enum Asked {
    /// One statement with its values.
    Statement(Arc<str>, Vec<Value>),
    /// Statements without values, of which nothing is read.
    Batch(String),
    /// What the columns of a statement are called.
    Names(Arc<str>),
}

struct Request {
    asked: Asked,
    answer: SyncSender<Result<Answer, Fault>>,
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

    /// Has a statement carried out.
    pub(super) fn ask(&self, sql: Arc<str>, values: Vec<Value>) -> Result<Answer, Fault> {
        self.request(Asked::Statement(sql, values))
    }

    /// Has statements carried out that have no values and find nothing.
    pub(super) fn batch(&self, sql: impl Into<String>) -> Result<(), Fault> {
        self.request(Asked::Batch(sql.into())).map(drop)
    }

    /// What the columns of a statement are called.
    pub(super) fn names(&self, sql: Arc<str>) -> Result<Vec<String>, Fault> {
        self.request(Asked::Names(sql)).map(|answer| answer.names)
    }

    fn request(&self, asked: Asked) -> Result<Answer, Fault> {
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
    let mut known = HashMap::new();
    while let Some(Request { asked, answer }) = inbox.recv().await {
        let carried_out = tokio::time::timeout(PATIENCE, carry_out(client, &mut known, asked)).await;
        let carried_out = carried_out.unwrap_or_else(|_| Err(Fault::gone("the server does not answer")));
        let is_gone = carried_out.as_ref().is_err_and(Fault::is_gone);
        // Whoever asked waits.
        let _ = answer.send(carried_out);
        if is_gone {
            return;
        }
    }
}

async fn carry_out(client: &Client, known: &mut HashMap<Arc<str>, Statement>, asked: Asked) -> Result<Answer, Fault> {
    let (sql, values) = match asked {
        Asked::Batch(sql) => {
            client.batch_execute(&sql).await?;
            return Ok(Answer::default());
        }
        Asked::Names(sql) => {
            let columns = client.prepare(&sql).await?;
            let names = columns.columns().iter().map(|column| column.name().to_owned()).collect();
            return Ok(Answer { names, ..Answer::default() });
        }
        Asked::Statement(sql, values) => (sql, values),
    };
    let statement = match known.get(&sql) {
        Some(statement) => statement.clone(),
        None => {
            let statement = client.prepare(&sql).await?;
            if known.len() >= KEPT {
                known.clear();
            }
            known.insert(sql, statement.clone());
            statement
        }
    };
    let found = client.query_raw(&statement, values.into_iter().map(Bound)).await?;
    let mut found = std::pin::pin!(found);
    let mut rows = Vec::new();
    while let Some(row) = found.try_next().await? {
        let cells = (0..row.len()).map(|column| row.try_get::<_, Given>(column).map(|given| given.0));
        rows.push(cells.collect::<Result<_, _>>()?);
    }
    Ok(Answer { rows, changed: found.rows_affected().unwrap_or(0), names: Vec::new() })
}
