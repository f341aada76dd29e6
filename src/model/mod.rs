//! The words of the product as types: addresses, recipients, signatories, rounds, delivery states and their
//! transitions.
//!
//! Nothing here reads a file, a clock or a socket.

mod address;
pub mod article;
pub mod calendar;
pub mod clip;
pub mod count;
mod effect;
mod envelope;
mod fault;
mod fields;
mod folded;
mod formula;
mod history;
pub mod hours;
mod identity;
mod inline_element;
mod language;
mod language_name;
mod list_format;
mod list_rules;
mod named_file;
pub mod nearest;
pub mod not_before;
mod printable;
mod recipient;
pub mod refusal;
mod reply;
mod roll_style;
mod rows_in_words;
mod sent_letter;
mod signatory;
mod state;
mod statement;
mod suppression;
mod tie;
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
pub use language_name::language_named;
pub use list_format::{HiddenRows, ListFormat, MergedCells, SheetChoice};
pub use list_rules::{ColumnRule, CountryRule, KNOWN_COLUMNS, ListRules, Named, RowRule, SharedAddress};
pub use named_file::NamedFile;
pub use printable::{printable, printable_json, printable_lines, steers};
pub use recipient::{Listed, Recipient, Unaddressed};
pub use reply::{EnhancedStatus, Reply};
pub use roll_style::{Heading, Logos, RollColumns, RollStyle, Sorting};
pub use rows_in_words::RowsInWords;
pub use sent_letter::SentLetter;
pub use signatory::{Signatory, SignatoryKind};
pub use state::{Answer, DeliveryState, UnknownWord};
pub use statement::Statement;
pub use suppression::{Suppression, Target};
pub use tie::Tie;
