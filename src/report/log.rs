//! The log: who was contacted, with what result.

use std::io::{self, Write};

use super::json_rows::JsonRows;
use super::log_row::{COLUMNS, LogRow, plain_error};
use super::log_table::{LogLine, LogTable};
use super::sight::Sight;
use crate::model::inert;

/// Writes the log in one of its forms, row by row.
pub enum LogWriter<W: Write> {
    /// One line a row, with the header first; formulas are made inert.
    Csv(Box<csv::Writer<W>>),
    /// An array of objects.
    Json(JsonRows<W>),
    /// Columns for people: the most important ones.
    Table(Box<LogTable<W>>),
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

    /// As a table for people. In a campaign with follow-ups it says when somebody answered, and what comes next.
    pub fn table(out: W, sight: &Sight, has_follow_ups: bool) -> Self {
        Self::Table(Box::new(LogTable::of_log(out, sight, has_follow_ups)))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, row: &LogRow) -> io::Result<()> {
        match self {
            Self::Csv(writer) => {
                let mut scratch = String::with_capacity(24);
                for column in &COLUMNS {
                    let cell = (column.cell)(row);
                    writer.write_field(inert(cell.text_in(&mut scratch)).as_bytes()).map_err(plain_error)?;
                }
                writer.write_record(None::<&[u8]>).map_err(plain_error)
            }
            Self::Json(rows) => rows.write(row),
            Self::Table(table) => table.add(&LogLine::of(row, table.sight(), table.has_answers())),
        }
    }

    /// Adds a row as an earlier log has it: the cells of all columns, which are inert already. Only a CSV takes it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep(&mut self, cells: &[Vec<u8>]) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.write_record(cells).map_err(plain_error),
            Self::Json(_) | Self::Table(_) => Err(io::ErrorKind::Unsupported.into()),
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
            Self::Table(table) => table.finish()?.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ledger::{Delivery, DeliveryId};
    use crate::model::{Answer, CampaignId, DeliveryState, MessageId, RecipientId, Reply, Round};

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
