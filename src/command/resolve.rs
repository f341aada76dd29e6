//! `resolve`: a person says what became of a delivery in doubt.

use anyhow::{Result, bail};

use super::log::renew_contacted;
use super::person::person;
use super::terminal::say;
use super::{Context, Exit};
use crate::cli::Resolve;
use crate::config::Settings;
use crate::ledger::{self, Delivery, LedgerError, PersonLedger, ReadLedger, Resolution, Selection, Voice, Word};
use crate::model::{DeliveryState, Round, lookup_key};

pub(super) fn run(context: &Context, args: &Resolve) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let settings = &folder.settings;
    let ledger = folder.existing_ledger()?;
    let delivery = find(&ledger, settings, args)?;
    let resolution = if args.accepted { Resolution::Accepted } else { Resolution::NotSent };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let word = Word { campaign: settings.id.clone(), by: Voice::Person(person()), at: context.clock.now() };
    runtime.block_on(ledger.resolve(delivery.round, &delivery.recipient, resolution, &word))?;
    renew_contacted(&folder, &ledger);
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
fn find(ledger: &impl ReadLedger, settings: &Settings, args: &Resolve) -> Result<Delivery> {
    let selection =
        Selection { round: args.round.map(Round), states: Vec::new(), recipient: Some(lookup_key(&args.id)) };
    let mut found = ledger.deliveries(&settings.id, &selection).collect::<ledger::Result<Vec<_>>>()?;
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
