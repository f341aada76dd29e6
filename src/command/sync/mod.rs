//! `sync`: what came back is read, matched to the letters, and recorded.

mod intake;
mod remote;
mod shown;

use anyhow::{Context as _, Result, bail};

use self::intake::{Intake, Waiting};
use self::shown::Shown;
use super::log::renew_contacted;
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::Folder;
use crate::cli::Sync;
use crate::config::{Imap, Inbox, Secret};
use crate::inbox;
use crate::ledger::MailLedger;
use crate::ledger::sqlite::SqliteLedger;
use crate::mailbox::{self, Mails};

/// One byte more than is looked at, so that what was cut is known.
const LIMIT: u64 = inbox::MAX_READ as u64 + 1;

/// So many mails are matched at once: for all of them together, the ledger's letters are gone through once.
const BATCH: usize = 500;

pub(super) fn run(context: &Context, args: &Sync) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let mut shown = Shown::new(args.json, &folder.settings.id, folder.realm);
    if args.unmatched {
        let ledger = folder.existing_ledger()?;
        for mail in ledger.unmatched() {
            shown.add(&mail?, &[])?;
        }
        shown.finish()?;
        return Ok(Exit::Done);
    }
    let source = match given(args)? {
        Some(mails) => Source::Here(mails),
        None => inbox(&folder)?,
    };
    let ledger = folder.existing_ledger()?;
    let desk = Desk { context, folder: &folder, ledger: &ledger };
    let synced = desk.take_in(source, &mut shown)?;
    shown.finish()?;
    if !context.quiet {
        say(synced.found);
    }
    match synced.read {
        Ok(()) => Ok(Exit::Done),
        Err(error) => {
            super::report_error(&error.context("the inbox was not read to its end; what was read is recorded"));
            Ok(Exit::Stopped)
        }
    }
}

/// What reading mail came to.
pub(super) struct Synced {
    /// What was found, in a line.
    pub(super) found: String,
    /// Why it was not read to its end, where it was not. What was read is recorded.
    pub(super) read: Result<()>,
}

/// Reads the campaign's inbox, and shows none of the mails.
///
/// # Errors
/// Where the ledger cannot be written.
pub(super) fn read_inbox(context: &Context, folder: &Folder, ledger: &SqliteLedger) -> Result<Synced> {
    let desk = Desk { context, folder, ledger };
    match inbox(folder) {
        Ok(source) => desk.take_in(source, &mut Shown::nothing(&folder.settings.id)),
        Err(error) => Ok(Synced { found: String::new(), read: Err(error) }),
    }
}

/// Where mail is taken in.
struct Desk<'a> {
    context: &'a Context,
    folder: &'a Folder,
    ledger: &'a SqliteLedger,
}

impl Desk<'_> {
    fn take_in(&self, source: Source<'_>, shown: &mut Shown) -> Result<Synced> {
        let Self { context, folder, ledger } = self;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let began = context.clock.now();
        let is_inbox = !matches!(source, Source::Here(_));
        let mut intake = Intake::new(*ledger, &folder.settings, &context.clock);
        let read = match source {
            Source::Here(mails) | Source::Inbox(mails) => runtime.block_on(read(mails, &mut intake, shown)),
            Source::There(imap, secret) => runtime.block_on(remote::read(imap, secret, *ledger, &mut intake, shown)),
        };
        let found = intake.summary();
        if is_inbox && read.is_ok() {
            runtime.block_on(ledger.inbox_was_read(&folder.settings.id, began))?;
        }
        renew_contacted(folder, *ledger);
        Ok(Synced { found, read })
    }
}

/// Where mail is read from.
enum Source<'a> {
    /// What the command line names.
    Here(Mails),
    /// The campaign's inbox, on this machine.
    Inbox(Mails),
    /// The campaign's inbox, on a server.
    There(&'a Imap, Secret),
}

/// What the command line names instead of the inbox.
fn given(args: &Sync) -> Result<Option<Mails>> {
    Ok(match (&args.maildir, &args.mbox) {
        (Some(folder), _) => Some(mailbox::maildir(folder, LIMIT)?),
        (None, Some(file)) => Some(mailbox::mbox(file, LIMIT)?),
        (None, None) => None,
    })
}

/// The campaign's inbox.
fn inbox(Folder { workspace, settings, .. }: &Folder) -> Result<Source<'_>> {
    Ok(match &settings.inbox {
        Some(Inbox::Maildir(folder)) => Source::Inbox(mailbox::maildir(&workspace.path(folder)?, LIMIT)?),
        Some(Inbox::Mbox(file)) => Source::Inbox(mailbox::mbox(&workspace.path(file)?, LIMIT)?),
        Some(Inbox::Imap(imap)) => Source::There(imap, Secret::fetch(&imap.password, workspace)?),
        None => bail!("{}: there is no [inbox]; say where mail arrives, or use --maildir or --mbox", settings.file),
    })
}

/// Reads mails to their end. What was read before an error is recorded.
async fn read<L: MailLedger>(mails: Mails, intake: &mut Intake<'_, L>, shown: &mut Shown) -> Result<()> {
    let mut failed = None;
    let mut waiting = Vec::new();
    for mail in mails {
        match mail {
            Ok(mail) => waiting.extend(intake.look(&mail.bytes, mail.place, None)?),
            // The others are read all the same.
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
        if waiting.len() == BATCH {
            count(std::mem::take(&mut waiting), intake, shown).await?;
        }
    }
    count(waiting, intake, shown).await?;
    failed.map_or(Ok(()), |error| Err(error).context("a mail"))
}

/// Counts mails.
async fn count<L: MailLedger>(waiting: Vec<Waiting>, intake: &mut Intake<'_, L>, shown: &mut Shown) -> Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    intake.count(waiting, &mut |mail, outcomes| Ok(shown.add(mail, outcomes)?)).await
}
