//! `plan`: who gets what, who is skipped and why. Writes nothing, sends nothing.

use std::io::{BufWriter, Write};

use anyhow::Result;
use jiff::Timestamp;
use serde_json::json;

use super::terminal::{say, say_faults, warn};
use super::{Context, Exit};
use crate::campaign::{Campaign, Folder, Pass, Realm};
use crate::cli;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{MailLedger, ReadLedger};
use crate::letter::Letters;
use crate::model::Round;
use crate::plan::{Entry, Planner, Totals};
use crate::report::{Table, decision, entry_json, language, last_read, summary};

pub(super) fn run(context: &Context, args: &cli::Plan) -> Result<Exit> {
    let round = Round(args.round);
    let Campaign { folder, mut planner, letters, warnings, .. } = context.campaign(round)?;
    let settings = &folder.settings;
    let ledger = folder.known_ledger()?;
    if let Some(ledger) = &ledger {
        planner.suppress(ledger.suppressions()?);
        if let Some(halt) = ledger.halt(&settings.id)? {
            planner.halt();
            warn(format_args!("the campaign was {halt}; {}", Realm::Real.lets_go_on()));
        }
    }
    let inbox_read_at = match &ledger {
        Some(ledger) if settings.inbox.is_some() => ledger.inbox_read_at(&settings.id)?,
        _ => None,
    };
    if !context.quiet {
        say_faults(warnings.iter());
        if round > Round(0) && settings.inbox.is_some() {
            let last = last_read(inbox_read_at);
            say(format_args!("the inbox is not read for this: {last}; `undersigned sync` reads it"));
        }
    }
    let mut plan = Plan { folder, planner, letters, ledger, round, inbox_read_at };
    let mut out = if args.json { plan.write_json()? } else { plan.write_table()? };
    out.flush()?;
    Ok(Exit::Done)
}

/// Who is planned for what. However many they are, one at a time is in memory.
struct Plan {
    folder: Folder,
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
        for batch in Pass::over(&self.folder, &mut self.planner, self.round, self.ledger.as_ref())? {
            batch?.into_iter().try_for_each(|entry| each(&self.letters, entry))?;
        }
        Ok(())
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
            "campaign": self.folder.settings.id.as_str(),
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
