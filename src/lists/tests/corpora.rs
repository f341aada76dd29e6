//! Real lists and hostile values. Without the corpora these tests say that they are skipped.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Folder, csv};
use crate::lists::encoding::{self, Detected};
use crate::lists::header;
use crate::lists::row::is_blank;
use crate::lists::text::Text;
use crate::lists::{csv_rows::CsvRows, dialect::Dialect};

/// The folder of the corpora, where there is one.
fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("UNDERSIGNED_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "set UNDERSIGNED_CORPORA");
        eprintln!("skipped: UNDERSIGNED_CORPORA is not set");
    }
    folder
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every row of a file that is no list of ours, through the layer that reads CSV.
fn rows(content: &[u8]) -> Vec<Vec<String>> {
    let mut source = std::io::Cursor::new(content.to_vec());
    let detected: Detected = encoding::detect(&mut source, None).unwrap();
    source.set_position(detected.skip);
    let mut text = Text::new(source, detected.charset);
    while !text.at_end() {
        text.fill().unwrap();
    }
    let guess = header::guess(text.rest(), "email");
    let dialect = Dialect { delimiter: guess.delimiter, line_end: guess.line_end };
    let mut rows = CsvRows::new("corpus.csv", text, dialect, 1);
    std::iter::from_fn(|| rows.next()).map(|row| row.unwrap().cells).collect()
}

/// The rows of a file as the `csv` crate reads them.
fn rows_of_the_csv_crate(content: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content);
    let record = |record: csv::StringRecord| record.iter().map(|cell| cell.trim_matches(is_blank).to_owned()).collect();
    reader.records().map(|row| record(row.unwrap())).collect()
}

#[test]
fn the_corner_cases_of_csv_mean_what_their_json_says() {
    let Some(corpora) = corpora() else { return };
    let folder = corpora.join("csv/csv-spectrum");
    let mut compared = 0;
    for entry in std::fs::read_dir(folder.join("csvs")).unwrap() {
        let path = entry.unwrap().path();
        let read = rows(&bytes(&path));
        assert_eq!(read, rows_of_the_csv_crate(&bytes(&path)), "{}", path.display());
        let expected = folder.join("json").join(path.file_stem().unwrap()).with_extension("json");
        if !expected.exists() {
            continue;
        }
        let expected: Vec<Value> = serde_json::from_slice(&bytes(&expected)).unwrap();
        assert_eq!(read.len(), expected.len() + 1);
        for (row, expected) in read[1..].iter().zip(&expected) {
            for (name, cell) in read[0].iter().zip(row) {
                assert_eq!(expected[name].as_str(), Some(cell.trim_matches(is_blank)), "{}", path.display());
            }
        }
        compared += 1;
    }
    assert!(compared > 0);
    // Those whose CSV is not in the corpus are written from their JSON, and read back.
    for entry in std::fs::read_dir(folder.join("json")).unwrap() {
        let path = entry.unwrap().path();
        let rows: Value = serde_json::from_slice(&bytes(&path)).unwrap();
        let rows = match rows {
            Value::Array(rows) => rows,
            row => vec![row],
        };
        let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        let cells = |row: &Value| names.iter().map(|name| row[name.as_str()].as_str().unwrap().to_owned()).collect();
        let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
        assert_eq!(written(&cells).cells(), with_address(&cells), "{}", path.display());
    }
}

/// A recipients list of cells, with an address in front.
fn written(rows: &[Vec<String>]) -> Folder {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let width = rows[0].len();
    let header: Vec<String> = (0..width).map(|n| format!("column {n}")).collect();
    writer.write_record(std::iter::once("email").chain(header.iter().map(String::as_str))).unwrap();
    for row in with_address(rows) {
        writer.write_record(row).unwrap();
    }
    csv(writer.into_inner().unwrap())
}

fn with_address(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let address = || std::iter::once("ana@example.org".to_owned());
    rows.iter().map(|row| address().chain(row.iter().cloned()).collect()).collect()
}

#[test]
fn real_lists_of_signatories_come_through_unchanged() {
    let Some(corpora) = corpora() else { return };
    let folder = corpora.join("signatories");
    for (file, count) in [
        ("keepthingsopen/signatures.csv", 2273),
        ("humportal-charter4change/data/signatories.csv", 114),
        ("humportal-charter4change/data/signatories-progress.csv", 5),
    ] {
        let content = bytes(&folder.join(file));
        let read = rows(&content);
        assert_eq!(read, rows_of_the_csv_crate(&content), "{file}");
        assert!(read.len() > count, "{file}: {}", read.len());
    }
    let content = bytes(&folder.join("keepthingsopen/signatures.csv"));
    let list = csv(&content).signatories().unwrap();
    let cells: Vec<Vec<String>> = list.signatories.iter().map(|one| one.fields.cells().to_vec()).collect();
    assert_eq!(cells, rows_of_the_csv_crate(&content)[1..]);
    assert!(list.signatories.iter().all(|one| one.publish && !one.name.is_empty()));
}

#[test]
fn signatories_with_pages_and_logos_come_through_unchanged() {
    let Some(corpora) = corpora() else { return };
    let path = corpora.join("signatories/digitale-zivilgesellschaft/data/signatories.json");
    let list: Value = serde_json::from_slice(&bytes(&path)).unwrap();
    let list = list["list"].as_array().unwrap();
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(["Name", "URL", "Logo"]).unwrap();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().trim().to_owned();
    for one in list {
        writer.write_record([text(one, "name"), text(one, "url"), text(one, "logo")]).unwrap();
    }
    let read = csv(writer.into_inner().unwrap()).signatories().unwrap().signatories;
    assert_eq!(read.len(), list.len());
    for (read, one) in read.iter().zip(list) {
        assert_eq!(read.name, text(one, "name"));
        assert_eq!(read.url.clone().unwrap_or_default(), text(one, "url"));
        assert_eq!(read.logo.as_ref().map_or("", |file| &file.path), text(one, "logo"));
    }
}

#[test]
fn hostile_values_survive_byte_for_byte() {
    let Some(corpora) = corpora() else { return };
    let naughty: Vec<String> = serde_json::from_slice(&bytes(&corpora.join("security/blns/blns.json"))).unwrap();
    let formulas = bytes(&corpora.join("security/csv-injection/Intruder/csv-payload.txt"));
    let formulas = String::from_utf8(formulas).unwrap();
    let values = naughty.into_iter().chain(formulas.lines().map(str::to_owned));
    let rows: Vec<Vec<String>> = values
        .map(|value| value.trim_matches(is_blank).to_owned())
        .filter(|value| !value.contains('\0'))
        .map(|value| vec![value.clone(), value])
        .collect();
    assert!(rows.len() > 500, "{}", rows.len());
    assert_eq!(written(&rows).cells(), with_address(&rows));
}
