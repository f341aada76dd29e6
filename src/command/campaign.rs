//! A campaign with everything that belongs to it, read and checked: all faults of all files at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::publish;
use super::recipients::{self, Seen};
use crate::clock::Clock;
use crate::config::{Campaign, PdfFor};
use crate::dispatch::{Earlier, Enclosure, LetterMaker, OnPaper};
use crate::ledger::FrozenFile;
use crate::letter::{LetterFacts, Letterhead, Letters, Variants};
use crate::lists::{self, Signatories};
use crate::message::{Attachment, Composer};
use crate::model::calendar::Calendar;
use crate::model::{Columns, Fault, Faults, Place, Round, Signatory, TokenKey};
use crate::pdf::Press;
use crate::plan::Planner;
use crate::plan::follow_up::Rule;
use crate::workspace::Workspace;

/// Files larger than this are refused as attachments before anything is tried: no mail system takes them.
const LARGEST_ATTACHMENT: u64 = 100 * 1024 * 1024;

/// A campaign and everything that belongs to it.
pub(super) struct Loaded {
    pub workspace: Workspace,
    pub campaign: Campaign,
    pub date: Date,
    /// The recipients list's header.
    pub columns: Arc<Columns>,
    pub signatories: Signatories,
    pub letters: Letters,
    pub attachments: Vec<Enclosure>,
    /// What makes the PDF that goes along.
    pub press: Option<Press>,
    /// On which days follow-ups are counted.
    pub calendar: Calendar,
    /// Knows every row; the ledger's suppressions are still to be told to it.
    pub planner: Planner,
    pub rows: u64,
    /// What is worth a look and stops nothing.
    pub warnings: Faults,
    /// How each list was read.
    pub origins: Vec<(String, String)>,
    /// What the round is sent with.
    pub files: Vec<FrozenFile>,
}

impl Loaded {
    /// Reads a campaign for one of its rounds.
    ///
    /// # Errors
    /// All faults of all its files.
    pub(super) fn read(workspace: Workspace, config: &str, round: Round, clock: &Clock) -> Result<Self, Faults> {
        let (campaign, mut found) = Campaign::load(&workspace, config)?;
        template(&campaign, round)?;
        let mut origins = Vec::new();

        let spec = &campaign.lists;
        let signatories = found.keep(lists::read_signatories(&workspace, &spec.signatories, &spec.format));
        if let Some(signatories) = &signatories {
            origins.push((spec.signatories.clone(), signatories.origin.to_string()));
            found.extend(signatories.warnings.iter().cloned());
        }
        let mut suppressed = Vec::new();
        if let Some(path) = &spec.suppressions
            && let Some(suppressions) = found.keep(lists::read_suppressions(&workspace, path, &spec.format))
        {
            origins.push((path.clone(), suppressions.origin.to_string()));
            found.extend(suppressions.warnings);
            suppressed = suppressions.suppressions;
        }
        let seen = recipients::see(&workspace, &campaign, &mut found);
        if let Some(seen) = &seen {
            origins.push((spec.recipients.clone(), seen.origin.clone()));
        }
        let attachments = read_attachments(&workspace, &campaign, &mut found);
        let press = campaign.letter.pdf.as_ref().and_then(|(_, place)| {
            found.keep(Press::open(&workspace, campaign.letter.fonts.as_deref(), place.clone()))
        });

        let calendar = read_calendar(&workspace, &campaign, &mut found);
        let date = letter_date(&campaign, clock, &mut found);
        // A letter is checked against the lists' columns: without them every name would seem wrong.
        let letters = match (&signatories, &seen) {
            (Some(signatories), Some(Seen { columns, .. })) => {
                found.keep(load_letters(&workspace, &campaign, round, date, columns, &signatories.signatories))
            }
            _ => None,
        };
        found.extend(letters.iter().flat_map(|letters| letters.warnings().iter().cloned()));
        let (Some(signatories), Some(Seen { columns, mut planner, rows, enclosed, .. }), Some(letters), false) =
            (signatories, seen, letters, found.has_errors())
        else {
            return Err(found);
        };
        planner.suppress(suppressed);
        count_days(&mut planner, &campaign, &calendar, round, clock);
        let mut files = frozen(&workspace, &campaign, round, &letters, &attachments, &enclosed);
        files.extend(press.as_ref().and_then(frozen_fonts));
        let warnings = found;
        Ok(Self {
            workspace,
            campaign,
            date,
            columns,
            signatories,
            letters,
            attachments,
            press,
            calendar,
            planner,
            rows,
            warnings,
            origins,
            files,
        })
    }

    /// Decides about the rows in another round.
    pub(super) fn planner_of(&self, round: Round, clock: &Clock) -> Planner {
        let mut planner = self.planner.clone();
        count_days(&mut planner, &self.campaign, &self.calendar, round, clock);
        planner
    }

