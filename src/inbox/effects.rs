//! What a mail does: to the deliveries it is about, and to the addresses that are not to be written to again. Pure.

use jiff::{SignedDuration, Timestamp};

use super::clues::domain;
use super::hit::{By, Hit, Matched};
use super::{Action, Kind, Permanence, Reading, ReportedRecipient, Rule, Wish};
use crate::model::clip::{ADDRESS, DIAGNOSTIC, clip};
use crate::model::refusal::is_about_quota;
use crate::model::{Answer, Effect, EmailAddress, Statement, Suppression, Target, Tie};

/// For so long a day of return counts that is known by an address alone: anybody can make one up.
const AWAY_BY_ADDRESS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What speaks for it that somebody wants no more letters at all.
const WORDS: &str = "its words";

/// What a mail does to one delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Told<'a> {
    /// The letter, and how it was found.
    pub hit: Hit<'a>,
    /// What it does.
    pub effect: Effect,
    /// Why, in a few words.
    pub reason: Option<String>,
    /// An address that is not to be written to again, and why.
    pub suppress: Option<Suppression>,
    /// What is to be remembered of the mail.
    pub statement: Statement,
}

/// What a mail, written at `said_at`, does to the letters that it was found to be about.
///
/// A machine's answer that is known by an address alone does nothing but keep a follow-up back, and no longer than
/// 30 days.
#[must_use]
pub fn effects<'a>(reading: &Reading, matched: &Matched<'a>, said_at: Timestamp) -> Vec<Told<'a>> {
    let away = matched.suggestions.iter().filter(|hit| hit.by == By::Address && hit.doubt.is_none());
    let away = away.filter_map(|hit| away_for_a_while(reading, hit, said_at));
    matched.hits.iter().map(|hit| told(reading, hit)).chain(away).collect()
}

fn away_for_a_while<'a>(reading: &Reading, hit: &Hit<'a>, said_at: Timestamp) -> Option<Told<'a>> {
    let mut told = told(reading, hit);
    let back = told.statement.returns_on.filter(|_| reading.kind == Kind::AutoReply)?;
    let last = (said_at + AWAY_BY_ADDRESS).to_zoned(jiff::tz::TimeZone::UTC).date();
    told.statement.returns_on = Some(back.min(last));
    told.effect = Effect::Noted;
    Some(told)
}

/// What a person may confirm of a mail, each with what speaks for it: what it seems to be about, and that its author
/// wants no more letters at all, where their words may be meant so.
#[must_use]
pub fn suggestions<'a>(reading: &Reading, matched: &Matched<'a>) -> Vec<(Told<'a>, String)> {
    let plainly = Reading { opted_out: reading.opted_out.map(|_| Wish::Plain), ..reading.clone() };
    let may_opt_out = reading.kind == Kind::Message && reading.opted_out == Some(Wish::Perhaps);
    let wishes = matched.hits.iter().filter(|_| may_opt_out).map(|hit| (told(&plainly, hit), WORDS.to_owned()));
    let wishes = wishes.filter(|(told, _)| told.suppress.is_some());
    matched.suggestions.iter().map(|hit| (told(&plainly, hit), hit.why())).chain(wishes).collect()
}

/// What a mail does to a letter, where it is about that one.
fn told<'a>(reading: &Reading, hit: &Hit<'a>) -> Told<'a> {
    let recipient = hit.reported.and_then(|at| reading.recipients.get(at));
    let opted_out = |address: Option<String>, reason: &str| {
        (Effect::Answered(Answer::OptedOut), None, address.map(|address| suppression(address, reason.to_owned())))
    };
    let (effect, reason, suppress) = match reading.kind {
        Kind::Report if reading.rules.contains(&Rule::RefusalText) => (Effect::Bounced, Some(refusal(reading)), None),
        Kind::Report => of_report(recipient, hit),
        Kind::Complaint => opted_out(of_complaint(hit, recipient), "complained"),
        Kind::Message if reading.opted_out == Some(Wish::Plain) => {
            opted_out(of_writer(hit, reading), "asked not to be written to")
        }
        // Words that may be meant otherwise end this campaign's letters only.
        Kind::Message if reading.opted_out == Some(Wish::Perhaps) => opted_out(None, ""),
        // Whoever passes the letter on has not answered it.
        Kind::Message if reading.passed_on => (Effect::Noted, None, None),
        Kind::Message => (Effect::Answered(Answer::Replied), None, None),
        Kind::AutoReply => (Effect::Answered(Answer::AutoReply), None, None),
        Kind::Acknowledgement => (Effect::Answered(Answer::Acknowledged), None, None),
        Kind::Receipt | Kind::Unreadable => (Effect::Noted, None, None),
    };
    // An id that somebody may have computed keeps nobody from getting other letters; an answer has an address besides.
    let may_suppress = hit.tie == Tie::Sure || reading.kind == Kind::Message;
    let suppress = suppress.filter(|_| may_suppress);
    Told { hit: *hit, effect, reason, suppress, statement: statement(reading, recipient, hit) }
}

/// What a refusal says that names nobody.
fn refusal(reading: &Reading) -> String {
    let words = reading.own_words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "its subject says that it was refused".to_owned() } else { clip(words, DIAGNOSTIC) }
}

