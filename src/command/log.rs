//! `log`: who was contacted, with what result.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::ledgers::Realm;
use super::{Context, Exit};
use crate::cli::{Log, LogFormat};
use crate::config::Campaign;
use crate::ledger::{LedgerError, ReadLedger, Selection};
use crate::model::CampaignId;
use crate::report::{LogRow, LogWriter};

pub(super) fn run(context: &Context, args: &Log) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let realm = Realm::of(args.sandbox);
    let ledger = realm.open_existing(&workspace, &campaign)?;
    let out = BufWriter::new(anstream::stdout());
    if args.events {
        return write_events(out, &campaign.id, ledger.as_ref()).map(|()| Exit::Done);
    }
    let selection =
        Selection { round: args.round.map(crate::model::Round), states: args.state.clone(), recipient: None };
    let writer = match args.format {
        LogFormat::Table => LogWriter::table(out),
        LogFormat::Csv => LogWriter::csv(out)?,
        LogFormat::Json => LogWriter::json(out),
    };
    write_log(writer, &campaign.id, ledger.as_ref(), &selection)?;
    Ok(Exit::Done)
}

fn write_log<W: Write>(
    mut writer: LogWriter<W>,
    campaign: &CampaignId,
    ledger: Option<&impl ReadLedger>,
    selection: &Selection,
) -> Result<()> {
    let mut failed = None;
    if let Some(ledger) = ledger {
        let read = ledger.deliveries(campaign, selection, &mut |delivery| {
            writer.write(&LogRow::new(campaign, delivery)).map_err(|error| {
                failed = Some(error);
                LedgerError::Stopped("the log cannot be written".to_owned())
            })
        });
        match failed {
            Some(error) => return Err(error.into()),
            None => read?,
        }
    }
    Ok(writer.finish()?)
}

fn write_events(mut out: impl Write, campaign: &CampaignId, ledger: Option<&impl ReadLedger>) -> Result<()> {
    let mut failed: Option<io::Error> = None;
    if let Some(ledger) = ledger {
        let read = ledger.events(campaign, &mut |event| {
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
            writeln!(out, "{line}").map_err(|error| {
                failed = Some(error);
                LedgerError::Stopped("the events cannot be written".to_owned())
            })
        });
        match failed {
            Some(error) => return Err(error.into()),
            None => read?,
        }
    }
    Ok(out.flush()?)
}

/// Writes the whole log to a file, anew and in one step: a reader sees the old one or the new one. Only its owner may read it.
pub(super) fn write_contacted(path: &Path, campaign: &CampaignId, ledger: &impl ReadLedger) -> Result<()> {
    let folder = path.parent().context("the log has no folder")?;
    let doing = || format!("{} cannot be written", path.display());
    fs::create_dir_all(folder).with_context(doing)?;
    // A temporary file of this library is made for its owner alone (0600).
    let file = tempfile::NamedTempFile::new_in(folder).with_context(doing)?;
    write_log(LogWriter::csv(BufWriter::new(&file))?, campaign, Some(ledger), &Selection::default())
        .with_context(doing)?;
    file.as_file().sync_all().with_context(doing)?;
    file.persist(path).with_context(doing)?;
    Ok(())
}
