//! The plan, as people and scripts read it.

use serde_json::json;

use crate::letter::Letters;
use crate::model::Language;
use crate::model::count::counted;
use crate::plan::{Decision, Entry, Totals};

/// The totals in a line.
#[must_use]
pub fn summary(totals: &Totals) -> String {
    let letters = counted(totals.to_send, "letter", "letters");
    let addresses = counted(totals.addresses, "address", "addresses");
    let mut parts = vec![format!("{letters} to send, to {addresses}")];
    let more = [
        (totals.suppressed, "suppressed"),
        (totals.duplicates, "duplicate"),
        (totals.answered, "answered"),
        (totals.stopped, "without the letter before"),
        (totals.waiting, "not due yet"),
        (totals.halted, "not to be sent, since the campaign is stopped"),
        (totals.settled, "settled before"),
        (totals.copies_left_out, if totals.copies_left_out == 1 { "copy left out" } else { "copies left out" }),
    ];
    parts.extend(more.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    parts.join("; ")
}

/// The language of a recipient's letter, and the one that was asked for where there is no letter in it.
#[must_use]
pub fn language(letters: &Letters, entry: &Entry) -> String {
    let choice = letters.choose(entry.recipient.lang.as_ref());
    match &entry.recipient.lang {
        Some(wanted) if choice.fell_back => format!("{}, for want of {wanted}", choice.letter.language()),
        _ => choice.letter.language().to_string(),
    }
}

/// What is to be done about a row, in words.
#[must_use]
pub fn decision(entry: &Entry) -> String {
    let copies = entry.recipient.cc.len() + entry.recipient.bcc.len();
    match &entry.decision {
        Decision::Send => {
            let copies = match copies {
                0 => String::new(),
                1 => ", with 1 copy".to_owned(),
                _ => format!(", with {copies} copies"),
            };
            let due = entry.due.map(|date| format!(", due since {date}")).unwrap_or_default();
            format!("send{copies}{due}")
        }
        Decision::Skip(reason) => format!("skip: {reason}"),
        Decision::Settled(state) => format!("nothing: {state} before"),
    }
}

/// A row of the plan, as `plan --json` gives it.
#[must_use]
pub fn entry_json(letters: &Letters, entry: &Entry) -> serde_json::Value {
    let recipient = &entry.recipient;
    let (what, reason) = match &entry.decision {
        Decision::Send => ("send", None),
        Decision::Skip(reason) => ("skip", Some(reason.to_string())),
        Decision::Settled(state) => ("settled", Some(state.to_string())),
    };
    let choice = letters.choose(recipient.lang.as_ref());
    json!({
        "recipient": entry.id.as_str(),
        "line": recipient.line,
        "email": recipient.to.to_string(),
        "cc": recipient.cc.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "bcc": recipient.bcc.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "language": choice.letter.language().as_str(),
        "wanted_language": recipient.lang.as_ref().map(Language::as_str),
        "fell_back": choice.fell_back,
        "decision": what,
        "reason": reason,
        "due": entry.due.map(|date| date.to_string()),
        "left_out": entry.left_out.iter().map(|(address, reason)| json!({ "email": address.to_string(), "reason": reason.to_string() })).collect::<Vec<_>>(),
    })
}
