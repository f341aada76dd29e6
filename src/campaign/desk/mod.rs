//! What a desk shows of a campaign: where it stands, what needs a person, its recipients page by page, one of them with
//! everything that happened, and what a run would do. Nothing is written here but what a person makes of the inbox.

mod agreement;
mod columns;
mod country;
mod course;
mod expected;
mod inbox;
mod letter;
mod needs;
mod outline;
mod people;
mod seat;
mod sent;
mod stamp;
mod standing;

pub use crate::campaign::preview::Sought;
pub use crate::ledger::{
    AboutMail, Approval, CellText, Delivery, DeliveryId, Event, Halt, Holder, Look, LookFrom, Order, Outcome, Reach,
    Running, Suggestion, Tally, Tried, Unmatched,
};
pub use agreement::{Agreement, agreement};
pub use columns::columns;
pub use country::country;
pub use course::{course, last_event};
pub use expected::{Expected, ExpectedRow, KnownList, Wanted, expected, know_list};
pub use inbox::{Believed, Inbox, believe, dismiss, inbox, let_wait};
pub use letter::{Change, FileChange, Findings, LetterText, LetterView, LetterWish, letter, letter_page};
pub use needs::{FilesFound, Need, look_at_files, needs};
pub use outline::{Agenda, FollowUp, LeftOut, Outline, Part, agenda};
pub use people::{LeftUndone, Page, Person, REACH, count, key, page, person, whose};
pub use seat::Seat;
pub use sent::{AsSent, CAN_PRINT, NotShown, sent_letter, sent_pdf};
pub use stamp::{Stamp, stamp};
pub use standing::{RoundStanding, Standing, runs, standing};
