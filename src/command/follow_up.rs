//! `follow-up`: reads what came back, and sends the next round to those who are due.

use anyhow::{Result, bail};
use jiff::Timestamp;

use super::campaign::Loaded;
use super::ledgers::Realm;
use super::plan::summary;
use super::recipients::entries;
use super::stop::refuse_stopped;
use super::sync::Synced;
use super::terminal::{say, warn};
use super::{Context, Exit, send, sync};
use crate::cli::FollowUp;
use crate::config::Campaign;
use crate::ledger::{LedgerError, MailLedger, ReadLedger};
use crate::model::{DeliveryState, Round, mask_addresses};
use crate::plan::Totals;
use crate::workspace::Workspace;

pub(super) fn run(context: &Context, args: &FollowUp) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let rounds = u32::try_from(campaign.follow_ups.len())?;
    if rounds == 0 {
        bail!("{}: there is no `[[follow_up]]`; write one, with `after` and `template`", campaign.file);
    }
    let realm = Realm::of(args.send.sandbox);
    let Some(ledger) = realm.open_existing(&workspace, &campaign)? else {
        bail!("nothing was sent yet: a follow-up comes after the first letter, which `undersigned send` sends");
    };
    refuse_stopped(&ledger, &campaign.id, realm)?;
    let has_inbox = campaign.inbox.is_some() && realm == Realm::Real;
    if has_inbox && !args.no_sync && !sync_first(context, &workspace, &campaign)? && args.require_sync {
        say("stopped before anything was sent, as `--require-sync` says");
        return Ok(Exit::Stopped);
    }
    let loaded = Loaded::read(workspace, &context.config, Round(1), &context.clock)?;
    let mut due = Vec::new();
    let mut waiting = Vec::new();
    for round in (1..=rounds).map(Round) {
        let totals = totals(context, &loaded, realm, round, &ledger)?;
        if totals.to_send > 0 {
            due.push(round);
        }
        waiting.extend(totals.next_due.map(|date| (date, round, totals)));
    }
    if let Some((first, others)) = due.split_first() {
        send::refuse_unasked(&args.send)?;
        if !context.quiet {
            say(format_args!("round {first}"));
            for other in others {
                say(format_args!("round {other} is due to others; `undersigned follow-up` sends it next"));
            }
        }
        let loaded = match *first {
            Round(1) => loaded,
            later => Loaded::read(loaded.workspace, &context.config, later, &context.clock)?,
        };
        return send::send_round(context, &args.send, *first, loaded);
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

/// Reads the inbox; says whether it was read to its end, and what it means where it was not.
///
/// # Errors
/// Where the ledger cannot be written: then nothing may be sent either.
fn sync_first(context: &Context, workspace: &Workspace, campaign: &Campaign) -> Result<bool> {
    let ledger = Realm::Real.open(workspace, campaign)?;
    let last = ledger.inbox_read_at(&campaign.id)?;
    let Synced { found, read } = sync::read_inbox(context, workspace, campaign, &ledger)?;
    match read {
        Ok(()) => {
            if !context.quiet {
                say(format_args!("inbox: {found}"));
            }
            Ok(true)
        }
        Err(error) if error.is::<LedgerError>() => Err(error),
        Err(error) => {
            let why = mask_addresses(&format!("{error:#}"));
            let last = last_read(last);
            warn(format_args!(
                "the inbox could not be read: {why}; {last}, and whoever has answered since may get a follow-up"
            ));
            Ok(false)
        }
    }
}

/// When the inbox was last read to its end.
pub(super) fn last_read(at: Option<Timestamp>) -> String {
    match at {
        Some(at) => format!("it was last read on {}", at.strftime("%F %T UTC")),
        None => "it was never read".to_owned(),
    }
}

/// What a run of a round would do now.
fn totals(context: &Context, loaded: &Loaded, realm: Realm, round: Round, ledger: &impl ReadLedger) -> Result<Totals> {
    let mut planner = loaded.planner_of(round, &context.clock);
    if realm == Realm::Sandbox {
        planner.wait_for_nothing();
    }
    planner.suppress(ledger.suppressions()?);
    let mut totals = Totals::default();
    entries(&loaded.workspace, &loaded.campaign, &mut planner, round, Some(ledger), |entry| {
        totals.add(&entry);
        Ok(())
    })?;
    Ok(totals)
}
