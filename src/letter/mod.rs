//! The merge: a template in Markdown and Handlebars becomes, for each recipient, a subject, a plain text and an HTML document.
//!
//! ```text
//! letter.md ─▶ program ─▶ trace: branches, values ─┬─▶ subject
//!                              │ the branches are the key
//!                              ▼                   │
//!                            shape: text, HTML ────┴─▶ filled
//! ```
//!
//! Handlebars' own parser reads the template, and every name in it is resolved when it is loaded: an unknown one is an error before
//! anything is sent. For a recipient the program then gives the branches that are taken and the values that are printed. All
//! letters that take the same branches share a *shape*: Markdown with a marker in the place of every value, converted once. So a
//! value is never read as Handlebars, Markdown or HTML, and what a letter costs is its values.
//!
//! Nothing here sends, and nothing is fetched: files of the workspace are read when a template is loaded, and not again.

mod block;
mod body;
mod call;
mod compile;
mod draft;
mod escape;
mod evaluate;
mod front_matter;
mod html;
mod layout;
mod letters;
mod link;
mod locale;
mod markdown;
mod nearest;
mod partial;
mod program;
mod roll;
mod scope;
mod shape;
mod source;
mod tags;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod trace;
mod value;
mod wrap;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::{CampaignId, Columns, Language, Round, Signatory};

pub use body::{Body, Fixed, Merged, Piece};
pub use letters::{Choice, Letters};
pub use source::Source;
pub use template::Letter;

/// What is the same in the letters of all recipients of a round.
#[derive(Debug, Clone)]
pub struct LetterFacts<'a> {
    /// `{{campaign.id}}`
    pub campaign_id: &'a CampaignId,
    /// `{{campaign.name}}`
    pub campaign_name: &'a str,
    /// `{{sender.name}}`: the display name of `from`.
    pub sender_name: Option<&'a str>,
    /// `{{sender.email}}`: the address of `from`.
    pub sender_email: &'a str,
    /// `{{letter.date}}`
    pub date: Date,
    /// The language of the template that names none: the fallback language.
    pub language: Language,
    /// `{{round}}`; from 1 on there is `{{previous}}`.
    pub round: Round,
    /// The recipients list as the campaign names it: where a fault of a row is.
    pub recipients_path: &'a str,
    /// The header of the recipients list: what `{{recipient.…}}` may name.
    pub columns: &'a Columns,
    /// Everyone on the signatories list, in any order.
    pub signatories: &'a [Signatory],
}

/// What a follow-up knows of the letter before it: `{{previous.…}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// When it was accepted.
    pub sent_at: Timestamp,
    /// Its subject, as it was sent.
    pub subject: String,
    /// How many days ago that was, on the sender's calendar.
    pub days_ago: u32,
    /// Who signed since: the lines of their rows in the signatories list ([`Signatory::line`]), in ascending order.
    pub new_signatories: Arc<[u64]>,
}
