//! `log`: who was contacted, with what result.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::ledgers::Realm;
use super::terminal::{say, warn};
use super::upcoming::Upcoming;
use super::{Context, Exit};
use crate::cli::{Log, LogFormat};
use crate::config::Campaign;
use crate::ledger::{ReadLedger, Selection};
use crate::model::{CampaignId, Columns, DeliveryState, Round};
use crate::report::{FailedRow, FailedWriter, LogRow, LogWriter, counted};
use crate::workspace::Workspace;

pub(super) fn run(context: &Context, args: &Log) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let realm = Realm::of(args.sandbox);
    let ledger = realm.open_existing(&workspace, &campaign)?;
    let out = BufWriter::new(anstream::stdout());
    if args.events {
        return write_events(out, &campaign.id, ledger.as_ref()).map(|()| Exit::Done);
    }
    if args.failed {
        return write_failed(context, args, &campaign, ledger.as_ref()).map(|()| Exit::Done);
    }
    let selection = Selection { round: args.round.map(Round), states: args.state.clone(), recipient: None };
    let writer = match args.format {
        LogFormat::Table => LogWriter::table(out, !campaign.follow_ups.is_empty()),
        LogFormat::Csv => LogWriter::csv(out)?,
        LogFormat::Json => LogWriter::json(out),
    };
    write_log(writer, &workspace, &campaign, ledger.as_ref(), &selection)?;
    Ok(Exit::Done)
}

fn write_log<W: Write>(
    mut writer: LogWriter<W>,
    workspace: &Workspace,
    campaign: &Campaign,
    ledger: Option<&impl ReadLedger>,
    selection: &Selection,
) -> Result<()> {
    let Some(ledger) = ledger else { return Ok(writer.finish()?) };
    let mut write = |delivery, follow_up| Ok(writer.write(&LogRow::new(&campaign.id, delivery, follow_up))?);
    if campaign.follow_ups.is_empty() {
        for delivery in ledger.deliveries(&campaign.id, selection) {
            write(delivery?, String::new())?;
        }
    } else {
        Upcoming::read(workspace, campaign, ledger)?.each(selection, &mut write)?;
    }
    Ok(writer.finish()?)
}

fn write_failed(context: &Context, args: &Log, campaign: &Campaign, ledger: Option<&impl ReadLedger>) -> Result<()> {
    let columns = ledger.map(|ledger| list_columns(args, campaign, ledger)).transpose()?.unwrap_or_default();
    // Not the stream that takes colours out of text: in another encoding than UTF-8 it would take out letters.
    let out = BufWriter::new(io::stdout());
    let mut writer = match args.format {
        LogFormat::Table => FailedWriter::table(out),
        LogFormat::Csv => FailedWriter::csv(out, &columns, &campaign.lists.format)?,
        LogFormat::Json => FailedWriter::json(out, &columns),
    };
    let (mut written, mut gone) = (0, 0);
    if let Some(ledger) = ledger {
        let states = vec![DeliveryState::Failed, DeliveryState::Bounced];
        let selection = Selection { round: args.round.map(Round), states, recipient: None };
        for row in ledger.rows(&campaign.id, &selection) {
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
fn list_columns(args: &Log, campaign: &Campaign, ledger: &impl ReadLedger) -> Result<Columns> {
    let rounds = args.round.map_or_else(|| ledger.rounds(&campaign.id), |round| Ok(vec![Round(round)]))?;
    let mut headers = Vec::new();
    for round in rounds {
        headers.extend(ledger.columns(&campaign.id, round)?);
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

/// Writes the log anew after something was recorded, which stays so whatever becomes of the log.
pub(super) fn renew_contacted(realm: Realm, workspace: &Workspace, campaign: &Campaign, ledger: &impl ReadLedger) {
    let path = workspace.path(&realm.contacted()).map_err(Into::into);
    if let Err(error) = path.and_then(|path| write_contacted(&path, workspace, campaign, ledger)) {
        warn(format_args!("it is recorded, but the log was not written anew: {error:#}"));
    }
}

/// Writes the whole log to a file, anew and in one step: a reader sees the old one or the new one. Only its owner may read it.
pub(super) fn write_contacted(
    path: &Path,
    workspace: &Workspace,
    campaign: &Campaign,
    ledger: &impl ReadLedger,
) -> Result<()> {
    let folder = path.parent().context("the log has no folder")?;
    let doing = || format!("{} cannot be written", path.display());
    fs::create_dir_all(folder).with_context(doing)?;
    // A temporary file of this library is made for its owner alone (0600).
    let file = tempfile::NamedTempFile::new_in(folder).with_context(doing)?;
    write_log(LogWriter::csv(BufWriter::new(&file))?, workspace, campaign, Some(ledger), &Selection::default())
        .with_context(doing)?;
    file.as_file().sync_all().with_context(doing)?;
    file.persist(path).with_context(doing)?;
    Ok(())
}
