//! What is heard of a letter: the delivery that somebody's word is written to, and what its event says.

use serde::Serialize;

use crate::ledger::Witness;
use crate::model::{Answer, Round};

/// The delivery to which it is written.
pub(super) struct Found {
    pub(super) delivery: i64,
    pub(super) campaign: i64,
    pub(super) round: Round,
    pub(super) answer: Answer,
    pub(super) witness: Option<Witness>,
    pub(super) note: Option<String>,
    pub(super) email_key: String,
}

impl Found {
    /// Whether a person takes back here what a person said.
    pub(super) fn takes_back(&self, said: Option<Answer>, by: Witness) -> bool {
        let by_persons = by == Witness::Person && self.witness == Some(Witness::Person);
        by_persons && said == Some(Answer::None) && self.answer != Answer::None
    }
}

/// What an event says of an answer.
#[derive(Serialize)]
pub(super) struct Heard<'a> {
    /// What was said.
    pub(super) said: Option<&'a str>,
    /// What stood before.
    pub(super) before: &'a str,
    /// What stands now.
    pub(super) answer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<&'a str>,
}
