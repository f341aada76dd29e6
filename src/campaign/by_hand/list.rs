//! A list of letters that were sent by hand: `email`, `date`, and where they are known `message_id` and `subject`.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil;

use super::letter::Letter;
use crate::campaign::calendar::read_calendar;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::lists::RecipientList;
use crate::model::{Fault, Faults, ListFormat, ListRules, Listed, Recipient};
use crate::workspace::Workspace;

/// What the column with the date may be called.
const DATES: [&str; 4] = ["date", "sent_at", "sent", "accepted_at"];

/// Reads the list, in any form that a recipients list may have. A day without a time is its noon, in the campaign's
/// time zone.
pub(super) fn read(folder: &Folder, file: &Path, now: Timestamp) -> Result<Vec<Letter>> {
    let doing = || format!("`{}` cannot be read", file.display());
    let no_file = || std::io::Error::from(std::io::ErrorKind::NotFound);
    let name = file.file_name().and_then(|name| name.to_str()).ok_or_else(|| Error::file(doing(), no_file()))?;
    let beside = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let workspace = Workspace::open(beside).map_err(|error| Error::file(doing(), error))?;
    let mut faults = Faults::new();
    let zone = read_calendar(folder, &mut faults).at(now).time_zone().clone();
    let when = |text: &str| {
        let of_day = |day: civil::Date| day.at(12, 0, 0, 0).to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        let of_time = |at: civil::DateTime| at.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        let has_time = text.len() > 10;
        let read = text.parse::<Timestamp>().ok();
        let read = read.or_else(|| has_time.then(|| text.parse().ok().and_then(of_time)).flatten());
        read.or_else(|| (!has_time).then(|| text.parse().ok().and_then(of_day)).flatten()).filter(|at| *at <= now)
    };
    let mut letters = Vec::new();
    for row in RecipientList::open(&workspace, name, &ListFormat::default(), &ListRules::default())? {
        let Some(row) = faults.keep(row).and_then(Listed::recipient) else { continue };
        match letter(&row, name, &when) {
            Ok(letter) => letters.push(letter),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.has_errors() { Err(faults.into()) } else { Ok(letters) }
}

fn letter(
    row: &Recipient,
    file: &str,
    when: &impl Fn(&str) -> Option<Timestamp>,
) -> std::result::Result<Letter, Fault> {
    let fields = &row.fields;
    let column = DATES.into_iter().find(|name| fields.filled(name).is_some());
    let Some(column) = column else {
        let what =
            "when the letter was sent is missing: the column `date` has it, as 2023-06-05 or 2023-06-05T10:00:00Z";
        return Err(Fault::error(row.place(file, "email"), what.to_owned()));
    };
    let text = fields.filled(column).unwrap_or_default().trim();
    let Some(at) = when(text) else {
        let what = format!("`{text}` is no day that is over; write it as 2023-06-05 or 2023-06-05T10:00:00Z");
        return Err(Fault::error(row.place(file, column), what));
    };
    let message_id = fields.filled("message_id").map(|id| id.trim().trim_matches(['<', '>']).to_owned());
    if let Some(wrong) = message_id.as_ref().filter(|id| !id.contains('@') || id.contains(char::is_whitespace)) {
        let what = format!("`{wrong}` is no Message-ID; it is what stands in the mail's header, as <a1@example.org>");
        return Err(Fault::error(row.place(file, "message_id"), what));
    }
    let subject = fields.filled("subject").map(|subject| subject.trim().to_owned());
    Ok(Letter { to: vec![row.to.to_string()], at, subject, message_id })
}
