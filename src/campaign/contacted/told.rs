//! What an earlier `contacted.csv` tells of letters that may have left.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder};

use jiff::Timestamp;

use crate::ledger::{Adopted, Departure, KnownBy};
use crate::model::{
    CampaignId, DeliveryState, EmailAddress, Forgotten, MessageId, Person, RecipientId, Round, lookup_key, plain,
};
use crate::report::COLUMNS;

/// Whose letter it is: campaign, round and recipient, as they stand in the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) campaign: String,
    pub(super) round: String,
    pub(super) recipient: String,
}

/// A row of a letter that may have left.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) key: Key,
    /// The number of its last attempt.
    pub(super) attempt: u32,
    /// Its cells, in the order of the log's columns.
    pub(super) cells: Vec<Vec<u8>>,
}

impl Told {
    /// What stands in a column, as it was before it was made inert.
    fn text(&self, column: &str) -> Option<String> {
        let place = COLUMNS.iter().position(|known| known.name == column)?;
        let cell = std::str::from_utf8(&self.cells[place]).ok()?;
        Some(plain(cell).into_owned())
    }

    /// Whether it is to somebody who was forgotten.
    pub(super) fn is_of(&self, forgotten: &Forgotten) -> bool {
        let cells = ["email", "recipient"].into_iter().filter_map(|column| self.text(column));
        !forgotten.is_empty() && cells.into_iter().any(|cell| forgotten.has(&lookup_key(&cell)))
    }

    /// The letter; `None` where the row does not name one.
    pub(super) fn letter(&self) -> Option<Adopted> {
        let time = |column: &str| self.text(column)?.parse::<Timestamp>().ok();
        let state = self.text("state")?.parse::<DeliveryState>().ok()?;
        let id = self.text("message_id").unwrap_or_default();
        let id = id.trim_matches(['<', '>']);
        Some(Adopted {
            campaign: CampaignId::parse(&self.text("campaign")?).ok()?,
            round: Round(self.text("round")?.parse().ok()?),
            recipient: RecipientId::new(self.text("recipient")?),
            email: EmailAddress::parse(&self.text("email")?).ok()?,
            person: Person::default(),
            name: self.text("name")?,
            organisation: self.text("organisation")?,
            subject: None,
            known_by: KnownBy::Witness,
            departure: Departure {
                attempt: self.attempt,
                at: time("accepted_at").or_else(|| time("last_attempt_at")).unwrap_or(Timestamp::UNIX_EPOCH),
                accepted: matches!(state, DeliveryState::Accepted | DeliveryState::Bounced),
                message_id: (!id.is_empty()).then(|| MessageId::from_text(id)),
            },
        })
    }
}

/// The rows of a log that was written before, one after another.
pub(super) struct ToldRows {
    reader: Reader<BufReader<File>>,
    /// Where each column of the log stands in it.
    places: Vec<Option<usize>>,
}

/// What lies in the log's place.
pub(super) enum Earlier {
    /// Nothing.
    Nothing,
    /// A log.
    Log(ToldRows),
    /// Something else, or a log that somebody made into something else.
    Other,
}

impl Earlier {
    /// Opens what lies there. A program for spreadsheets may have saved it with other separators.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = match File::open(path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Nothing),
            Err(error) => return Err(error),
        };
        let mut first = Vec::new();
        file.read_until(b'\n', &mut first)?;
        let has = |mark: u8| first.split(|byte| *byte == mark).count();
        let delimiter = [b';', b'\t'].into_iter().find(|mark| has(*mark) > has(b',')).unwrap_or(b',');
        file.seek(SeekFrom::Start(0))?;
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(file);
        let Ok(header) = reader.byte_headers().cloned() else { return Ok(Self::Other) };
        let is = |cell: &[u8], name: &str| cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell) == name.as_bytes();
        // By the file's own header: a version of the program with other columns may have written it.
        let place = |name: &str| header.iter().position(|cell| is(cell, name));
        let places: Vec<_> = COLUMNS.iter().map(|column| place(column.name)).collect();
        let needed = ["campaign", "round", "recipient", "state", "attempts"];
        if needed.iter().all(|name| place(name).is_some()) {
            Ok(Self::Log(ToldRows { reader, places }))
        } else {
            Ok(Self::Other)
        }
    }
}

impl Iterator for ToldRows {
    type Item = Told;

    fn next(&mut self) -> Option<Told> {
        let mut row = ByteRecord::new();
        while self.reader.read_byte_record(&mut row).unwrap_or(false) {
            let cells: Vec<Vec<u8>> = self
                .places
                .iter()
                .map(|place| place.and_then(|place| row.get(place)).unwrap_or_default().to_vec())
                .collect();
            let text = |name: &str| {
                let place = COLUMNS.iter().position(|column| column.name == name)?;
                String::from_utf8(cells[place].clone()).ok()
            };
            let has_left = |state: String| state.parse().is_ok_and(DeliveryState::may_have_left);
            if !text("state").is_some_and(has_left) {
                continue;
            }
            let (Some(campaign), Some(round), Some(recipient)) = (text("campaign"), text("round"), text("recipient"))
            else {
                continue;
            };
            // A letter that left was attempted, whatever became of the number.
            let attempt = text("attempts").and_then(|number| number.parse().ok()).unwrap_or(1);
            return Some(Told { key: Key { campaign, round, recipient }, attempt, cells });
        }
        None
    }
}
