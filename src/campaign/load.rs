//! A campaign with everything that belongs to it, read and checked: all faults of all files at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::calendar::{count_days, read_calendar};
use super::enclosures::read_attachments;
use super::error::Result;
use super::folder::Folder;
use super::frozen::{frozen, frozen_fonts};
use super::public;
use super::recipients::{self, Seen};
use crate::clock::Clock;
use crate::config::{PdfFor, Settings};
use crate::dispatch::{Earlier, Enclosure, LetterMaker, OnPaper};
use crate::ledger::FrozenFile;
use crate::letter::{LetterFacts, Letterhead, Letters};
use crate::lists::{self, ColumnFaults, Signatories};
use crate::message::Composer;
use crate::model::calendar::Calendar;
use crate::model::count::counted;
use crate::model::{Columns, Fault, Faults, Place, Round, Signatory, Suppression, TokenKey};
use crate::pdf::Press;
use crate::plan::Planner;
use crate::workspace::Workspace;

/// A campaign and everything that belongs to it, read for one of its rounds.
#[derive(Debug)]
pub struct Campaign {
    /// Its folder and its settings.
    pub folder: Folder,
    /// The round whose letters these are.
    pub round: Round,
    /// What day the letter bears.
    pub date: Date,
    /// The recipients list's header.
    pub columns: Arc<Columns>,
    /// The numbers of its columns that known ones are made of.
    pub sources: BTreeSet<usize>,
    /// Who signs.
    pub signatories: Signatories,
    /// The round's letter, in each language.
    pub letters: Letters,
    /// What goes with every letter.
    pub attachments: Vec<Enclosure>,
    /// What makes the PDF that goes along.
    pub press: Option<Press>,
    /// On which days follow-ups are counted.
    pub calendar: Calendar,
    /// Knows every row; the ledger's suppressions are still to be told to it.
    pub planner: Planner,
    /// How many rows the recipients list has.
    pub rows: u64,
    /// What is worth a look and stops nothing.
    pub warnings: Faults,
    /// How each list was read: its path, and the form in which it was found.
    pub origins: Vec<(String, String)>,
    /// What the round is sent with.
    pub files: Vec<FrozenFile>,
    /// What is wrong with cells of the recipients list whose columns only a letter may use.
    column_faults: ColumnFaults,
}

impl Campaign {
    /// Reads a campaign for one of its rounds.
    ///
    /// # Errors
    /// All faults of all its files.
    pub fn read(folder: Folder, round: Round, clock: &Clock) -> Result<Self, Faults> {
        let Folder { workspace, settings, .. } = &folder;
        template(settings, round)?;
        let mut found = folder.warnings.clone();
        let mut lists = Lists::read(&folder, &mut found);
        let attachments = read_attachments(&folder, round, &mut found);
        let fonts = settings.letter.fonts.as_deref();
        let press = settings.pdf(round);
        let press = press.and_then(|(_, place)| found.keep(Press::open(workspace, fonts, place.clone())));
        let calendar = read_calendar(&folder, &mut found);
        let date = letter_date(settings, clock, &mut found);
        // A letter is checked against the lists' columns: without them every name would seem wrong.
        let letters = match (&lists.signatories, &lists.seen) {
            (Some(signatories), Some(Seen { columns, .. })) => {
                let letters = load_letters(workspace, settings, round, date, columns, &signatories.signatories);
                found.keep(letters)
            }
            _ => None,
        };
        found.extend(letters.iter().flat_map(|letters| letters.warnings().iter().cloned()));
        if let (Some(letters), Some(seen)) = (&letters, &lists.seen) {
            found.extend(of_used_cells(letters, &seen.column_faults));
        }
        let (Some(signatories), Some(seen), Some(letters), false) =
            (lists.signatories.take(), lists.seen.take(), letters, found.has_errors())
        else {
            return Err(found);
        };
        let Seen { columns, sources, mut planner, rows, enclosed, column_faults, .. } = seen;
        planner.suppress(lists.suppressed);
        count_days(&mut planner, settings, &calendar, round, clock);
        let mut files = frozen(&folder, round, &letters, &attachments, &enclosed);
        files.extend(press.as_ref().and_then(frozen_fonts));
        Ok(Self {
            folder,
            round,
            date,
            columns,
            sources,
            signatories,
            letters,
            attachments,
            press,
            calendar,
            planner,
            rows,
            warnings: found,
            origins: lists.origins,
            files,
            column_faults,
        })
    }

    /// Decides about the rows in another round.
    #[must_use]
    pub fn planner_of(&self, round: Round, clock: &Clock) -> Planner {
        let mut planner = self.planner.clone();
        count_days(&mut planner, &self.folder.settings, &self.calendar, round, clock);
        planner
    }

    /// Reads the letters of another round, to the same lists.
    ///
    /// # Errors
    /// All faults of its letters.
    pub fn letters_of(&self, round: Round) -> Result<Letters, Faults> {
        let Folder { workspace, settings, .. } = &self.folder;
        let letters =
            load_letters(workspace, settings, round, self.date, &self.columns, &self.signatories.signatories)?;
        let mut faults = Faults::new();
        faults.extend(of_used_cells(&letters, &self.column_faults));
        if faults.has_errors() { Err(faults) } else { Ok(letters) }
    }

