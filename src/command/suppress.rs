//! `suppress`: whom to write to no more, in any campaign of the ledger.

use std::io::Write;

use anyhow::{Result, anyhow, bail};

use super::person::person;
use super::terminal::{say, warn};
use super::{Context, Exit};
use crate::campaign::Folder;
use crate::cli;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{PersonLedger, ReadLedger, Selection, Voice, Word};
use crate::lists::{RecipientList, read_suppressions, read_target};
use crate::model::{Answer, DeliveryState, EmailAddress, Suppression, Target};
use crate::report::{Table, counted};

pub(super) fn run(context: &Context, args: &cli::Suppress) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let Some(text) = &args.target else {
        return list(folder.known_ledger()?.as_ref());
    };
    let (target, address) =
        read_target(text).map_err(|why| anyhow!("`{text}` is neither an email address nor `@domain`; {why}"))?;
    let asked = Asked { context, folder: &folder, shown: shown(&target, &address), target };
    if args.undo {
        asked.lift()?;
    } else {
        asked.suppress(&folder.ledger()?, args.reason.clone())?;
    }
    Ok(Exit::Done)
}

/// A target as people read it.
fn shown(target: &Target, address: &EmailAddress) -> String {
    match target {
        Target::Address(_) => address.to_string(),
        Target::Domain(_) => format!("@{}", address.shown_domain()),
    }
}

/// Prints whom the ledger suppresses.
fn list(ledger: Option<&SqliteLedger>) -> Result<Exit> {
    let mut table = Table::new(anstream::stdout(), &["not written to", "why"]);
    for Suppression { target, reason } in ledger.map(ReadLedger::suppressions).transpose()?.unwrap_or_default() {
        table.add(&[target.as_key(), reason.unwrap_or_default()])?;
    }
    table.finish()?.flush()?;
    Ok(Exit::Done)
}

/// What a person asks for.
struct Asked<'a> {
    context: &'a Context,
    folder: &'a Folder,
    target: Target,
    /// As people read it.
    shown: String,
}

impl Asked<'_> {
    fn suppress(&self, ledger: &SqliteLedger, reason: Option<String>) -> Result<()> {
        let suppression = Suppression { target: self.target.clone(), reason };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let before = runtime.block_on(ledger.suppress(suppression, &self.word()))?;
        if self.context.quiet {
            return Ok(());
        }
        let already = if before.is_some() { ", as before" } else { "" };
        say(format_args!("`{}` is written to no more{already}, in any campaign of this ledger", self.shown));
        match self.letters(ledger) {
            Ok(0) => say("no letter of this campaign was to go there"),
            Ok(count) => {
                let letters = counted(count, "letter of this campaign is", "letters of this campaign are");
                say(format_args!("{letters} not sent"));
            }
            // It is suppressed, whatever is wrong with the list.
            Err(error) => warn(format_args!("which letters this stops cannot be said: {error:#}")),
        }
        Ok(())
    }

    fn lift(&self) -> Result<()> {
        let listed = self.listed();
        let known = self.folder.known_ledger()?;
        let is_known = known.map(|ledger| ledger.suppressions()).transpose()?;
        if !is_known.is_some_and(|known| known.iter().any(|known| known.target == self.target)) {
            match listed {
                Some(path) => bail!("`{}` stands in {path}, not in the ledger; take its row out there", self.shown),
                None => bail!("`{}` is not suppressed; `undersigned suppress` lists who is", self.shown),
            }
        }
        let ledger = self.folder.ledger()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ledger.lift(self.target.clone(), &self.word()))?;
        if self.context.quiet {
            return Ok(());
        }
        say(format_args!("`{}` is not suppressed in the ledger any more", self.shown));
        if let Some(path) = listed {
            warn(format_args!(
                "it stands in {path} too: until its row is taken out there, this campaign does not write to it"
            ));
        }
        for (recipient, answer) in self.answered(&ledger)? {
            warn(format_args!(
                "the answer of `{recipient}` is `{answer}`: `undersigned mark {recipient} --undo` takes that back"
            ));
        }
        Ok(())
    }

    /// Who says so, and when.
    fn word(&self) -> Word {
        let by = Voice::Person(person());
        Word { campaign: self.folder.settings.id.clone(), by, at: self.context.clock.now() }
    }

    /// The campaign's list of suppressions, where the target stands in it.
    fn listed(&self) -> Option<&str> {
        let path = self.folder.settings.lists.suppressions.as_deref()?;
        let listed = read_suppressions(&self.folder.workspace, path, &self.folder.settings.lists.format).ok()?;
        listed.suppressions.iter().any(|known| known.target == self.target).then_some(path)
    }

    /// How many letters of the campaign were still to go there: by the ledger, or by the list where nothing was planned yet.
    fn letters(&self, ledger: &SqliteLedger) -> Result<u64> {
        let mut count = 0;
        if ledger.rounds(&self.folder.settings.id)?.is_empty() {
            let lists = &self.folder.settings.lists;
            for recipient in RecipientList::open(&self.folder.workspace, &lists.recipients, &lists.format)? {
                count += u64::from(self.target.covers(&recipient?.to));
            }
            return Ok(count);
        }
        let states = vec![DeliveryState::Planned, DeliveryState::Deferred];
        for delivery in ledger.deliveries(&self.folder.settings.id, &Selection { states, ..Selection::default() }) {
            let address = EmailAddress::parse(&delivery?.email);
            count += u64::from(address.is_ok_and(|address| self.target.covers(&address)));
        }
        Ok(count)
    }

    /// Who at the address answered that they are not to be written to.
    fn answered(&self, ledger: &SqliteLedger) -> Result<Vec<(String, Answer)>> {
        let Target::Address(key) = &self.target else { return Ok(Vec::new()) };
        let mut answered = Vec::new();
        let selection = Selection { recipient: Some(key.clone()), ..Selection::default() };
        for delivery in ledger.deliveries(&self.folder.settings.id, &selection) {
            let delivery = delivery?;
            if delivery.answer.stops() {
                answered.push((delivery.recipient.to_string(), delivery.answer));
            }
        }
        Ok(answered)
    }
}
