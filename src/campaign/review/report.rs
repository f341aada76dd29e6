//! The report: one page that tells what became of a campaign.

use std::collections::BTreeMap;
use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Review;
use super::query::{Query, refuse_unknown};
use super::singled::{Singled, read_as_people};
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::load::Campaign;
use crate::campaign::public::shown;
use crate::clock::Clock;
use crate::ledger::{KeptRow, MailLedger, ReadLedger, Selection};
use crate::letter::{Article, Forms};
use crate::lists::names_people;
use crate::model::{Columns, Faults, Round, canonical, inert};
use crate::report::{Account, Audience, LogWriter, ReportFacts, groups_in_order, needs_table, report_page};

/// Columns that say who somebody is, or what is nobody else's business.
const PRIVATE: [&str; 16] = [
    "email",
    "name",
    "id",
    "cc",
    "bcc",
    "salutation",
    "title",
    "attachments",
    "note",
    "notes",
    "phone",
    "telephone",
    "mobile",
    "fax",
    "address",
    "birthday",
];
/// The column by which people are told apart where nobody says another.
const USUAL: &str = "country";

/// What became of a campaign, ready to be written.
pub struct Report<'r> {
    review: &'r Review<'r>,
    campaign: Campaign,
    account: Account,
    by: Option<String>,
    article: Option<Article>,
    audience: Audience,
    /// Why the letter is not on the page, where it cannot be shown.
    pub without_letter: Option<Faults>,
}

impl Review<'_> {
    /// Reads what a report tells. `by` is the column by which people are told apart; without it the country, where the
    /// list has it.
    ///
    /// # Errors
    /// [`Error::NoColumn`], [`Error::PrivateColumn`] for a page that everybody may read, all faults of the campaign's
    /// files, and where the ledger cannot be read.
    pub fn report(&self, by: Option<&str>, audience: Audience) -> Result<Report<'_>> {
        let folder = self.folder;
        let mut account = Account::default();
        let column = self.column(by, audience)?;
        if let Some(ledger) = &self.ledger {
            if ledger.rounds(&folder.settings.id)?.len() == 1 {
                account = Account::of_one_round();
            }
            self.count(ledger, column.as_deref(), audience, &mut account)?;
            account.as_of = account.as_of.max(ledger.inbox_read_at(&folder.settings.id)?);
        }
        if audience == Audience::Everybody
            && let Some(column) = &column
            && is_mostly_single(&account)
            && read_as_people(column, single(&account))
        {
            return Err(Error::PrivateColumn(column.clone()));
        }
        // A letter without a date of its own bears the day on which it was sent, whenever the report is made.
        let day = account.people.iter().filter_map(|person| person.sent_at).min().unwrap_or(Timestamp::UNIX_EPOCH);
        let clock = if folder.settings.letter.date.is_some() { Clock::system() } else { Clock::fixed(day) };
        let campaign = Campaign::read(folder.clone(), Round(0), &clock)?;
        let letter = campaign.letters.iter().next().map(|letter| shown(&folder.settings, letter, &campaign.columns));
        let (article, without_letter) = match letter {
            Some(Ok(article)) => (Some(article), None),
            Some(Err(faults)) => (None, Some(faults)),
            None => (None, None),
        };
        Ok(Report { review: self, campaign, account, by: column, article, audience, without_letter })
    }

    /// The headers of the lists that letters were sent to.
    fn headers(&self) -> Result<BTreeMap<Round, Columns>> {
        let mut headers = BTreeMap::new();
        if let Some(ledger) = &self.ledger {
            let id = &self.folder.settings.id;
            for round in ledger.rounds(id)? {
                headers.extend(ledger.columns(id, round)?.map(|columns| (round, columns)));
            }
        }
        Ok(headers)
    }

    /// The column by which people are told apart, as the list writes it.
    fn column(&self, by: Option<&str>, audience: Audience) -> Result<Option<String>> {
        let headers = self.headers()?;
        let settings = &self.folder.settings;
        let written = |column: &str| {
            let of = |columns: &Columns| columns.position(column).map(|at| columns.names()[at].clone());
            headers.values().find_map(of)
        };
        let Some(column) = by else { return Ok(written(USUAL)) };
        if audience == Audience::Everybody {
            let rules = settings.lists.rules.columns.iter();
            let private = rules.filter(|rule| PRIVATE.contains(&canonical(rule.known).as_str()));
            let mut sources = private.flat_map(|rule| &rule.sources).map(|source| canonical(&source.column));
            let name = canonical(column);
            if PRIVATE.contains(&name.as_str()) || names_people(column) || sources.any(|source| source == name) {
                return Err(Error::PrivateColumn(column.to_owned()));
            }
        }
        refuse_unknown(column, headers.values(), &settings.lists.recipients)?;
        Ok(Some(written(column).unwrap_or_else(|| column.to_owned())))
    }

    /// Goes through all that was sent.
    fn count(&self, ledger: &Ledger, column: Option<&str>, audience: Audience, account: &mut Account) -> Result<()> {
        let headers = self.headers()?;
        let forms = Forms::of(&self.folder.settings.letter.language);
        let is_country = column.is_some_and(|column| canonical(column) == USUAL);
        let (mut private, mut singled) = (None, Singled::default());
        self.each_kept(ledger, &Query::default(), &mut |(delivery, row, next)| {
            let (columns, cells) = match &row {
                KeptRow::Listed(cells) => (headers.get(&delivery.round), Some(cells)),
                KeptRow::AsSent(columns, cells) => (Some(columns), Some(cells)),
                KeptRow::Gone => (None, None),
            };
            let by = column.map(|column| {
                let at = columns.and_then(|columns| columns.position(column));
                let cell = at.zip(cells).and_then(|(at, cells)| cells.get(at)).map_or("", String::as_str);
                if is_country { forms.country(cell) } else { cell.to_owned() }
            });
            if audience == Audience::Everybody && by.as_deref().is_some_and(tells_how_to_reach) {
                private = column.map(str::to_owned);
            }
            if audience == Audience::Everybody {
                singled.see(by.as_deref().unwrap_or_default(), &delivery.name);
            }
            account.add(&delivery, by.as_deref(), next);
            Ok(())
        })?;
        private = private.or_else(|| column.filter(|column| singled.names_recipients(column)).map(str::to_owned));
        private.map_or(Ok(()), |column| Err(Error::PrivateColumn(column)))
    }
}

