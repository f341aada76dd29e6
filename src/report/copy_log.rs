//! The copies of letters, in Cc and Bcc: where each stands by itself.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::copy_field::CopyField;
use super::json_rows::JsonRows;
use super::log_row::{plain_error, rfc3339};
use super::log_table::{LogLine, LogTable};
use super::sight::Sight;
use crate::ledger::CopyRow;
use crate::model::{CampaignId, inert};

/// The columns of a table of copies, in their order.
pub const COPY_COLUMNS: [&str; 14] = [
    "campaign",
    "round",
    "recipient",
    "copy",
    "state",
    "attempts",
    "first_attempt_at",
    "last_attempt_at",
    "next_attempt_at",
    "smtp_code",
    "smtp_enhanced",
    "smtp_reply",
    "reason",
    "field",
];

/// Writes copies in one of their forms, row by row.
pub enum CopyWriter<W: Write> {
    /// One line a row, with the header first; formulas are made inert.
    Csv(CampaignId, Box<csv::Writer<W>>),
    /// An array of objects.
    Json(CampaignId, JsonRows<W>),
    /// Columns for people.
    Table(Box<LogTable<W>>),
}

impl<W: Write> CopyWriter<W> {
    /// As CSV, with its header.
    ///
    /// # Errors
    /// Where it cannot be written; so for all functions here.
    pub fn csv(out: W, campaign: &CampaignId) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(COPY_COLUMNS).map_err(plain_error)?;
        Ok(Self::Csv(campaign.clone(), Box::new(writer)))
    }

    /// As a JSON array.
    pub fn json(out: W, campaign: &CampaignId) -> Self {
        Self::Json(campaign.clone(), JsonRows::new(out))
    }

    /// As a table for people.
    pub fn table(out: W, sight: &Sight) -> Self {
        Self::Table(Box::new(LogTable::of_copies(out, sight)))
    }

    /// Adds a row; `field` is where the copy stands in its letter, as far as that is known.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&mut self, copy: &CopyRow, field: Option<CopyField>) -> io::Result<()> {
        match self {
            Self::Csv(campaign, writer) => {
                let row = values(campaign, copy, field);
                let cells = row.values().map(|value| match value {
                    Value::Null => String::new(),
                    Value::String(text) => inert(text).into_owned(),
                    other => other.to_string(),
                });
                writer.write_record(cells).map_err(plain_error)
            }
            Self::Json(campaign, rows) => rows.write(&values(campaign, copy, field)),
            Self::Table(table) => {
                let line = LogLine::of_copy(copy, field, table.sight());
                table.add(&line)
            }
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(_, mut writer) => writer.flush(),
            Self::Json(_, rows) => rows.finish(),
            Self::Table(table) => table.finish()?.flush(),
        }
    }
}

/// A row, by the names of its columns.
fn values(campaign: &CampaignId, copy: &CopyRow, field: Option<CopyField>) -> Map<String, Value> {
    let reply = copy.reply.as_ref();
    let values = [
        json!(campaign.as_str()),
        json!(copy.round.0),
        json!(copy.recipient.as_str()),
        json!(copy.address),
        json!(copy.state.as_str()),
        json!(copy.attempts),
        json!(rfc3339(copy.first_attempt_at)),
        json!(rfc3339(copy.last_attempt_at)),
        json!(copy.next_attempt_at.map(rfc3339)),
        json!(reply.map(|reply| reply.code)),
        json!(reply.and_then(|reply| reply.enhanced).map(|status| status.to_string())),
        json!(reply.map(|reply| reply.text.as_str())),
        json!(copy.reason),
        json!(field.map(CopyField::as_str)),
    ];
    COPY_COLUMNS.iter().map(|&name| name.to_owned()).zip(values).collect()
}
