//! The list of holidays.

use jiff::civil::date;

use crate::lists::read_holidays;
use crate::model::ListFormat;
use crate::model::calendar::Holiday;
use crate::workspace::Workspace;

fn read(content: &str) -> Result<Vec<Holiday>, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("holidays.csv"), content).unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    read_holidays(&workspace, "holidays.csv", &ListFormat::default()).map_err(|faults| faults.to_string())
}

#[test]
fn holidays_are_those_of_a_country_or_of_all() {
    let found = read("date,country,name\n2024-12-25,,Christmas\n2024-07-21,BE,National Day\n").unwrap();
    let holiday = |month, day, country: Option<&str>| Holiday {
        date: date(2024, month, day),
        country: country.map(str::to_owned),
    };
    assert_eq!(found, [holiday(12, 25, None), holiday(7, 21, Some("BE"))]);
    assert_eq!(read(""), Ok(Vec::new()));
}

#[test]
fn every_fault_of_a_holiday_has_its_place() {
    let faults = read("country,date\nBE,21.7.2024\nFR,\nDE,2024-10-03\n").unwrap_err();
    assert!(faults.contains("holidays.csv:2:4: `21.7.2024`"), "{faults}");
    assert!(faults.contains("holidays.csv:3:4: the cell `date` is empty"), "{faults}");
    assert_eq!(faults.lines().count(), 2, "{faults}");
}
