//! `sync`: what came back is read, matched to the letters, and recorded.

mod intake;
mod remote;
mod shown;

use anyhow::{Context as _, Result, bail};

use self::intake::{Intake, Waiting};
use self::shown::Shown;
use super::ledgers::Realm;
use super::log::write_contacted;
use super::terminal::say;
use super::{Context, Exit};
use crate::cli::Sync;
use crate::config::{Campaign, Imap, Inbox};
use crate::inbox;
use crate::ledger::MailLedger;
use crate::mailbox::{self, Mails};
use crate::workspace::Workspace;

/// One byte more than is looked at, so that what was cut is known.
const LIMIT: u64 = inbox::MAX_READ as u64 + 1;

/// So many mails are matched at once: for all of them together, the ledger's letters are gone through once.
const BATCH: usize = 500;

pub(super) fn run(context: &Context, args: &Sync) -> Result<Exit> {
    let workspace = context.workspace()?;
    let (campaign, _) = Campaign::load(&workspace, &context.config)?;
    let realm = Realm::of(args.sandbox);
    let mut shown = Shown::new(args.json, &campaign.id);
    if args.unmatched {
        let ledger = realm.expect(&workspace, &campaign)?;
        let mut mails = Vec::new();
        ledger.unmatched(&mut |mail| {
            mails.push(mail);
            Ok(())
        })?;
        for mail in mails {
            shown.add(&mail, &[])?;
        }
        shown.finish()?;
        return Ok(Exit::Done);
    }
    let source = open(&workspace, &campaign, args)?;
    let ledger = realm.expect(&workspace, &campaign)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut intake = Intake::new(&ledger, &campaign, &context.clock);
    let read = match source {
        Source::Here(mails) => runtime.block_on(read(mails, &mut intake, &mut shown)),
        Source::There(imap) => {
            let secret = imap.password.fetch(&workspace)?;
            runtime.block_on(remote::read(imap, &secret, &ledger, &mut intake, &mut shown))
        }
    };
    shown.finish()?;
    write_contacted(&workspace.path(&realm.contacted())?, &workspace, &campaign, &ledger)?;
    if !context.quiet {
        say(intake.summary());
    }
    match read {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            super::report_error(&error.context("the inbox was not read to its end; what was read is recorded"));
            Ok(Exit::Stopped)
        }
    }
}

/// Where mail is read from.
enum Source<'a> {
    /// On this machine.
    Here(Mails),
    /// On a server.
    There(&'a Imap),
}

/// The inbox, or what the command line names instead of it.
fn open<'a>(workspace: &Workspace, campaign: &'a Campaign, args: &Sync) -> Result<Source<'a>> {
    Ok(Source::Here(match (&args.maildir, &args.mbox, &campaign.inbox) {
        (Some(folder), ..) => mailbox::maildir(folder, LIMIT)?,
        (None, Some(file), _) => mailbox::mbox(file, LIMIT)?,
        (None, None, Some(Inbox::Maildir(folder))) => mailbox::maildir(&workspace.path(folder)?, LIMIT)?,
        (None, None, Some(Inbox::Mbox(file))) => mailbox::mbox(&workspace.path(file)?, LIMIT)?,
        (None, None, Some(Inbox::Imap(imap))) => return Ok(Source::There(imap)),
        (None, None, None) => {
            bail!("{}: there is no [inbox]; say where mail arrives, or use --maildir or --mbox", campaign.file)
        }
    }))
}

/// Reads mails to their end. What was read before an error is recorded.
async fn read<L: MailLedger>(mails: Mails, intake: &mut Intake<'_, L>, shown: &mut Shown) -> Result<()> {
    let mut failed = None;
    let mut waiting = Vec::new();
    for mail in mails {
        match mail {
            Ok(mail) => waiting.extend(intake.look(&mail.bytes, mail.place, None)?),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
        if waiting.len() == BATCH {
            count(std::mem::take(&mut waiting), intake, shown).await?;
        }
    }
    count(waiting, intake, shown).await?;
    failed.map_or(Ok(()), |error| Err(error).context("a mail"))
}

/// Counts mails; says whether all of them are, and none waits for a later run.
async fn count<L: MailLedger>(waiting: Vec<Waiting>, intake: &mut Intake<'_, L>, shown: &mut Shown) -> Result<bool> {
    if waiting.is_empty() {
        return Ok(true);
    }
    intake.count(waiting, &mut |mail, outcomes| Ok(shown.add(mail, outcomes)?)).await
}
