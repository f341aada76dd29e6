//! The report: one page that tells what became of a campaign, to be handed round or put on a website. It holds all that
//! it shows, runs nothing and fetches nothing, and the same ledger gives the same bytes.

use askama::Template;
use jiff::tz::TimeZone;

use super::account::{Account, Numbers, Open, Person};
use super::why::Why;
use crate::ledger::Tally;
use crate::letter::{Article, Forms};
use crate::model::{Answer, DeliveryState, Language, Round, canonical, printable};
use crate::page::{Direction, Head, Words};

/// So many reasons are told; the rest are counted together.
const REASONS: usize = 60;
/// An address that is longer than this may be broken.
const LONG_ADDRESS: usize = 24;
/// So many groups are told on the page.
const GROUPS: usize = 1_000;

/// Who will read a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who run the campaign: names, addresses, notes.
    Insiders,
    /// Everybody: numbers alone, and the letter as it is published.
    Everybody,
}

/// What a report is made of.
pub struct ReportFacts<'a> {
    /// What the campaign is called.
    pub name: &'a str,
    /// In whose name the letter goes.
    pub sender: &'a str,
    /// The campaign's language.
    pub language: &'a Language,
    /// What became of it.
    pub account: &'a Account,
    /// The column by which people are told apart.
    pub by: Option<&'a str>,
    /// The letter, where it can be shown.
    pub article: Option<&'a Article>,
    /// How many signed in public.
    pub signatories: u64,
    /// By which calendar days are told.
    pub zone: &'a TimeZone,
    /// Who reads it.
    pub audience: Audience,
    /// The table beside the page with all rows, where there is one.
    pub table: Option<&'a str>,
}

/// Whether a page cannot tell all that an account has, so that a table stands beside it.
#[must_use]
pub fn needs_table(account: &Account, audience: Audience) -> bool {
    match audience {
        Audience::Insiders => account.all.people > account.people.len() as u64,
        Audience::Everybody => account.groups.len() > GROUPS,
    }
}

/// The groups of an account: the largest first, and what is alike by its name.
#[must_use]
pub fn groups_in_order(account: &Account) -> Vec<(&str, Numbers)> {
    let mut groups: Vec<(&str, Numbers)> = account.groups.iter().map(|(name, sum)| (name.as_str(), *sum)).collect();
    groups.sort_by(|(one, a), (other, b)| {
        (one.is_empty(), std::cmp::Reverse(a.people), one).cmp(&(other.is_empty(), std::cmp::Reverse(b.people), other))
    });
    groups
}

/// Writes the page.
#[must_use]
pub fn report_page(facts: &ReportFacts<'_>) -> String {
    let forms = Forms::of(facts.language);
    let english = || "en".parse::<Language>().ok().and_then(|english| Words::of(&english));
    let Some(words) = Words::of(facts.language).or_else(english) else { return String::new() };
    let told = Words::of(facts.language).map_or("en", |_| facts.language.as_str());
    let account = facts.account;
    let insiders = facts.audience == Audience::Insiders;
    let direction = if told == "en" && facts.language.primary() != "en" {
        Direction::LeftToRight
    } else if forms.is_right_to_left() {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    };
    let tell = Tell { words, forms: &forms, zone: facts.zone };
    let page = Page {
        head: Head { language: told, direction: Some(direction) },
        name: facts.name,
        sender: facts.sender,
        as_of: account.as_of.map(|at| tell.moment(at, insiders)),
        totals: tell.totals(facts),
        round_headings: account.rounds.keys().map(|round| tell.round(*round)).collect(),
        rounds: if account.rounds.len() > 1 { tell.rounds(account) } else { Vec::new() },
        figure: account.course.figure(words, &forms, facts.zone).unwrap_or_default(),
        answers: if insiders { tell.answers(account) } else { Vec::new() },
        by: facts.by.map(|column| (tell.column(column), tell.groups(account))),
        groups_left: (account.groups.len() > GROUPS).then(|| tell.share(GROUPS as u64, account.groups.len() as u64)),
        due: account.due.iter().map(|(date, count)| (forms.date(*date), forms.number(*count))).collect(),
        open: tell.open(account, facts.audience),
        column: facts
            .by
            .filter(|column| !["name", "organisation", "email"].contains(&canonical(column).as_str()))
            .map(|column| tell.column(column)),
        people: if insiders { account.people.iter().map(|person| tell.person(person)).collect() } else { Vec::new() },
        people_shown: needs_table(account, Audience::Insiders)
            .then(|| tell.share(account.people.len() as u64, account.all.people)),
        table: facts.table,
        is_for_insiders: insiders,
        letter: facts.article.map(|article| Letter {
            language: facts.language.as_str(),
            direction: if article.is_right_to_left { "rtl" } else { "ltr" },
            subject: &article.subject,
            html: article.html.trim_end(),
        }),
        words,
    };
    format!("{page}\n")
}

