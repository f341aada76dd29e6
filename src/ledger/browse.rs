//! What a person looks through: deliveries page by page, and one recipient with everything that happened.

use jiff::Timestamp;

use super::{Delivery, DeliveryId, Event, Result};
use crate::model::{Answer, CampaignId, DeliveryState, MadeOf, RecipientId, Reply, Round};

/// Which deliveries a person looks at, and how many.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Of one round alone.
    pub round: Option<Round>,
    /// In one of these states; empty for all.
    pub states: Vec<DeliveryState>,
    /// With one of these answers; empty for all. `none` asks for recipients of whom nothing else came to any letter.
    pub answers: Vec<Answer>,
    /// Each of these words stands in the id, the address, the name, the organisation or the note, in whatever case.
    pub words: Vec<String>,
    /// Cells of the row: the column's name, and what may stand in it.
    pub cells: Vec<(String, Vec<CellText>)>,
    /// In which order.
    pub order: Order,
    /// How many to pass over, from where it begins.
    pub skip: u64,
    /// How many to give.
    pub take: u32,
    /// Where to begin.
    pub from: From,
    /// How far to go.
    pub reach: Reach,
}

/// How far a look goes among letters of which no index tells whether they are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// To the end.
    #[default]
    Whole,
    /// Through so many, in the order of the list alone.
    Letters(u32),
}

/// What stands in a cell, in whatever case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellText {
    /// This, and nothing else.
    Whole(String),
    /// This, among other things.
    Part(String),
}

impl CellText {
    /// Whether a cell has it.
    #[must_use]
    pub fn is_in(&self, cell: &str) -> bool {
        let cell = cell.trim().to_lowercase();
        match self {
            Self::Whole(text) => cell == text.to_lowercase(),
            Self::Part(text) => cell.contains(&text.to_lowercase()),
        }
    }
}

/// Where a look begins, in its order: nobody has to go past what stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum From {
    /// With the first.
    #[default]
    First,
    /// With the one after this.
    After(DeliveryId),
    /// So that the one before this is the last.
    Before(DeliveryId),
}

impl Look {
    /// Whether it is looked at each letter to find those that are looked for.
    #[must_use]
    pub fn searches(&self) -> bool {
        !self.words.is_empty() || !self.cells.is_empty() || self.answers.contains(&Answer::None)
    }

    /// Whether all deliveries are looked at, of one round or of all, as they stand in the list.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        let Self { states, answers, words, cells, order, from, round: _, skip: _, take: _, reach: _ } = self;
        states.is_empty()
            && answers.is_empty()
            && words.is_empty()
            && cells.is_empty()
            && *order == Order::List
            && *from == From::First
    }
}

/// The order in which deliveries are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By round, and as in the list.
    #[default]
    List,
    /// By name.
    Name,
    /// By organisation.
    Organisation,
    /// What was attempted last comes first.
    Attempted,
    /// Who answered last comes first.
    Answered,
}

/// Some of the deliveries that a person looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// Each with the recipient's first delivery, by which all of theirs are named.
    pub rows: Vec<(DeliveryId, Delivery)>,
    /// Whether others follow; of a look that ends before a delivery, whether others go before.
    pub has_more: bool,
    /// The last letter that was looked at, where the reach ended there: whether others are looked for beyond it is not
    /// known.
    pub ended_at: Option<DeliveryId>,
}

/// How many letters were accepted, or answers came, in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InHour {
    /// The hour since 1970, in UTC.
    pub hour: i64,
    /// How many.
    pub count: u64,
}

/// What happened over time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passed {
    /// Letters that were accepted, by the hour.
    pub sent: Vec<InHour>,
    /// Answers by people that stop follow-ups, by the hour.
    pub answered: Vec<InHour>,
}

/// An attempt at a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The round.
    pub round: Round,
    /// 1 for the first.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; nothing, while it is under way.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<DeliveryState>,
    /// What the server said.
    pub reply: Option<Reply>,
    /// Why, where that needs words.
    pub reason: Option<String>,
}

/// A mail that is about a recipient's letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutMail {
    /// Its number.
    pub number: u64,
    /// The round of the letter.
    pub round: Round,
    /// What it is: `report`, `message` ….
    pub kind: String,
    /// Who it says it is from.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// The first line of what its sender wrote.
    pub first_line: Option<String>,
    /// When it was written, where it says so.
    pub said_at: Option<Timestamp>,
    /// When it was read.
    pub read_at: Timestamp,
    /// What it does to the letter: `replied`, `bounced` ….
    pub effect: Option<String>,
    /// What speaks for it, where it is a suggestion.
    pub why: Option<String>,
    /// The number under which it waits for a person, where it does.
    pub waits: Option<u64>,
    /// Whether a person has taken it back.
    pub is_taken_back: bool,
}

/// What a person reads of a ledger, a page at a time: it takes as long for a million letters as for a thousand, where
/// an index has what is looked for.
#[expect(clippy::missing_errors_doc, reason = "all functions fail alike: where the ledger cannot be read")]
pub trait BrowseLedger {
    /// The deliveries that are looked at.
    fn browse(&self, campaign: &CampaignId, look: &Look) -> Result<Sight>;

    /// The letters of whoever has this id, or to whom this address is held (as
    /// [`EmailAddress::key`](crate::model::EmailAddress::key) gives it), by round: an index has them.
    fn letters_of(&self, campaign: &CampaignId, name: &str) -> Result<Vec<Delivery>>;

    /// Whose delivery this is, where it is one of the campaign.
    fn whose(&self, campaign: &CampaignId, delivery: DeliveryId) -> Result<Option<RecipientId>>;

    /// What the last attempt at a letter was made of, and the keys of addresses that were left out of it; nothing,
    /// where it was never attempted.
    fn made_of(&self, delivery: DeliveryId) -> Result<Option<(MadeOf, Vec<String>)>>;

    /// What was sent and answered over time. All deliveries are gone through.
    fn passed(&self, campaign: &CampaignId) -> Result<Passed>;

    /// The number of the last thing that happened: it goes up with each.
    fn last_event(&self) -> Result<u64>;

    /// How many mails wait for a person.
    fn waiting(&self) -> Result<u64>;

    /// What happened to a recipient beside attempts, in its order.
    fn happened_to(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<Event>>;

    /// The attempts at a recipient's letters, in their order.
    fn tried(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<Tried>>;

    /// The mails that are about a recipient's letters, in the order in which they were read.
    fn mails_about(&self, campaign: &CampaignId, recipient: &RecipientId) -> Result<Vec<AboutMail>>;
}
