//! `status`: the campaign at a glance.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;

use super::terminal::warn;
use super::{Context, Exit};
use crate::campaign::Folder;
use crate::campaign::review::Upcoming;
use crate::cli;
use crate::ledger::{Delivery, MailLedger, ReadLedger, Selection};
use crate::model::Round;
use crate::plan::Next;
use crate::report::{RoundStatus, Status};

pub(super) fn run(context: &Context, args: &cli::Status) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let settings = &folder.settings;
    let status = match folder.known_ledger()? {
        None => Status::new(&settings.id, &settings.name, None, Vec::new(), 0),
        Some(ledger) => {
            let mut next = follow_ups(&folder, &ledger);
            let mut rounds = Vec::new();
            for round in ledger.rounds(&settings.id)? {
                let again = ledger.next_attempt_at(&settings.id, round)?;
                let answers = ledger.answers(&settings.id, round)?;
                let (tally, next) = (ledger.tally(&settings.id, round)?, next.remove(&round).unwrap_or_default());
                rounds.push(RoundStatus::new(round, tally, again, answers, next));
            }
            let holder = ledger.holder(&settings.id)?;
            let suppressions = ledger.suppressions()?.len();
            let mut status = Status::new(&settings.id, &settings.name, holder.as_ref(), rounds, suppressions);
            status.stopped = ledger.halt(&settings.id)?.map(|halt| halt.to_string());
            status.inbox_read_at = ledger.inbox_read_at(&settings.id)?;
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
fn follow_ups(folder: &Folder, ledger: &impl ReadLedger) -> BTreeMap<Round, BTreeMap<Next, u64>> {
    let mut counts: BTreeMap<Round, BTreeMap<Next, u64>> = BTreeMap::new();
    if folder.settings.follow_ups.is_empty() {
        return counts;
    }
    let counted = Upcoming::read(folder, ledger).and_then(|upcoming| {
        let count = &mut |delivery: Delivery, next: Option<Next>| {
            if let Some(next) = next {
                *counts.entry(delivery.round).or_default().entry(next).or_default() += 1;
            }
            Ok(())
        };
        Ok(upcoming.each(&Selection::default(), count)?)
    });
    if let Err(error) = counted {
        warn(format_args!("who is due next cannot be said: {error:#}"));
    }
    counts
}
