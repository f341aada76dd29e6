//! The log: who was contacted, with what result.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::json_rows::JsonRows;
use super::table::Table;
use crate::ledger::Delivery;
use crate::model::{Answer, CampaignId, inert};

/// The columns of the log, in their order.
pub const COLUMNS: [&str; 20] = [
    "campaign",
    "round",
    "recipient",
    "email",
    "name",
    "organisation",
    "state",
    "attempts",
    "first_attempt_at",
    "last_attempt_at",
    "accepted_at",
    "smtp_code",
    "smtp_enhanced",
    "smtp_reply",
    "message_id",
    "answer",
    "answered_at",
    "follow_up",
    "next_attempt_at",
    "note",
];

/// A row of the log: its fields are the columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the contract documents the columns")]
pub struct LogRow {
    pub campaign: String,
    pub round: u32,
    pub recipient: String,
    pub email: String,
    pub name: String,
    pub organisation: String,
    pub state: &'static str,
    pub attempts: u32,
    pub first_attempt_at: Option<Timestamp>,
    pub last_attempt_at: Option<Timestamp>,
    pub accepted_at: Option<Timestamp>,
    pub smtp_code: Option<u16>,
    pub smtp_enhanced: Option<String>,
    pub smtp_reply: Option<String>,
    pub message_id: Option<String>,
    pub answer: &'static str,
    pub answered_at: Option<Timestamp>,
    pub follow_up: String,
    pub next_attempt_at: Option<Timestamp>,
    pub note: Option<String>,
}

impl LogRow {
    /// The row of a delivery, with what comes after it. Where nobody wrote a note, the reason for its state stands in its place.
    #[must_use]
    pub fn new(campaign: &CampaignId, delivery: Delivery, follow_up: String) -> Self {
        let reply = delivery.reply;
        Self {
            campaign: campaign.to_string(),
            round: delivery.round.0,
            recipient: delivery.recipient.to_string(),
            email: delivery.email,
            name: delivery.name,
            organisation: delivery.organisation,
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            first_attempt_at: delivery.first_attempt_at,
            last_attempt_at: delivery.last_attempt_at,
            accepted_at: delivery.accepted_at,
            smtp_code: reply.as_ref().map(|reply| reply.code),
            smtp_enhanced: reply.as_ref().and_then(|reply| reply.enhanced).map(|status| status.to_string()),
            smtp_reply: reply.map(|reply| reply.text),
            message_id: delivery.message_id.map(|id| id.to_string()),
            answer: delivery.answer.as_str(),
            answered_at: delivery.answered_at,
            follow_up,
            next_attempt_at: delivery.next_attempt_at,
            note: delivery.note.or(delivery.reason),
        }
    }