/// That an address is not to be written to again, and why.
fn suppression(address: String, reason: String) -> Suppression {
    Suppression { target: Target::Address(address), reason: Some(reason) }
}

/// A report of failure makes the delivery bounced, also where it may succeed later: nobody tries any more. Only an
/// address that does not exist is written to no more, and only where it is the one that we wrote to. A copy that failed
/// leaves the letter where it is; so does an address that we never wrote to, where one of several may have passed the
/// letter on to it.
fn of_report(recipient: Option<&ReportedRecipient>, hit: &Hit<'_>) -> (Effect, Option<String>, Option<Suppression>) {
    let Some(recipient) = recipient else { return (Effect::Noted, None, None) };
    if recipient.action != Some(Action::Failed) {
        return (Effect::Noted, None, None);
    }
    let words: Vec<String> = [
        recipient.reason.map(|reason| reason.as_str().to_owned()),
        recipient.status.map(|status| status.to_string()),
        recipient.diagnostic.clone().map(|text| clip(text, DIAGNOSTIC)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut words = if words.is_empty() { "a report says that it failed".to_owned() } else { words.join(", ") };
    words.extend(recipient.moved_to.iter().map(|to| format!("; moved to {}", clip(to.clone(), ADDRESS))));
    let passed_on = passed_on_to(recipient, hit);
    words.extend(passed_on.iter().map(|to| format!("; it was passed on to {to}")));
    let ours = recipient.original_address.iter().chain([&recipient.address]);
    let ours = ours.filter_map(|address| key(address)).find(|address| hit.letter.went_to(address));
    let is_copy = ours.as_ref().is_some_and(|address| hit.letter.addresses.first() != Some(address));
    let has_copies = hit.letter.addresses.len() + hit.letter.blind.len() > 1;
    // What the sender's own system held back says nothing of the recipient: a person may have it sent again.
    let is_held_back = is_about_quota(&words);
    if is_held_back {
        words.insert_str(0, "held against the account: ");
    }
    let is_hard = recipient.permanence == Some(Permanence::Hard) && !is_held_back && passed_on.is_none();
    let suppress = ours.filter(|_| is_hard).map(|address| suppression(address, format!("bounced: {words}")));
    let is_noted = is_copy || (passed_on.is_some() && has_copies);
    if is_noted { (Effect::Noted, None, suppress) } else { (Effect::Bounced, Some(words), suppress) }
}

/// The address behind the one that we wrote to, where a letter was passed on and failed there.
fn passed_on_to(recipient: &ReportedRecipient, hit: &Hit<'_>) -> Option<String> {
    let is_ours = key(&recipient.address).is_some_and(|address| hit.letter.went_to(&address));
    (!is_ours).then(|| clip(recipient.address.clone(), ADDRESS))
}

/// The address whose owner complained: the one that is named, where the letter went to it, or else the one that it was
/// addressed to.
fn of_complaint(hit: &Hit<'_>, named: Option<&ReportedRecipient>) -> Option<String> {
    let named = named.and_then(|one| key(&one.address)).filter(|address| hit.letter.went_to(address));
    named.or_else(|| hit.letter.addresses.first().cloned())
}

/// The address whose owner asks for no more letters. A stranger to whom the letter was passed on asks for none that we
/// wrote to.
fn of_writer(hit: &Hit<'_>, reading: &Reading) -> Option<String> {
    let writer = key(reading.from.as_deref()?)?;
    let addressed = hit.letter.addresses.first()?;
    if hit.letter.went_to(&writer) {
        return Some(writer);
    }
    // A colleague, or the same person under another address of theirs.
    (domain(&writer) == domain(addressed)).then(|| addressed.clone())
}

/// Whether a mail speaks for the address that the letter was addressed to, and not for one that got a copy, or for a
/// stranger.
fn is_of_addressee(hit: &Hit<'_>, reading: &Reading) -> bool {
    of_writer(hit, reading).is_some_and(|writer| hit.letter.addresses.first() == Some(&writer))
}

fn key(address: &str) -> Option<String> {
    EmailAddress::parse(address).ok().map(|address| address.key())
}

/// What is remembered: only what the mail says.
fn statement(reading: &Reading, recipient: Option<&ReportedRecipient>, hit: &Hit<'_>) -> Statement {
    let moved_to = recipient.and_then(|one| one.moved_to.clone()).or_else(|| reading.moved_to.clone());
    Statement {
        by: hit.by.as_str().into(),
        address: recipient.map(|one| clip(one.address.clone(), ADDRESS)),
        passed_on_to: recipient.filter(|_| reading.kind == Kind::Report).and_then(|one| passed_on_to(one, hit)),
        action: recipient.and_then(|one| one.action).map(|action| action.as_str().into()),
        permanence: recipient.and_then(|one| one.permanence).map(|permanence| permanence.as_str().into()),
        status: recipient.and_then(|one| one.status),
        reason: recipient.and_then(|one| one.reason).map(|reason| reason.as_str().into()),
        diagnostic: recipient.and_then(|one| one.diagnostic.clone()).map(|text| clip(text, DIAGNOSTIC)),
        returns_on: reading.returns_on.filter(|_| is_of_addressee(hit, reading)),
        moved_to: moved_to.map(|to| clip(to, ADDRESS)),
        written_at: reading.date,
    }
}
