//! What a letter knows of those that went before it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::letter::{Letters, Previous, Quoted};
use crate::lists::RecipientReader;
use crate::model::calendar::Calendar;
use crate::model::{DeliveryState, Faults, History, Round, SnapshotId};

/// What the letters of a round know of the campaign's earlier letters, besides each recipient's history.
#[derive(Debug)]
pub struct Earlier {
    /// On which days are counted.
    pub calendar: Calendar,
    /// Who signed since a round: the lines of their rows in the signatories list, in ascending order.
    pub signed_since: BTreeMap<Round, Arc<[u64]>>,
    /// The same for the rounds of the campaign that this one continues.
    pub signed_since_continued: BTreeMap<Round, Arc<[u64]>>,
    /// The campaign's first letters, where those of this round quote them.
    pub quote: Option<Quote>,
}

/// A campaign's first letters as they were sent: what follow-ups quote.
#[derive(Debug, Default)]
pub struct Quote {
    editions: HashMap<Sources, (u32, Result<Edition, Faults>)>,
    /// Whom one of them names, and the list of those who sign does not have any more.
    pub gone: BTreeSet<String>,
}

/// What letters were made of: files, and the header of the recipients list.
type Sources = (Option<SnapshotId>, Vec<String>);

/// First letters that were made of the same files.
#[derive(Debug)]
pub struct Edition {
    /// The letters in all their languages, without pictures.
    pub letters: Arc<Letters>,
    /// Reads the rows of then.
    pub rows: RecipientReader,
    /// Who wrote them: the name, or the address.
    pub sender: String,
    /// What they knew of the campaign that theirs continues.
    pub earlier: Earlier,
}

impl Quote {
    /// Adds letters that were made of the files of a snapshot, `None` for those of now, and of rows under a header.
    pub fn add(&mut self, snapshot: Option<SnapshotId>, header: Vec<String>, edition: Result<Edition, Faults>) {
        let number = u32::try_from(self.editions.len()).unwrap_or(u32::MAX);
        self.editions.insert((snapshot, header), (number, edition));
    }

    /// Whether there is any that can be quoted.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.editions.values().any(|(_, edition)| edition.is_ok())
    }

    /// What is wrong with one that cannot be.
    #[must_use]
    pub fn faults(&self) -> Option<&Faults> {
        self.editions.values().find_map(|(_, edition)| edition.as_ref().err())
    }

    /// The first letter to a recipient. It is quoted in all rounds: it is what is to be answered, and reminders that
    /// quote each other grow with every round.
    fn first(&self, history: &History, calendar: &Calendar) -> Result<Quoted, String> {
        let first = history.rounds.iter().find(|past| past.round == Round(0) && past.state == DeliveryState::Accepted);
        let first = first.ok_or("the ledger does not have it")?;
        let made_of = first.made_of.as_deref().ok_or("the ledger does not have what it was made of")?;
        let key = (made_of.snapshot, made_of.header.clone());
        let (number, edition) = self.editions.get(&key).ok_or("the ledger does not have what it was made of")?;
        let edition = edition.as_ref().map_err(ToString::to_string)?;
        let recipient = edition.rows.read(made_of.line, made_of.cells.clone()).map_err(|faults| faults.to_string())?;
        let is_earlier = |at: Option<Timestamp>| at.is_some_and(|at| at < made_of.at);
        let continued = history.continued.iter().filter(|past| is_earlier(past.accepted_at)).cloned().collect();
        let before = History { continued, rounds: Vec::new() };
        Ok(Quoted {
            letters: Arc::clone(&edition.letters),
            edition: *number,
            recipient,
            previous: edition.earlier.previous(&before, made_of.at)?.map(Box::new),
            sender: edition.sender.clone(),
            date: calendar.day(first.accepted_at.unwrap_or(made_of.at)),
        })
    }
}

impl Earlier {
    /// What a letter at a moment says of the last one that the recipient has.
    ///
    /// # Errors
    /// Says why the first letter cannot be quoted.
    pub fn previous(&self, history: &History, at: Timestamp) -> Result<Option<Previous>, String> {
        let Some(last) = history.letters().next_back() else { return Ok(None) };
        let is_own = history.rounds.iter().any(|past| std::ptr::eq(past, last));
        let signed_since = if is_own { &self.signed_since } else { &self.signed_since_continued };
        let Some(sent_at) = last.accepted_at else { return Ok(None) };
        let quoted = self.quote.as_ref().map(|quote| quote.first(history, &self.calendar)).transpose();
        let quoted = quoted.map_err(|why| {
            format!("the first letter cannot be quoted: {why}; take `quote` out of `[[follow_up]]` to send without it")
        })?;
        Ok(Some(Previous {
            sent_at: self.calendar.at(sent_at),
            subject: last.subject.clone().unwrap_or_default(),
            days_ago: self.calendar.days_between(sent_at, at),
            new_signatories: signed_since.get(&last.round).cloned().unwrap_or_default(),
            first_subject: history.subject().map(str::to_owned),
            quoted: quoted.map(Box::new),
        }))
    }
}
