//! What the ledger keeps of mail that came in: each mail once, and what it says of which delivery.

use std::future::Future;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Pages, Result, Word};
use crate::model::{
    Answer, CampaignId, Columns, Effect, EmailAddress, RecipientId, Round, SentLetter, Statement, Suppression, Tie,
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
    /// How surely the mail is tied to it.
    pub tie: Tie,
}

impl Mention {
    /// Whether both speak of one delivery.
    #[must_use]
    pub fn is_of_the_same(&self, other: &Self) -> bool {
        (&self.campaign, self.round, &self.recipient) == (&other.campaign, other.round, &other.recipient)
    }
}

/// What a mail may say of a delivery: a person has to confirm it.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggested {
    /// What it does then.
    pub mention: Mention,
    /// What speaks for it.
    pub why: String,
}

/// A delivery that a mail may be about, as it is shown to a person who may confirm it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its number; those of older ledgers have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// The delivery's campaign.
    pub campaign: String,
    /// Its round.
    pub round: u32,
    /// Its recipient.
    pub recipient: String,
    /// What it would do: `bounced`, `replied` ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// What speaks for it.
    pub why: String,
    /// The arguments with which a person confirms it, where there are any: `confirm 12`.
    pub confirm: Option<Vec<String>>,
}

impl Suggestion {
    /// What waits for a person under a number.
    #[must_use]
    pub fn of(number: u64, mention: &Mention, why: String) -> Self {
        Self {
            number: Some(number),
            campaign: mention.campaign.to_string(),
            round: mention.round.0,
            recipient: mention.recipient.to_string(),
            effect: Some(mention.effect.as_str().to_owned()),
            why,
            confirm: Some(vec!["confirm".to_owned(), number.to_string()]),
        }
    }
}

/// A mail of which a person has to say what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Its number.
    pub number: u64,
    /// A digest of what does not change on its way.
    pub fingerprint: String,
    /// Where it lies.
    pub place: String,
    /// What it is.
    pub kind: String,
    /// Who it says it is from.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// The first line of what its sender wrote.
    pub first_line: Option<String>,
    /// What waits for a person.
    pub suggestions: Vec<Suggestion>,
    /// Why it is about no delivery.
    pub reason: Option<String>,
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
    /// The first line of what its sender wrote.
    pub first_line: Option<String>,
    /// What it says of deliveries.
    pub mentions: Vec<Mention>,
    /// What it may say of others.
    pub suggestions: Vec<Suggested>,
    /// Why it is about no delivery.
    pub reason: Option<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// It is recorded.
    New(Recorded),
    /// It was counted before: nothing changed.
    Before,
    /// A letter it speaks of is on the wire, and its outcome not recorded yet: nothing changed, a later run counts it.
    TooEarly,
}

/// A mail that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number.
    pub mail: u64,
    /// What became of each mention.
    pub outcomes: Vec<Outcome>,
    /// The numbers of its suggestions.
    pub suggestions: Vec<u64>,
}

/// Why something that is tied to a letter waits for a person all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hold {
    /// One mail says it of many letters.
    ManyLetters,
    /// It is known by an id that can be computed, and until all mail is read nobody knows of how many letters that is
    /// so.
    OldId,
}

impl Hold {
    /// Why, in a few words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ManyLetters => "one mail says so of many letters",
            Self::OldId => "many mails are known by ids alone that can be made up",
        }
    }
}

/// What waits for a person before a follow-up goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMail {
    /// The mail's number.
    pub mail: u64,
    /// What it is.
    pub kind: String,
    /// Who it says it is from.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Of how many letters it speaks.
    pub letters: u64,
    /// Why it waits.
    pub hold: Hold,
}

/// What a person confirms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToConfirm {
    /// Suggestions, by their numbers, or by that of their mail where it says nothing else.
    pub numbers: Vec<u64>,
    /// Those that wait among these numbers.
    pub ranges: Vec<RangeInclusive<u64>>,
    /// All that waits of these mails.
    pub all_of: Vec<u64>,
}

/// What was confirmed, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// What it was.
    pub suggestion: Suggestion,
    /// What became of it.
    pub outcome: Outcome,
}

/// The mail that says until when somebody is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwayBy {
    /// Its number.
    pub mail: u64,
    /// Who it says it is from.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
}

/// What was taken back of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenBack {
    /// The deliveries that it spoke of: campaign, round and recipient.
    pub deliveries: Vec<(CampaignId, Round, RecipientId)>,
    /// The addresses that are not suppressed any more.
    pub lifted: Vec<String>,
    /// How many suggestions of it wait no more.
    pub dismissed: u64,
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
    /// It waits for a person under this number.
    Waits(u64, Hold),
    /// It waits still: the letter is on the wire.
    TooEarly,
}

/// What mail does to a ledger. None of it needs a lease: a run may send meanwhile.
#[expect(clippy::missing_errors_doc, reason = "all functions fail alike: where the ledger cannot be read or written")]
pub trait MailLedger {
    /// Every letter of every campaign that was ever attempted, in no order.
    fn letters(&self) -> Pages<'_, SentLetter>;

    /// Whether a mail was counted.
    fn has_counted(&self, fingerprint: &str) -> Result<bool>;

    /// Every mail that is about no delivery, or of which something waits for a person, in the order in which they were
    /// read.
    fn unmatched(&self) -> Pages<'_, Unmatched>;

    /// The mails of which something waits for a person though it is tied to letters, in that order.
    fn held(&self) -> Result<Vec<HeldMail>>;

    /// The mail by which a recipient is away until a day: by its id in the ledger, or by its address as
    /// [`EmailAddress::key`] gives it.
    fn away_by(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        address: &str,
        day: Date,
    ) -> Result<Option<AwayBy>>;

    /// Counts a mail, once, with all its effects: all of them are durable when this resolves, or none.
    ///
    /// A failure report makes `bounced` of what was accepted or in doubt; an answer stands where nothing is there that
    /// says more. In the place of what a person said it stands where it stops follow-ups, that does not, and it was
    /// written later. What one mail would do to many letters waits for a person, and what is known by an old id until
    /// [`MailLedger::let_pass`].
    fn count(&self, mail: Mailed) -> impl Future<Output = Result<Counted>> + Send;

    /// Lets what is known by old ids take effect, where that is so of few letters of a round. Gives what passed, by its
    /// number.
    fn let_pass(&self, at: Timestamp) -> impl Future<Output = Result<Vec<(u64, Outcome)>>> + Send;

    /// Has what waits take effect: a person confirms it.
    ///
    /// # Errors
    /// [`LedgerError::NothingWaits`](super::LedgerError::NothingWaits) where nothing waits under one of the numbers:
    /// then nothing is confirmed.
    fn confirm(&self, what: ToConfirm, word: &Word) -> impl Future<Output = Result<Vec<Confirmed>>> + Send;

    /// Takes back all that one mail did, and all that it suggests: the deliveries stand as if it had never come, and as
    /// other mails and people have it.
    ///
    /// # Errors
    /// [`LedgerError::NoSuchMail`](super::LedgerError::NoSuchMail) where no mail has this number, or it did nothing.
    fn take_back_mail(&self, mail: u64, word: &Word) -> impl Future<Output = Result<TakenBack>> + Send;

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