#[derive(Template)]
#[template(path = "report/page/page.html")]
struct Page<'a> {
    head: Head<'a>,
    words: &'a Words,
    name: &'a str,
    sender: &'a str,
    as_of: Option<String>,
    /// What is counted, how many, and the share of all.
    totals: Vec<(&'a str, String, String)>,
    /// The rounds, where there are several, and how many deliveries of each stand where.
    round_headings: Vec<String>,
    rounds: Vec<(&'a str, Vec<String>)>,
    figure: String,
    answers: Vec<(&'a str, String)>,
    by: Option<(String, Vec<Group>)>,
    groups_left: Option<String>,
    due: Vec<(String, String)>,
    open: Vec<(&'a str, String, String)>,
    column: Option<String>,
    people: Vec<Row>,
    people_shown: Option<String>,
    table: Option<&'a str>,
    is_for_insiders: bool,
    letter: Option<Letter<'a>>,
}

struct Letter<'a> {
    language: &'a str,
    direction: &'static str,
    subject: &'a str,
    html: &'a str,
}

/// A value of the column, and its numbers.
struct Group {
    name: String,
    people: String,
    sent: String,
    answered: String,
    /// The shares that were sent and answered, in percent.
    sent_share: u64,
    answered_share: u64,
}

/// A person.
struct Row {
    name: String,
    organisation: String,
    /// In parts between which a line may be broken: one, unless it is long.
    email: Vec<String>,
    by: String,
    state: String,
    sent: String,
    answer: String,
    answered: Option<String>,
    note: String,
}

/// What finds the words.
struct Tell<'a> {
    words: &'a Words,
    forms: &'a Forms,
    zone: &'a TimeZone,
}

impl<'a> Tell<'a> {
    /// The day of a time; for insiders to the minute, and where that is.
    fn moment(&self, at: jiff::Timestamp, to_the_minute: bool) -> String {
        let there = at.to_zoned(self.zone.clone());
        let date = self.forms.date(there.date());
        let zone = self.zone.iana_name().unwrap_or("UTC");
        if to_the_minute { format!("{date}, {:02}:{:02} ({zone})", there.hour(), there.minute()) } else { date }
    }

    fn day(&self, at: jiff::Timestamp) -> String {
        self.forms.short_date(at.to_zoned(self.zone.clone()).date())
    }

    fn totals(&self, facts: &ReportFacts<'_>) -> Vec<(&'a str, String, String)> {
        let (words, Numbers { people, sent, answered }) = (self.words, facts.account.all);
        let standing = |open| facts.account.standing.get(&open).copied().unwrap_or(0);
        let share = |count: u64| percent(count, people);
        let mut totals = vec![
            (words.recipients.as_str(), self.forms.number(people), String::new()),
            (words.sent.as_str(), self.forms.number(sent), share(sent)),
            (words.answered.as_str(), self.forms.number(answered), share(answered)),
        ];
        if facts.signatories > 0 {
            totals.insert(0, (words.signatories.as_str(), self.forms.number(facts.signatories), String::new()));
        }
        let rest = [
            (words.not_delivered.as_str(), standing(Open::NotDelivered)),
            (words.in_doubt.as_str(), standing(Open::InDoubt)),
            (words.to_send.as_str(), standing(Open::ToSend)),
            (words.left_out.as_str(), standing(Open::LeftOut)),
        ];
        let rest = rest.into_iter().filter(|(_, count)| *count > 0);
        totals.extend(rest.map(|(word, count)| (word, self.forms.number(count), String::new())));
        totals
    }

    fn round(&self, round: Round) -> String {
        match round.0 {
            0 => self.words.first_letter.clone(),
            number => format!("{} {}", self.words.follow_up, self.forms.number(number.into())),
        }
    }

    /// A row for each way in which deliveries stand, with a number for each round; what is nowhere is left out.
    fn rounds(&self, account: &Account) -> Vec<(&'a str, Vec<String>)> {
        let kinds = [None, Some(Open::NotDelivered), Some(Open::InDoubt), Some(Open::ToSend), Some(Open::LeftOut)];
        let count = |tally: &Tally, kind: Option<Open>| {
            let states = DeliveryState::ALL.into_iter().filter(|state| Open::of(*state) == kind);
            states.map(|state| tally.of(state)).sum::<u64>()
        };
        let counts = |kind| account.rounds.values().map(|tally| count(tally, kind)).collect::<Vec<u64>>();
        let rows = kinds.into_iter().map(|kind| (kind, counts(kind)));
        let rows = rows.filter(|(_, counts)| counts.iter().any(|count| *count > 0));
        let name = |kind: Option<Open>| kind.map_or(self.words.sent.as_str(), |open| self.kind(open));
        rows.map(|(kind, counts)| (name(kind), counts.into_iter().map(|count| self.forms.number(count)).collect()))
            .collect()
    }

    fn answer(&self, answer: Answer) -> &'a str {
        match answer {
            Answer::None => "",
            Answer::AutoReply => &self.words.auto_reply,
            Answer::Acknowledged => &self.words.acknowledged,
            Answer::Replied => &self.words.replied,
            Answer::Declined => &self.words.declined,
            Answer::OptedOut => &self.words.opted_out,
        }
    }

    fn answers(&self, account: &Account) -> Vec<(&'a str, String)> {
        let counted = account.answers.iter().filter(|(answer, count)| **answer != Answer::None && **count > 0);
        counted.map(|(answer, count)| (self.answer(*answer), self.forms.number(*count))).collect()
    }

    /// The name of a column, in the language where it is a known one.
    fn column(&self, column: &str) -> String {
        match canonical(column).as_str() {
            "country" => self.words.country.clone(),
            "organisation" => self.words.organisation.clone(),
            "name" => self.words.name.clone(),
            "email" => self.words.email.clone(),
            _ => printable(column).into_owned(),
        }
    }

    fn groups(&self, account: &Account) -> Vec<Group> {
        let shown = groups_in_order(account).into_iter().take(GROUPS);
        let group = |(name, numbers): (&str, Numbers)| Group {
            name: if name.is_empty() { self.words.not_given.clone() } else { printable(name).into_owned() },
            people: self.forms.number(numbers.people),
            sent: self.forms.number(numbers.sent),
            answered: self.forms.number(numbers.answered),
            sent_share: numbers.sent * 100 / numbers.people.max(1),
            answered_share: numbers.answered * 100 / numbers.people.max(1),
        };
        shown.map(group).collect()
    }

    /// How many of all.
    fn share(&self, shown: u64, all: u64) -> String {
        format!("{}: {} / {}", self.words.rows_shown, self.forms.number(shown), self.forms.number(all))
    }

    fn kind(&self, open: Open) -> &'a str {
        match open {
            Open::InDoubt => &self.words.in_doubt,
            Open::NotDelivered => &self.words.not_delivered,
            Open::ToSend => &self.words.to_send,
            Open::LeftOut => &self.words.left_out,
        }
    }

    /// What is open and why. Everybody is told how much, and not why: a server's words and our own may name somebody.
    fn open(&self, account: &Account, audience: Audience) -> Vec<(&'a str, String, String)> {
        let nothing = Why::default();
        let mut open = std::collections::BTreeMap::<(Open, &Why), u64>::new();
        for (kind, why, count) in account.open() {
            let why = if audience == Audience::Insiders { why } else { &nothing };
            *open.entry((kind, why)).or_default() += count;
        }
        let mut open: Vec<((Open, &Why), u64)> = open.into_iter().collect();
        open.sort_by(|((kind, why), count), ((other, because), more)| {
            kind.cmp(other).then(more.cmp(count)).then(why.cmp(because))
        });
        let mut told: Vec<(&str, String, String)> = Vec::new();
        for ((kind, why), count) in open.iter().take(REASONS) {
            told.push((self.kind(*kind), printable(&why.told(self.words)).into_owned(), self.forms.number(*count)));
        }
        let rest: u64 = open.iter().skip(REASONS).map(|(_, count)| count).sum();
        if rest > 0 {
            told.push((self.words.others.as_str(), String::new(), self.forms.number(rest)));
        }
        told
    }

    fn person(&self, person: &Person) -> Row {
        let delivery = &person.last;
        let state = person.open.map_or(self.words.sent.as_str(), |open| self.kind(open));
        let text = |text: &str| printable(text).into_owned();
        Row {
            name: text(if delivery.name.is_empty() { delivery.recipient.as_str() } else { &delivery.name }),
            organisation: text(&delivery.organisation),
            email: breakable(&text(&delivery.email)),
            by: text(&person.by),
            state: state.to_owned(),
            sent: person.sent_at.map(|at| self.day(at)).unwrap_or_default(),
            answer: self.answer(person.answer).to_owned(),
            answered: person.answered_at.map(|at| self.day(at)),
            note: text(&person.note),
        }
    }
}

/// An address in the parts between which a line may be broken, where it is too long for a line of its own: before the
/// `@` and the dots of its domain, since a hyphen would be read as part of it.
fn breakable(address: &str) -> Vec<String> {
    if address.chars().count() <= LONG_ADDRESS {
        return vec![address.to_owned()];
    }
    let mut parts = vec![String::new()];
    for c in address.chars() {
        if matches!(c, '@' | '.') {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A share in whole percent. What is not all is never shown as all, and what is not nothing never as nothing.
fn percent(count: u64, total: u64) -> String {
    match (count * 200 + total) / (total.max(1) * 2) {
        0 if count > 0 => "<1 %".to_owned(),
        rounded if count < total => format!("{} %", rounded.min(99)),
        rounded => format!("{rounded} %"),
    }
}

#[cfg(test)]
mod tests;
