//! What the ledger keeps of mail that came in: each mail once, and what it says of which delivery.

use std::future::Future;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Pages, Result};
use crate::model::{
    Answer, CampaignId, Columns, Effect, EmailAddress, RecipientId, Round, SentLetter, Statement, Suppression,
};

/// What a mail says of one delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The delivery's campaign.
    pub campaign: CampaignId,
    /// Its round.
    pub round: Round,
    /// Its recipient.
    pub recipient: RecipientId,
    /// What it does to the delivery.
    pub effect: Effect,
    /// Why, in a few words, for the delivery's `reason` where it bounced.
    pub reason: Option<String>,
    /// What a person may want to know of the recipient, for the delivery's note where there is none.
    pub note: Option<String>,
    /// An address that is not to be written to again, by any campaign, and why.
    pub suppress: Option<Suppression>,
    /// What is kept of it in the history.
    pub statement: Statement,
}

/// A delivery that a mail may be about, for a person to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The delivery's campaign.
    pub campaign: String,
    /// Its round.
    pub round: u32,
    /// Its recipient.
    pub recipient: String,
    /// What speaks for it.
    pub why: String,
    /// The arguments with which a person confirms it, where there are any: `mark ID replied`.
    pub confirm: Option<Vec<String>>,
}

/// A mail, as the ledger counts it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mailed {
    /// A digest of what does not change on its way.
    pub fingerprint: String,
    /// Its Message-ID, or the beginning of its fingerprint: who says what the events tell.
    pub name: String,
    /// Where it lies.
    pub place: String,
    /// When it was read.
    pub at: Timestamp,
    /// When it was written, where it says so and that is not later: an answer counts from then.
    pub said_at: Timestamp,
    /// What it is.
    pub kind: String,
    /// Who it says it is from.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// What it says of deliveries.
    pub mentions: Vec<Mention>,
    /// The deliveries it may be about.
    pub suggestions: Vec<Suggestion>,
    /// Why it is about no delivery.
    pub reason: Option<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// It is recorded, with what became of each mention.
    New(Vec<Outcome>),
    /// It was counted before: nothing changed.
    Before,
    /// A letter it speaks of is on the wire, and its outcome not recorded yet: nothing changed, a later run counts it.
    TooEarly,
}

/// What became of what a mail says of one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect.
    Done,
    /// It is in the history, and changed nothing more: the delivery stood so already, or an answer that says more is
    /// there.
    Noted,
    /// It is in the history, and changed nothing more: a person said otherwise.
    PersonSaid(Answer),
}

/// What mail does to a ledger. None of it needs a lease: a run may send meanwhile.
#[expect(clippy::missing_errors_doc, reason = "all functions fail alike: where the ledger cannot be read or written")]
pub trait MailLedger {
    /// Every letter of every campaign that was ever attempted, in no order.
    fn letters(&self) -> Pages<'_, SentLetter>;

    /// Whether a mail was counted.
    fn has_counted(&self, fingerprint: &str) -> Result<bool>;

    /// Every mail that is about no delivery, in the order in which they were read; without what it says.
    fn unmatched(&self) -> Pages<'_, Mailed>;

    /// Counts a mail, once, with all its effects: all of them are durable when this resolves, or none.
    ///
    /// A failure report makes `bounced` of what was accepted or in doubt; an answer stands where nothing is there that
    /// says more, and never in the place of what a person said.
    fn count(&self, mail: Mailed) -> impl Future<Output = Result<Counted>> + Send;

    /// When a campaign's inbox was last read to its end.
    fn inbox_read_at(&self, campaign: &CampaignId) -> Result<Option<Timestamp>>;

    /// Remembers that a campaign's inbox was read to its end.
    fn inbox_was_read(&self, campaign: &CampaignId, at: Timestamp) -> impl Future<Output = Result<()>> + Send;
}

/// Whom a letter went to, by the cells of its row: the addresses in its To and Cc, as [`EmailAddress::key`] gives them,
/// To first; and those in its Bcc. Who was left out got no copy. Whoever gets one can answer for the row.
pub(super) fn went_to(
    to: String,
    header: &Columns,
    cells: &[String],
    left_out: &[String],
) -> (Vec<String>, Vec<String>) {
    let copies = |names: &[&str], but: &[String]| {
        let cells = names.iter().filter_map(|name| header.position(name)).filter_map(|at| cells.get(at));
        let pieces = cells.flat_map(|cell| cell.split([',', ';', '\n']));
        let mut keys: Vec<String> = Vec::new();
        for key in pieces.filter_map(|piece| EmailAddress::parse(piece.trim()).ok()).map(|address| address.key()) {
            if ![but, left_out, &keys].iter().any(|known| known.contains(&key)) {
                keys.push(key);
            }
        }
        keys
    };
    let mut addresses = vec![to];
    addresses.extend(copies(&["email", "cc"], &addresses));
    let blind = copies(&["bcc"], &addresses);
    (addresses, blind)
}
