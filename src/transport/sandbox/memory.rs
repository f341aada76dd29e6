//! For tests: the sandbox's server without a socket.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::DuplexStream;

use super::record::Received;
use super::script::Fault;
use super::{Options, Shared, lock, serve};

/// How much may be on its way in one direction, in bytes: no letter of a test waits for room.
const ROOM: usize = 256 * 1024;

/// A server that is dialled within the program. What it has taken outlives every runtime.
#[derive(Debug, Clone)]
pub(crate) struct MemorySandbox {
    shared: Arc<Shared>,
    connections: Arc<AtomicUsize>,
}

impl MemorySandbox {
    pub(crate) fn new(options: Options) -> io::Result<Self> {
        Ok(Self { shared: Arc::new(Shared::new(options)?), connections: Arc::default() })
    }

    /// A new connection, served by a task of the runtime of now.
    pub(crate) fn dial(&self) -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(ROOM);
        let number = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::spawn(serve::serve(Box::new(theirs), number, Arc::clone(&self.shared)));
        ours
    }

    /// Orders more faults.
    pub(crate) fn order(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.shared.script).extend(faults);
    }

    /// How many faults were not used up.
    pub(crate) fn orders(&self) -> usize {
        lock(&self.shared.script).len()
    }

    /// Forgets the faults that were not used up.
    pub(crate) fn forget_orders(&self) {
        lock(&self.shared.script).clear();
    }

    /// The messages that were taken, in their order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.store.received()
    }
}
