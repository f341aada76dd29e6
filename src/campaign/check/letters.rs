//! The letters beside the lists and the settings: columns that nothing uses, follow-ups that are missing in a language,
//! a PDF that nobody asked for, fields of a mail merge, and what is left of the sample.

use std::collections::BTreeSet;

use crate::campaign::error::Result;
use crate::campaign::load::Campaign;
use crate::campaign::start::sample;
use crate::config::OwnPdf;
use crate::import::{language_of, may_be_taken_for};
use crate::ledger::ReadLedger;
use crate::letter::Letters;
use crate::model::count::counted;
use crate::model::{CampaignId, DeliveryState, Fault, KNOWN_COLUMNS, Place, Round, canonical};

/// Known columns that nothing but a letter reads.
const OF_LETTERS: [&str; 3] = ["salutation", "title", "role"];

/// Columns that are no list's alone: what a signatories list has, and the table of failed rows.
const OF_OTHERS: [&str; 2] = ["publish", "reason"];

/// How many columns are named.
const NAMED: usize = 8;

/// The letter of the sample.
const SAMPLE_LETTER: &str = "templates/letter.md";

/// What is to say of the letters of the first round and of those of the follow-ups.
pub(super) fn warnings(campaign: &Campaign, follow_ups: &[(Round, Letters)], sent: Sent) -> Vec<Fault> {
    let mut warnings = Vec::new();
    warnings.extend(unused(campaign, follow_ups));
    warnings.extend(missing_languages(campaign, follow_ups));
    warnings.extend(unasked_pdf(campaign));
    warnings.extend(left_of_the_sample(campaign, sent));
    warnings.extend(word_fields(campaign, follow_ups));
    warnings.extend(other_languages(campaign, follow_ups));
    warnings
}

/// Letters that are for sure in another language than the one they go out as: their dates, lists and the heading of the
/// signatories would be in the wrong one, and so would `Content-Language`.
fn other_languages(campaign: &Campaign, follow_ups: &[(Round, Letters)]) -> Vec<Fault> {
    let all = std::iter::once(&campaign.letters).chain(follow_ups.iter().map(|(_, letters)| letters));
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for letters in all {
        for letter in letters.iter().filter(|letter| told.insert(letter.path().to_owned())) {
            let source = letters.sources().iter().find(|source| source.path == letter.path());
            let text = source.and_then(|source| std::str::from_utf8(&source.bytes).ok());
            let Some(guess) = text.and_then(language_of).filter(|guess| guess.is_sure) else { continue };
            let language = letter.language();
            if may_be_taken_for(language.primary(), guess.tag) {
                continue;
            }
            let message = format!(
                "the text is in `{}`, and goes out as `{language}`, with dates and `{{{{> signatories}}}}` in that language; if it is, write \
                 `language = \"{}\"` under [letter], or the tag into the file's name, before `.md`",
                guess.tag, guess.tag
            );
            found.push(Fault::warning(Place::file(letter.path()), message));
        }
    }
    found
}

/// Fields of a word processor's mail merge that stand in a letter as they are, the first of each file.
fn word_fields(campaign: &Campaign, follow_ups: &[(Round, Letters)]) -> Vec<Fault> {
    let all = std::iter::once(&campaign.letters).chain(follow_ups.iter().map(|(_, letters)| letters));
    let sources = all.flat_map(Letters::sources);
    sources.filter_map(|source| word_field(&source.path, &source.bytes, campaign)).collect()
}

/// The first such field of a file, such as `«Nachname»`: what stands in such quotes is one where the list has a column
/// of that name.
fn word_field(path: &str, text: &[u8], campaign: &Campaign) -> Option<Fault> {
    let text = std::str::from_utf8(text).ok()?;
    text.lines().zip(1..).find_map(|(line, number)| {
        let mut quoted = line.split('«').skip(1).filter_map(|rest| rest.split_once('»'));
        let (field, _) = quoted.find(|(field, _)| campaign.columns.position(field.trim()).is_some())?;
        let message = format!(
            "`«{field}»` is a field of a word processor's mail merge, and stands in the letter as it is: write `{{{{recipient.{}}}}}`",
            field.trim()
        );
        Some(Fault::warning(Place::line(path, number), message))
    })
}

/// Columns that no letter prints or asks for, and nothing else reads.
fn unused(campaign: &Campaign, follow_ups: &[(Round, Letters)]) -> Option<Fault> {
    let all = std::iter::once(&campaign.letters).chain(follow_ups.iter().map(|(_, letters)| letters));
    let used: BTreeSet<usize> = all.flat_map(Letters::used_cells).chain(campaign.sources.iter().copied()).collect();
    let settings = &campaign.folder.settings;
    let rules = &settings.lists.rules;
    let sources = rules.columns.iter().flat_map(|rule| &rule.sources);
    let named = sources.chain(&rules.opt_out).chain(rules.rows.iter().map(|rule| &rule.column));
    let named = named.map(|named| canonical(&named.column));
    let of_program = KNOWN_COLUMNS.iter().filter(|name| !OF_LETTERS.contains(name)).chain(&OF_OTHERS);
    let read: BTreeSet<String> = of_program.map(|name| canonical(name)).chain(named).collect();
    let is_read = |name: &str| read.contains(&canonical(name));
    let is_unused = |(at, name): &(usize, &String)| !name.is_empty() && !used.contains(at) && !is_read(name);
    let unused: Vec<&String> =
        campaign.columns.names().iter().enumerate().filter(is_unused).map(|(_, name)| name).collect();
    let named: Vec<String> = unused.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = unused.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let columns = if unused.len() == 1 { "the column" } else { "the columns" };
    let message = format!("no letter uses {columns} {}{more}", named.join(", "));
    (!unused.is_empty()).then(|| Fault::warning(Place::line(&settings.lists.recipients, 1), message))
}