impl Report<'_> {
    /// Whether a table stands beside the page, since the page cannot tell all.
    #[must_use]
    pub fn needs_table(&self) -> bool {
        needs_table(&self.account, self.audience)
    }

    /// How many people the report is about.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.account.all.people
    }

    /// How many of the column's values stand for one person each, where they are more than half of the people: it may
    /// name them.
    #[must_use]
    pub fn singled_out(&self) -> Option<(&str, u64)> {
        let column = self.by.as_deref().filter(|column| canonical(column) != USUAL)?;
        let is_told = self.audience == Audience::Everybody && is_mostly_single(&self.account);
        is_told.then(|| (column, single(&self.account).count() as u64))
    }

    /// The page. `table` is the name of the file beside it that has all rows, where there is one.
    #[must_use]
    pub fn page(&self, table: Option<&str>) -> String {
        let settings = &self.campaign.folder.settings;
        let zone = calendar_of(&self.campaign.folder);
        report_page(&ReportFacts {
            name: &settings.name,
            sender: settings.sender.name.as_deref().unwrap_or_default(),
            language: &settings.letter.language,
            account: &self.account,
            by: self.by.as_deref(),
            article: self.article.as_ref(),
            signatories: self.campaign.signatories.signatories.iter().filter(|row| row.publish).count() as u64,
            zone: &zone,
            audience: self.audience,
            table,
        })
    }

    /// Writes the table that stands beside the page: for insiders the log, for everybody all values of the column.
    ///
    /// # Errors
    /// Where the ledger or a list cannot be read, or the table not be written.
    pub fn write_table(&self, out: impl Write) -> Result<()> {
        if self.audience == Audience::Insiders {
            let query = Query { selection: Selection::default(), ..Query::default() };
            self.review.write_log(LogWriter::csv(out)?, &query)?;
            return Ok(());
        }
        let mut writer = csv::Writer::from_writer(out);
        let failed = |error: csv::Error| Error::Output(std::io::Error::other(error.to_string()));
        let column = self.by.as_deref().unwrap_or(USUAL);
        writer.write_record([inert(column).as_ref(), "recipients", "sent", "answered"]).map_err(failed)?;
        for (name, numbers) in groups_in_order(&self.account) {
            let [people, sent, answered] =
                [numbers.people, numbers.sent, numbers.answered].map(|count| count.to_string());
            writer.write_record([inert(name).as_ref(), &people, &sent, &answered]).map_err(failed)?;
        }
        Ok(writer.flush()?)
    }
}

/// The values that stand for one person each.
fn single(account: &Account) -> impl Iterator<Item = &str> {
    account.groups.iter().filter(|(name, group)| group.people == 1 && !name.is_empty()).map(|(name, _)| name.as_str())
}

/// Whether more than half of the people have a value of their own.
fn is_mostly_single(account: &Account) -> bool {
    single(account).count() as u64 * 2 > account.all.people
}

/// Whether a value is an address or a telephone number.
fn tells_how_to_reach(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    value.contains('@') || (digits > 5 && !value.contains(char::is_alphabetic))
}

/// By which calendar days are told: that of the sending hours, which is the same on every machine.
fn calendar_of(folder: &Folder) -> TimeZone {
    folder.settings.pace.hours.as_ref().map_or(TimeZone::UTC, |hours| hours.zone().clone())
}
