//! The merge: a template in Markdown and Handlebars becomes, for each recipient, a subject, a plain text and an HTML
//! document.
//!
//! ```text
//! letter.md ─▶ program ─▶ trace: branches, values ─┬─▶ subject
//!                              │ the branches are the key
//!                              ▼                   │
//!                            shape: text, HTML ────┴─▶ filled
//! ```
//!
//! Handlebars' own parser reads the template, and every name in it is resolved when it is loaded: an unknown one is an
//! error before anything is sent. For a recipient the program then gives the branches that are taken and the values
//! that are printed. All letters that take the same branches share a *shape*: Markdown with a marker in the place of
//! every value, converted once. So a value is never read as Handlebars, Markdown or HTML, and what a letter costs is
//! its values.
//!
//! # What a template may say
//!
//! Names: `recipient.<column>` in any spelling (`recipient.[Job Title]` too), `recipient.email`, `recipient.id`,
//! `recipient.tags` (a list), `signatories` (a list of those that are published), `signatory_count` (how many these
//! are), `letter.date`, `letter.language`, `campaign.id`, `campaign.name`, `sender.name`, `sender.email`, `round`, and
//! in a follow-up `previous.sent_at`, `previous.subject`, `previous.days_ago`, `previous.new_signatories`. A signatory
//! has `name`, `acronym`, `country`, `url`, `person` (`yes` or nothing), `title`, `affiliation`, `representative`,
//! `representative_title`, `signed_at`, and the private columns that the campaign allows. Inside `{{#each}}` there are
//! `@index`, `@first`, `@last`, `this` and `../`.
//!
//! Blocks: `{{#if}}`, `{{#unless}}`, `{{#each}}`, `{{#with}}`, with `{{else}}` and `{{else if …}}`. An empty cell is
//! false.
//!
//! Helpers:
//!
//! - `{{date letter.date "long"}}`: `short`, `medium`, `long` (unless said otherwise) or `full`, in the letter's
//!   language as it is written in the recipient's region.
//! - `{{list recipient.tags type="or"}}`: `and` unless said otherwise. Of signatories it tells the names.
//! - `{{plural signatory_count one="# organisation" other="# organisations"}}`: the form of the letter's language
//!   (CLDR); `#` is the number as the language writes it. A form that the language needs for whole numbers may not be
//!   missing; with `other="#"` alone the number is written, and no more.
//! - `{{#if (eq recipient.country "BE")}}`: whether two values are the same text.
//! - `{{default recipient.salutation "Dear Sir or Madam"}}`: the first value that is not empty.
//!
//! Partials: `{{> name}}` is `name.<lang>.md` or `name.md` in the template's folder, as if its text stood there;
//! `{{> signatories}}` is the block of signatories, on a line of its own.
//!
//! Markdown is `CommonMark` without images, in which links lead to `http`, `https`, `mailto` and `tel`. HTML is
//! refused, but for comments, which are left out, and the elements within a line that the campaign allows, with `lang`,
//! `dir` and `title` at the most. Tables and `~~struck~~` text are not read: the plain text, which is half of the
//! letter, cannot say them.
//!
//! # In which order the files use each other
//!
//! - A template is read: `source`, `tags`, `scope`, `call`, `expression`, `partial`, `compile` make a `program` of it.
//! - For a recipient, `evaluate` runs the program into a `trace`, or into the `draft` of a shape.
//! - `markdown` reads the draft into a `passage`. `html`, `text` and `paper` write from it into `content`, `block` and
//!   `markup`, which `roll` writes the signatories to. `shape` keeps what was written, and fills it.
//! - A `template` has all that; `letters` are the templates of a round, `quoted` is one of an earlier round, `merge`
//!   fills one, `public` and `addressed` are for a page and for paper, and `forms`
//!   for what stands beside a letter.
//!
//! Nothing here sends, and nothing is fetched: files of the workspace are read when a template is loaded, and not
//! again.

mod addressed;
mod block;
mod body;
mod call;
mod comparisons;
mod compile;
mod content;
mod control;
mod cursor;
mod draft;
mod elements;
mod emphasis;
mod evaluate;
mod expression;
mod forms;
mod front_matter;
mod gallery;
mod html;
mod inline_html;
mod layout;
mod letters;
mod lines;
mod link;
mod locale;
mod markdown;
mod marker;
mod markup;
mod merge;
mod named_signatories;
mod names;
mod paper;
mod partial;
mod passage;
mod program;
mod public;
mod quoted;
mod roll;
mod scope;
mod shape;
mod slot;
mod source;
mod stumbles;
mod tags;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod trace;
mod used_cells;
mod value;
mod variants;
mod watched;
mod words;
mod wrap;

use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;

use crate::model::{CampaignId, Columns, InlineElement, Language, Place, RollStyle, Round, Signatory};

pub use addressed::Addressed;
pub use body::{Body, Fixed, Merged, Piece};
pub use comparisons::Comparison;
pub use forms::Forms;
pub use gallery::Letterhead;
pub use letters::{Choice, Letters};
pub use markup::{file_name, quote};
pub use paper::Paper;
pub use public::{Article, PublicRecipient};
pub use quoted::Quoted;
pub use source::Source;
pub use stumbles::{Stumble, StumbleKind};
pub use template::Letter;
pub use variants::Variants;

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
    /// Whether the campaign continues an earlier one: then there is `{{previous}}` in the first letter too, for those
    /// who got a letter.
    pub continues: bool,
    /// The recipients list as the campaign names it: where a fault of a row is.
    pub recipients_path: &'a str,
    /// The header of the recipients list: what `{{recipient.…}}` may name.
    pub columns: &'a Columns,
    /// The signatories list as the campaign names it: where a fault of a signatory is.
    pub signatories_path: &'a str,
    /// Everyone on the signatories list, in any order.
    pub signatories: &'a [Signatory],
    /// How `{{> signatories}}` prints them.
    pub roll: &'a RollStyle,
    /// The picture at the top of the page.
    pub header: Option<Letterhead<'a>>,
    /// Their private columns that the letter may name, and where each is allowed.
    pub show: &'a [(String, Place)],
    /// The elements of HTML that the letter may have.
    pub html: &'a [InlineElement],
}

/// What a follow-up knows of the letter before it: `{{previous.…}}`.
#[derive(Debug, Clone)]
pub struct Previous {
    /// When it was accepted, by the sender's clock and calendar.
    pub sent_at: Zoned,
    /// Its subject, as it was sent.
    pub subject: String,
    /// How many days ago that was, on the sender's calendar.
    pub days_ago: u32,
    /// Who signed since: the lines of their rows in the signatories list ([`Signatory::line`]), in ascending order.
    pub new_signatories: Arc<[u64]>,
    /// The subject of the campaign's first letter to this recipient, where there was one: that of a follow-up whose
    /// template has none.
    pub first_subject: Option<String>,
    /// The letter that the follow-up quotes, where it quotes one.
    pub quoted: Option<Box<Quoted>>,
}
