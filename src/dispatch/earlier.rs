//! What a letter knows of those that went before it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::letter::Previous;
use crate::model::calendar::Calendar;
use crate::model::{History, Round};

/// What the letters of a round know of the campaign's earlier letters, besides each recipient's history.
#[derive(Debug)]
pub struct Earlier {
    /// On which days are counted.
    pub calendar: Calendar,
    /// Who signed since a round: the lines of their rows in the signatories list, in ascending order.
    pub signed_since: BTreeMap<Round, Arc<[u64]>>,
    /// The same for the rounds of the campaign that this one continues.
    pub signed_since_continued: BTreeMap<Round, Arc<[u64]>>,
}

impl Earlier {
    /// What a letter at a moment says of the last one that the recipient has.
    #[must_use]
    pub fn previous(&self, history: &History, at: Timestamp) -> Option<Previous> {
        let last = history.letters().next_back()?;
        let is_own = history.rounds.iter().any(|past| std::ptr::eq(past, last));
        let signed_since = if is_own { &self.signed_since } else { &self.signed_since_continued };
        let sent_at = last.accepted_at?;
        Some(Previous {
            sent_at,
            subject: last.subject.clone().unwrap_or_default(),
            days_ago: self.calendar.days_between(sent_at, at),
            new_signatories: signed_since.get(&last.round).cloned().unwrap_or_default(),
            first_subject: history.subject().map(str::to_owned),
        })
    }
}
