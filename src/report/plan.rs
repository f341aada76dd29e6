//! The plan, as people and scripts read it.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::json;

use super::findings::{Takes, faults_json};
use super::table::Table;
use crate::ledger::AwayBy;
use crate::letter::Letters;
use crate::model::clip::clip;
use crate::model::count::counted;
use crate::model::{CampaignId, EmailAddress, Faults, Language, Round};
use crate::plan::{Decision, Entry, Row, SkipReason, Totals};

/// So much of a mail's subject is shown, in characters.
const SUBJECT_SHOWN: usize = 60;

/// The totals in a line.
#[must_use]
pub fn summary(totals: &Totals) -> String {
    let letters = counted(totals.to_send, "letter", "letters");
    let addresses = counted(totals.addresses, "address", "addresses");
    let mut parts = vec![format!("{letters} to send, to {addresses}")];
    let waiting = match totals.away {
        0 => "not due yet".to_owned(),
        away => format!("not due yet, of them {away} away"),
    };
    let more = [
        (totals.suppressed, "suppressed"),
        (totals.duplicates, "duplicate"),
        (totals.shared, "with the address of somebody else"),
        (totals.opted_out, "opted out"),
        (totals.no_address, "without an address"),
        (totals.answered, "answered"),
        (totals.stopped, "without the letter before"),
        (totals.waiting, &waiting),
        (totals.halted, "not to be sent, since the campaign is stopped"),
        (totals.settled, "settled before"),
        (totals.copies_left_out, if totals.copies_left_out == 1 { "copy left out" } else { "copies left out" }),
    ];
    parts.extend(more.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    parts.join("; ")
}

/// The language of a recipient's letter, and the one that was asked for where there is no letter in it.
fn language(letters: &Letters, entry: &Entry) -> String {
    let choice = letters.choose(entry.recipient.lang.as_ref());
    match &entry.recipient.lang {
        Some(wanted) if choice.fell_back => format!("{}, for want of {wanted}", choice.letter.language()),
        _ => choice.letter.language().to_string(),
    }
}

/// What is to be done about a row, in words; where it waits for a day of return, with the mail that says so.
fn decision(entry: &Entry, away: Option<&AwayBy>) -> String {
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
        Decision::Skip(reason) => {
            let by = away.map(|AwayBy { mail, sender, subject }| {
                let from = sender.as_ref().map(|sender| format!(" from {sender}")).unwrap_or_default();
                let subject = subject.clone().map(|text| format!(", `{}`", clip(text, SUBJECT_SHOWN)));
                format!(" (mail {mail}{from}{})", subject.unwrap_or_default())
            });
            format!("skip: {reason}{}", by.unwrap_or_default())
        }
        Decision::Settled(state) => format!("nothing: {state} before"),
    }
}

/// A row of the plan, as `plan --json` gives it.
fn row_json(letters: &Letters, row: &Row, away: Option<&AwayBy>) -> serde_json::Value {
    match row {
        Row::Entry(entry) => entry_json(letters, entry, away),
        Row::Unaddressed { id, row } => json!({
            "recipient": id.as_str(),
            "line": row.line,
            "email": null,
            "cc": [],
            "bcc": [],
            "language": null,
            "wanted_language": null,
            "fell_back": false,
            "decision": "skip",
            "reason": SkipReason::NoAddress.to_string(),
            "due": null,
            "away": null,
            "left_out": [],
        }),
    }
}

/// A row of the plan that has an address.
fn entry_json(letters: &Letters, entry: &Entry, away: Option<&AwayBy>) -> serde_json::Value {
    let recipient = &entry.recipient;
    let (what, reason) = match &entry.decision {
        Decision::Send => ("send", None),
        Decision::Skip(reason) => ("skip", Some(reason.to_string())),
        Decision::Settled(state) => ("settled", Some(state.to_string())),
    };
    let choice = letters.choose(recipient.lang.as_ref());
    let left_out = |(address, reason): &(EmailAddress, SkipReason)| json!({ "email": address.to_string(), "reason": reason.to_string() });
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
        "away": match &entry.decision {
            Decision::Skip(SkipReason::NotBefore { date, away: true }) => json!({
                "until": date.to_string(),
                "mail": away.map(|away| away.mail),
                "from": away.and_then(|away| away.sender.as_deref()),
                "subject": away.and_then(|away| away.subject.as_deref()),
            }),
            _ => serde_json::Value::Null,
        },
        "left_out": entry.left_out.iter().map(left_out).collect::<Vec<_>>(),
    })
}

