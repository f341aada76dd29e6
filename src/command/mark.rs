//! `mark`: a person says what a recipient answered.

use anyhow::{Context as _, Result, bail};

use super::log::renew_contacted;
use super::person::person;
use super::terminal::say;
use super::{Context, Exit};
use crate::cli;
use crate::ledger::{
    self, AddressChange, Delivery, Hearing, Mark, Marked, PersonLedger, ReadLedger, Selection, Unbounced, Voice, Word,
};
use crate::model::{Answer, CampaignId, DeliveryState, RecipientId, lookup_key};

pub(super) fn run(context: &Context, args: &cli::Mark) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let settings = &folder.settings;
    let ledger = folder.existing_ledger()?;
    let (recipient, deliveries) = find(&ledger, &settings.id, &args.id)?;
    let now = context.clock.now();
    let word = Word { campaign: settings.id.clone(), by: Voice::Person(person()), at: now };
    let mark = Mark { answer: answer(args), note: args.note.clone(), said_at: now };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let told = if args.undo && has_bounced_unanswered(&deliveries) {
        let unbounced = runtime.block_on(ledger.unbounce(&recipient, &word))?;
        if args.note.is_some() {
            runtime.block_on(ledger.mark(&recipient, Mark { answer: None, ..mark }, &word))?;
        }
        told_unbounced(&recipient, &unbounced)
    } else {
        let marked = runtime.block_on(ledger.mark(&recipient, mark, &word))?;
        let own = deliveries.iter().find(|delivery| delivery.round == marked.round);
        let own = own.context("the delivery is not in the ledger any more")?;
        format!("round {}: {}", marked.round, told(own, marked))
    };
    renew_contacted(&folder, &ledger);
    if !context.quiet {
        say(told);
    }
    Ok(Exit::Done)
}

/// Whether there is a letter that bounced and no answer: what can be taken back is the bounce.
fn has_bounced_unanswered(deliveries: &[Delivery]) -> bool {
    deliveries.iter().any(|delivery| delivery.state == DeliveryState::Bounced)
        && deliveries.iter().all(|delivery| delivery.answer == Answer::None)
}

/// What was recorded of letters that did not bounce.
fn told_unbounced(recipient: &RecipientId, unbounced: &Unbounced) -> String {
    let rounds: Vec<String> = unbounced.rounds.iter().map(|round| format!("round {round}")).collect();
    let address = match unbounced.address {
        AddressChange::Lifted => "; the address is not suppressed any more",
        AddressChange::Suppressed | AddressChange::AsBefore => "",
    };
    format!("{}: the letter to `{recipient}` did not bounce, whatever a report says{address}", rounds.join(", "))
}

/// The answer that the arguments name; without one, there is a note alone.
fn answer(args: &cli::Mark) -> Option<Answer> {
    match args.status {
        Some(cli::MarkStatus::Replied) => Some(Answer::Replied),
        Some(cli::MarkStatus::Acknowledged) => Some(Answer::Acknowledged),
        Some(cli::MarkStatus::Declined) => Some(Answer::Declined),
        Some(cli::MarkStatus::OptedOut) => Some(Answer::OptedOut),
        Some(cli::MarkStatus::Note) => None,
        // `--undo`, without which there is a status.
        None => Some(Answer::None),
    }
}

/// The recipient that is meant, with their deliveries: by id, or else by the address of a letter that is not skipped as a duplicate, or
/// else by that of a copy.
fn find(ledger: &impl ReadLedger, campaign: &CampaignId, id: &str) -> Result<(RecipientId, Vec<Delivery>)> {
    let key = lookup_key(id);
    let selection = Selection { recipient: Some(key.clone()), ..Selection::default() };
    let mut found = ledger.deliveries(campaign, &selection).collect::<ledger::Result<Vec<_>>>()?;
    if found.is_empty() {
        found = with_copy(ledger, campaign, &key)?;
    }
    let is_named = |delivery: &Delivery| [id, &key].contains(&delivery.recipient.as_str());
    if found.iter().any(is_named) {
        found.retain(is_named);
    } else if found.iter().any(|delivery| delivery.state != DeliveryState::Skipped) {
        found.retain(|delivery| delivery.state != DeliveryState::Skipped);
    }
    let mut recipients: Vec<RecipientId> = found.iter().map(|delivery| delivery.recipient.clone()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    match <[RecipientId; 1]>::try_from(recipients) {
        Ok([recipient]) => Ok((recipient, found)),
        Err(none) if none.is_empty() => bail!(
            "no delivery of `{id}` is in the ledger; whom no `send` has planned is kept from letters by `undersigned suppress`"
        ),
        Err(several) => {
            let ids: Vec<String> = several.iter().map(|id| format!("`{id}`")).collect();
            bail!("`{id}` is the address of several recipients: {}; say which by its id", ids.join(", "))
        }
    }
}

/// The deliveries of the rows that have an address (as [`EmailAddress::key`](crate::model::EmailAddress::key)) in any of their cells of
/// addresses.
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

/// What was recorded, and what it means.
fn told(delivery: &Delivery, marked: Marked) -> String {
    let (recipient, email) = (&delivery.recipient, &delivery.email);
    let Some(hearing) = marked.hearing else {
        return format!("`{recipient}` has a note");
    };
    let what = match (hearing, marked.answer) {
        (Hearing::Known, Answer::None) => format!("`{recipient}` has no answer to take back"),
        (_, Answer::None) => format!("the answer of `{recipient}`, `{}`, is taken back", marked.before),
        (_, answer) if marked.before == answer => format!("`{recipient}` is `{answer}`, as before"),
        (_, answer) if marked.before == Answer::None => format!("`{recipient}` is `{answer}`"),
        (_, answer) => format!("`{recipient}` is `{answer}`, no longer `{}`", marked.before),
    };
    let letters = match marked.answer {
        Answer::None => "",
        answer if !answer.stops() => "; follow-ups go there still",
        _ if delivery.state.is_open() => "; the letter is not sent",
        _ => "; no follow-up goes there",
    };
    let address = match marked.address {
        AddressChange::AsBefore => String::new(),
        AddressChange::Suppressed => format!("; nothing more goes to `{email}`, in any campaign of this ledger"),
        AddressChange::Lifted => format!("; `{email}` is not suppressed any more"),
    };
    what + letters + &address
}
