//! `plan`: who gets what, who is skipped and why. Writes nothing, sends nothing.

use std::io::{BufWriter, Write};

use anyhow::{Result, bail};
use serde_json::json;

use super::campaign::Loaded;
use super::ledgers::Realm;
use super::recipients::entries;
use super::terminal::say_faults;
use super::{Context, Exit};
use crate::cli;
use crate::ledger::ReadLedger;
use crate::letter::Letters;
use crate::model::Round;
use crate::plan::{Decision, Entry, Totals};
use crate::report::{Table, counted};

pub(super) fn run(context: &Context, args: &cli::Plan) -> Result<Exit> {
    let round = Round(args.round);
    if round != Round(0) {
        bail!("there is no round {round}: this version sends the first letter alone, which is round 0");
    }
    let loaded = Loaded::read(context.workspace()?, &context.config, round, &context.clock)?;
    let Loaded { workspace, campaign, mut planner, letters, .. } = loaded;
    let ledger = Realm::Real.open_existing(&workspace, &campaign)?;
    if let Some(ledger) = &ledger {
        planner.suppress(ledger.suppressions()?);
    }
    if !context.quiet {
        say_faults(loaded.warnings.iter());
    }
    let mut out = BufWriter::new(anstream::stdout());
    let mut totals = Totals::default();
    let mut rows = Vec::new();
    let mut table = Table::new(&["recipient", "language", "decision"]);
    entries(&workspace, &campaign, &mut planner, round, ledger.as_ref(), |entry| {
        totals.add(&entry);
        if args.json {
            rows.push(entry_json(&letters, &entry));
        } else {
            table.add(&[entry.recipient.to.to_string(), language(&letters, &entry), decision(&entry)]);
        }
        Ok(())
    })?;
    if args.json {
        let plan = json!({
            "campaign": campaign.id.as_str(),
            "round": round.0,
            "to_send": totals.to_send,
            "addresses": totals.addresses,
            "skipped": { "suppressed": totals.suppressed, "duplicate": totals.duplicates, "answered": totals.answered },
            "settled": totals.settled,
            "deliveries": rows,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&plan)?)?;
    } else {
        table.write(&mut out)?;
        writeln!(out, "\n{}", summary(&totals))?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The totals in a line.
pub(super) fn summary(totals: &Totals) -> String {
    let letters = counted(totals.to_send, "letter", "letters");
    let addresses = counted(totals.addresses, "address", "addresses");
    let mut parts = vec![format!("{letters} to send, to {addresses}")];
    let more = [
        (totals.suppressed, "suppressed"),
        (totals.duplicates, "duplicate"),
        (totals.answered, "answered"),
        (totals.settled, "settled before"),
        (totals.copies_left_out, if totals.copies_left_out == 1 { "copy left out" } else { "copies left out" }),
    ];
    parts.extend(more.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    parts.join("; ")
}

fn language(letters: &Letters, entry: &Entry) -> String {
    letters.choose(entry.recipient.lang.as_ref()).letter.language().to_string()
}

fn decision(entry: &Entry) -> String {
    let copies = entry.recipient.cc.len() + entry.recipient.bcc.len();
    match &entry.decision {
        Decision::Send if copies == 0 => "send".to_owned(),
        Decision::Send => format!("send, with {copies} {}", if copies == 1 { "copy" } else { "copies" }),
        Decision::Skip(reason) => format!("skip: {reason}"),
        Decision::Settled(state) => format!("nothing: {state} before"),
    }
}

fn entry_json(letters: &Letters, entry: &Entry) -> serde_json::Value {
    let recipient = &entry.recipient;
    let (what, reason) = match &entry.decision {
        Decision::Send => ("send", None),
        Decision::Skip(reason) => ("skip", Some(reason.to_string())),
        Decision::Settled(state) => ("settled", Some(state.to_string())),
    };
    json!({
        "recipient": entry.id.as_str(),
        "line": recipient.line,
        "email": recipient.to.to_string(),
        "cc": recipient.cc.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "bcc": recipient.bcc.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "language": language(letters, entry),
        "decision": what,
        "reason": reason,
        "left_out": entry.left_out.iter().map(|(address, reason)| json!({ "email": address.to_string(), "reason": reason.to_string() })).collect::<Vec<_>>(),
    })
}
