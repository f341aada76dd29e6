//! What a desk shows of a campaign: where it stands, what needs a person, its recipients page by page, and one of them
//! with everything that happened. Nothing is written here.

mod needs;
mod people;
mod seat;
mod standing;

pub use crate::ledger::{AboutMail, Delivery, Event, Halt, Holder, Look, Order, Tally, Tried};
pub use needs::{Need, needs};
pub use people::{Page, Person, key, page, person, whose};
pub use seat::Seat;
pub use standing::{RoundStanding, Standing, standing};