/// Writes a plan as columns for people, and its totals below them.
pub struct PlanTable<W: Write> {
    table: Table<W>,
    totals: Totals,
}

impl<W: Write> PlanTable<W> {
    /// A plan without rows.
    pub fn new(out: W) -> Self {
        Self { table: Table::new(out, &["recipient", "language", "decision"]), totals: Totals::default() }
    }

    /// Adds a row; where it waits for a day of return, with the mail that says so.
    ///
    /// # Errors
    /// Where it cannot be written; so for all functions here.
    pub fn add(&mut self, letters: &Letters, row: &Row, away: Option<&AwayBy>) -> io::Result<()> {
        self.totals.add_row(row);
        match row {
            Row::Entry(entry) => {
                self.table.add(&[entry.recipient.to.to_string(), language(letters, entry), decision(entry, away)])
            }
            Row::Unaddressed { id, .. } => {
                self.table.add(&[id.to_string(), String::new(), format!("skip: {}", SkipReason::NoAddress)])
            }
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self, takes: &Takes) -> io::Result<()> {
        let mut out = self.table.finish()?;
        writeln!(out, "\n{}", summary(&self.totals))?;
        if self.totals.to_send > 0 {
            writeln!(out, "{}", takes.words)?;
        }
        out.flush()
    }
}

/// What stands at the head of a plan in JSON.
#[derive(Debug, Clone)]
pub struct PlanHead {
    /// The campaign.
    pub campaign: CampaignId,
    /// The round.
    pub round: Round,
    /// The plan in numbers.
    pub totals: Totals,
    /// When the inbox was last read to its end.
    pub inbox_read_at: Option<Timestamp>,
    /// How long it takes.
    pub takes: Takes,
    /// What is worth a look and stops nothing.
    pub warnings: Faults,
}

/// Writes a plan as one JSON object: its head, and its rows as they come.
pub struct PlanJson<W> {
    out: W,
    has_rows: bool,
}

impl<W: Write> PlanJson<W> {
    /// Writes the head of a plan.
    ///
    /// # Errors
    /// Where it cannot be written; so for all functions here.
    pub fn begin(mut out: W, head: &PlanHead) -> io::Result<Self> {
        let PlanHead { campaign, round, totals, inbox_read_at, takes, warnings } = head;
        let head = json!({
            "campaign": campaign.as_str(),
            "round": round.0,
            "to_send": totals.to_send,
            "addresses": totals.addresses,
            "skipped": {
                "suppressed": totals.suppressed,
                "duplicate": totals.duplicates,
                "shared_address": totals.shared,
                "opted_out": totals.opted_out,
                "no_address": totals.no_address,
                "answered": totals.answered,
                "stopped": totals.stopped,
                "waiting": totals.waiting,
                "campaign_stopped": totals.halted,
            },
            "away": totals.away,
            "next_due": totals.next_due.map(|date| date.to_string()),
            "settled": totals.settled,
            "inbox_read_at": inbox_read_at,
            "takes_seconds": takes.seconds,
            "findings": faults_json(warnings),
        });
        let text = serde_json::to_string_pretty(&head)?;
        // The rows go in before the object's end.
        write!(out, "{},\n  \"deliveries\": [", text.trim_end_matches("\n}"))?;
        Ok(Self { out, has_rows: false })
    }

    /// Adds a row; where it waits for a day of return, with the mail that says so.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, letters: &Letters, row: &Row, away: Option<&AwayBy>) -> io::Result<()> {
        let before = if self.has_rows { ",\n" } else { "\n" };
        self.has_rows = true;
        let row = serde_json::to_string_pretty(&row_json(letters, row, away))?;
        write!(self.out, "{before}    {}", row.replace('\n', "\n    "))
    }

    /// Ends the plan.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.write_all(if self.has_rows { b"\n  ]\n}\n" } else { b"]\n}\n" })?;
        self.out.flush()
    }
}
