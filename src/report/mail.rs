//! What a mail is, and why, for people and for scripts.

use std::fmt;

use serde_json::{Value, json};

use super::cell::printable;
use crate::inbox::{self, Action, Kind, Permanence, Reading, Reason, ReportedRecipient};

/// A mail that was read. As text it is for people: it steers no terminal, whatever the mail says.
#[derive(Debug)]
pub struct MailReading {
    name: String,
    reading: Reading,
}

impl MailReading {
    /// How many bytes of a mail are wanted at the most: one more than is looked at, so that what was cut is known.
    pub const LIMIT: u64 = inbox::MAX_READ as u64 + 1;

    /// Reads a mail; `name` says where it lies.
    #[must_use]
    pub fn of(name: &str, mail: &[u8]) -> Self {
        Self { name: name.to_owned(), reading: inbox::classify(mail) }
    }

    /// Whether it is no mail at all.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.reading.kind == Kind::Unreadable
    }

    /// What it is, as one object.
    #[must_use]
    pub fn as_json(&self) -> Value {
        let Self { name, reading } = self;
        json!({
            "file": name,
            "kind": reading.kind.as_str(),
            "recipients": reading.recipients.iter().map(recipient_as_json).collect::<Vec<_>>(),
            "original_message_id": reading.original_message_id,
            "original_subject": reading.original_subject,
            "rules": reading.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for MailReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, reading } = self;
        writeln!(f, "{name}: {}", sentence(reading.kind))?;
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
            writeln!(f, "  moved to {}", printable(address))?;
        }
        if reading.opted_out {
            writeln!(f, "  asks not to be written to")?;
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

fn sentence(kind: Kind) -> &'static str {
    match kind {
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
    let is_given_up = recipient.given_up && recipient.action == Some(Action::Delayed);
    let given_up = if is_given_up { ", and given up" } else { "" };
    let said: Vec<String> = [
        recipient.action.map(|action| format!("{}{given_up}", action.as_str())),
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

fn recipient_as_json(recipient: &ReportedRecipient) -> Value {
    json!({
        "address": recipient.address,
        "action": recipient.action.map(Action::as_str),
        "permanence": recipient.permanence.map(Permanence::as_str),
        "status": recipient.status.map(|status| status.to_string()),
        "reason": recipient.reason.map(Reason::as_str),
        "diagnostic": recipient.diagnostic,
    })
}
