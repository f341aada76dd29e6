//! What came back is read, matched to the letters, and recorded. A mailbox is never changed.
//!
//! ```text
//! Source::inbox(&folder) ─▶ Source ─▶ take_in ─▶ Synced
//! ```
//!
//! The first step may ask a person for a password; the second waits for the mailbox and the ledger. A run may send
//! meanwhile.

mod before_follow_up;
mod found;
mod intake;
mod junk;
mod limit;
mod news;
mod remote;
mod source;
mod take_in;

pub use crate::ledger::{HeldMail, Hold, Mention, Outcome, Suggestion, Withheld};
pub use before_follow_up::{InboxRead, inbox_to_read, read_before_follow_up};
pub use found::Found;
pub use news::{ASKS_FOR_PROOF, Came, News, Watch};
pub use source::Source;
pub(in crate::campaign) use take_in::waiting_of;
pub use take_in::{Synced, Unread, held, take_in, unmatched, waiting};
