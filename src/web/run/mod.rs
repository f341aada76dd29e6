//! The run: what would be sent, the forms that begin, stop and follow it, and the inbox.

mod begin;
mod events;
mod halt;
mod job;
mod page;
mod runs;
mod send;
mod sync;
mod test;

use crate::campaign::Error;
use crate::web::problem::in_lines;

pub(super) use begin::{begin, cut_off, drain, read_inbox};
pub(super) use events::follow;
pub(super) use halt::{resume, stop};
pub(super) use job::Jobs;
pub use job::{Aside, Work};
pub(super) use page::show;
pub(super) use test::test;

/// An error with all that lies behind it, a line for each fault.
fn in_full(error: &Error) -> String {
    in_lines(error).join("\n")
}
