//! A row of the log, and its columns.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Serialize, Serializer};

use crate::ledger::Delivery;
use crate::model::CampaignId;
use crate::plan::Next;

/// How the log writes times.
const TO_THE_SECOND: DateTimePrinter = DateTimePrinter::new().precision(Some(0));

/// A column of the log.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name, in the CSV and the JSON.
    pub name: &'static str,
    pub(super) cell: fn(&LogRow) -> Cell<'_>,
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
pub(super) enum Cell<'a> {
    Nothing,
    Number(u64),
    Text(Cow<'a, str>),
    Time(Timestamp),
}

impl<'a> Cell<'a> {
    fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// As the CSV has it. What is no text yet is written into `scratch`.
    pub(super) fn text_in<'s>(&'s self, scratch: &'s mut String) -> &'s str {
        scratch.clear();
        match self {
            Self::Nothing => "",
            Self::Text(text) => text,
            // Writing into memory cannot fail.
            Self::Number(number) => {
                let _ = write!(scratch, "{number}");
                scratch
            }
            Self::Time(at) => {
                let _ = TO_THE_SECOND.print_timestamp(at, &mut *scratch);
                scratch
            }
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
    /// Its delivery.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The row of a delivery, with what comes after it; `None` while that is not known.
    #[must_use]
    pub fn new(campaign: &CampaignId, delivery: Delivery, next: Option<Next>) -> Self {
        Self { campaign: campaign.clone(), delivery, next }
    }

    /// What was noted; where nobody wrote a note, the reason for the delivery's state stands in its place.
    pub(super) fn note(&self) -> Option<&str> {
        self.delivery.note.as_deref().or(self.delivery.reason.as_deref())
    }

    pub(super) fn follow_up(&self) -> String {
        self.next.map(|next| next.to_string()).unwrap_or_default()
    }

    /// The server's reply in one line, or nothing.
    pub(super) fn reply(&self) -> String {
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
    TO_THE_SECOND.timestamp_to_string(&at)
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