    /// Reads the letters of another round, to the same lists.
    ///
    /// # Errors
    /// All faults of its letters.
    pub(super) fn letters_of(&self, round: Round) -> Result<Letters, Faults> {
        let signatories = &self.signatories.signatories;
        load_letters(&self.workspace, &self.campaign, round, self.date, &self.columns, signatories)
    }

    /// What makes the letters of a round. `key` is the ledger's, and `earlier` what it has of the letters before them.
    ///
    /// # Errors
    /// Where the sender cannot stand in a header, or the PDF for everybody cannot be made.
    pub(super) fn into_maker(self, round: Round, key: TokenKey, earlier: Earlier) -> anyhow::Result<Arc<LetterMaker>> {
        let composer = Composer::new(self.campaign.id.clone(), round, &self.campaign.sender, key)?;
        let papers = match (&self.press, &self.campaign.letter.pdf) {
            (Some(press), Some((PdfFor::All, _))) => {
                Some(publish::papers(press, &self.campaign, &self.letters, &self.columns)?)
            }
            _ => None,
        };
        let list = self.campaign.lists.recipients;
        let maker = LetterMaker::new(self.workspace, &list, self.columns, self.letters, composer, self.attachments);
        let maker = maker.with_earlier(earlier);
        Ok(Arc::new(match (self.press, papers) {
            (Some(press), None) => maker.with_pdf(OnPaper::each(press, &self.campaign.name)),
            (_, Some(papers)) => maker.with_pdf(OnPaper::all(papers)),
            (None, None) => maker,
        }))
    }
}

pub(super) fn load_letters(
    workspace: &Workspace,
    campaign: &Campaign,
    round: Round,
    date: Date,
    columns: &Columns,
    signatories: &[Signatory],
) -> Result<Letters, Faults> {
    let facts = LetterFacts {
        campaign_id: &campaign.id,
        campaign_name: &campaign.name,
        sender_name: campaign.sender.name.as_deref(),
        sender_email: &campaign.sender.address.to_string(),
        date,
        language: campaign.letter.language.clone(),
        round,
        continues: campaign.continues.is_some(),
        recipients_path: &campaign.lists.recipients,
        signatories_path: &campaign.lists.signatories,
        columns,
        signatories,
        roll: &campaign.signatories,
        header: campaign.letter.header.as_ref().map(|(file, alt)| Letterhead { file, alt }),
        show: &campaign.letter.show,
        html: &campaign.letter.html,
    };
    Letters::load(workspace, template(campaign, round)?, campaign.letter.layout.as_deref(), &facts)
}

/// Tells a planner when a follow-up is due, and what day it is.
fn count_days(planner: &mut Planner, campaign: &Campaign, calendar: &Calendar, round: Round, clock: &Clock) {
    if let Some(spec) = campaign.follow_up(round) {
        let rule = Rule { round, after: spec.after, calendar: calendar.clone() };
        planner.follow_up(rule, calendar.day(clock.now()));
    }
}

/// The calendar, with its holidays.
pub(super) fn read_calendar(workspace: &Workspace, campaign: &Campaign, found: &mut Faults) -> Calendar {
    let spec = &campaign.calendar;
    let read = |path: &String| found.keep(lists::read_holidays(workspace, path, &campaign.lists.format));
    let holidays = spec.holidays.as_ref().and_then(read).unwrap_or_default();
    let of_hours = campaign.pace.hours.as_ref().map(|hours| hours.zone().clone());
    let zone = spec.zone.clone().or(of_hours).unwrap_or_else(TimeZone::system);
    Calendar::new(zone, spec.weekend, holidays)
}

fn template(campaign: &Campaign, round: Round) -> Result<&str, Fault> {
    match round {
        Round(0) => Ok(&campaign.letter.template),
        _ => campaign.follow_up(round).map(|spec| spec.template.as_str()).ok_or_else(|| {
            let count = campaign.follow_ups.len();
            Fault::error(
                Place::file(&campaign.file),
                format!("there is no round {round}: the campaign has {count} `[[follow_up]]`"),
            )
        }),
    }
}

/// The letter's date: the campaign's, or today.
fn letter_date(campaign: &Campaign, clock: &Clock, found: &mut Faults) -> Date {
    campaign.letter.date.unwrap_or_else(|| {
        let message = "`date` is missing in [letter]: the letter is dated today, and differently on another day";
        found.push(Fault::warning(Place::file(&campaign.file), message));
        TimeZone::system().to_datetime(clock.now()).date()
    })
}

