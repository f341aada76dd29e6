//! A round is sent, in steps: a front end prepares it, shows what would be sent, gets a person's consent, begins, and
//! sends.
//!
//! ```text
//! campaign.prepare(wish) ─▶ Prepared ─▶ survey ─▶ Agreed ─▶ begin ─▶ Run ─▶ send ─▶ Concluded
//! ```
//!
//! No lease is held while a person thinks. Nobody can begin without an [`Agreed`], and what was agreed to is compared
//! with what is found once the lease is held.

mod agreed;
mod begin;
mod concluded;
mod course;
pub mod follow_up;
mod forecast;
mod inputs;
mod mark;
mod open_files;
mod outlook;
pub mod place;
mod planned;
mod prepare;
mod right_time;
mod run;
pub mod server;
mod stage;
mod survey;
#[cfg(test)]
mod tests;

pub use crate::config::Pace;
pub use crate::dispatch::{Cause, Drain, DrainHandle, Happening, Patience};
pub use crate::ledger::Tally;
pub use agreed::{Agreed, NotAgreed};

pub use concluded::{Concluded, Verdict};
pub use course::Course;
pub use forecast::{Forecast, on_the_clock};
pub(in crate::campaign) use mark::Fingerprint;
pub use mark::PlanMark;
pub use outlook::{Held, Outlook};
pub use planned::Planned;
pub use prepare::{Prepared, Through, Wish};
pub use run::Run;
