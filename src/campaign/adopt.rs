//! What witnesses know and the ledger does not is taken into it, after the ledger was lost or an older one was put
//! back.

use std::collections::BTreeMap;

use super::contacted::{told_letters, write_contacted};
use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use super::person::Said;
use super::retention::refuse_expired;
use crate::clock::Clock;
use crate::ledger::{Adopted, KnownBy, ReadLedger, Selection, Unknown};
use crate::lists::RecipientList;
use crate::model::Listed;
use crate::model::{EmailAddress, Round};
use crate::plan::id_of;

/// What was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adoption {
    /// So many letters count as accepted.
    pub accepted: usize,
    /// So many are in doubt: nobody knows whether the server took them.
    pub in_doubt: usize,
}

/// Takes the letters that witnesses know into the ledger, which is made where there is none. All of them, or none.
///
/// The logs of sent letters name nobody. Who it was is found among the ledger's own rows, in `contacted.csv`, and in
/// the recipients list.
///
/// # Errors
/// [`Error::WitnessedNobody`] where somebody cannot be found; while a run sends; and where something cannot be read or
/// written.
pub async fn adopt_from_witnesses(folder: &Folder, said: &Said, clock: &Clock) -> Result<Adoption> {
    let known = folder.known_ledger()?;
    refuse_expired(folder, known.as_ref())?;
    let mut unknown = folder.unknown_letters()?;
    let mut letters = BTreeMap::new();
    let mut keep = |letter: Adopted| {
        let key = (letter.campaign.clone(), letter.round, letter.email.key(), letter.person.clone());
        letters.insert(key, letter);
    };
    if let Some(ledger) = &known {
        found_in_ledger(ledger, &mut unknown)?.into_iter().for_each(&mut keep);
    }
    for mut letter in told_letters(known.as_ref(), folder)? {
        if let Some((found, person)) = unknown.take(&letter.campaign, letter.round, &letter.email, &letter.name) {
            letter.person = person;
            letter.departure.message_id = found.message_id.or(letter.departure.message_id);
            letter.departure.accepted |= found.accepted;
            letter.departure.attempt = letter.departure.attempt.max(found.attempt);
        }
        keep(letter);
    }
    found_in_list(folder, &mut unknown)?.into_iter().for_each(&mut keep);
    if let Some((campaign, letters)) = unknown.left().into_iter().next() {
        return Err(Error::WitnessedNobody { campaign, letters, list: folder.settings.lists.recipients.clone() });
    }
    if known.is_none() && letters.is_empty() {
        return Ok(Adoption { accepted: 0, in_doubt: 0 });
    }
    // What was read from is closed first: the last to close the file should be the one that writes.
    drop(known);
    let letters: Vec<Adopted> = letters.into_values().collect();
    let accepted = letters.iter().filter(|letter| letter.departure.accepted).count();
    let adoption = Adoption { accepted, in_doubt: letters.len() - accepted };
    let ledger = folder.ledger_to_adopt()?;
    ledger.adopt(letters, &unknown, clock, said.of(&folder.settings.id)).await?;
    write_contacted(folder, &ledger)?;
    Ok(adoption)
}

/// Those that the ledger has a row for.
fn found_in_ledger(ledger: &Ledger, unknown: &mut Unknown) -> Result<Vec<Adopted>> {
    let mut found = Vec::new();
    for campaign in ledger.campaigns()? {
        for delivery in ledger.deliveries(&campaign, &Selection::default()) {
            let delivery = delivery?;
            let Ok(email) = EmailAddress::parse(&delivery.email) else { continue };
            let found_out = unknown.take(&campaign, delivery.round, &email, &delivery.name);
            let Some((departure, person)) = found_out else { continue };
            found.push(Adopted {
                campaign: campaign.clone(),
                round: delivery.round,
                recipient: delivery.recipient,
                email,
                person,
                name: delivery.name,
                organisation: delivery.organisation,
                subject: None,
                known_by: KnownBy::Witness,
                departure,
            });
        }
    }
    Ok(found)
}

/// Those that the campaign's list has a row for.
fn found_in_list(folder: &Folder, unknown: &mut Unknown) -> Result<Vec<Adopted>> {
    let campaign = &folder.settings.id;
    let rounds: Vec<Round> = unknown.rounds(campaign);
    let mut found = Vec::new();
    if rounds.is_empty() {
        return Ok(found);
    }
    let lists = &folder.settings.lists;
    for recipient in RecipientList::open(&folder.workspace, &lists.recipients, &lists.format, &lists.rules)? {
        // A faulty row names nobody for sure; `check` says what is wrong with it.
        let Some(recipient) = recipient.ok().and_then(Listed::recipient) else { continue };
        for round in &rounds {
            let name = recipient.name().unwrap_or_default();
            let Some((departure, person)) = unknown.take(campaign, *round, &recipient.to, name) else { continue };
            found.push(Adopted {
                campaign: campaign.clone(),
                round: *round,
                recipient: if person.is_nobody() { recipient.id.clone() } else { id_of(&recipient, &person) },
                email: recipient.to.clone(),
                person,
                name: name.to_owned(),
                organisation: recipient.organisation().unwrap_or_default().to_owned(),
                subject: None,
                known_by: KnownBy::Witness,
                departure,
            });
        }
    }
    Ok(found)
}
