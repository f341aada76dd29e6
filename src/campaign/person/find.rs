//! Whom a person means. There is one way to name somebody: by an id, or by an address that a letter or its copy goes
//! to.

use std::collections::BTreeSet;

use super::nobody::Nobody;
use crate::campaign::error::{Error, Result};
use crate::ledger::{self, Delivery, ReadLedger, Selection};
use crate::model::{CampaignId, DeliveryState, RecipientId, Round, lookup_key};

/// The recipient who is meant, with all their deliveries, by round.
///
/// # Errors
/// Where the ledger has nobody who is named so, or several, or cannot be read.
pub(super) fn recipient(
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    id: &str,
) -> Result<(RecipientId, Vec<Delivery>)> {
    let named = named(ledger, campaign, id)?;
    refuse_names(ledger, campaign, id, &named)?;
    let recipient = the_one(id, &named)?;
    let mut deliveries = at(ledger, campaign, recipient.as_str())?;
    deliveries.retain(|delivery| delivery.recipient == recipient);
    Ok((recipient, deliveries))
}

/// The delivery that is meant: the one in doubt, or else the latest that failed, or else the latest, which is for the
/// ledger to refuse. `round` is the only one to look at.
///
/// # Errors
/// Where the ledger has none, or several are in doubt, or it cannot be read.
pub(super) fn delivery(
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    id: &str,
    round: Option<Round>,
) -> Result<Delivery> {
    let mut found = named(ledger, campaign, id)?;
    refuse_names(ledger, campaign, id, &found)?;
    found.retain(|delivery| round.is_none_or(|round| delivery.round == round));
    let in_doubt = |delivery: &Delivery| delivery.state == DeliveryState::InDoubt;
    let is_in_doubt = found.iter().any(in_doubt);
    let failed = |delivery: &Delivery| delivery.state == DeliveryState::Failed;
    if is_in_doubt {
        found.retain(in_doubt);
    } else if found.iter().any(failed) {
        found.retain(failed);
    }
    the_one(id, &found)?;
    if is_in_doubt && found.len() > 1 {
        return Err(Error::InDoubtTwice(id.to_owned()));
    }
    found.pop().ok_or_else(|| Error::NoDelivery(Nobody::new(id)))
}

/// Every delivery to a recipient by an id, or to an address (as [`EmailAddress::key`](crate::model::EmailAddress::key)
/// gives it).
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) fn at(ledger: &impl ReadLedger, campaign: &CampaignId, key: &str) -> Result<Vec<Delivery>> {
    let selection = Selection { recipient: Some(key.to_owned()), ..Selection::default() };
    Ok(ledger.deliveries(campaign, &selection).collect::<ledger::Result<_>>()?)
}

/// The deliveries that are named: by the recipient's id, or else by the address of a letter that is not skipped as a
/// duplicate, or else by that of a copy.
fn named(ledger: &impl ReadLedger, campaign: &CampaignId, id: &str) -> Result<Vec<Delivery>> {
    let key = lookup_key(id);
    let mut found = at(ledger, campaign, &key)?;
    if found.is_empty() {
        found = with_copy(ledger, campaign, &key)?;
    }
    let has_id = |delivery: &Delivery| [id, &key].contains(&delivery.recipient.as_str());
    let is_meant = |delivery: &Delivery| delivery.state != DeliveryState::Skipped;
    if found.iter().any(has_id) {
        found.retain(has_id);
    } else if found.iter().any(is_meant) {
        found.retain(is_meant);
    }
    Ok(found)
}

/// The deliveries of the rows that have an address (as [`EmailAddress::key`](crate::model::EmailAddress::key)) in any
/// of their cells of addresses.
fn with_copy(ledger: &impl ReadLedger, campaign: &CampaignId, key: &str) -> Result<Vec<Delivery>> {
    let mut found = Vec::new();
    for round in ledger.rounds(campaign)? {
        let columns = ledger.columns(campaign, round)?.unwrap_or_default();
        let places: Vec<usize> = ["email", "cc", "bcc"].iter().filter_map(|name| columns.position(name)).collect();
        let selection = Selection { round: Some(round), ..Selection::default() };
        for row in ledger.rows(campaign, &selection) {
            let (delivery, cells) = row?;
            let cells = cells.unwrap_or_default();
            let mut addresses =
                places.iter().filter_map(|place| cells.get(*place)).flat_map(|cell| cell.split([',', ';', '\n']));
            if addresses.any(|address| lookup_key(address.trim()) == key) {
                found.push(delivery);
            }
        }
    }
    Ok(found)
}

/// Refuses what names nobody and is the name of somebody, or a word of it: says who has it.
fn refuse_names(ledger: &impl ReadLedger, campaign: &CampaignId, id: &str, found: &[Delivery]) -> Result<()> {
    let wanted: Vec<String> = words(id).collect();
    if !found.is_empty() || wanted.is_empty() || id.contains('@') {
        return Ok(());
    }
    let mut nobody = Nobody::new(id);
    let mut seen = BTreeSet::new();
    for delivery in ledger.deliveries(campaign, &Selection::default()) {
        let delivery = delivery?;
        let known: Vec<String> = words(&delivery.name).collect();
        if wanted.iter().all(|word| known.contains(word)) && seen.insert(delivery.recipient.clone()) {
            nobody.may_mean(&delivery);
        }
    }
    if seen.is_empty() { Ok(()) } else { Err(Error::NoDelivery(nobody)) }
}

/// The words of a name, whatever their case.
fn words(name: &str) -> impl Iterator<Item = String> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The one recipient of some deliveries.
fn the_one(id: &str, deliveries: &[Delivery]) -> Result<RecipientId> {
    let mut recipients: Vec<RecipientId> = deliveries.iter().map(|delivery| delivery.recipient.clone()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    match <[RecipientId; 1]>::try_from(recipients) {
        Ok([recipient]) => Ok(recipient),
        Err(none) if none.is_empty() => Err(Error::NoDelivery(Nobody::new(id))),
        Err(several) => Err(Error::SeveralRecipients { address: id.to_owned(), recipients: several }),
    }
}
