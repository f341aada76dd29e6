//! The words of the product as types: addresses, recipients, signatories, rounds, delivery states and their
//! transitions.
//!
//! Nothing here reads a file, a clock or a socket.

mod address;
pub mod article;
pub mod calendar;
pub mod count;
mod effect;
mod envelope;
mod fault;
mod fields;
mod formula;
mod history;
pub mod hours;
mod identity;
mod inline_element;
mod language;
mod list_format;
mod named_file;
pub mod nearest;
mod printable;
mod recipient;
pub mod refusal;
mod reply;
mod roll_style;
mod sent_letter;
mod signatory;
mod state;
mod statement;
mod suppression;
pub mod window;

pub use address::{AddressError, EmailAddress, lookup_key, mask_addresses};
pub use effect::Effect;
pub use envelope::Envelope;
pub use fault::{Cell, Fault, Faults, Place, Severity};
pub use fields::{Columns, Fields, canonical};
pub use formula::{inert, marks, plain};
pub use history::{Addressee, History, MadeOf, Past, SnapshotId, Thread};
pub use identity::{CampaignId, MessageId, RecipientId, Round, Token, TokenKey};
pub use inline_element::InlineElement;
pub use language::{Language, LanguageError};
pub use list_format::{HiddenRows, ListFormat, MergedCells, SheetChoice};
pub use named_file::NamedFile;
pub use printable::{printable, printable_json, printable_lines, steers};
pub use recipient::Recipient;
pub use reply::{EnhancedStatus, Reply};
pub use roll_style::{Heading, Logos, RollColumns, RollStyle, Sorting};
pub use sent_letter::SentLetter;
pub use signatory::{Signatory, SignatoryKind};
pub use state::{Answer, DeliveryState, UnknownWord};
pub use statement::Statement;
pub use suppression::{Suppression, Target};
