//! `check`: everything that would go wrong, found before anything is sent.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use jiff::Timestamp;
use serde_json::json;

use super::campaign::{Loaded, changed};
use super::fallbacks::Fallbacks;
use super::foresight::Foresight;
use super::ledgers::Realm;
use super::recipients::entries;
use super::terminal::say_faults;
use super::{Context, Exit, earlier, publish};
use crate::cli::Check;
use crate::dispatch::LetterMaker;
use crate::ledger::ReadLedger;
use crate::lists;
use crate::model::{Fault, Faults, Place, Round, TokenKey};
use crate::plan::{Decision, Entry, Totals};
use crate::report::{bytes, counted};

/// The key of previews and checks: their tokens are never sent.
pub(super) const NO_KEY: [u8; 32] = [0; 32];

/// A letter with more bytes of pictures is worth a look.
const MANY_BYTES_OF_PICTURES: u64 = 300_000;

pub(super) fn run(context: &Context, args: &Check) -> Result<Exit> {
    match examine(context) {
        Ok(findings) => {
            if args.json {
                writeln!(anstream::stdout(), "{}", serde_json::to_string_pretty(&findings.json())?)?;
            } else {
                say_faults(findings.warnings.iter());
                write!(anstream::stdout(), "{findings}")?;
            }
            Ok(Exit::Done)
        }
        Err(error) if args.json && error.is::<Faults>() => {
            let faults = error.downcast::<Faults>()?;
            let found = json!({ "ok": false, "findings": faults.iter().map(fault_json).collect::<Vec<_>>() });
            writeln!(anstream::stdout(), "{}", serde_json::to_string_pretty(&found)?)?;
            Ok(Exit::Refused)
        }
        Err(error) => Err(error),
    }
}

struct Findings {
    campaign: String,
    rows: u64,
    totals: Totals,
    signatories: usize,
    origins: Vec<(String, String)>,
    languages: BTreeMap<String, u64>,
    largest: u64,
    warnings: Faults,
    server: Option<String>,
}

fn examine(context: &Context) -> Result<Findings> {
    let loaded = Loaded::read(context.workspace()?, &context.config, Round(0), &context.clock)?;
    let mut warnings = loaded.warnings.clone();
    // The follow-ups' letters are read too: a mistake in one should not show only weeks later.
    let mut faults = Faults::new();
    for place in 1..=loaded.campaign.follow_ups.len() {
        let round = Round(u32::try_from(place)?);
        match loaded.letters_of(round) {
            Ok(letters) => warnings.extend(letters.warnings().iter().cloned()),
            Err(found) => faults.extend(found),
        }
    }
    let campaign = loaded.campaign.clone();
    if campaign.publish.is_some() {
        let (published, _) = publish::public(&campaign, &loaded.letters);
        let versions =
            publish::versions(&campaign, &loaded.letters, &published, &loaded.columns, loaded.press.as_ref());
        faults.extend(versions.err().into_iter().flatten());
    }
    let workspace = loaded.workspace.clone();
    if campaign.smtp.is_none() {
        warnings
            .push(Fault::warning(Place::file(&campaign.file), "there is no [smtp]: only `send --sandbox` is possible"));
    }
    let password = campaign.smtp.as_ref().and_then(|smtp| smtp.password.as_ref());
    if let Some(error) = password.and_then(|source| source.is_missing(&workspace)) {
        warnings.push(Fault::warning(Place::file(&campaign.file), format!("{error}; `send` needs it")));
    }
    let of_pictures = loaded.letters.size_of_pictures() as u64;
    if of_pictures > MANY_BYTES_OF_PICTURES {
        let message = format!(
            "the pictures of a letter have {}; some mailboxes are small, and some servers refuse large letters",
            bytes(of_pictures)
        );
        warnings.push(Fault::warning(Place::file(&campaign.file), message));
    }
    let ledger = Realm::Real.open_existing(&workspace, &campaign)?;
    if let Some(ledger) = &ledger {
        let frozen = ledger.frozen(&campaign.id, Round(0))?;
        let changed = if frozen.is_empty() { Vec::new() } else { changed(&frozen, &loaded.files) };
        if !changed.is_empty() {
            let list = changed.join(", ");
            let message =
                format!("changed since the first letter left: {list}; `send` stops, and goes on by `--accept-changes`");
            warnings.push(Fault::warning(Place::file(&campaign.file), message));
        }
    }
    let mut findings = Findings {
        campaign: format!("{} ({})", campaign.name, campaign.id),
        rows: loaded.rows,
        totals: Totals::default(),
        signatories: loaded.signatories.signatories.iter().filter(|signatory| signatory.publish).count(),
        origins: loaded.origins.clone(),
        languages: BTreeMap::new(),
        largest: 0,
        warnings: Faults::new(),
        server: campaign.smtp.as_ref().map(crate::config::Smtp::address),
    };
    warnings.extend(lists::namesakes(&campaign.lists.signatories, &loaded.signatories.signatories));
    let mut planner = loaded.planner.clone();
    if let Some(ledger) = &ledger {
        planner.suppress(ledger.suppressions()?);
    }
    let now = context.clock.now();
    let foresight = if faults.has_errors() { Foresight::default() } else { foresight(&loaded, ledger.as_ref(), now)? };
    let earlier = earlier::read(&loaded, Round(0), ledger.as_ref())?;
    let maker = loaded.into_maker(Round(0), TokenKey::new(NO_KEY), earlier)?;
    let mut fallbacks = Fallbacks::new(context.verbose);
    entries(&workspace, &campaign, &mut planner, Round(0), ledger.as_ref(), |entry| {
        findings.totals.add(&entry);
        warnings.extend(entry_warnings(&campaign.lists.recipients, &entry));
        if entry.decision == Decision::Send {
            match maker.try_out(&entry.recipient, &entry.history, now) {
                Ok(size) => {
                    findings.largest = findings.largest.max(size);
                    faults.extend(follow_ups_to(&entry, &foresight).err().into_iter().flatten());
                }
                Err(found) => faults.extend(found),
            }
            let language = maker.letters().choose(entry.recipient.lang.as_ref()).letter.language();
            *findings.languages.entry(language.to_string()).or_default() += 1;
            fallbacks.note(maker.letters(), &entry, &campaign.lists.recipients);
        } else if is_sound_and_sent(&maker, &entry, now) {
            faults.extend(follow_ups_to(&entry, &foresight).err().into_iter().flatten());
        }
        Ok(())
    })?;
    warnings.extend(fallbacks.warnings(maker.letters()));
    for letter in maker.letters().iter().skip(1).filter(|_| findings.totals.to_send > 0) {
        if !findings.languages.contains_key(letter.language().as_str()) {
            let (path, language) = (letter.path(), letter.language());
            let message = format!("nobody gets {path}: no recipient's `lang` is `{language}`");
            warnings.push(Fault::warning(Place::file(path), message));
        }
    }
    if faults.has_errors() {
        faults.extend(warnings);
        return Err(faults.into());
    }
    findings.warnings = warnings;
    Ok(findings)
}

