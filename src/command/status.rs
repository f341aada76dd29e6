//! `status`: the campaign at a glance.

use std::io::Write;

use anyhow::Result;

use super::ledgers::Realm;
use super::{Context, Exit};
use crate::cli;
use crate::config::Campaign;
use crate::ledger::ReadLedger;
use crate::report::{RoundStatus, Status};

pub(super) fn run(context: &Context, args: &cli::Status) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let status = match Realm::of(args.sandbox).open_existing(&workspace, &campaign)? {
        None => Status::new(&campaign.id, &campaign.name, None, Vec::new(), 0),
        Some(ledger) => {
            let mut rounds = Vec::new();
            for round in ledger.rounds(&campaign.id)? {
                let next = ledger.next_attempt_at(&campaign.id, round)?;
                let answers = ledger.answers(&campaign.id, round)?;
                rounds.push(RoundStatus::new(round, ledger.tally(&campaign.id, round)?, next, answers));
            }
            let holder = ledger.holder(&campaign.id)?;
            let suppressions = ledger.suppressions()?.len();
            Status::new(&campaign.id, &campaign.name, holder.as_ref(), rounds, suppressions)
        }
    };
    let mut out = anstream::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&status)?)?;
    } else {
        write!(out, "{status}")?;
    }
    Ok(Exit::Done)
}