    /// The server's reply in one line, or nothing.
    fn reply(&self) -> String {
        let Some(code) = self.smtp_code else { return String::new() };
        let parts = [Some(code.to_string()), self.smtp_enhanced.clone(), self.smtp_reply.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn cells(&self) -> [String; COLUMNS.len()] {
        let time = |at: Option<Timestamp>| at.map(rfc3339).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            self.campaign.clone(),
            self.round.to_string(),
            self.recipient.clone(),
            self.email.clone(),
            self.name.clone(),
            self.organisation.clone(),
            self.state.to_owned(),
            self.attempts.to_string(),
            time(self.first_attempt_at),
            time(self.last_attempt_at),
            time(self.accepted_at),
            self.smtp_code.map(|code| code.to_string()).unwrap_or_default(),
            text(&self.smtp_enhanced),
            text(&self.smtp_reply),
            text(&self.message_id),
            self.answer.to_owned(),
            time(self.answered_at),
            self.follow_up.clone(),
            time(self.next_attempt_at),
            text(&self.note),
        ]
    }
}

/// A time in UTC, to the second (RFC 3339).
pub(super) fn rfc3339(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What was noted, and after it what the server said.
pub(super) fn why(noted: &str, reply: &str) -> String {
    match (noted.is_empty(), reply.is_empty()) {
        (true, _) => reply.to_owned(),
        (false, true) => noted.to_owned(),
        (false, false) => format!("{noted} ({reply})"),
    }
}

/// What went wrong with the output itself: inside the CSV writer's error, a closed pipe could not be told from a full disk.
pub(super) fn plain_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes the log in one of its forms, row by row.
pub enum LogWriter<W: Write> {
    /// One line a row, with the header first; formulas are made inert.
    Csv(Box<csv::Writer<W>>),
    /// An array of objects.
    Json(JsonRows<W>),
    /// Columns for people: the most important ones.
    Table {
        /// The rows so far.
        table: Box<Table<W>>,
        /// Whether answers and follow-ups have columns of their own.
        has_follow_ups: bool,
    },
}

impl<W: Write> LogWriter<W> {
    /// As CSV, with its header.
    ///
    /// # Errors
    /// Where it cannot be written; so for all functions here.
    pub fn csv(out: W) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(COLUMNS).map_err(plain_error)?;
        Ok(Self::Csv(Box::new(writer)))
    }

    /// As a JSON array.
    pub fn json(out: W) -> Self {
        Self::Json(JsonRows::new(out))
    }

    /// As a table. In a campaign with follow-ups it says when somebody answered, and what comes next.
    pub fn table(out: W, has_follow_ups: bool) -> Self {
        let headings: &[&str] = if has_follow_ups {
            &["round", "recipient", "state", "when", "answer", "follow-up", "what was said"]
        } else {
            &["round", "recipient", "state", "when", "what was said"]
        };
        Self::Table { table: Box::new(Table::new(out, headings)), has_follow_ups }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, row: &LogRow) -> io::Result<()> {
        match self {
            Self::Csv(writer) => {
                let cells = row.cells();
                let cells = cells.iter().map(|cell| inert(cell).into_owned().into_bytes());
                writer.write_record(cells).map_err(plain_error)?;
                Ok(())
            }
            Self::Json(rows) => rows.write(row),
            Self::Table { table, has_follow_ups } => {
                let round = row.round.to_string();
                let when = row.accepted_at.or(row.last_attempt_at).map(rfc3339).unwrap_or_default();
                let answer = if row.answer == Answer::None.as_str() { "" } else { row.answer };
                let note = row.note.as_deref().unwrap_or_default();
                if *has_follow_ups {
                    let day = row.answered_at.map(|at| format!(" {}", at.strftime("%F"))).unwrap_or_default();
                    let answer = format!("{answer}{day}");
                    let said = why(note, &row.reply());
                    return table.add(&[&round, &row.recipient, row.state, &when, &answer, &row.follow_up, &said]);
                }
                let noted: Vec<&str> = [answer, note].into_iter().filter(|word| !word.is_empty()).collect();
                table.add(&[&round, &row.recipient, row.state, &when, &why(&noted.join("; "), &row.reply())])
            }
        }
    }

    /// Ends the log.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush(),
            Self::Json(rows) => rows.finish(),
            Self::Table { table, .. } => table.finish()?.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::DeliveryId;
    use crate::model::{DeliveryState, MessageId, RecipientId, Reply, Round};

    fn delivery() -> Delivery {
        let at = Timestamp::from_second(1_718_179_200).unwrap();
        Delivery {
            id: DeliveryId(1),
            round: Round(0),
            recipient: RecipientId::new("ana"),
            email: "ana@example.org".into(),
            name: "=cmd()".into(),
            organisation: String::new(),
            state: DeliveryState::Accepted,
            reason: None,
            attempts: 1,
            first_attempt_at: Some(at),
            last_attempt_at: Some(at),
            accepted_at: Some(at),
            reply: Some(Reply::new(250, ["2.0.0 queued, as \"7\""])),
            message_id: Some(MessageId::from_text("x@example.org")),
            answer: Answer::None,
            answered_at: None,
            next_attempt_at: None,
            note: None,
        }
    }

    fn row() -> LogRow {
        LogRow::new(&CampaignId::parse("c").unwrap(), delivery(), String::new())
    }

    #[test]
    fn the_csv_has_the_columns_of_the_contract_and_no_formula() {
        let mut out = Vec::new();
        let mut writer = LogWriter::csv(&mut out).unwrap();
        writer.write(&row()).unwrap();
        writer.finish().unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "campaign,round,recipient,email,name,organisation,state,attempts,first_attempt_at,last_attempt_at,accepted_at,\
             smtp_code,smtp_enhanced,smtp_reply,message_id,answer,answered_at,follow_up,next_attempt_at,note\n\
             c,0,ana,ana@example.org,'=cmd(),,accepted,1,2024-06-12T08:00:00Z,2024-06-12T08:00:00Z,2024-06-12T08:00:00Z,\
             250,2.0.0,\"queued, as \"\"7\"\"\",<x@example.org>,none,,,,\n"
        );
    }

    #[test]
    fn the_table_of_a_campaign_with_follow_ups_says_who_answered_when_and_what_comes_next() {
        let mut row = row();
        (row.answer, row.answered_at) = (Answer::Replied.as_str(), row.accepted_at);
        row.follow_up = "stopped: replied".into();
        row.note = Some("called".into());
        let shown = |has_follow_ups| {
            let mut out = Vec::new();
            let mut writer = LogWriter::table(&mut out, has_follow_ups);
            writer.write(&row).unwrap();
            writer.finish().unwrap();
            String::from_utf8(out).unwrap()
        };
        let table = shown(true);
        assert!(table.contains("  replied 2024-06-12  stopped: replied  called ("), "{table}");
        let table = shown(false);
        assert!(table.contains("  replied; called (") && !table.contains("follow-up"), "{table}");
    }

    #[test]
    fn the_json_has_the_same_names_in_the_same_order() {
        let mut out = Vec::new();
        let mut writer = LogWriter::json(&mut out);
        writer.write(&row()).unwrap();
        writer.finish().unwrap();
        let parsed: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let names: Vec<&String> = parsed[0].as_object().unwrap().keys().collect();
        assert_eq!(names, COLUMNS);
        let mut empty = Vec::new();
        LogWriter::json(&mut empty).finish().unwrap();
        assert_eq!(empty, b"[]\n");
    }
}