/// All rounds, to be tried out for everybody as if each were sent now.
fn foresight(loaded: &Loaded, ledger: Option<&impl ReadLedger>, now: Timestamp) -> Result<Foresight> {
    match u32::try_from(loaded.campaign.follow_ups.len())? {
        0 => Ok(Foresight::default()),
        last => Foresight::before(Round(last + 1), loaded, ledger, now),
    }
}

/// Whether the first letter was sent; where it could not be made of the row of now, nothing can be said of what follows it.
fn is_sound_and_sent(maker: &LetterMaker, entry: &Entry, now: Timestamp) -> bool {
    matches!(entry.decision, Decision::Settled(state) if state.may_have_left())
        && maker.merge(&entry.recipient, &entry.history, now).is_ok()
}

/// Tries out the follow-ups to a recipient.
fn follow_ups_to(entry: &Entry, foresight: &Foresight) -> Result<usize, Faults> {
    foresight.complete(&entry.id, &entry.recipient, &mut entry.history.clone())
}

impl Findings {
    fn json(&self) -> serde_json::Value {
        json!({
            "ok": true,
            "recipients": self.rows,
            "to_send": self.totals.to_send,
            "skipped": self.totals.skipped(),
            "signatories": self.signatories,
            "lists": self.origins.iter().map(|(path, origin)| json!({ "path": path, "read_as": origin })).collect::<Vec<_>>(),
            "languages": self.languages,
            "largest_message": self.largest,
            "findings": self.warnings.iter().map(fault_json).collect::<Vec<_>>(),
        })
    }
}

/// What a plan says of a row that is worth a look.
pub(super) fn entry_warnings(list: &str, entry: &Entry) -> Vec<Fault> {
    let warning = |column, message| Fault::warning(entry.recipient.place(list, column), message);
    let mut warnings = Vec::new();
    if let Decision::Skip(reason @ crate::plan::SkipReason::Duplicate { .. }) = &entry.decision {
        warnings.push(warning("email", format!("`{}` is skipped: {reason}", entry.recipient.to)));
    }
    if entry.decision == Decision::Send {
        warnings.extend(
            entry
                .left_out
                .iter()
                .map(|(address, reason)| warning("email", format!("the copy to `{address}` is left out: {reason}"))),
        );
    }
    warnings
}

fn fault_json(fault: &Fault) -> serde_json::Value {
    let severity = match fault.severity {
        crate::model::Severity::Error => "error",
        crate::model::Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "message": fault.message,
    })
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.campaign)?;
        for (path, origin) in &self.origins {
            writeln!(f, "  {path}: read as {origin}")?;
        }
        let languages: Vec<String> =
            self.languages.iter().map(|(language, count)| format!("{count} in {language}")).collect();
        let recipients = counted(self.rows, "recipient", "recipients");
        let letters = counted(self.totals.to_send, "letter", "letters");
        let languages = if languages.is_empty() { String::new() } else { format!(" ({})", languages.join(", ")) };
        writeln!(f, "  {recipients}, {letters} to send{languages}")?;
        if self.totals.skipped() > 0 {
            let Totals { suppressed, duplicates, answered, .. } = self.totals;
            writeln!(
                f,
                "  {} skipped: {suppressed} suppressed, {duplicates} duplicates, {answered} answered",
                self.totals.skipped()
            )?;
        }
        writeln!(f, "  {} in the letter", counted(self.signatories as u64, "signatory", "signatories"))?;
        if self.largest > 0 {
            writeln!(f, "  the largest message has about {}", bytes(self.largest))?;
        }
        if let Some(server) = &self.server {
            writeln!(f, "  to be sent through {server}")?;
        }
        if self.warnings.is_empty() {
            writeln!(f, "nothing wrong was found")
        } else {
            writeln!(
                f,
                "nothing stands in the way; {} to look at",
                counted(self.warnings.iter().count() as u64, "thing", "things")
            )
        }
    }
}
