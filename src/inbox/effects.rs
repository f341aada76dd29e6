//! What a mail does: to the deliveries it is about, and to the addresses that are not to be written to again. Pure.

use super::clues::domain;
use super::matching::{Hit, Matched};
use super::{Action, Kind, Permanence, Reading, Reason, ReportedRecipient, Wish};
use crate::model::refusal::is_about_quota;
use crate::model::{Answer, Effect, EmailAddress, Statement, Suppression, Target};

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

/// What a mail does to the letters that it was found to be about.
#[must_use]
pub fn effects<'a>(reading: &Reading, matched: &Matched<'a>) -> Vec<Told<'a>> {
    matched.hits.iter().map(|hit| told(reading, hit)).collect()
}

/// What a mail does to a letter, where it is about that one.
#[must_use]
pub fn told<'a>(reading: &Reading, hit: &Hit<'a>) -> Told<'a> {
    let recipient = hit.reported.and_then(|at| reading.recipients.get(at));
    let opted_out = |address: Option<String>, reason: &str| {
        (Effect::Answered(Answer::OptedOut), None, address.map(|address| suppression(address, reason.to_owned())))
    };
    let (effect, reason, suppress) = match reading.kind {
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
    Told { hit: *hit, effect, reason, suppress, statement: statement(reading, recipient, hit) }
}

/// That an address is not to be written to again, and why.
fn suppression(address: String, reason: String) -> Suppression {
    Suppression { target: Target::Address(address), reason: Some(reason) }
}

/// A report of failure makes the delivery bounced, also where it may succeed later: nobody tries any more. Only an
/// address that does not exist is written to no more, and only where it is the one that we wrote to. A copy that failed
/// leaves the letter where it is.
fn of_report(recipient: Option<&ReportedRecipient>, hit: &Hit<'_>) -> (Effect, Option<String>, Option<Suppression>) {
    let Some(recipient) = recipient else { return (Effect::Noted, None, None) };
    if recipient.action != Some(Action::Failed) {
        return (Effect::Noted, None, None);
    }
    let words: Vec<String> = [
        recipient.reason.map(|reason| reason.as_str().to_owned()),
        recipient.status.map(|status| status.to_string()),
        recipient.diagnostic.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut words = if words.is_empty() { "a report says that it failed".to_owned() } else { words.join(", ") };
    words.extend(recipient.moved_to.iter().map(|to| format!("; moved to {to}")));
    let ours = recipient.original_address.iter().chain([&recipient.address]);
    let ours = ours.filter_map(|address| key(address)).find(|address| hit.letter.went_to(address));
    let is_copy = ours.as_ref().is_some_and(|address| hit.letter.addresses.first() != Some(address));
    // What the sender's own system held back says nothing of the recipient: a person may have it sent again.
    let is_held_back = is_about_quota(&words);
    if is_held_back {
        words.insert_str(0, "held against the account: ");
    }
    let is_hard = recipient.permanence == Some(Permanence::Hard) && !is_held_back;
    let suppress = ours.filter(|_| is_hard).map(|address| suppression(address, format!("bounced: {words}")));
    if is_copy { (Effect::Noted, None, suppress) } else { (Effect::Bounced, Some(words), suppress) }
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
    Statement {
        by: hit.by.as_str(),
        address: recipient.map(|one| one.address.clone()),
        action: recipient.and_then(|one| one.action).map(Action::as_str),
        permanence: recipient.and_then(|one| one.permanence).map(Permanence::as_str),
        status: recipient.and_then(|one| one.status),
        reason: recipient.and_then(|one| one.reason).map(Reason::as_str),
        diagnostic: recipient.and_then(|one| one.diagnostic.clone()),
        returns_on: reading.returns_on.filter(|_| is_of_addressee(hit, reading)),
        moved_to: recipient.and_then(|one| one.moved_to.clone()).or_else(|| reading.moved_to.clone()),
        written_at: reading.date,
    }
}
