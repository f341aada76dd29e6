//! `signatories.csv`: who signed, with the columns that are public and no others.

use std::collections::{BTreeSet, HashMap};

use super::Edition;
use crate::model::{Language, Signatory, SignatoryKind, inert};

/// The name of the file.
pub(super) const NAME: &str = "signatories.csv";

/// The table, in the order of the letter in the campaign's language (RFC 4180, with `\n` at the ends of lines).
pub(super) fn csv(edition: &Edition<'_>) -> Vec<u8> {
    let Some(letter) = edition.letters.first() else { return Vec::new() };
    let by_line: HashMap<u64, &Signatory> = edition.signatories.iter().map(|row| (row.line, row)).collect();
    let order = &letter.article.signatories;
    let rows: Vec<&Signatory> =
        order.iter().filter_map(|line| by_line.get(line).copied()).filter(|row| row.publish).collect();
    let languages: BTreeSet<&Language> = rows.iter().flat_map(|row| row.names.iter().map(|(lang, _)| lang)).collect();

    let mut header = vec!["name".to_owned()];
    header.extend(languages.iter().map(|language| format!("name_{language}")));
    header.push("acronym".to_owned());
    // Of an organisation these are nobody's business.
    let has_persons = rows.iter().any(|row| row.kind == SignatoryKind::Person);
    if has_persons {
        header.extend(["title", "affiliation"].map(str::to_owned));
    }
    header.extend(["country", "url"].map(str::to_owned));
    let mut table = Table(csv::Writer::from_writer(Vec::new()));
    table.write(header.iter().map(String::as_str));
    for row in rows {
        let text = |cell: &'_ Option<String>| cell.clone().unwrap_or_default();
        let mut cells = vec![row.name_in(&letter.language).to_owned()];
        let named = |language: &Language| row.names.iter().find(|(known, _)| known == language);
        cells.extend(languages.iter().map(|it| named(it).map(|(_, name)| name.clone()).unwrap_or_default()));
        cells.push(text(&row.acronym));
        if has_persons {
            let of_person = |cell| if row.kind == SignatoryKind::Person { text(cell) } else { String::new() };
            cells.extend([of_person(&row.title), of_person(&row.affiliation)]);
        }
        cells.extend([text(&row.country), text(&row.url)]);
        table.write(cells.iter().map(String::as_str));
    }
    table.0.into_inner().unwrap_or_default()
}

struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// Writes a row. Memory takes whatever is written to it, and all rows are of one length.
    fn write<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        let _ = self.0.write_record(cells.map(|cell| inert(cell).into_owned()));
    }
}
