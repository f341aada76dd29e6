//! Letters that were sent by hand before become accepted deliveries of the campaign: follow-ups, and the letters of a
//! campaign that continues it, go on in their threads. What goes to nobody of the list is left out and counted; where
//! it is not clear which mail is the letter to somebody, nothing is adopted.

mod letter;
mod list;
mod remote;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use self::letter::Letter;
use self::rows::Rows;
use super::contacted::{refuse_older_ledger, write_contacted};
use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use super::person::Said;
use super::retention::refuse_expired;
use crate::clock::Clock;
use crate::config::Inbox;
use crate::inbox::sent_by_hand;
use crate::ledger::{Adopted, Departure, KnownBy, ReadLedger, Selection, Unknown};
use crate::mailbox;
use crate::model::count::counted;
use crate::model::{MessageId, Person, Round, lookup_key};

/// So many recipients are named for whom it is not clear which mail is their letter.
const MOST_NAMED: usize = 5;

/// Of each mail, this is enough for its header.
const HEADER: u64 = 256 * 1024;

/// Where letters are that were sent by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByHand {
    /// In a file in the mbox form.
    Mbox(PathBuf),
    /// In a list with their addresses, dates and Message-IDs.
    List(PathBuf),
    /// In a folder on the server of the inbox.
    Folder(String),
}

/// Which of the mails there are the campaign's letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pick {
    /// Words of their subject.
    pub subject: Option<String>,
    /// Whom they are from, besides the sender and the accounts of the campaign.
    pub from: Vec<String>,
}

/// What was adopted, and what was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AdoptedByHand {
    /// So many letters count as accepted now.
    pub letters: usize,
    /// So many of them have no Message-ID: what follows them begins a thread of its own.
    pub without_id: usize,
    /// So many recipients had a letter in the ledger already.
    pub known: usize,
    /// So many mails went to nobody of the list.
    pub to_others: usize,
    /// So many mails are from others, or about something else.
    pub not_ours: usize,
    /// So many mails do not say when they were sent.
    pub without_date: usize,
}

/// Takes letters that were sent by hand for the campaign's first ones. All of them, or none.
///
/// # Errors
/// Where the mails or the list cannot be read, it is not clear which mail is the letter to somebody, a run sends the
/// campaign, and where the ledger cannot be written.
pub async fn adopt_by_hand(
    folder: &Folder,
    source: &ByHand,
    pick: &Pick,
    said: &Said,
    clock: &Clock,
) -> Result<AdoptedByHand> {
    refuse_expired(folder, folder.known_ledger()?.as_ref())?;
    let mut adopted = AdoptedByHand::default();
    let letters = match source {
        ByHand::List(file) => list::read(folder, file, clock.now())?,
        ByHand::Mbox(file) => {
            let mails = mailbox::mbox(file, HEADER)?;
            let read = mails.map(|mail| Ok(sent_by_hand(&mail?.bytes))).collect::<Result<Vec<_>>>()?;
            ours(folder, pick, read, &mut adopted)
        }
        ByHand::Folder(name) => ours(folder, pick, remote::read(folder, name).await?, &mut adopted),
    };
    let rows = Rows::read(folder)?;
    let found = to_recipients(&rows, &letters, &mut adopted)?;
    let ledger = folder.ledger()?;
    refuse_older_ledger(Some(&ledger), folder)?;
    let known = known(folder, &ledger)?;
    let campaign = &folder.settings.id;
    let new = found.into_iter().filter(|(row, _)| {
        let row = &rows.all[*row];
        let is_known = known.contains(row.recipient.as_str()) || known.contains(&row.email.key());
        adopted.known += usize::from(is_known);
        !is_known
    });
    let new: Vec<Adopted> = new
        .map(|(row, letter)| {
            let row = &rows.all[row];
            Adopted {
                campaign: campaign.clone(),
                round: Round(0),
                recipient: row.recipient.clone(),
                email: row.written_to(&letter.to).clone(),
                person: Person::default(),
                name: row.name.clone(),
                organisation: row.organisation.clone(),
                subject: letter.subject.clone(),
                known_by: KnownBy::Sender,
                departure: Departure {
                    attempt: 1,
                    at: letter.at,
                    accepted: true,
                    message_id: letter.message_id.clone().map(MessageId::from_text),
                },
            }
        })
        .collect();
    adopted.letters = new.len();
    adopted.without_id = new.iter().filter(|letter| letter.departure.message_id.is_none()).count();
    if !new.is_empty() {
        ledger.adopt(new, &Unknown::default(), clock, said.of(campaign)).await?;
        write_contacted(folder, &ledger)?;
    }
    Ok(adopted)
}

