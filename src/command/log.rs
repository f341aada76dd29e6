//! `log`: who was contacted, with what result.

use std::io::{self, BufWriter, Write};

use anyhow::{Result, bail};
use serde_json::json;

use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::review::write_log;
use crate::cli::{Log, LogFormat};
use crate::config::Settings;
use crate::ledger::{ReadLedger, Selection};
use crate::model::{CampaignId, Columns, DeliveryState, Round};
use crate::report::{FailedRow, FailedWriter, LogWriter, counted};

pub(super) fn run(context: &Context, args: &Log) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let settings = &folder.settings;
    let ledger = folder.known_ledger()?;
    let out = BufWriter::new(anstream::stdout());
    if args.events {
        return write_events(out, &settings.id, ledger.as_ref()).map(|()| Exit::Done);
    }
    if args.failed {
        return write_failed(context, args, settings, ledger.as_ref()).map(|()| Exit::Done);
    }
    let selection = Selection { round: args.round.map(Round), states: args.state.clone(), recipient: None };
    let writer = match args.format {
        LogFormat::Table => LogWriter::table(out, !settings.follow_ups.is_empty()),
        LogFormat::Csv => LogWriter::csv(out)?,
        LogFormat::Json => LogWriter::json(out),
    };
    write_log(writer, &folder, ledger.as_ref(), &selection)?;
    Ok(Exit::Done)
}

fn write_failed(context: &Context, args: &Log, settings: &Settings, ledger: Option<&impl ReadLedger>) -> Result<()> {
    let columns = ledger.map(|ledger| list_columns(args, settings, ledger)).transpose()?.unwrap_or_default();
    // Not the stream that takes colours out of text: in another encoding than UTF-8 it would take out letters.
    let out = BufWriter::new(io::stdout());
    let mut writer = match args.format {
        LogFormat::Table => FailedWriter::table(out),
        LogFormat::Csv => FailedWriter::csv(out, &columns, &settings.lists.format)?,
        LogFormat::Json => FailedWriter::json(out, &columns),
    };
    let (mut written, mut gone) = (0, 0);
    if let Some(ledger) = ledger {
        let states = vec![DeliveryState::Failed, DeliveryState::Bounced];
        let selection = Selection { round: args.round.map(Round), states, recipient: None };
        for row in ledger.rows(&settings.id, &selection) {
            let (delivery, Some(cells)) = row? else {
                gone += 1;
                continue;
            };
            written += 1;
            writer.write(FailedRow::new(delivery, cells))?;
        }
    }
    writer.finish()?;
    if !context.quiet && written == 0 {
        say("no row of the list failed or bounced");
    }
    if !context.quiet && gone > 0 {
        let gone = counted(gone, "row", "rows");
        say(format_args!(
            "{gone} that failed or bounced left out: no longer in the list; `log --state failed` shows them"
        ));
    }
    Ok(())
}

/// The header under which the failed rows stand: that of the recipients list as it was planned.
fn list_columns(args: &Log, settings: &Settings, ledger: &impl ReadLedger) -> Result<Columns> {
    let rounds = args.round.map_or_else(|| ledger.rounds(&settings.id), |round| Ok(vec![Round(round)]))?;
    let mut headers = Vec::new();
    for round in rounds {
        headers.extend(ledger.columns(&settings.id, round)?);
    }
    headers.dedup();
    if headers.len() > 1 {
        bail!("the rounds were sent to lists with different columns; choose one of them by `--round N`");
    }
    Ok(headers.pop().unwrap_or_default())
}

fn write_events(mut out: impl Write, campaign: &CampaignId, ledger: Option<&impl ReadLedger>) -> Result<()> {
    if let Some(ledger) = ledger {
        for event in ledger.events(campaign) {
            let event = event?;
            let (round, recipient) = event.delivery.map(|(round, recipient)| (round.0, recipient.to_string())).unzip();
            let line = json!({
                "at": event.at,
                "campaign": campaign.as_str(),
                "round": round,
                "recipient": recipient,
                "event": event.kind,
                "source": event.source,
                "detail": event.detail,
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(out.flush()?)
}
