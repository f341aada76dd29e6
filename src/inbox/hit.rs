//! What a mail was found to be about, and by what.

use super::Doubt;
use crate::model::{SentLetter, Tie};

/// By what a mail was tied to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The token in the address it was sent to.
    Token,
    /// The envelope id that a report repeats (RFC 3461, 4.4): the same token.
    EnvelopeId,
    /// The Message-ID of the returned letter.
    ReturnedLetter,
    /// What it answers.
    Thread,
    /// An address of the letter.
    Address,
    /// The domain of an address of the letter, and its subject.
    Domain,
}

impl By {
    /// A word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::EnvelopeId => "envelope id",
            Self::ReturnedLetter => "returned letter",
            Self::Thread => "thread",
            Self::Address => "address",
            Self::Domain => "domain and subject",
        }
    }
}

/// A letter that a mail speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The letter.
    pub letter: &'a SentLetter,
    /// By what.
    pub by: By,
    /// Which of the mail's reported recipients it is about; `None` where it is about the letter as a whole.
    pub reported: Option<usize>,
    /// How surely.
    pub tie: Tie,
    /// Why that is not enough, where the mail itself is to be doubted.
    pub doubt: Option<Doubt>,
}

impl Hit<'_> {
    /// What speaks for it, and what against it, in a few words.
    #[must_use]
    pub fn why(&self) -> String {
        let but = match self.doubt {
            None => "",
            Some(Doubt::FailedDmarc) => ", but it failed DMARC",
            Some(Doubt::Junk) => ", but it lay among junk",
        };
        format!("{}{but}", self.by.as_str())
    }
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The letters it speaks of, for sure enough to take effect.
    pub hits: Vec<Hit<'a>>,
    /// Those it may speak of.
    pub suggestions: Vec<Hit<'a>>,
    /// It was sent to a token that no letter has: nothing in it is believed.
    pub forged: bool,
    /// It is a copy of a letter, or what the campaign itself wrote to somebody: no answer.
    pub is_ours: bool,
}

impl Matched<'_> {
    /// Keeps what is believed; the rest is a suggestion.
    pub(super) fn keep(&mut self, is_believed: impl Fn(&Hit<'_>) -> bool) {
        let (hits, doubted): (Vec<_>, Vec<_>) = self.hits.drain(..).partition(is_believed);
        self.hits = hits;
        self.suggestions.extend(doubted);
    }

    /// What is said by a mail that is to be doubted is a suggestion, but for what came to a token from a folder for
    /// junk: whether a mail is junk is for a filter to guess.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        let counts = |hit: &Hit<'_>| doubt == Doubt::Junk && matches!(hit.by, By::Token | By::EnvelopeId);
        self.keep(counts);
        self.suggestions.iter_mut().for_each(|hit| hit.doubt = Some(doubt));
    }
}
