//! Everything that would go wrong, found before anything is sent.

mod beyond_ascii;
mod comparisons;
mod countries;
mod enclosed;
mod fallbacks;
mod letters;
mod namesake;
mod online;
mod rows;
mod signatory_columns;
mod stumbles;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::countries::Countries;
use self::enclosed::Enclosed;
use self::rows::{Rows, Seen};
use super::doubts::Doubts;
use super::error::Result;
use super::folder::Folder;
use super::frozen::changed;
use super::load::Campaign;
use super::moved::Moved;
use super::past::foresight::Foresight;
use super::past::withdrawn::withdrawn;
use super::past::{NO_KEY, earlier};
use super::public;
use super::recipients::Pass;
use super::repeated::Repeated;
use super::retention::continues_expired;
use crate::clock::Clock;
use crate::config::{ListSpec, Smtp};
use crate::ledger::ReadLedger;
use crate::letter::Letters;
use crate::lists;
use crate::model::count::bytes;
use crate::model::{Fault, Faults, Place, Round, Severity, SharedAddress, TokenKey, lookup_key};
use crate::plan::{Decision, Entry, SkipReason, Totals};
use crate::report::{Findings, Takes};

pub(super) use beyond_ascii::BeyondAscii;
pub(super) use fallbacks::Fallbacks;
pub use fallbacks::Naming;
pub(super) use letters::{Sent, left_of_the_sample};
pub use online::{Asking, look_online};
pub(super) use stumbles::Stumbles;

/// A letter with more bytes of pictures is worth a look.
const MANY_BYTES_OF_PICTURES: u64 = 300_000;

/// Looks for everything that would go wrong. Of recipients without a letter in their language, the first few are named,
/// or `all`.
///
/// # Errors
/// All faults that stand in the way.
pub fn examine(campaign: Campaign, naming: Naming, clock: &Clock) -> Result<Findings> {
    let now = clock.now();
    let folder = campaign.folder.clone();
    let ledger = folder.known_ledger()?;
    let mut warnings = campaign.warnings.clone();
    let (follow_ups, mut faults) = read_follow_ups(&campaign, &mut warnings);
    let sent = Sent::of(&folder.settings.id, ledger.as_ref())?;
    warnings.extend(letters::warnings(&campaign, &follow_ups, sent));
    warnings.extend(signatory_columns::unused(&campaign));
    warnings.extend(public_letter(&campaign));
    warnings.extend(namesake::of_other_files(&folder));
    warnings.extend(server(&folder));
    let shared = folder.shared_ledger()?;
    warnings.extend(shared.map(|shared| Fault::warning(Place::file(&folder.settings.file), shared.to_string())));
    warnings.extend(large_pictures(&campaign));
    warnings.extend(changed_files(&campaign, ledger.as_ref())?);
    warnings.extend(continues_expired(&folder, ledger.as_ref())?);
    for round in (1..=folder.settings.last_round().0).map(Round) {
        let withdrawn = withdrawn(&campaign, round, ledger.as_ref())?;
        warnings
            .extend(withdrawn.map(|it| Fault::warning(it.place, format!("`follow-up` stops here: {}", it.message))));
    }
    warnings.extend(lists::namesakes(&folder.settings.lists.signatories, &campaign.signatories.signatories));

    let findings = before_the_rows(&campaign);
    let mut planner = campaign.planner.clone();
    // Where a follow-up cannot be read, that is said already.
    let foresight = if faults.has_errors() { Foresight::default() } else { foresee(&campaign, ledger.as_ref(), now)? };
    let earlier = earlier::read(&campaign, Round(0), ledger.as_ref())?;
    let mut countries = Countries::of(&folder.settings, &campaign.calendar);
    let mut enclosed = Enclosed::of(&campaign, &follow_ups);
    let maker = campaign.into_maker(TokenKey::new(NO_KEY), earlier)?;
    let mut rows = Rows::new(&folder.settings.lists, maker, foresight, naming, now);
    let mut doubts = Doubts::begin(&folder, ledger.as_ref())?;
    let (mut moved, mut repeated) = (Moved::begin(&folder, Round(0), ledger.as_ref())?, Repeated::default());
    for batch in Pass::over(&folder, &mut planner, Round(0), ledger.as_ref())? {
        batch?.iter().for_each(|row| {
            if let Some(entry) = row.entry() {
                moved.see(entry, &folder.settings.lists.recipients);
                repeated.see(entry, &folder.settings.lists.recipients);
                doubts.see(entry, &folder.settings.lists.recipients);
                countries.see(&entry.recipient);
            }
            enclosed.see(row);
            rows.see_row(row);
        });
    }
    warnings.extend(enclosed.warnings());
    warnings.extend(countries.warning());
    warnings.extend(repeated.warnings());
    warnings.extend(doubts.found(&folder, ledger.as_ref(), rows.letters())?);
    for found in moved.found(&folder, ledger.as_ref())? {
        if found.severity == Severity::Error { faults.push(found) } else { warnings.push(found) }
    }

    let Seen { totals, languages, largest, load, faults: of_rows, warnings: worth_a_look } = rows.finish();
    faults.extend(of_rows);
    warnings.extend(worth_a_look);
    if faults.has_errors() {
        faults.extend(warnings);
        return Err(faults.into());
    }
    let takes = load.how_long(&folder.settings.pace, now).into_takes();
    Ok(Findings { totals, languages, largest, takes, warnings, ..findings })
}

