//! `status`: the campaign at a glance.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;

use super::ledgers::Realm;
use super::terminal::warn;
use super::upcoming::Upcoming;
use super::{Context, Exit};
use crate::cli;
use crate::config::Campaign;
use crate::ledger::{Delivery, MailLedger, ReadLedger, Selection};
use crate::model::Round;
use crate::report::{RoundStatus, Status};
use crate::workspace::Workspace;

pub(super) fn run(context: &Context, args: &cli::Status) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let status = match Realm::of(args.sandbox).open_existing(&workspace, &campaign)? {
        None => Status::new(&campaign.id, &campaign.name, None, Vec::new(), 0),
        Some(ledger) => {
            let mut next = follow_ups(&workspace, &campaign, &ledger);
            let mut rounds = Vec::new();
            for round in ledger.rounds(&campaign.id)? {
                let again = ledger.next_attempt_at(&campaign.id, round)?;
                let answers = ledger.answers(&campaign.id, round)?;
                let (tally, next) = (ledger.tally(&campaign.id, round)?, next.remove(&round).unwrap_or_default());
                rounds.push(RoundStatus::new(round, tally, again, answers, next));
            }
            let holder = ledger.holder(&campaign.id)?;
            let suppressions = ledger.suppressions()?.len();
            let mut status = Status::new(&campaign.id, &campaign.name, holder.as_ref(), rounds, suppressions);
            status.stopped = ledger.halt(&campaign.id)?.map(|halt| halt.to_string());
            status.inbox_read_at = ledger.inbox_read_at(&campaign.id)?;
            status
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

/// How many recipients of each round have what before them. Where a list cannot be read that it takes, the rest of the status is shown all the same.
fn follow_ups(
    workspace: &Workspace,
    campaign: &Campaign,
    ledger: &impl ReadLedger,
) -> BTreeMap<Round, BTreeMap<String, u64>> {
    let mut counts: BTreeMap<Round, BTreeMap<String, u64>> = BTreeMap::new();
    if campaign.follow_ups.is_empty() {
        return counts;
    }
    let counted = Upcoming::read(workspace, campaign, ledger).and_then(|upcoming| {
        let count = &mut |delivery: Delivery, next: String| {
            if !next.is_empty() {
                *counts.entry(delivery.round).or_default().entry(next).or_default() += 1;
            }
            Ok(())
        };
        upcoming.each(&Selection::default(), count)
    });
    if let Err(error) = counted {
        warn(format_args!("who is due next cannot be said: {error:#}"));
    }
    counts
}