/// Languages in which there is a letter and no follow-up: whoever gets the one gets the other in the fallback language.
fn missing_languages(campaign: &Campaign, follow_ups: &[(Round, Letters)]) -> Vec<Fault> {
    let mut missing = Vec::new();
    for (round, letters) in follow_ups {
        for letter in campaign.letters.iter() {
            let choice = letters.choose(Some(letter.language()));
            if choice.fell_back {
                let message = format!(
                    "{} is in `{}`, and the follow-up of round {round} is not: it goes out in `{}`; write it beside {}",
                    letter.path(),
                    letter.language(),
                    choice.letter.language(),
                    choice.letter.path(),
                );
                missing.push(Fault::warning(Place::file(choice.letter.path()), message));
            }
        }
    }
    missing
}

/// A reminder that goes along as a PDF since the letter does.
fn unasked_pdf(campaign: &Campaign) -> Option<Fault> {
    let settings = &campaign.folder.settings;
    let (_, place) = settings.letter.pdf.as_ref()?;
    let mut rounds = settings.follow_ups.iter().zip(1..).filter(|(spec, _)| spec.pdf == OwnPdf::AsLetter);
    let (_, round) = rounds.next()?;
    let message = format!(
        "the follow-up of round {round} goes along as a PDF too, since `pdf` in [letter] holds for all rounds; write `pdf = true` or \
         `pdf = false` under its `[[follow_up]]`"
    );
    Some(Fault::warning(place.clone(), message))
}

/// Whether letters have left already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::campaign) enum Sent {
    /// None has: everything can still be written anew.
    Nothing,
    /// Some may have: under another id, everybody would get the letter again.
    Some,
}

impl Sent {
    /// What a ledger knows of a campaign.
    pub(in crate::campaign) fn of(campaign: &CampaignId, ledger: Option<&impl ReadLedger>) -> Result<Self> {
        let Some(ledger) = ledger else { return Ok(Self::Nothing) };
        let tally = ledger.tally(campaign, Round(0))?;
        let left = DeliveryState::ALL.into_iter().filter(|state| state.may_have_left());
        Ok(if left.map(|state| tally.of(state)).sum::<u64>() > 0 { Self::Some } else { Self::Nothing })
    }
}

/// What is left of the sample where the letter is another.
pub(in crate::campaign) fn left_of_the_sample(campaign: &Campaign, sent: Sent) -> Option<Fault> {
    let settings = &campaign.folder.settings;
    let sources = campaign.letters.sources();
    let is_sample =
        |path: &str, text: &str| sources.iter().any(|source| source.path == path && source.bytes == text.as_bytes());
    if is_sample(SAMPLE_LETTER, sample(SAMPLE_LETTER)) {
        return None;
    }
    let in_sample = |line: &str| sample("campaign.toml").lines().any(|known| known == line);
    let mut left = Vec::new();
    if in_sample(&format!("id = \"{}\"", settings.id)) {
        left.push(format!("the id `{}`", settings.id));
    }
    if in_sample(&format!("name = \"{}\"", settings.name)) {
        left.push(format!("the name `{}`", settings.name));
    }
    let name = settings.sender.name.as_deref().unwrap_or_default();
    if in_sample(&format!("from = \"{name} <{}>\"", settings.sender.address)) {
        left.push(format!("the sender `{}`", settings.sender.address));
    }
    let reply_to = settings.sender.reply_to.as_ref().map(ToString::to_string).unwrap_or_default();
    if in_sample(&format!("reply_to = \"{reply_to}\"")) {
        left.push(format!("the address for answers, `reply_to = \"{reply_to}\"`"));
    }
    let names = sample("lists/signatories.csv");
    let fictional =
        campaign.signatories.signatories.iter().filter(|signatory| {
            names.lines().skip(1).any(|line| line.split(',').next() == Some(signatory.name.as_str()))
        });
    let fictional = fictional.count() as u64;
    // One of that name there may be.
    if fictional > 1 {
        left.push(counted(fictional, "fictional signatory", "fictional signatories"));
    }
    // On that day somebody else may write too.
    if !left.is_empty() && settings.letter.date.is_some_and(|date| in_sample(&format!("date = {date}"))) {
        left.push("the date".to_owned());
    }
    let advice = match sent {
        Sent::Nothing => "write your own before you send",
        Sent::Some => "letters have left under it: keep the id, since another would send them again, and mend the rest",
    };
    let message = format!("left of the sample campaign: {}; {advice}", left.join(", "));
    (!left.is_empty()).then(|| Fault::warning(Place::file(&settings.file), message))
}