/// What is known of a campaign before its rows are looked at.
fn before_the_rows(campaign: &Campaign) -> Findings {
    let settings = &campaign.folder.settings;
    Findings {
        campaign: format!("{} ({})", settings.name, settings.id),
        rows: campaign.rows,
        totals: Totals::default(),
        signatories: campaign.signatories.signatories.iter().filter(|signatory| signatory.publish).count(),
        origins: campaign.origins.clone(),
        languages: BTreeMap::new(),
        largest: 0,
        takes: Takes::default(),
        warnings: Faults::new(),
        online: None,
        server: settings.smtp.as_ref().map(Smtp::address),
    }
}

/// Reads the letters of all follow-ups: a mistake in one should not show only weeks later.
fn read_follow_ups(campaign: &Campaign, warnings: &mut Faults) -> (Vec<(Round, Letters)>, Faults) {
    let (mut read, mut faults) = (Vec::new(), Faults::new());
    for round in (1..=campaign.folder.settings.last_round().0).map(Round) {
        let letters = faults.keep(campaign.letters_of(round));
        warnings.extend(letters.iter().flat_map(|letters| letters.warnings().iter().cloned()));
        read.extend(letters.map(|letters| (round, letters)));
    }
    (read, faults)
}

/// What is wrong with the public letter, where the campaign's file says anything of one. It stops no letter.
fn public_letter(campaign: &Campaign) -> Vec<Fault> {
    let settings = &campaign.folder.settings;
    if settings.publish.is_none() {
        return Vec::new();
    }
    let (published, _) = public::public(settings, &campaign.letters);
    let press = campaign.press.as_ref();
    let wrong = public::versions(settings, &campaign.letters, &published, &campaign.columns, press).err();
    let warning = |fault: Fault| Fault::warning(fault.place, format!("`publish` stops here: {}", fault.message));
    wrong.into_iter().flatten().map(warning).collect()
}

/// What is missing for a server to be reached.
fn server(Folder { workspace, settings, .. }: &Folder) -> Option<Fault> {
    let warning = |message: String| Some(Fault::warning(Place::file(&settings.file), message));
    let Some(smtp) = &settings.smtp else {
        return warning("there is no [smtp]: only `send --sandbox` is possible".to_owned());
    };
    let missing = smtp.password.as_ref().and_then(|source| source.is_missing(workspace));
    missing.and_then(|error| warning(format!("{error}; `send` needs it")))
}

fn large_pictures(campaign: &Campaign) -> Option<Fault> {
    let size = campaign.letters.size_of_pictures() as u64;
    let warning = || {
        let message = format!(
            "the pictures of a letter have {}; some mailboxes are small, and some servers refuse large letters",
            bytes(size)
        );
        Fault::warning(Place::file(&campaign.folder.settings.file), message)
    };
    (size > MANY_BYTES_OF_PICTURES).then(warning)
}

