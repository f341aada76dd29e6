//! What a mail is, as people and scripts read it.

use std::fmt;

use serde_json::{Value, json};

use crate::inbox::{self, Kind, Reading, ReportedRecipient, Wish};
use crate::model::printable;

/// A reading, as `read --json` gives it. `name` is the mail's file.
#[must_use]
pub fn reading_json(name: &str, reading: &Reading) -> Value {
    let recipients: Vec<_> = reading
        .recipients
        .iter()
        .map(|one| {
            json!({
                "address": one.address,
                "action": one.action.map(inbox::Action::as_str),
                "permanence": one.permanence.map(inbox::Permanence::as_str),
                "status": one.status.map(|status| status.to_string()),
                "reason": one.reason.map(inbox::Reason::as_str),
                "diagnostic": one.diagnostic,
            })
        })
        .collect();
    json!({
        "file": name,
        "kind": reading.kind.as_str(),
        "recipients": recipients,
        "original_message_id": reading.original_message_id,
        "original_subject": reading.original_subject,
        "rules": reading.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
    })
}

/// A reading for people.
#[derive(Debug)]
pub struct ShownReading<'a> {
    /// The mail's file.
    pub name: &'a str,
    /// What was read in it.
    pub reading: &'a Reading,
}

impl fmt::Display for ShownReading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, reading } = self;
        writeln!(f, "{name}: {}", sentence(reading))?;
        for recipient in &reading.recipients {
            show_recipient(f, recipient)?;
        }
        if let Some(subject) = &reading.original_subject {
            writeln!(f, "  the letter: {}", printable(subject))?;
        }
        if let Some(id) = &reading.original_message_id {
            writeln!(f, "  its Message-ID: {}", printable(id))?;
        }
        if let Some(day) = reading.returns_on {
            writeln!(f, "  back on {day}")?;
        }
        if let Some(address) = &reading.moved_to {
            writeln!(f, "  says to write to {}", printable(address))?;
        }
        match reading.opted_out {
            Some(Wish::Plain) => writeln!(f, "  asks not to be written to")?,
            Some(Wish::Perhaps) => writeln!(f, "  seems to ask not to be written to: look at it yourself")?,
            None => {}
        }
        if reading.cut {
            writeln!(f, "  only its first {} KiB were read", inbox::MAX_READ / 1024)?;
        }
        for rule in &reading.rules {
            writeln!(f, "  by {}: {}", rule.as_str(), rule.explanation().replace('`', ""))?;
        }
        Ok(())
    }
}

fn sentence(reading: &Reading) -> &'static str {
    match reading.kind {
        Kind::Report => "a delivery report",
        Kind::Complaint => "a complaint",
        Kind::Receipt => "a read receipt",
        Kind::AutoReply => "an automatic reply",
        Kind::Acknowledgement => "an acknowledgement of receipt",
        Kind::Message => "a message that a person wrote",
        Kind::Unreadable => "unreadable as a mail",
    }
}

fn show_recipient(f: &mut fmt::Formatter<'_>, recipient: &ReportedRecipient) -> fmt::Result {
    write!(f, "  {}", printable(&recipient.address))?;
    if let Some(original) = &recipient.original_address {
        write!(f, " (written to as {})", printable(original))?;
    }
    let action = recipient.action.map(inbox::Action::as_str);
    let given_up = if recipient.given_up { ", the time ran out" } else { "" };
    let said: Vec<String> = [
        action.map(|action| format!("{action}{given_up}")),
        recipient.permanence.map(|permanence| permanence.as_str().to_owned()),
        recipient.reason.map(|reason| reason.as_str().to_owned()),
        recipient.status.map(|status| status.to_string()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !said.is_empty() {
        write!(f, ": {}", said.join(", "))?;
    }
    writeln!(f)?;
    if let Some(diagnostic) = &recipient.diagnostic {
        writeln!(f, "    {}", printable(diagnostic))?;
    }
    Ok(())
}
