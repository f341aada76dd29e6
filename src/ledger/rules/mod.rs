//! What the ledger decides, whatever it is kept in: each store reads what it knows, asks here, and writes what it is
//! told. Pure.

use std::time::Duration;

pub(super) mod belief;
pub(super) mod copies;
pub(super) mod effect;
pub(super) mod held;
pub(super) mod mailbox;
pub(super) mod obstacle;
pub(super) mod place;
pub(super) mod resolve;
pub(super) mod sharing;
pub(super) mod standing;
pub(super) mod unsaid;
pub(super) mod ways;
pub(super) mod weigh;
pub(super) mod witness;

/// How long a lease stands after it was taken or renewed.
pub(super) const TERM: Duration = Duration::from_secs(30);

/// Why what a run left open is in doubt.
pub(crate) const ENDED_BEFORE_THE_REPLY: &str = "the program ended before the server's reply was recorded";
