//! `resolve`: a person says what became of a delivery in doubt.

use anyhow::{Result, bail};

use super::ledgers::Realm;
use super::log::renew_contacted;
use super::person::person;
use super::terminal::say;
use super::{Context, Exit};
use crate::cli::Resolve;
use crate::config::Campaign;
use crate::ledger::{self, Delivery, LedgerError, PersonLedger, ReadLedger, Resolution, Selection, Voice, Word};
use crate::model::{DeliveryState, Round, lookup_key};

pub(super) fn run(context: &Context, args: &Resolve) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let realm = Realm::of(args.sandbox);
    let ledger = realm.expect(&workspace, &campaign)?;
    let delivery = find(&ledger, &campaign, args)?;
    let resolution = if args.accepted { Resolution::Accepted } else { Resolution::NotSent };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let word = Word { campaign: campaign.id.clone(), by: Voice::Person(person()), at: context.clock.now() };
    runtime.block_on(ledger.resolve(delivery.round, &delivery.recipient, resolution, &word))?;
    renew_contacted(realm, &workspace, &campaign, &ledger);
    if !context.quiet {
        let said = match resolution {
            Resolution::Accepted => "counts as accepted",
            Resolution::NotSent if delivery.round == Round(0) => "will be sent by the next `undersigned send`",
            Resolution::NotSent => "will be sent by the next `undersigned follow-up`",
        };
        say(format_args!("round {}: the letter to `{}` {said}", delivery.round, delivery.recipient));
    }
    Ok(Exit::Done)
}

/// The delivery that is meant: the one in doubt, or any, so that the error can say where it stands.
fn find(ledger: &impl ReadLedger, campaign: &Campaign, args: &Resolve) -> Result<Delivery> {
    let selection =
        Selection { round: args.round.map(Round), states: Vec::new(), recipient: Some(lookup_key(&args.id)) };
    let mut found = ledger.deliveries(&campaign.id, &selection).collect::<ledger::Result<Vec<_>>>()?;
    let in_doubt: Vec<Delivery> =
        found.iter().filter(|delivery| delivery.state == DeliveryState::InDoubt).cloned().collect();
    match (<[Delivery; 1]>::try_from(in_doubt), found.pop()) {
        (Err(several), _) if several.len() > 1 => {
            bail!("`{}` is in doubt in several rounds; say which with --round N", args.id)
        }
        (Ok([delivery]), _) | (_, Some(delivery)) => Ok(delivery),
        (_, None) => Err(LedgerError::NoSuchDelivery(args.id.clone()).into()),
    }
}
