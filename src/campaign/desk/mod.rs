//! What a desk shows of a campaign: where it stands, what needs a person, its recipients page by page, one of them with
//! everything that happened, and what a run would do. Nothing is written here.

mod letter;
mod needs;
mod outline;
mod people;
mod seat;
mod stamp;
mod standing;

pub use crate::ledger::{AboutMail, Delivery, Event, Halt, Holder, Look, Order, Tally, Tried};
pub use letter::{AsSent, NotShown, letter};
pub use needs::{FilesFound, Need, look_at_files, needs};
pub use outline::{Agenda, FollowUp, LeftOut, Outline, Part, agenda};
pub use people::{Page, Person, key, page, person, whose};
pub use seat::Seat;
pub use stamp::{Stamp, stamp};
pub use standing::{RoundStanding, Standing, standing};