/// Reads the files that go with every letter, each in all languages in which it is there.
fn read_attachments(workspace: &Workspace, campaign: &Campaign, found: &mut Faults) -> Vec<Enclosure> {
    let mut enclosures = Vec::new();
    for (path, place) in &campaign.letter.attachments {
        let mut read = |path: &str| read_attachment(workspace, path, place).map_err(|fault| found.push(fault)).ok();
        let plain = read(path);
        let variants = Variants::of(workspace, path).known.into_iter();
        let others: Vec<_> = variants.filter_map(|(language, path)| Some((language, read(&path)?))).collect();
        enclosures.extend(plain.map(|plain| Enclosure::new(plain, others)));
    }
    enclosures
}

fn read_attachment(workspace: &Workspace, path: &str, place: &Place) -> Result<Attachment, Fault> {
    let size = workspace.path(path).ok().and_then(|path| path.metadata().ok()).map_or(0, |found| found.len());
    if size > LARGEST_ATTACHMENT {
        let message = format!("attachment `{path}` has {size} bytes; no mail system takes that");
        return Err(Fault::error(place.clone(), message));
    }
    let content = workspace.read(path).map_err(|error| Fault::error(place.clone(), format!("attachment {error}")))?;
    Ok(Attachment::new(path, &content))
}

/// What stands among the frozen files for the attachments of single recipients: a list of them with their hashes. The files themselves
/// may be as many as the recipients.
const ENCLOSED: &str = "(attachments of recipients)";

/// How the file is called that stands among the frozen ones for what `campaign.toml` says of the letter.
pub(super) const SETTINGS: &str = " (sender and letter)";

/// What stands among the frozen files for the fonts of the PDF.
const FONTS: &str = "(fonts of the PDF)";

/// The files a round is sent with, and what `campaign.toml` adds to them. `enclosed` are the attachments of single recipients.
fn frozen(
    workspace: &Workspace,
    campaign: &Campaign,
    round: Round,
    letters: &Letters,
    attachments: &[Enclosure],
    enclosed: &BTreeSet<String>,
) -> Vec<FrozenFile> {
    let hash = |content: &[u8]| data_encoding::HEXLOWER.encode(&Sha256::digest(content));
    let file = |path: &str, content: Vec<u8>| FrozenFile { path: path.to_owned(), sha256: hash(&content), content };
    let mut files = vec![file(&format!("{}{SETTINGS}", campaign.file), campaign.letter_settings(round).into_bytes())];
    files.extend(letters.sources().iter().map(|source| file(&source.path, source.bytes.clone())));
    let with_all = attachments.iter().flat_map(Enclosure::paths);
    let with_one_language = letters.iter().flat_map(|letter| letter.attachments().iter().map(String::as_str));
    let others = std::iter::once(campaign.lists.signatories.as_str()).chain(with_all).chain(with_one_language);
    for path in others {
        if files.iter().any(|file| file.path == path) {
            continue;
        }
        if let Ok(content) = workspace.read(path) {
            files.push(file(path, content));
        }
    }
    let lines = enclosed.iter().filter_map(|path| Some(format!("{}  {path}\n", hash(&workspace.read(path).ok()?))));
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        files.push(file(ENCLOSED, lines.concat().into_bytes()));
    }
    files
}

/// The fonts of the PDF, as a list with their hashes: they may be large.
fn frozen_fonts(press: &Press) -> Option<FrozenFile> {
    let line = |(path, hash): &(String, [u8; 32])| format!("{}  {path}\n", data_encoding::HEXLOWER.encode(hash));
    let content = press.sources().iter().map(line).collect::<String>().into_bytes();
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&content));
    (!content.is_empty()).then(|| FrozenFile { path: FONTS.to_owned(), sha256, content })
}

/// Which files are not what they were when they were frozen. A recipient who came onto the list since may bring an attachment along.
pub(super) fn changed<'a>(frozen: &'a [FrozenFile], files: &'a [FrozenFile]) -> Vec<&'a str> {
    let of_all = |files: &'a [FrozenFile]| -> BTreeMap<&'a str, &'a str> {
        let of_all = files.iter().filter(|file| file.path != ENCLOSED);
        of_all.map(|file| (file.path.as_str(), file.sha256.as_str())).collect()
    };
    let (before, now) = (of_all(frozen), of_all(files));
    let paths: BTreeSet<&str> = before.keys().chain(now.keys()).copied().collect();
    let mut changed: Vec<&str> = paths.into_iter().filter(|path| before.get(path) != now.get(path)).collect();
    let (before, now) = (enclosed(frozen), enclosed(files));
    changed.extend(
        before.iter().filter(|(path, hash)| now.get(*path).is_some_and(|now| now != *hash)).map(|(path, _)| *path),
    );
    changed
}

/// The attachments of single recipients with their hashes.
fn enclosed(files: &[FrozenFile]) -> BTreeMap<&str, &str> {
    let list = files.iter().find(|file| file.path == ENCLOSED);
    let text = list.and_then(|file| std::str::from_utf8(&file.content).ok()).unwrap_or_default();
    text.lines().filter_map(|line| line.split_once("  ")).map(|(hash, path)| (path, hash)).collect()
}
