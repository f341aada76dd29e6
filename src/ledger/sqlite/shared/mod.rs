//! Several runs share a campaign, where the ledger is on a server.
//!
//! Each run has a row in the table `run`, with a deadline by the server's clock that it prolongs. Letters are reserved
//! for it, and it sends no other's. Whoever finds its deadline passed, or its process gone, closes it
//! (`rules::sharing`). A ledger in a file has none of this: one run at a time holds a campaign's lease there.

mod close;
mod late;
mod reserve;
mod run;
mod same_plan;

pub(super) use close::{close_those_that_are_over, close_what_was_left, refuse_while_sent};
pub(super) use late::{copy_ended_late, ended_late};
pub(super) use reserve::{beside, reserve};
pub(super) use run::{STANDS, begin, end, runs, show_life, sign_of_life, stands};
pub(super) use same_plan::{Staged, keep_for, may_begin_plan, refuse_another_plan, refuse_other_files};