/// Which files `send` would stop at, since they are not what the first letter was sent with.
fn changed_files(campaign: &Campaign, ledger: Option<&impl ReadLedger>) -> Result<Option<Fault>> {
    let settings = &campaign.folder.settings;
    let frozen = ledger.map(|ledger| ledger.frozen(&settings.id, Round(0))).transpose()?.unwrap_or_default();
    let changed = if frozen.is_empty() { Vec::new() } else { changed(&frozen, &campaign.files) };
    let warning = || {
        let list = changed.join(", ");
        let message = format!(
            "changed since the first letter left: {list}; `send` stops, and goes on by `--accept-changes`; if this is another campaign, \
             give it an `id` of its own"
        );
        Fault::warning(Place::file(&settings.file), message)
    };
    Ok((!changed.is_empty()).then(warning))
}

/// All rounds, to be tried out for everybody as if each were sent now.
fn foresee(campaign: &Campaign, ledger: Option<&impl ReadLedger>, now: Timestamp) -> Result<Foresight> {
    match campaign.folder.settings.last_round() {
        Round(0) => Ok(Foresight::default()),
        Round(last) => Foresight::before(Round(last + 1), campaign, ledger, &TokenKey::new(NO_KEY), now),
    }
}

/// What a plan says of a row that is worth a look.
pub(super) fn entry_warnings(lists: &ListSpec, entry: &Entry) -> Vec<Fault> {
    let recipient = &entry.recipient;
    let warning = |column, message| Fault::warning(recipient.place(&lists.recipients, column), message);
    let mut warnings = Vec::new();
    match &entry.decision {
        Decision::Skip(
            reason @ (SkipReason::Duplicate { .. } | SkipReason::HasLetter | SkipReason::HasCopy { .. }),
        ) => {
            warnings.push(warning("email", format!("`{}` is skipped: {reason}", recipient.to)));
        }
        Decision::Skip(SkipReason::SharedMailbox { of_line, name })
            if lists.rules.shared_address == SharedAddress::Unsaid =>
        {
            let message = format!(
                "`{}` is the address of `{name}` on {of_line} too, and gets one letter: nothing goes to `{}`; if \
                 that is right, write `same_address = \"first\"` under [lists], and for a letter each, `\"each\"`",
                recipient.to,
                recipient.name().unwrap_or_default()
            );
            warnings.push(warning("email", message));
        }
        Decision::Send => {
            let first = recipient.fields.filled("email").and_then(|cell| cell.split([',', ';', '\n', '\r']).next());
            let first = first.map(|text| lookup_key(text.trim())).filter(|key| *key != recipient.to.key());
            warnings.extend(entry.left_out.iter().map(|(address, reason)| {
                let message = if first.as_ref() == Some(&address.key()) {
                    format!("the letter goes to `{}`, and not to `{address}`: {reason}", recipient.to)
                } else {
                    format!("the copy to `{address}` is left out: {reason}")
                };
                warning("email", message)
            }));
        }
        _ => {}
    }
    warnings.extend(lost_copies(lists, entry));
    warnings
}

/// The copies of a letter that nobody gets: those of its `cc` and `bcc` get nothing with it.
fn lost_copies(lists: &ListSpec, entry: &Entry) -> Option<Fault> {
    let Decision::Skip(
        reason @ (SkipReason::Duplicate { .. } | SkipReason::SharedMailbox { .. } | SkipReason::Suppressed { .. }),
    ) = &entry.decision
    else {
        return None;
    };
    let recipient = &entry.recipient;
    let copies = recipient.cc.iter().skip(recipient.further).chain(&recipient.bcc);
    let copies: Vec<String> = copies.map(|address| format!("`{address}`")).collect();
    let message = format!("no copy goes to {}, since the row is skipped: {reason}", copies.join(", "));
    (!copies.is_empty()).then(|| Fault::warning(recipient.place(&lists.recipients, "cc"), message))
}
