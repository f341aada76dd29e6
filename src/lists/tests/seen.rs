//! Cells as a person sees them: number formats of `.xlsx`, texts of `.ods`, texts that CSV keeps from being numbers.

use super::zip::{ods, ods_row, xlsx_formatted, xlsx_row};
use super::{csv, list};

/// A row below the header, from `B` on: the number of a style and a value for each cell.
fn row(cells: &[(usize, &str)]) -> String {
    let cell = |(at, (style, value)): (usize, &(usize, &str))| {
        let column = char::from(b'B' + u8::try_from(at).unwrap());
        format!(r#"<c r="{column}2" s="{style}"><v>{value}</v></c>"#)
    };
    let cells: Vec<String> = cells.iter().enumerate().map(cell).collect();
    let email = r#"<c r="A2" t="inlineStr"><is><t>ana@example.org</t></is></c>"#;
    format!(r#"<row r="2">{email}{}</row>"#, cells.concat())
}

#[test]
fn a_number_of_an_excel_sheet_has_its_format() {
    let codes = [
        "00000",
        "0%",
        "#,##0.00\\ \"€\"",
        "0# ## ## ## ##",
        "[<=9999999]000-0000;(000) 000-0000",
        "d.m.yyyy",
        "mmmm yyyy",
        "h:mm AM/PM",
        "0;-0;;@",
    ];
    let header = xlsx_row(1, &["email", "postcode", "share", "sum", "phone", "mask", "day", "month", "time", "none"]);
    let values = row(&[
        (1, "1234"),
        (2, "0.5"),
        (3, "1234.5"),
        (4, "123456789"),
        (5, "5551234567"),
        (6, "45455"),
        (7, "45455"),
        (8, "0.604166666666667"),
        (9, "0"),
    ]);
    let seen = list("list.xlsx", xlsx_formatted(&(header + &values), &codes, "")).cells();
    assert_eq!(
        seen,
        [[
            "ana@example.org",
            "01234",
            "50%",
            "1,234.50 €",
            "01 23 45 67 89",
            "(555) 123-4567",
            "2024-06-12",
            "June 2024",
            "2:30 PM",
            "",
        ]]
    );
}

#[test]
fn the_days_of_an_old_macs_workbook_are_counted_from_1904() {
    let header = xlsx_row(1, &["email", "day"]);
    let book = |settings| xlsx_formatted(&(header.clone() + &row(&[(1, "43993")])), &["d.m.yyyy"], settings);
    assert_eq!(list("list.xlsx", book("")).cells(), [["ana@example.org", "2020-06-11"]]);
    assert_eq!(list("list.xlsx", book(r#"<workbookPr date1904="1"/>"#)).cells(), [["ana@example.org", "2024-06-12"]]);
}

#[test]
fn a_cell_of_an_open_document_sheet_is_the_text_that_was_seen() {
    let cell = |kind: &str, value: &str, seen: &str| {
        let attribute = match kind {
            "date" | "time" => format!("office:{kind}-value"),
            _ => "office:value".to_owned(),
        };
        format!(
            r#"<table:table-cell office:value-type="{kind}" {attribute}="{value}"><text:p>{seen}</text:p></table:table-cell>"#
        )
    };
    for (kind, value, seen, expected) in [
        ("float", "1234", "01234", "01234"),
        ("percentage", "0.5", "50 %", "50 %"),
        ("currency", "1234.5", "1.234,50 €", "1.234,50 €"),
        ("float", "3", "3   ", "3"),
        ("date", "2024-06-12", "12.06.24", "2024-06-12"),
        ("date", "2024-06-12", "mercredi 12 juin", "2024-06-12"),
        ("date", "2024-06-12", "June 2024", "June 2024"),
        ("date", "2024-06-12", "2024", "2024"),
        ("date", "2024-06-12", "๑๒/๐๖/๒๕๖๗", "2024-06-12"),
        ("date", "2024-06-12T14:30:00", "12.06.24", "2024-06-12"),
        ("date", "2024-06-12T14:30:00", "12.06.24 14:30", "2024-06-12 14:30"),
        ("date", "2024-06-12T00:00:00", "12.06.24 00:00", "2024-06-12"),
        ("time", "PT14H30M00S", "02:30 PM", "02:30 PM"),
        ("time", "PT14H30M00S", "", "14:30"),
    ] {
        let rows = ods_row(&["email", "cell"])
            + &ods_row(&["ana@example.org"])
                .replace("</table:table-row>", &(cell(kind, value, seen) + "</table:table-row>"));
        assert_eq!(list("list.ods", ods(&rows)).cells(), [["ana@example.org", expected]], "{kind} {value} {seen}");
    }
}

/// pandas writes a zero without its text; a format that hides zeros needs a style.
#[test]
fn a_number_without_its_text_is_not_lost() {
    let sheet = |columns: &str, style: &str| {
        let zero = format!(
            r#"<table:table-cell {style} office:value-type="float" office:value="0"><text:p></text:p></table:table-cell>"#
        );
        let row = ods_row(&["ana@example.org"]).replace("</table:table-row>", &(zero + "</table:table-row>"));
        list("list.ods", ods(&(columns.to_owned() + &ods_row(&["email", "paid"]) + &row))).cells()
    };
    assert_eq!(sheet("", ""), [["ana@example.org", "0"]]);
    assert_eq!(sheet("", r#"table:style-name="ce1""#), [["ana@example.org", ""]]);
    let columns =
        r#"<table:table-columns><table:table-column table:default-cell-style-name="ce1"/></table:table-columns>"#;
    assert_eq!(sheet(columns, ""), [["ana@example.org", ""]]);
}

#[test]
fn a_text_that_csv_keeps_from_being_a_number_is_that_text() {
    for (written, expected) in [
        ("\"=\"\"01234\"\"\"", "01234"),
        ("=\"01234\"", "01234"),
        ("\"=\"\"a, \"\"\"\"b\"\"\"\"\"\"\"", "a, \"b\""),
        ("\"=\"\"\"\"\"", ""),
        ("\"=\"\"a\"\"&\"\"b\"\"\"", "=\"a\"&\"b\""),
        ("=A1", "=A1"),
        ("\"=\"\"x\"", "=\"x"),
    ] {
        let list = csv(format!("email,postcode\nana@example.org,{written}\n"));
        assert_eq!(list.cells(), [["ana@example.org", expected]], "{written}");
    }
    // The place of a character is that in the file.
    let faults = csv("email,name\n\"=\"\"ana@\"\"\",Ana\n=\"bo@\",Bo\n").faults();
    assert_eq!(
        faults,
        [
            "list.csv:2:5: `ana@` is not an email address; it ends after the @",
            "list.csv:3:3: `bo@` is not an email address; it ends after the @"
        ]
    );
}
