//! `plan`: who gets what, who is skipped and why. Writes nothing, sends nothing.

use std::io::{BufWriter, Write};

use anyhow::Result;
use jiff::Timestamp;
use serde_json::json;

use super::campaign::Loaded;
use super::follow_up::last_read;
use super::ledgers::Realm;
use super::recipients::entries;
use super::stop::undone_by;
use super::terminal::{say, say_faults, warn};
use super::{Context, Exit};
use crate::cli;
use crate::config::Campaign;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{MailLedger, ReadLedger};
use crate::letter::Letters;
use crate::model::{Language, Round};
use crate::plan::{Decision, Entry, Planner, Totals};
use crate::report::{Table, counted};
use crate::workspace::Workspace;

pub(super) fn run(context: &Context, args: &cli::Plan) -> Result<Exit> {
    let round = Round(args.round);
    let loaded = Loaded::read(context.workspace()?, &context.config, round, &context.clock)?;
    let Loaded { workspace, campaign, mut planner, letters, warnings, .. } = loaded;
    let ledger = Realm::Real.open_existing(&workspace, &campaign)?;
    if let Some(ledger) = &ledger {
        planner.suppress(ledger.suppressions()?);
        if let Some(halt) = ledger.halt(&campaign.id)? {
            planner.halt();
            warn(format_args!("the campaign was {halt}; {}", undone_by(Realm::Real)));
        }
    }
    let inbox_read_at = match &ledger {
        Some(ledger) if campaign.inbox.is_some() => ledger.inbox_read_at(&campaign.id)?,
        _ => None,
    };
    if !context.quiet {
        say_faults(warnings.iter());
        if round > Round(0) && campaign.inbox.is_some() {
            let last = last_read(inbox_read_at);
            say(format_args!("the inbox is not read for this: {last}; `undersigned sync` reads it"));
        }
    }
    let mut plan = Plan { workspace, campaign, planner, letters, ledger, round, inbox_read_at };
    let mut out = if args.json { plan.write_json()? } else { plan.write_table()? };
    out.flush()?;
    Ok(Exit::Done)
}

/// Who is planned for what. However many they are, one at a time is in memory.
struct Plan {
    workspace: Workspace,
    campaign: Campaign,
    planner: Planner,
    letters: Letters,
    ledger: Option<SqliteLedger>,
    round: Round,
    /// When the inbox was last read to its end.
    inbox_read_at: Option<Timestamp>,
}

type Out = BufWriter<anstream::AutoStream<std::io::Stdout>>;

fn stdout() -> Out {
    BufWriter::new(anstream::stdout())
}

impl Plan {
    fn entries(&mut self, mut each: impl FnMut(&Letters, Entry) -> Result<()>) -> Result<()> {
        let letters = &self.letters;
        let each = |entry| each(letters, entry);
        entries(&self.workspace, &self.campaign, &mut self.planner, self.round, self.ledger.as_ref(), each)
    }

    fn write_table(&mut self) -> Result<Out> {
        let mut table = Table::new(stdout(), &["recipient", "language", "decision"]);
        let mut totals = Totals::default();
        self.entries(|letters, entry| {
            totals.add(&entry);
            Ok(table.add(&[entry.recipient.to.to_string(), language(letters, &entry), decision(&entry)])?)
        })?;
        let mut out = table.finish()?;
        writeln!(out, "\n{}", summary(&totals))?;
        Ok(out)
    }

    /// Writes the totals, for which all rows are decided about, and then the rows.
    fn write_json(&mut self) -> Result<Out> {
        let mut totals = Totals::default();
        self.entries(|_, entry| {
            totals.add(&entry);
            Ok(())
        })?;
        let plan = json!({
            "campaign": self.campaign.id.as_str(),
            "round": self.round.0,
            "to_send": totals.to_send,
            "addresses": totals.addresses,
            "skipped": {
                "suppressed": totals.suppressed,
                "duplicate": totals.duplicates,
                "answered": totals.answered,
                "stopped": totals.stopped,
                "waiting": totals.waiting,
                "campaign_stopped": totals.halted,
            },
            "next_due": totals.next_due.map(|date| date.to_string()),
            "settled": totals.settled,
            "inbox_read_at": self.inbox_read_at,
        });
        let mut out = stdout();
        let text = serde_json::to_string_pretty(&plan)?;
        write!(out, "{},\n  \"deliveries\": [", text.trim_end_matches("\n}"))?;
        let mut before = "\n";
        self.entries(|letters, entry| {
            let row = serde_json::to_string_pretty(&entry_json(letters, &entry))?;
            write!(out, "{before}    {}", row.replace('\n', "\n    "))?;
            before = ",\n";
            Ok(())
        })?;
        out.write_all(if totals.rows() > 0 { b"\n  ]\n}\n" } else { b"]\n}\n" })?;
        Ok(out)
    }
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
        (totals.stopped, "without the letter before"),
        (totals.waiting, "not due yet"),
        (totals.halted, "not to be sent, since the campaign is stopped"),
        (totals.settled, "settled before"),
        (totals.copies_left_out, if totals.copies_left_out == 1 { "copy left out" } else { "copies left out" }),
    ];
    parts.extend(more.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    parts.join("; ")
}

/// The language of a recipient's letter, and the one that was asked for where there is no letter in it.
fn language(letters: &Letters, entry: &Entry) -> String {
    let choice = letters.choose(entry.recipient.lang.as_ref());
    match &entry.recipient.lang {
        Some(wanted) if choice.fell_back => format!("{}, for want of {wanted}", choice.letter.language()),
        _ => choice.letter.language().to_string(),
    }
}

fn decision(entry: &Entry) -> String {
    let copies = entry.recipient.cc.len() + entry.recipient.bcc.len();
    match &entry.decision {
        Decision::Send => {
            let copies = match copies {
                0 => String::new(),
                1 => ", with 1 copy".to_owned(),
                _ => format!(", with {copies} copies"),
            };
            let due = entry.due.map(|date| format!(", due since {date}")).unwrap_or_default();
            format!("send{copies}{due}")
        }
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
    let choice = letters.choose(recipient.lang.as_ref());
    json!({
        "recipient": entry.id.as_str(),
        "line": recipient.line,
        "email": recipient.to.to_string(),
        "cc": recipient.cc.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "bcc": recipient.bcc.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "language": choice.letter.language().as_str(),
        "wanted_language": recipient.lang.as_ref().map(Language::as_str),
        "fell_back": choice.fell_back,
        "decision": what,
        "reason": reason,
        "due": entry.due.map(|date| date.to_string()),
        "left_out": entry.left_out.iter().map(|(address, reason)| json!({ "email": address.to_string(), "reason": reason.to_string() })).collect::<Vec<_>>(),
    })
}
