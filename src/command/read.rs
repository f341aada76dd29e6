//! `read`: what a mail is, and why. It needs no campaign, and changes nothing.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::terminal::warn;
use super::{Context, Exit};
use crate::cli::Read;
use crate::inbox::{self, Kind, Reading, ReportedRecipient};
use crate::report::printable;

/// Reads each file and prints what it is. A file that cannot be opened is unreadable like one that is no mail: the others are read all the
/// same, and the exit status is 1.
pub(super) fn run(_: &Context, args: &Read) -> Result<Exit> {
    let mut out = BufWriter::new(anstream::stdout());
    let mut exit = Exit::Done;
    for (place, file) in args.files.iter().enumerate() {
        let name = file.to_string_lossy();
        let reading = match bytes_of(&name, file) {
            Ok(bytes) => inbox::classify(&bytes),
            Err(error) => {
                out.flush()?;
                warn(format_args!("{error:#}"));
                inbox::classify(&[])
            }
        };
        if reading.kind == Kind::Unreadable {
            exit = Exit::WithFailures;
        }
        if args.json {
            writeln!(out, "{}", json_of(&name, &reading))?;
        } else {
            if place > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", Shown { name: &name, reading: &reading })?;
        }
    }
    out.flush()?;
    Ok(exit)
}

/// The first bytes of a file, or of standard input for `-`: one more than is looked at, so that what was cut is known.
fn bytes_of(name: &str, file: &std::path::Path) -> Result<Vec<u8>> {
    let limit = inbox::MAX_READ as u64 + 1;
    let mut bytes = Vec::new();
    if name == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        let opened = File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes));
        opened.with_context(|| format!("`{name}` cannot be read"))?;
    }
    Ok(bytes)
}

fn json_of(name: &str, reading: &Reading) -> serde_json::Value {
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
struct Shown<'a> {
    name: &'a str,
    reading: &'a Reading,
}

impl fmt::Display for Shown<'_> {
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
    let given_up = if recipient.given_up && action == Some("delayed") { ", and given up" } else { "" };
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