/// The mails that are from us, about this letter, and say when they were sent.
fn ours(
    folder: &Folder,
    pick: &Pick,
    mails: Vec<crate::inbox::SentByHand>,
    adopted: &mut AdoptedByHand,
) -> Vec<Letter> {
    let settings = &folder.settings;
    let mut from: BTreeSet<String> = pick.from.iter().map(|address| lookup_key(address.trim())).collect();
    from.insert(settings.sender.address.key());
    from.extend(settings.smtp.as_ref().and_then(|smtp| smtp.user.as_deref()).map(lookup_key));
    if let Some(Inbox::Imap(imap)) = &settings.inbox {
        from.insert(lookup_key(&imap.user));
    }
    let wanted = pick.subject.as_ref().map(|words| words.to_lowercase());
    let mut letters = Vec::new();
    for mail in mails {
        let is_about = wanted.as_ref().is_none_or(|words| mail.subject.to_lowercase().contains(words.as_str()));
        if !is_about || !mail.from.iter().any(|address| from.contains(&lookup_key(address))) {
            adopted.not_ours += 1;
        } else if let Some(at) = mail.at {
            let subject = (!mail.subject.is_empty()).then_some(mail.subject);
            letters.push(Letter { to: mail.to, at, subject, message_id: mail.message_id });
        } else {
            adopted.without_date += 1;
        }
    }
    letters
}

/// Which letter went to which recipient, by the number of their row. One mail that lies there twice is one.
fn to_recipients<'a>(
    rows: &Rows,
    letters: &'a [Letter],
    adopted: &mut AdoptedByHand,
) -> Result<BTreeMap<usize, &'a Letter>> {
    let mut found: BTreeMap<usize, Vec<&Letter>> = BTreeMap::new();
    for letter in letters {
        let to: BTreeSet<usize> = letter.to.iter().filter_map(|address| rows.of(address)).collect();
        adopted.to_others += usize::from(to.is_empty());
        for row in to {
            let known = found.entry(row).or_default();
            if !known.iter().any(|other| other.is_same(letter)) {
                known.push(letter);
            }
        }
    }
    let several = found.iter().filter(|(_, letters)| letters.len() > 1);
    let several: Vec<String> = several
        .take(MOST_NAMED)
        .map(|(row, letters)| {
            let shown: Vec<String> = letters.iter().take(MOST_NAMED).map(ToString::to_string).collect();
            format!("`{}`: {}", rows.all[*row].recipient, shown.join(", "))
        })
        .collect();
    if !several.is_empty() {
        return Err(Error::SeveralLetters(several));
    }
    Ok(found.into_iter().filter_map(|(row, letters)| Some((row, *letters.first()?))).collect())
}

/// Who has a letter of the first round that may have left, by id and by address.
fn known(folder: &Folder, ledger: &Ledger) -> Result<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    for delivery in ledger.deliveries(&folder.settings.id, &Selection::default()) {
        let delivery = delivery?;
        if delivery.round == Round(0) && delivery.state.may_have_left() {
            known.insert(delivery.recipient.to_string());
            known.insert(lookup_key(&delivery.email));
        }
    }
    Ok(known)
}

impl fmt::Display for AdoptedByHand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = counted(self.letters as u64, "letter that was", "letters that were");
        write!(f, "{letters} sent by hand count as accepted now")?;
        let rest = [
            (self.known, "recipients had one in the ledger already"),
            (self.without_id, "of them have no Message-ID: what follows begins a thread of its own"),
            (self.to_others, "mails went to nobody of the list"),
            (self.not_ours, "mails are from others, or have another subject"),
            (self.without_date, "mails do not say when they were sent, and are left out"),
        ];
        rest.iter().filter(|(count, _)| *count > 0).try_for_each(|(count, what)| write!(f, "; {count} {what}"))
    }
}
