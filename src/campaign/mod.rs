//! What is done with a campaign: values in, values and events out. No terminal, no page, no command line and no runtime
//! stand here; a front end, in the terminal or in a browser, asks, shows and prints.
//!
//! [`Folder`] is what everything begins with: `campaign.toml`, read, and the way to the ledger. [`Campaign`] is all
//! that belongs to one round: lists, letters, attachments, calendar.

mod adopt;
mod by_hand;
mod calendar;
pub mod check;
mod contacted;
mod counted_once;
mod departures;
pub mod desk;
mod doubts;
mod enclosures;
mod error;
mod expire;
mod filing;
mod folder;
mod frozen;
mod how_long;
mod inbox_server;
mod left_open;
mod listing;
mod load;
pub mod mail;
mod moved;
mod note;
mod past;
pub mod person;
pub mod plan;
pub mod preview;
mod private;
mod public;
mod public_folder;
pub mod publish;
mod readdress;
mod realm;
mod recipients;
mod relocate;
mod repeated;
mod retention;
pub mod review;
pub mod send;
mod shared_disk;
mod shared_mailbox;
pub mod sign_in;
mod signer;
pub mod start;
pub mod sync;
pub mod test_letter;
mod unlisted;

pub use adopt::{Adoption, adopt_from_witnesses};
pub use by_hand::{AdoptedByHand, ByHand, Pick, adopt_by_hand};
pub use contacted::write_contacted;
pub use error::{Error, Result};
pub use expire::{Gone, expire};
pub use folder::{Folder, Ledger};
pub use load::Campaign;
pub use note::Note;
pub use private::begin as begin_private_file;
pub use realm::{Realm, SANDBOX};
pub use relocate::{Destination, relocate};
pub use retention::{OverdueCampaign, Retained, overdue};
pub use shared_disk::SharedDisk;
