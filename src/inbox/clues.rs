//! What in a mail may tie it to a letter, as it stands there: nothing of it is believed yet.

use jiff::Timestamp;

use super::address::is_of_mail_system;
use super::subject::ends;
use super::{Kind, Reading, Rule};
use crate::model::{EmailAddress, Token};

/// Tokens are looked for in so many of the addresses that a mail was sent to.
const ADDRESSES: usize = 32;

/// Whether it is sure who wrote a mail: a person or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writer {
    /// It is what it was read as.
    #[default]
    AsRead,
    /// It seems to be a person's; or it is a refusal in words that somebody's own may be.
    Unsure,
    /// Whoever it was wrote nothing: a reader of the letter may have attached something, and nobody else is believed.
    Silent,
}

impl Writer {
    fn of(reading: &Reading) -> Self {
        let is_said = |rule| reading.rules.contains(&rule);
        let says_nothing = || !reading.own_words.contains(char::is_alphanumeric);
        if is_said(Rule::MarkedAutomatic) || is_said(Rule::RefusalText) {
            Self::Unsure
        } else if reading.kind == Kind::Message && reading.opted_out.is_none() && says_nothing() {
            Self::Silent
        } else {
            Self::AsRead
        }
    }
}

/// What in a mail may tie it to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clues {
    /// Its own Message-ID: a copy of a letter has that of the letter.
    pub id: Option<String>,
    /// Tokens in the addresses that it was sent to.
    pub tokens: Vec<String>,
    /// Those of them that stand where answers go. Nobody answers to the address for reports but programs.
    pub reply_tokens: Vec<String>,
    /// What looks like a token in other addresses that it was sent to: a mailbox may be that of several campaigns, each
    /// with addresses of its own.
    pub other_tokens: Vec<String>,
    /// Whether one of those is named for what comes back: `bounces+…`.
    pub is_to_other_reports: bool,
    /// The envelope id that a report repeats: some mail systems make one up, so that one of nobody's says nothing.
    pub envelope_id: Option<String>,
    /// The Message-ID of the letter that is returned in it, or that its fields name.
    pub returned: Option<String>,
    /// The Message-IDs of what it answers: `In-Reply-To`.
    pub answered: Vec<String>,
    /// Those of the thread before it: `References`. A mail may name as many of them as it likes.
    pub thread: Vec<String>,
    /// Its sender, as [`EmailAddress::key`] gives it.
    pub sender: Option<String>,
    /// Whether that is an address of the campaign's own.
    pub is_ours: bool,
    /// Whether that is the address of a mail system, such as `mailer-daemon`.
    pub is_of_mail_system: bool,
    /// What its subject may be about, the longest first.
    pub subjects: Vec<String>,
    /// Of each reported recipient, its addresses as [`EmailAddress::key`] gives them: the one that was written to
    /// first.
    pub reported: Vec<Vec<String>>,
    /// Whether it is sure who wrote it: some systems mark people's answers as automatic.
    pub writer: Writer,
    /// When it was written: it is not about a letter that was sent later.
    pub written: Option<Timestamp>,
    /// Why it is believed less than others, where it is.
    pub doubt: Option<Doubt>,
}

/// Why a mail is believed less than others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A mail system of the campaign's own says that it failed DMARC: it is not from whom it says.
    FailedDmarc,
    /// It lay in a folder for junk.
    Junk,
}

impl Clues {
    /// The clues of a mail, without those that only the campaign's own addresses show.
    #[must_use]
    pub fn of(reading: &Reading) -> Self {
        let reported = reading
            .recipients
            .iter()
            .map(|one| one.original_address.iter().chain([&one.address]).filter_map(|address| key(address)).collect());
        Self {
            id: reading.message_id.clone(),
            is_to_other_reports: reading.sent_to.iter().any(|to| is_named_for_reports(to)),
            other_tokens: reading.sent_to.iter().take(ADDRESSES).flat_map(|to| like_tokens(to)).collect(),
            envelope_id: reading.original_envelope_id.as_ref().map(|id| id.to_lowercase()),
            returned: reading.original_message_id.clone(),
            answered: reading.in_reply_to.clone(),
            thread: reading.references.clone(),
            sender: reading.from.as_deref().and_then(key),
            is_of_mail_system: reading.from.as_deref().is_some_and(is_of_mail_system),
            subjects: reading.subject.as_deref().map(ends).unwrap_or_default(),
            reported: reported.collect(),
            written: reading.date,
            writer: Writer::of(reading),
            ..Self::default()
        }
    }

    /// Whether it came to the address for reports, and to none for answers.
    pub(super) fn are_of_reports(&self) -> bool {
        (!self.tokens.is_empty() || self.is_to_other_reports) && self.reply_tokens.is_empty()
    }

    /// The same clues, where the mail came to an address without a token to which nobody but programs writes.
    #[must_use]
    pub fn hardly_of_person(self) -> Self {
        Self { writer: Writer::Unsure, ..self }
    }

    /// Every token among them.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &String> {
        self.tokens.iter().chain(&self.other_tokens).chain(&self.envelope_id)
    }

    /// Every Message-ID among them.
    pub(super) fn message_ids(&self) -> impl Iterator<Item = &String> {
        self.id.iter().chain(&self.returned).chain(&self.answered).chain(&self.thread)
    }

    /// Every address among them.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &String> {
        self.sender.iter().chain(self.reported.iter().flatten())
    }
}

/// What looks like a token in an address, before its `@`.
fn like_tokens(address: &str) -> Vec<String> {
    let local = address.rsplit_once('@').map_or("", |(local, _)| local).to_ascii_lowercase();
    let windows = (0..local.len()).filter_map(|at| local.get(at..at + Token::LENGTH));
    windows.filter(|word| Token::is_like(word)).map(str::to_owned).collect()
}

/// Whether an address has a token, and a name for what comes back.
fn is_named_for_reports(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    ["bounce", "verp", "return-path", "errors"].iter().any(|name| local.starts_with(name))
        && !like_tokens(address).is_empty()
}

/// The form in which an address is compared, where it is one.
fn key(address: &str) -> Option<String> {
    EmailAddress::parse(address).ok().map(|address| address.key())
}

/// The domain of an address.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}
