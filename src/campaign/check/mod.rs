//! Everything that would go wrong, found before anything is sent.

mod fallbacks;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::fallbacks::Fallbacks;
use super::error::Result;
use super::frozen::changed;
use super::load::Campaign;
use super::past::foresight::Foresight;
use super::past::{NO_KEY, earlier};
use super::public;
use super::recipients::Pass;
use crate::clock::Clock;
use crate::dispatch::LetterMaker;
use crate::ledger::ReadLedger;
use crate::lists;
use crate::model::count::bytes;
use crate::model::{Fault, Faults, Place, Round, TokenKey};
use crate::plan::{Decision, Entry, SkipReason, Totals};

pub use fallbacks::Naming;

/// A letter with more bytes of pictures is worth a look.
const MANY_BYTES_OF_PICTURES: u64 = 300_000;

/// What was found, where nothing stands in the way.
#[derive(Debug)]
pub struct Findings {
    /// The campaign's name and id.
    pub campaign: String,
    /// How many rows the recipients list has.
    pub rows: u64,
    /// What would be sent.
    pub totals: Totals,
    /// How many signatories the letter prints.
    pub signatories: usize,
    /// How each list was read: its path, and the form in which it was found.
    pub origins: Vec<(String, String)>,
    /// How many letters there are in each language.
    pub languages: BTreeMap<String, u64>,
    /// The largest message, in bytes; 0 where there is none.
    pub largest: u64,
    /// What is worth a look and stops nothing.
    pub warnings: Faults,
    /// Through which server letters go, where one is named.
    pub server: Option<String>,
}

/// Looks for everything that would go wrong. Of recipients without a letter in their language, the first few are named, or `all`.
///
/// # Errors
/// All faults that stand in the way.
pub fn examine(loaded: Campaign, naming: Naming, clock: &Clock) -> Result<Findings> {
    let mut warnings = loaded.warnings.clone();
    // The follow-ups' letters are read too: a mistake in one should not show only weeks later.
    let mut faults = Faults::new();
    for round in (1..=loaded.folder.settings.last_round().0).map(Round) {
        match loaded.letters_of(round) {
            Ok(letters) => warnings.extend(letters.warnings().iter().cloned()),
            Err(found) => faults.extend(found),
        }
    }
    let folder = loaded.folder.clone();
    let settings = &folder.settings;
    if settings.publish.is_some() {
        let (published, _) = public::public(settings, &loaded.letters);
        let versions = public::versions(settings, &loaded.letters, &published, &loaded.columns, loaded.press.as_ref());
        faults.extend(versions.err().into_iter().flatten());
    }
    if settings.smtp.is_none() {
        warnings
            .push(Fault::warning(Place::file(&settings.file), "there is no [smtp]: only `send --sandbox` is possible"));
    }
    let password = settings.smtp.as_ref().and_then(|smtp| smtp.password.as_ref());
    if let Some(error) = password.and_then(|source| source.is_missing(&folder.workspace)) {
        warnings.push(Fault::warning(Place::file(&settings.file), format!("{error}; `send` needs it")));
    }
    let of_pictures = loaded.letters.size_of_pictures() as u64;
    if of_pictures > MANY_BYTES_OF_PICTURES {
        let message = format!(
            "the pictures of a letter have {}; some mailboxes are small, and some servers refuse large letters",
            bytes(of_pictures)
        );
        warnings.push(Fault::warning(Place::file(&settings.file), message));
    }
    let ledger = folder.known_ledger()?;
    if let Some(ledger) = &ledger {
        let frozen = ledger.frozen(&settings.id, Round(0))?;
        let changed = if frozen.is_empty() { Vec::new() } else { changed(&frozen, &loaded.files) };
        if !changed.is_empty() {
            let list = changed.join(", ");
            let message =
                format!("changed since the first letter left: {list}; `send` stops, and goes on by `--accept-changes`");
            warnings.push(Fault::warning(Place::file(&settings.file), message));
        }
    }
    let mut findings = Findings {
        campaign: format!("{} ({})", settings.name, settings.id),
        rows: loaded.rows,
        totals: Totals::default(),
        signatories: loaded.signatories.signatories.iter().filter(|signatory| signatory.publish).count(),
        origins: loaded.origins.clone(),
        languages: BTreeMap::new(),
        largest: 0,
        warnings: Faults::new(),
        server: settings.smtp.as_ref().map(crate::config::Smtp::address),
    };
    warnings.extend(lists::namesakes(&settings.lists.signatories, &loaded.signatories.signatories));
    let mut planner = loaded.planner.clone();
    if let Some(ledger) = &ledger {
        planner.suppress(ledger.suppressions()?);
    }
    let now = clock.now();
    let foresight = if faults.has_errors() { Foresight::default() } else { foresight(&loaded, ledger.as_ref(), now)? };
    let earlier = earlier::read(&loaded, Round(0), ledger.as_ref())?;
    let maker = loaded.into_maker(TokenKey::new(NO_KEY), earlier)?;
    let mut fallbacks = Fallbacks::new(naming);
    let pass = Pass::over(&folder, &mut planner, Round(0), ledger.as_ref())?;
    let mut examine = |entry: Entry| {
        findings.totals.add(&entry);
        warnings.extend(entry_warnings(&settings.lists.recipients, &entry));
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
            fallbacks.note(maker.letters(), &entry, &settings.lists.recipients);
        } else if is_sound_and_sent(&maker, &entry, now) {
            faults.extend(follow_ups_to(&entry, &foresight).err().into_iter().flatten());
        }
    };
    for batch in pass {
        batch?.into_iter().for_each(&mut examine);
    }
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
fn foresight(loaded: &Campaign, ledger: Option<&impl ReadLedger>, now: Timestamp) -> Result<Foresight> {
    match loaded.folder.settings.last_round() {
        Round(0) => Ok(Foresight::default()),
        Round(last) => Foresight::before(Round(last + 1), loaded, ledger, now),
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

/// What a plan says of a row that is worth a look.
pub fn entry_warnings(list: &str, entry: &Entry) -> Vec<Fault> {
    let warning = |column, message| Fault::warning(entry.recipient.place(list, column), message);
    let mut warnings = Vec::new();
    if let Decision::Skip(reason @ SkipReason::Duplicate { .. }) = &entry.decision {
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
