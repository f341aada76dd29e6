//! An SMTP server inside the program, on loopback: for `send --sandbox`, and for tests, which order faults from it.
//!
//! It hands a message to its [`Sink`] before it says 250. It never passes mail on to anybody.

mod auth;
mod hello;
mod lines;
#[cfg(test)]
mod memory;
mod record;
mod script;
mod serve;
mod session;
mod sink;
#[cfg(test)]
mod tests;
mod transaction;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::rustls::ServerConfig;

#[cfg(test)]
pub(crate) use memory::MemorySandbox;
pub use record::{Command, ConnectionRecord, Journal, Received};
pub use script::{Act, At, Fault, When};
pub use sink::Sink;

use super::capabilities::Capabilities;
use super::server::{Security, Server, Trust};
use script::Context;
use sink::Store;

/// How a sandbox is to behave.
#[derive(Debug, Clone)]
pub struct Options {
    /// What it offers with EHLO. AUTH is offered where `auth` names mechanisms.
    pub offers: Capabilities,
    /// Whether and when there is TLS.
    pub encryption: Encryption,
    /// Users and their passwords. Where there are any, nothing is taken without a login.
    pub logins: Vec<(String, String)>,
    /// What it says of an access token that it does not take, before it refuses it.
    pub challenge: String,
    /// Where messages go.
    pub sink: Sink,
    /// Whether connections and commands are remembered.
    pub journal: Journal,
    /// The faults, in the order in which they are looked at.
    pub script: Vec<Fault>,
}

impl Default for Options {
    /// A good modern server without TLS and login, which keeps messages in memory.
    fn default() -> Self {
        Self {
            offers: Capabilities {
                size: Some(35 * 1024 * 1024),
                pipelining: true,
                dsn: true,
                smtputf8: true,
                eight_bit_mime: true,
                enhanced_status_codes: true,
                starttls: false,
                auth: Vec::new(),
            },
            encryption: Encryption::None,
            logins: Vec::new(),
            challenge: r#"{"status":"401"}"#.to_owned(),
            sink: Sink::Memory,
            journal: Journal::Kept,
            script: Vec::new(),
        }
    }
}

/// The TLS of a sandbox.
#[derive(Debug, Clone)]
pub enum Encryption {
    /// None.
    None,
    /// From the first byte.
    Implicit(Arc<ServerConfig>),
    /// After STARTTLS, which is offered where [`Capabilities::starttls`] says so.
    StartTls(Arc<ServerConfig>),
}

/// A running server. It ends when it is stopped or dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    options: Options,
    store: Store,
    script: Mutex<Vec<Fault>>,
    connections: Mutex<Vec<ConnectionRecord>>,
    transactions: AtomicUsize,
}

impl Sandbox {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Where no port can be had, or the sink's folder cannot be made or read.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options)?);
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How to reach it: without a login, and trusting what the platform trusts.
    #[must_use]
    pub fn server(&self) -> Server {
        Server {
            security: match self.shared.options.encryption {
                Encryption::None => Security::Plain,
                Encryption::Implicit(_) => Security::Implicit,
                Encryption::StartTls(_) => Security::StartTls,
            },
            host: self.address.ip().to_string(),
            port: self.address.port(),
            hello: "localhost".to_owned(),
            login: None,
            timeout: Duration::from_mins(10),
            trust: Trust::Platform,
        }
    }

    /// Orders one more fault.
    pub fn order(&self, fault: Fault) {
        lock(&self.shared.script).push(fault);
    }

    /// Every connection so far, with its commands; empty with [`Journal::None`].
    #[must_use]
    pub fn connections(&self) -> Vec<ConnectionRecord> {
        lock(&self.shared.connections).clone()
    }

    /// The messages that were taken, in their order; empty where they go to a folder.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.store.received()
    }

    /// How many messages were taken.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shared.store.count()
    }

    /// Stops listening and closes all connections.
    pub async fn stop(mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Takes connections. When this ends, the sessions end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    let mut number = 0;
    loop {
        match listener.accept().await {
            Ok((tcp, _)) => {
                number += 1;
                // Where it cannot be set, the connection is gone already, or merely slower.
                let _ = tcp.set_nodelay(true);
                sessions.spawn(serve::serve(Box::new(tcp), number, Arc::clone(&shared)));
            }
            // Out of file descriptors, as a rule: it passes when a connection closes.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while sessions.try_join_next().is_some() {}
    }
}

impl Shared {
    fn new(options: Options) -> io::Result<Self> {
        Ok(Self {
            store: Store::open(&options.sink)?,
            script: Mutex::new(options.script.clone()),
            connections: Mutex::default(),
            transactions: AtomicUsize::new(0),
            options,
        })
    }

    /// The fault that is due now, if there is one; a fault that was ordered for a number of times is used up by it.
    fn fault(&self, at: At, context: &Context<'_>) -> Option<Act> {
        let mut script = lock(&self.script);
        let place = script.iter().position(|fault| fault.is_due(at, context))?;
        let act = script[place].act.clone();
        if script[place].use_up() {
            script.remove(place);
        }
        Some(act)
    }

    fn record(&self, change: impl FnOnce(&mut Vec<ConnectionRecord>)) {
        if self.options.journal == Journal::Kept {
            change(&mut lock(&self.connections));
        }
    }

    /// The number of a new transaction, from 1.
    fn begin_transaction(&self) -> usize {
        self.transactions.fetch_add(1, Ordering::Relaxed) + 1
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
