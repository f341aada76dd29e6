//! `follow-up`: sends the next round to those who are due.

use anyhow::{Result, bail};

use super::campaign::Loaded;
use super::ledgers::Realm;
use super::plan::summary;
use super::recipients::entries;
use super::send;
use super::terminal::say;
use super::{Context, Exit};
use crate::cli::Send;
use crate::config::Campaign;
use crate::ledger::ReadLedger;
use crate::model::{DeliveryState, Round};
use crate::plan::Totals;

pub(super) fn run(context: &Context, args: &Send) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let rounds = u32::try_from(campaign.follow_ups.len())?;
    if rounds == 0 {
        bail!("{}: there is no `[[follow_up]]`; write one, with `after` and `template`", campaign.file);
    }
    let realm = Realm::of(args.sandbox);
    let Some(ledger) = realm.open_existing(&workspace, &campaign)? else {
        bail!("nothing was sent yet: a follow-up comes after the first letter, which `undersigned send` sends");
    };
    let mut due = Vec::new();
    let mut waiting = Vec::new();
    for round in (1..=rounds).map(Round) {
        let totals = totals(context, realm, round, &ledger)?;
        if totals.to_send > 0 {
            due.push(round);
        }
        waiting.extend(totals.next_due.map(|date| (date, round, totals)));
    }
    if let Some((first, others)) = due.split_first() {
        if !context.quiet {
            say(format_args!("round {first}"));
            for other in others {
                say(format_args!("round {other} is due to others; `undersigned follow-up` sends it next"));
            }
        }
        return send::send_round(context, args, *first);
    }
    if !context.quiet {
        match waiting.iter().min_by_key(|(date, round, _)| (*date, *round)) {
            Some((date, round, totals)) => say(format_args!(
                "nobody is due today; round {round} is, from {date} on: {}; `undersigned plan --round {round}` says who",
                summary(totals)
            )),
            None => say(format_args!("nobody is due; `undersigned plan --round {rounds}` says why")),
        }
    }
    let mut in_trouble = 0;
    for round in (1..=rounds).map(Round) {
        let tally = ledger.tally(&campaign.id, round)?;
        in_trouble += tally.of(DeliveryState::Failed) + tally.of(DeliveryState::InDoubt);
    }
    Ok(if in_trouble > 0 { Exit::WithFailures } else { Exit::Done })
}

/// What a run of a round would do now.
fn totals(context: &Context, realm: Realm, round: Round, ledger: &impl ReadLedger) -> Result<Totals> {
    let mut loaded = Loaded::read(context.workspace()?, &context.config, round, &context.clock)?;
    if realm == Realm::Sandbox {
        loaded.planner.wait_for_nothing();
    }
    loaded.planner.suppress(ledger.suppressions()?);
    let mut totals = Totals::default();
    let Loaded { workspace, campaign, mut planner, .. } = loaded;
    entries(&workspace, &campaign, &mut planner, round, Some(ledger), |entry| {
        totals.add(&entry);
        Ok(())
    })?;
    Ok(totals)
}