    /// What makes the letters of the round. `key` is the ledger's, and `earlier` what it has of the letters before
    /// them.
    ///
    /// # Errors
    /// Where the sender cannot stand in a header, or the PDF for everybody cannot be made.
    pub fn into_maker(self, key: TokenKey, earlier: Earlier) -> Result<LetterMaker> {
        let Folder { workspace, settings, .. } = self.folder;
        let composer = Composer::new(settings.id.clone(), self.round, &settings.sender, key)?;
        let papers = match (&self.press, settings.pdf(self.round)) {
            (Some(press), Some((PdfFor::All, _))) => {
                Some(public::papers(press, &settings, &self.letters, &self.columns)?)
            }
            _ => None,
        };
        let list = settings.lists.recipients;
        let maker = LetterMaker::new(workspace, &list, self.columns, self.letters, composer, self.attachments);
        let maker = maker.with_earlier(earlier);
        Ok(match (self.press, papers) {
            (Some(press), None) => maker.with_pdf(OnPaper::each(press, &settings.name)),
            (_, Some(papers)) => maker.with_pdf(OnPaper::all(papers)),
            (None, None) => maker,
        })
    }
}

/// What the lists hold; nothing where one cannot be read.
struct Lists {
    signatories: Option<Signatories>,
    suppressed: Vec<Suppression>,
    seen: Option<Seen>,
    origins: Vec<(String, String)>,
}

impl Lists {
    fn read(folder: &Folder, found: &mut Faults) -> Self {
        let Folder { workspace, settings, .. } = folder;
        let spec = &settings.lists;
        let mut origins = Vec::new();
        let signatories = found.keep(lists::read_signatories(workspace, &spec.signatories, &spec.format));
        if let Some(signatories) = &signatories {
            origins.push((spec.signatories.clone(), signatories.origin.to_string()));
            found.extend(signatories.warnings.iter().cloned());
            found.extend(nobody_signs(&spec.signatories, &signatories.signatories));
            let grouped = settings.signatories.group_by.iter();
            let shown = settings.letter.show.iter().chain(grouped).map(|(name, _)| signatories.columns.position(name));
            let shown: Vec<usize> = shown.flatten().collect();
            found.extend(signatories.column_faults.of(|column| shown.contains(&column)));
        }
        let mut suppressed = Vec::new();
        if let Some(path) = &spec.suppressions
            && let Some(suppressions) = found.keep(lists::read_suppressions(workspace, path, &spec.format))
        {
            origins.push((path.clone(), suppressions.origin.to_string()));
            found.extend(suppressions.warnings);
            suppressed = suppressions.suppressions;
        }
        let seen = recipients::see(folder, found);
        if let Some(seen) = &seen {
            origins.push((spec.recipients.clone(), seen.origin.clone()));
        }
        Self { signatories, suppressed, seen, origins }
    }
}

/// The fault of a letter that nobody signs in public.
fn nobody_signs(list: &str, signatories: &[Signatory]) -> Option<Fault> {
    let is_signed = signatories.iter().any(|signatory| signatory.publish);
    let count = counted(signatories.len() as u64, "signatory", "signatories");
    let message = format!(
        "the letter has 0 signatories: `publish` is `no` in all rows of the {count}; write `yes` where somebody has agreed to be named"
    );
    (!is_signed).then(|| Fault::error(Place::file(list), message))
}

/// What is wrong with cells that the letters look at.
fn of_used_cells(letters: &Letters, faults: &ColumnFaults) -> Vec<Fault> {
    let used = letters.used_cells();
    faults.of(|column| used.contains(&column))
}

/// Reads the letters of a round, in all languages. The settings and the workspace may be those that an earlier letter
/// was sent with.
pub(super) fn load_letters(
    workspace: &Workspace,
    settings: &Settings,
    round: Round,
    date: Date,
    columns: &Columns,
    signatories: &[Signatory],
) -> Result<Letters, Faults> {
    let facts = LetterFacts {
        campaign_id: &settings.id,
        campaign_name: &settings.name,
        sender_name: settings.sender.name.as_deref(),
        sender_email: &settings.sender.address.to_string(),
        date,
        language: settings.letter.language.clone(),
        round,
        continues: settings.continues.is_some(),
        recipients_path: &settings.lists.recipients,
        signatories_path: &settings.lists.signatories,
        columns,
        signatories,
        roll: &settings.signatories,
        header: settings.letter.header.as_ref().map(|(file, alt)| Letterhead { file, alt }),
        show: &settings.letter.show,
        html: &settings.letter.html,
    };
    Letters::load(workspace, template(settings, round)?, settings.letter.layout.as_deref(), &facts)
}

fn template(settings: &Settings, round: Round) -> Result<&str, Fault> {
    match round {
        Round(0) => Ok(&settings.letter.template),
        _ => settings.follow_up(round).map(|spec| spec.template.as_str()).ok_or_else(|| {
            let count = settings.follow_ups.len();
            Fault::error(
                Place::file(&settings.file),
                format!("there is no round {round}: the campaign has {count} `[[follow_up]]`"),
            )
        }),
    }
}

/// The letter's date: the campaign's, or today.
fn letter_date(settings: &Settings, clock: &Clock, found: &mut Faults) -> Date {
    settings.letter.date.unwrap_or_else(|| {
        let message = "`date` is missing in [letter]: the letter is dated today, and differently on another day";
        found.push(Fault::warning(Place::file(&settings.file), message));
        TimeZone::system().to_datetime(clock.now()).date()
    })
}
