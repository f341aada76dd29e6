//! `preview`: a letter as its reader gets it.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::campaign::Loaded;
use super::check::NO_KEY;
use super::ledgers::Realm;
use super::recipients::entries;
use super::terminal::say;
use super::{Context, Exit, private};
use crate::cli::{Preview, PreviewFormat};
use crate::dispatch::LetterMaker;
use crate::ledger::ReadLedger;
use crate::model::{EmailAddress, Round, TokenKey, lookup_key};
use crate::plan::{Decision, Entry};
use crate::report::printable;

pub(super) fn run(context: &Context, args: &Preview) -> Result<Exit> {
    let round = Round(0);
    let loaded = Loaded::read(context.workspace()?, &context.config, round, &context.clock)?;
    let (workspace, campaign, mut planner) =
        (loaded.workspace.clone(), loaded.campaign.clone(), loaded.planner.clone());
    let ledger = Realm::Real.open_existing(&workspace, &campaign)?;
    let key = ledger.as_ref().map_or(Ok(TokenKey::new(NO_KEY)), ReadLedger::token_key)?;
    let maker = loaded.into_maker(round, key)?;
    let wanted = args.id.as_deref().map(lookup_key);

    let mut chosen = Vec::new();
    let mut written = 0_u64;
    // Without the ledger's history: a letter can be looked at after it was sent, too.
    entries(&workspace, &campaign, &mut planner, round, None::<&crate::ledger::sqlite::SqliteLedger>, |entry| {
        let is_meant =
            wanted.as_ref().is_some_and(|wanted| entry.id.as_str() == wanted || entry.recipient.to.key() == *wanted);
        let is_sent = entry.decision == Decision::Send;
        match (&args.out, &wanted) {
            (Some(folder), None) if is_sent => {
                written += 1;
                write_file(folder, written, &entry, &render(context, &maker, &entry, args.format)?, args.format)
            }
            (Some(_), None) => Ok(()),
            _ => {
                if chosen.is_empty() && (is_meant || (wanted.is_none() && is_sent)) {
                    chosen.push(entry);
                }
                Ok(())
            }
        }
    })?;
    if let (Some(folder), None) = (&args.out, &wanted) {
        if !context.quiet {
            say(format_args!("{written} letters are in {}", folder.display()));
        }
        return Ok(Exit::Done);
    }
    let Some(entry) = chosen.pop() else {
        match &args.id {
            Some(id) => bail!("no recipient has the id or address `{id}`; `undersigned plan` lists them"),
            None => bail!("nobody gets a letter"),
        }
    };
    let bytes = render(context, &maker, &entry, args.format)?;
    match &args.out {
        Some(folder) => write_file(folder, 1, &entry, &bytes, args.format)?,
        None => anstream::stdout().write_all(&bytes)?,
    }
    if args.id.is_none() && !context.quiet {
        say("this is the first letter; `preview ID` shows another, `--out DIR` writes them all");
    }
    Ok(Exit::Done)
}

fn render(context: &Context, maker: &LetterMaker, entry: &Entry, format: PreviewFormat) -> Result<Vec<u8>> {
    let recipient = &entry.recipient;
    match format {
        PreviewFormat::Eml => Ok(maker.make(&entry.id, recipient, context.clock.now())?.bytes),
        PreviewFormat::Html => Ok(maker.merge(recipient)?.to_page().into_bytes()),
        PreviewFormat::Text => {
            let merged = maker.merge(recipient)?;
            let list =
                |addresses: &[EmailAddress]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let to =
                recipient.name().map_or_else(|| recipient.to.to_string(), |name| format!("{name} <{}>", recipient.to));
            let attachments: Vec<String> =
                maker.attachments(recipient)?.iter().map(|file| file.name().to_owned()).collect();
            let headers = [
                ("To", to),
                ("Cc", list(&recipient.cc)),
                ("Bcc", list(&recipient.bcc)),
                ("Subject", merged.subject.clone()),
            ];
            let mut text = String::new();
            for (name, value) in headers.into_iter().chain([("Attachments", attachments.join(", "))]) {
                if !value.is_empty() {
                    text.extend([name, ": ", &printable(&value), "\n"]);
                }
            }
            text.push('\n');
            for line in merged.text.to_text().lines() {
                text.push_str(&printable(line));
                text.push('\n');
            }
            Ok(text.into_bytes())
        }
    }
}

/// Writes a letter into a folder; its name begins with its number, so that it cannot be another's.
fn write_file(folder: &Path, number: u64, entry: &Entry, bytes: &[u8], format: PreviewFormat) -> Result<()> {
    private::make_folder(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let ending = match format {
        PreviewFormat::Text => "txt",
        PreviewFormat::Html => "html",
        PreviewFormat::Eml => "eml",
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() || "@.-_+".contains(c) { c } else { '_' };
    let name: String = entry.id.as_str().chars().map(plain).take(80).collect();
    let path = folder.join(format!("{number:04}-{name}.{ending}"));
    private::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}
