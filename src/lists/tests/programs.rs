//! Lists as real programs write them, held against what LibreOffice shows of them.
//!
//! `tests/lists/make.py` makes them where the programs are, in the folder that `UNDERSIGNED_LISTS` names.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::{Folder, list};

/// How many lists there must be where all programs are.
const FEWEST: usize = 120;

#[test]
fn a_list_of_a_real_program_holds_what_libreoffice_shows() {
    let Some(folder) = std::env::var_os("UNDERSIGNED_LISTS") else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "there are no lists of real programs");
        eprintln!("skipped: lists of real programs; `tests/lists/make.py` makes them for `UNDERSIGNED_LISTS`");
        return;
    };
    let folder = Path::new(&folder);
    let skipped = std::fs::read_to_string(folder.join("skipped")).unwrap();
    eprintln!("skipped programs: {}", skipped.split_whitespace().collect::<Vec<_>>().join(", "));
    let mut wrong = BTreeSet::new();
    let mut lists = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        lists += 1;
        let held: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let path = path.with_extension("");
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(compare(&open(&path), &held).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(lists >= FEWEST || !skipped.is_empty(), "{lists} lists");
    eprintln!("{lists} lists are read as they are seen");
}

fn open(path: &Path) -> Folder {
    let name = match path.extension().and_then(|extension| extension.to_str()) {
        Some("xlsx") => "list.xlsx",
        Some("ods") => "list.ods",
        Some("fods") => "list.fods",
        _ => "list.csv",
    };
    list(name, std::fs::read(path).unwrap())
}

/// What differs between a list as it is read and what it should hold.
fn compare(list: &Folder, held: &Value) -> Vec<String> {
    let (recipients, faults) = list.all();
    if let Some(rows) = held.get("unknown") {
        let told = faults.iter().filter(|fault| fault.contains("the formula has no value")).count();
        let all = rows.as_array().unwrap().len() == told;
        return if all { Vec::new() } else { vec![format!("{rows} have formulas without a value: {faults:?}")] };
    }
    let rows = held.as_array().unwrap();
    let mut wrong = faults;
    if recipients.len() + 1 != rows.len() {
        wrong.push(format!("{} rows in place of {}", recipients.len(), rows.len() - 1));
    }
    for (recipient, row) in recipients.iter().zip(&rows[1..]) {
        for (at, cell) in recipient.fields.cells().iter().enumerate() {
            let accepted: Vec<String> = match row.get(at) {
                None => vec![String::new()],
                Some(Value::Array(several)) => several.iter().map(|one| as_seen(one.as_str().unwrap())).collect(),
                Some(one) => vec![as_seen(one.as_str().unwrap())],
            };
            if !accepted.contains(&as_seen(cell)) {
                wrong.push(format!("line {}, cell {}: {cell:?} in place of {accepted:?}", recipient.line, at + 1));
            }
        }
    }
    wrong
}

/// A cell without what does not matter: the width of blanks, and how a program writes true.
fn as_seen(cell: &str) -> String {
    let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    match cell.as_str() {
        "TRUE" | "True" => "true".to_owned(),
        "FALSE" | "False" => "false".to_owned(),
        _ => cell,
    }
}
