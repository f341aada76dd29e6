//! What else an answer says that a campaign must know: that its author wants no more letters, has moved, or is back on
//! a certain day.

use super::structure::Mail;
use super::{Kind, Reading, Rule, address, phrases, return_date, words};
use crate::model::clip::{FIRST_LINE, clip};

/// A text of more words than these is no bare wish to be taken off a list.
const SHORT: usize = 40;

/// How much of an answer is looked at.
const MAX_TEXT: usize = 16 * 1024;

/// Takes note of them in what a person or their program wrote.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) {
    if !matches!(reading.kind, Kind::Message | Kind::AutoReply | Kind::Acknowledgement) {
        reading.moved_to = reading.recipients.iter().find_map(|recipient| recipient.moved_to.clone());
        return;
    }
    let text = mail.text();
    let own = own_words(text);
    reading.first_line = first_line(&own);
    let subject = reading.subject.as_deref().unwrap_or_default();
    if reading.kind == Kind::Message && is_opt_out(subject, &own) {
        reading.opted_out = true;
        reading.rules.push(Rule::OptOut);
    }
    reading.moved_to = moved_to(&own, reading.from.as_deref().unwrap_or_default());
    if reading.kind == Kind::AutoReply {
        let written = reading.date.map(|date| date.to_zoned(jiff::tz::TimeZone::UTC).date());
        reading.returns_on = written
            .and_then(|written| return_date::find(subject, written).or_else(|| return_date::find(&own, written)));
    }
}

/// A text without what it quotes: lines with `>` before them, and all after a line that introduces such (RFC 3676,
/// 4.5).
fn own_words(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let mut own = String::with_capacity(text.len());
    for line in text.lines() {
        let shown = line.trim_start();
        let dashed = shown.starts_with("-----") || shown.starts_with("_____");
        if dashed || shown.starts_with("-- ") || line == "--" {
            break;
        }
        if !shown.starts_with('>') {
            own.push_str(line);
            own.push('\n');
        }
    }
    own
}

/// The first line in which something is said, for a person to see.
fn first_line(own: &str) -> Option<String> {
    let mut lines = own.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let line = lines.find(|line| line.chars().any(char::is_alphanumeric))?;
    Some(clip(line, FIRST_LINE))
}

/// A subject that is nothing but the wish, or a short text that holds it. Longer letters speak of many things.
fn is_opt_out(subject: &str, own: &str) -> bool {
    let in_subject = words::of(subject);
    // "Re: … unsubscribe …" is an answer to a letter with that subject.
    let alone = in_subject.split_whitespace().count() <= 3;
    (alone && phrases::opt_out().are_in(&in_subject))
        || (own.split_whitespace().count() <= SHORT && phrases::says(phrases::opt_out(), own))
}

/// The address after words that say that somebody has another one now.
fn moved_to(own: &str, from: &str) -> Option<String> {
    let lower = own.to_lowercase();
    // Lower case may be of another length: the places are those of the text in lower case, and the address is too.
    let mut places: Vec<usize> = phrases::moved().find(&lower).iter().map(|found| found.at).collect();
    places.sort_unstable();
    places.into_iter().find_map(|start| {
        let end = lower.floor_char_boundary((start + 160).min(lower.len()));
        let new = address::first_in(lower.get(start..end)?)?.address;
        (!address::same(new, from)).then(|| new.to_owned())
    })
}
