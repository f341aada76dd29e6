//! What colleagues must agree to before a letter is sent, as one page to hand round: the letter in each language with
//! sample recipients, the plan without addresses, and the signatories.

use askama::Template;

use crate::ledger::Approval;
use crate::letter::{Article, Forms};
use crate::model::{Language, printable};
use crate::page::{Direction, Head, Words};

/// What is to be agreed to.
pub struct ApprovalFacts<'a> {
    /// What the campaign is called.
    pub name: &'a str,
    /// In whose name the letter goes, with the address.
    pub sender: &'a str,
    /// The campaign's language.
    pub language: &'a Language,
    /// A digest of all that the letter is sent with.
    pub version: &'a str,
    /// The plan in a line.
    pub plan: &'a str,
    /// How fast it goes, in a line.
    pub pace: &'a str,
    /// How many letters go to which country, where the list has countries; the most first.
    pub countries: &'a [(String, u64)],
    /// The names of the files that go along.
    pub attachments: &'a [String],
    /// The letters, by language.
    pub letters: &'a [ApprovalLetter],
    /// Who signs in public.
    pub signatories: &'a [String],
    /// How many sign and are not named.
    pub unnamed: u64,
    /// Who agreed.
    pub approvals: &'a [Approval],
}

/// The letter in one language.
pub struct ApprovalLetter {
    /// The language.
    pub language: Language,
    /// How many get it.
    pub count: u64,
    /// As it goes to some of them.
    pub samples: Vec<Sample>,
}

/// A letter as it goes to somebody.
pub struct Sample {
    /// To whom: a name and an organisation, no address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub body: SampleBody,
}

/// What a letter says.
pub enum SampleBody {
    /// As it looks.
    Page(Box<Article>),
    /// As plain text.
    Text(String),
}

/// Writes the page.
#[must_use]
pub fn approval_page(facts: &ApprovalFacts<'_>) -> String {
    let forms = Forms::of(facts.language);
    let english = || "en".parse::<Language>().ok().and_then(|english| Words::of(&english));
    let known = Words::of(facts.language);
    let Some(words) = known.or_else(english) else { return String::new() };
    let is_right_to_left = known.is_some() && forms.is_right_to_left();
    let direction = if is_right_to_left { Direction::RightToLeft } else { Direction::LeftToRight };
    let language = known.map_or("en", |_| facts.language.as_str());
    let mut number = 0;
    let letter = |letter: &'_ ApprovalLetter| ShownLetter {
        language: letter.language.to_string(),
        own_name: Words::of(&letter.language).map_or(letter.language.to_string(), |words| words.own_name.clone()),
        direction: if Forms::of(&letter.language).is_right_to_left() { "rtl" } else { "ltr" },
        count: forms.number(letter.count),
    };
    let mut letters = Vec::new();
    for one in facts.letters {
        let samples: Vec<(usize, &Sample)> = one
            .samples
            .iter()
            .map(|sample| {
                number += 1;
                (number, sample)
            })
            .collect();
        letters.push((letter(one), samples));
    }
    let agreed = |approval: &Approval| Agreed {
        person: printable(&approval.person).into_owned(),
        on: forms.date(approval.at.to_zoned(jiff::tz::TimeZone::UTC).date()),
        note: approval.note.as_deref().map(|note| printable(note).into_owned()),
        version: (approval.version != facts.version).then(|| approval.version.clone()),
    };
    let page = Page {
        head: Head { language, direction: Some(direction) },
        words,
        facts,
        countries: facts.countries.iter().map(|(name, count)| (name.as_str(), forms.number(*count))).collect(),
        letters,
        agreed: facts.approvals.iter().map(agreed).collect(),
        signatories: forms.number(facts.signatories.len() as u64),
    };
    format!("{page}\n")
}

#[derive(Template)]
#[template(path = "report/approval/page.html")]
struct Page<'a> {
    head: Head<'a>,
    words: &'a Words,
    facts: &'a ApprovalFacts<'a>,
    countries: Vec<(&'a str, String)>,
    letters: Vec<(ShownLetter, Vec<(usize, &'a Sample)>)>,
    agreed: Vec<Agreed>,
    signatories: String,
}

struct ShownLetter {
    language: String,
    own_name: String,
    direction: &'static str,
    count: String,
}

struct Agreed {
    person: String,
    on: String,
    note: Option<String>,
    /// The version, where it is another one than this.
    version: Option<String>,
}
