//! `stop`: nothing of the campaign is sent any more, until that is taken back.

use anyhow::{Result, bail};

use super::ledgers::Realm;
use super::log::renew_contacted;
use super::person::person;
use super::terminal::say;
use super::{Context, Exit};
use crate::cli;
use crate::config::Campaign;
use crate::ledger::{Halt, PersonLedger, ReadLedger, Voice, Word};
use crate::model::CampaignId;

pub(super) fn run(context: &Context, args: &cli::Stop) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let realm = Realm::of(args.sandbox);
    let known = realm.open_existing(&workspace, &campaign)?;
    let stands = known.map(|ledger| ledger.halt(&campaign.id)).transpose()?.flatten();
    if args.undo && stands.is_none() {
        bail!("the campaign is not stopped");
    }
    let ledger = realm.open(&workspace, &campaign)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let word = Word { campaign: campaign.id.clone(), by: Voice::Person(person()), at: context.clock.now() };
    if args.undo {
        runtime.block_on(ledger.resume(&word))?;
    } else {
        runtime.block_on(ledger.stop(args.reason.clone(), &word))?;
    }
    if !context.quiet {
        say(told(args.undo, stands.as_ref(), realm));
        if let Some(holder) = ledger.holder(&campaign.id)?.filter(|_| !args.undo) {
            say(format_args!(
                "process {} on {} is sending it: it ends within seconds, once what is on the wire is recorded",
                holder.pid, holder.host
            ));
        }
    }
    renew_contacted(realm, &workspace, &campaign, &ledger);
    Ok(Exit::Done)
}

/// What was recorded, and what it means.
fn told(undo: bool, stood: Option<&Halt>, realm: Realm) -> String {
    match (undo, stood) {
        (true, Some(halt)) => {
            format!("the campaign was {halt}; that is taken back: `send` and `follow-up` go on where they were")
        }
        (_, Some(_)) => format!("the campaign is stopped, as before; {}", undone_by(realm)),
        (_, None) => {
            format!("the campaign is stopped: neither its letter nor a follow-up is sent; {}", undone_by(realm))
        }
    }
}

/// Refuses to send a campaign that is stopped.
pub(super) fn refuse_stopped(ledger: &impl ReadLedger, campaign: &CampaignId, realm: Realm) -> Result<()> {
    match ledger.halt(campaign)? {
        Some(halt) => bail!("the campaign was {halt}; nothing was sent; {}", undone_by(realm)),
        None => Ok(()),
    }
}

/// How a campaign that is stopped goes on.
pub(super) fn undone_by(realm: Realm) -> &'static str {
    match realm {
        Realm::Real => "`undersigned stop --undo` lets it go on",
        Realm::Sandbox => "`undersigned stop --undo --sandbox` lets it go on",
    }
}
