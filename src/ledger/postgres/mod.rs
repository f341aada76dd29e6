//! The ledger on a PostgreSQL server: the session with it, and what stands there.
//!
//! Each session has a thread of its own, which nobody can abort: a request that was sent is answered before the next
//! one is, so that no transaction is ever left half-way because somebody stopped waiting for it.

mod address;
mod ahead;
mod compact;
mod dialect;
mod durable;
mod fault;
mod later;
mod many;
mod open;
mod schema;
mod session;
mod tls;
mod value;
mod wire;

pub use address::{Address, Encryption};
pub(in crate::ledger) use ahead::{About, Ahead};
pub(in crate::ledger) use compact::compact;
pub(in crate::ledger) use dialect::Words;
pub(in crate::ledger) use fault::{Fault, GONE};
pub(in crate::ledger) use later::Changes;
pub(in crate::ledger) use session::Session;
