//! `preview`: a letter as its reader gets it; all of them in a folder; two of them beside each other.

mod browser;
mod compare;
mod folder;
mod form;

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use anyhow::{Result, bail};

use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::past::foresight::Foresight;
use crate::campaign::past::{NO_KEY, earlier, edition};
use crate::campaign::{Folder, Pass};
use crate::cli;
use crate::cli::PreviewFormat;
use crate::ledger::ReadLedger;
use crate::ledger::sqlite::SqliteLedger;
use crate::model::{Round, TokenKey, lookup_key};
use crate::plan::{Decision, Entry, Planner};
use crate::report::counted;
use form::Forms;

pub(super) fn run(context: &Context, args: &cli::Preview) -> Result<Exit> {
    let to_terminal = args.out.is_none() && std::io::stdout().is_terminal();
    if args.format == Some(PreviewFormat::Pdf) && to_terminal {
        bail!("a PDF is nothing for a terminal; write it into a folder with `--out DIR`, or into a file with `>`");
    }
    let forms = match args.format {
        Some(ref form) => std::slice::from_ref(form),
        None if args.out.is_some() => form::ALL,
        None => &[PreviewFormat::Text],
    };
    let mut preview = Preview::open(context, Round(args.round), forms)?;
    show_all_or_one(context, args, &mut preview, forms)?;
    let foreseen = preview.forms.foreseen();
    if foreseen > 0 && !context.quiet {
        let whom = counted(foreseen, "recipient has", "recipients have");
        say(format_args!(
            "{whom} no letter of the round before yet: what goes to them is shown as if that had been sent today"
        ));
    }
    Ok(Exit::Done)
}

fn show_all_or_one(
    context: &Context,
    args: &cli::Preview,
    preview: &mut Preview<'_>,
    forms: &[PreviewFormat],
) -> Result<()> {
    if let [one, other] = args.diff.as_slice() {
        let chosen = preview.find(&[one.as_str(), other.as_str()])?;
        return compare::print(preview, &chosen);
    }
    match (&args.out, &args.id) {
        (Some(out), None) => {
            let index = folder::write_all(preview, out, forms)?;
            if args.open {
                browser::open(&index)?;
            }
        }
        (Some(out), Some(id)) => {
            let entry = preview.one(Some(id))?;
            say_skipped(context, &entry);
            let page = folder::write_one(preview, out, &entry, forms)?;
            if args.open {
                browser::open(&page)?;
            }
        }
        (None, id) => {
            let entry = preview.one(id.as_deref())?;
            say_skipped(context, &entry);
            if args.open {
                let page = preview.forms.html(&entry)?;
                browser::open_copy(&page, context.quiet)?;
            } else {
                show(preview, &entry, forms)?;
            }
            if id.is_none() && !context.quiet {
                say("this is the first letter; `preview ID` shows another, `--out DIR` writes them all");
            }
        }
    }
    Ok(())
}

/// Says of a letter that is shown all the same that nobody gets it.
fn say_skipped(context: &Context, entry: &Entry) {
    if let (Decision::Skip(reason), false) = (&entry.decision, context.quiet) {
        say(format_args!("it is not to be sent: {reason}"));
    }
}

fn show(preview: &Preview<'_>, entry: &Entry, forms: &[PreviewFormat]) -> Result<()> {
    for form in forms {
        let bytes = preview.forms.bytes(entry, *form)?;
        match form {
            // In these bytes nothing is to be taken for a terminal's colours.
            PreviewFormat::Pdf => std::io::stdout().write_all(&bytes)?,
            _ => anstream::stdout().write_all(&bytes)?,
        }
    }
    Ok(())
}

/// The letters of a round, wherever they stand: they can be looked at after they were sent, too.
struct Preview<'c> {
    context: &'c Context,
    folder: Folder,
    planner: Planner,
    round: Round,
    ledger: Option<SqliteLedger>,
    forms: Forms,
    /// How many rows the recipients list has.
    rows: u64,
}

impl<'c> Preview<'c> {
    fn open(context: &'c Context, round: Round, forms: &[PreviewFormat]) -> Result<Self> {
        let loaded = context.campaign(round)?;
        let (folder, mut planner, rows) = (loaded.folder.clone(), loaded.planner.clone(), loaded.rows);
        planner.look_ahead();
        let ledger = folder.known_ledger()?;
        let key = ledger.as_ref().map_or(Ok(TokenKey::new(NO_KEY)), ReadLedger::token_key)?;
        planner.suppress(ledger.as_ref().map_or(Ok(Vec::new()), ReadLedger::suppressions)?);
        let foresight = Foresight::before(round, &loaded, ledger.as_ref(), context.clock.now())?;
        let mut earlier = earlier::read(&loaded, round, ledger.as_ref())?;
        if let Some(quote) = &mut earlier.quote {
            edition::add_unsent(&loaded, ledger.as_ref(), quote)?;
        }
        let maker = Arc::new(loaded.into_maker(key, earlier)?);
        let forms = Forms::new(context, &folder, maker, foresight, forms)?;
        Ok(Self { context, folder, planner, round, ledger, forms, rows })
    }

    /// Goes through the list once.
    fn each(&mut self, mut each: impl FnMut(&Forms, Entry) -> Result<()>) -> Result<()> {
        for batch in Pass::anew(&self.folder, &mut self.planner, self.round, self.ledger.as_ref())? {
            batch?.into_iter().try_for_each(|entry| each(&self.forms, entry))?;
        }
        Ok(())
    }

    /// The recipient with an id or address; without one, the first who gets a letter.
    fn one(&mut self, id: Option<&str>) -> Result<Entry> {
        if let Some(id) = id {
            let [entry] = self.find(&[id])?;
            return Ok(entry);
        }
        let mut first = None;
        self.each(|_, entry| {
            if first.is_none() && entry.decision == Decision::Send {
                first = Some(entry);
            }
            Ok(())
        })?;
        match first {
            Some(entry) => self.forms.complete(entry),
            None => bail!("nobody gets a letter"),
        }
    }

    /// The recipients with these ids or addresses, in this order.
    fn find<const N: usize>(&mut self, ids: &[&str; N]) -> Result<[Entry; N]> {
        let keys = ids.map(lookup_key);
        let mut found: [Option<Entry>; N] = std::array::from_fn(|_| None);
        self.each(|_, entry| {
            for (place, key) in found.iter_mut().zip(&keys) {
                if place.is_none() && (entry.id.as_str() == key || entry.recipient.to.key() == *key) {
                    *place = Some(entry.clone());
                }
            }
            Ok(())
        })?;
        if let Some(missing) = found.iter().position(Option::is_none) {
            bail!("no recipient has the id or address `{}`; `undersigned plan` lists them", ids[missing]);
        }
        let found = found.into_iter().flatten().map(|entry| self.forms.complete(entry));
        let found: Vec<Entry> = found.collect::<Result<_>>()?;
        found.try_into().map_err(|_| anyhow::anyhow!("the recipients list changed meanwhile; try again"))
    }
}
