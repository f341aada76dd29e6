//! The log: who was contacted, with what result.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::json_rows::JsonRows;
use super::table::Table;
use crate::ledger::Delivery;
use crate::model::{Answer, CampaignId, inert};
use crate::plan::Next;

/// A column of the log.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name, in the CSV and the JSON.
    pub name: &'static str,
    cell: fn(&LogRow) -> Cell<'_>,
}

/// The columns of the log, in their order.
pub const COLUMNS: [Column; 20] = [
    Column::new("campaign", |row| Cell::text(row.campaign.as_str())),
    Column::new("round", |row| Cell::Number(row.delivery.round.0.into())),
    Column::new("recipient", |row| Cell::text(row.delivery.recipient.as_str())),
    Column::new("email", |row| Cell::text(&row.delivery.email)),
    Column::new("name", |row| Cell::text(&row.delivery.name)),
    Column::new("organisation", |row| Cell::text(&row.delivery.organisation)),
    Column::new("state", |row| Cell::text(row.delivery.state.as_str())),
    Column::new("attempts", |row| Cell::Number(row.delivery.attempts.into())),
    Column::new("first_attempt_at", |row| row.delivery.first_attempt_at.into()),
    Column::new("last_attempt_at", |row| row.delivery.last_attempt_at.into()),
    Column::new("accepted_at", |row| row.delivery.accepted_at.into()),
    Column::new("smtp_code", |row| {
        row.delivery.reply.as_ref().map_or(Cell::Nothing, |reply| Cell::Number(reply.code.into()))
    }),
    Column::new("smtp_enhanced", |row| {
        let status = row.delivery.reply.as_ref().and_then(|reply| reply.enhanced);
        status.map_or(Cell::Nothing, |status| Cell::Text(status.to_string().into()))
    }),
    Column::new("smtp_reply", |row| row.delivery.reply.as_ref().map(|reply| reply.text.as_str()).into()),
    Column::new("message_id", |row| {
        row.delivery.message_id.as_ref().map_or(Cell::Nothing, |id| Cell::Text(id.to_string().into()))
    }),
    Column::new("answer", |row| Cell::text(row.delivery.answer.as_str())),
    Column::new("answered_at", |row| row.delivery.answered_at.into()),
    Column::new("follow_up", |row| Cell::Text(row.follow_up().into())),
    Column::new("next_attempt_at", |row| row.delivery.next_attempt_at.into()),
    Column::new("note", |row| row.note().into()),
];

impl Column {
    const fn new(name: &'static str, cell: fn(&LogRow) -> Cell<'_>) -> Self {
        Self { name, cell }
    }
}

/// What stands in a column of a row. In the JSON, what is not there is `null`; in the CSV, it is empty.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Nothing,
    Number(u64),
    Text(Cow<'a, str>),
    Time(Timestamp),
}

impl<'a> Cell<'a> {
    fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// As the CSV has it.
    fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Nothing => Cow::Borrowed(""),
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) => text,
            Self::Time(at) => rfc3339(at).into(),
        }
    }
}

impl From<Option<Timestamp>> for Cell<'_> {
    fn from(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Nothing, Self::Time)
    }
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }
}

/// A row of the log: a delivery, and what comes after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    campaign: CampaignId,
    delivery: Delivery,
    next: Option<Next>,
}

impl LogRow {
    /// The row of a delivery, with what comes after it; `None` while that is not known.
    #[must_use]
    pub fn new(campaign: &CampaignId, delivery: Delivery, next: Option<Next>) -> Self {
        Self { campaign: campaign.clone(), delivery, next }
    }

    /// What was noted; where nobody wrote a note, the reason for the delivery's state stands in its place.
    fn note(&self) -> Option<&str> {
        self.delivery.note.as_deref().or(self.delivery.reason.as_deref())
    }

    fn follow_up(&self) -> String {
        self.next.map(|next| next.to_string()).unwrap_or_default()
    }

    /// The server's reply in one line, or nothing.
    fn reply(&self) -> String {
        self.delivery.reply.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

impl Serialize for LogRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(COLUMNS.iter().map(|column| (column.name, (column.cell)(self))))
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

/// What went wrong with the output itself: inside the CSV writer's error, a closed pipe could not be told from a full
/// disk.
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
        writer.write_record(COLUMNS.iter().map(|column| column.name)).map_err(plain_error)?;
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
                let cells = COLUMNS.iter().map(|column| (column.cell)(row).into_text());
                let cells = cells.map(|cell| inert(&cell).into_owned().into_bytes());
                writer.write_record(cells).map_err(plain_error)?;
                Ok(())
            }
            Self::Json(rows) => rows.write(row),
            Self::Table { table, has_follow_ups } => {
                let delivery = &row.delivery;
                let (round, recipient) = (delivery.round.to_string(), delivery.recipient.as_str());
                let when = delivery.accepted_at.or(delivery.last_attempt_at).map(rfc3339).unwrap_or_default();
                let state = delivery.state.as_str();
                let answer = if delivery.answer == Answer::None { "" } else { delivery.answer.as_str() };
                let note = row.note().unwrap_or_default();
                if *has_follow_ups {
                    let day = delivery.answered_at.map(|at| format!(" {}", at.strftime("%F"))).unwrap_or_default();
                    let answer = format!("{answer}{day}");
                    let (next, said) = (row.follow_up(), why(note, &row.reply()));
                    return table.add(&[&round, recipient, state, &when, &answer, &next, &said]);
                }
                let noted: Vec<&str> = [answer, note].into_iter().filter(|word| !word.is_empty()).collect();
                table.add(&[&round, recipient, state, &when, &why(&noted.join("; "), &row.reply())])
            }
        }
    }

    /// Adds a row as an earlier log has it: the cells of all columns, which are inert already. Only a CSV takes it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep(&mut self, cells: &[Vec<u8>]) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.write_record(cells).map_err(plain_error),
            Self::Json(_) | Self::Table { .. } => Err(io::ErrorKind::Unsupported.into()),
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
    use crate::plan::Ended;

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
        LogRow::new(&CampaignId::parse("c").unwrap(), delivery(), None)
    }

    #[test]
    fn the_csv_has_its_columns_and_no_formula() {
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
        (row.delivery.answer, row.delivery.answered_at) = (Answer::Replied, row.delivery.accepted_at);
        row.next = Some(Next::Ended(Ended::Answered(Answer::Replied)));
        row.delivery.note = Some("called".into());
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
        assert_eq!(names, COLUMNS.map(|column| column.name));
        let mut empty = Vec::new();
        LogWriter::json(&mut empty).finish().unwrap();
        assert_eq!(empty, b"[]\n");
    }
}
