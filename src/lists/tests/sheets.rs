use crate::lists::spreadsheet;

use super::list;
use super::zip::{ods, ods_parts, ods_row, xlsx, xlsx_parts, xlsx_row, zip};

#[test]
fn an_excel_sheet_is_read_as_a_person_reads_it() {
    let rows = xlsx_row(2, &["E-Mail", "Name", "number", "share", "member", "since", "at", "time"])
        + r#"<row r="4"><c r="A4" t="inlineStr"><is><t> ana@example.org </t></is></c><c r="C4"><v>12</v></c><c r="D4"><v>0.30000000000000004</v></c><c r="E4" t="b"><v>1</v></c><c r="F4" s="1"><v>45455</v></c><c r="G4" s="2"><v>45455.604166666664</v></c><c r="H4" s="3"><v>0.604166666666667</v></c></row>"#
        + &xlsx_row(5, &["bo@example.org", "Bo", "x"])
        + r#"<row r="6"><c r="C6"><v>32475551234</v></c><c r="D6"><v>-1.5</v></c><c r="A6" t="str"><v>cy@example.org</v></c></row>"#;
    let folder = list("list.xlsx", xlsx(&rows));
    assert_eq!(
        folder.cells(),
        [
            ["ana@example.org", "", "12", "0.3", "true", "2024-06-12", "2024-06-12 14:30", "14:30"],
            ["bo@example.org", "Bo", "x", "", "", "", "", ""],
            ["cy@example.org", "", "32475551234", "-1.5", "", "", "", ""],
        ]
    );
    let lines: Vec<_> = folder.recipients().iter().map(|row| row.line).collect();
    assert_eq!(lines, [4, 5, 6]);
    assert_eq!(folder.open().unwrap().origin().to_string(), "xlsx, sheet `Recipients`");
}

#[test]
fn an_open_document_sheet_is_read_as_a_person_reads_it() {
    let empty_row = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let values = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>ana@example.org</text:p></table:table-cell><table:table-cell/><table:table-cell office:value-type="float" office:value="12"><text:p>12,00</text:p></table:table-cell><table:table-cell office:value-type="percentage" office:value="0.30000000000000004"/><table:table-cell office:value-type="boolean" office:boolean-value="false"/><table:table-cell office:value-type="date" office:date-value="2024-06-12"/><table:table-cell office:value-type="date" office:date-value="2024-06-12T14:30:00"/><table:table-cell office:value-type="time" office:time-value="PT14H30M00S"/><table:table-cell table:number-columns-repeated="1000"/></table:table-row>"#;
    let rest = r#"<table:table-row table:number-rows-repeated="1048500"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let rows = empty_row.to_owned()
        + &ods_row(&["email", "Name", "number", "share", "member", "since", "at", "time"])
        + values
        + empty_row
        + &ods_row(&["bo@example.org"])
        + rest;
    let folder = list("list.ods", ods(&rows));
    assert_eq!(
        folder.cells(),
        [
            ["ana@example.org", "", "12,00", "0.3", "false", "2024-06-12", "2024-06-12 14:30", "14:30"],
            ["bo@example.org", "", "", "", "", "", "", ""],
        ]
    );
    let lines: Vec<_> = folder.recipients().iter().map(|row| row.line).collect();
    assert_eq!(lines, [4, 7]);
    assert_eq!(folder.open().unwrap().origin().to_string(), "ods, sheet `Recipients`");
}

#[test]
fn a_fault_in_a_sheet_names_the_row_and_the_cell() {
    let rows = xlsx_row(1, &["name", "email", "lang"])
        + &xlsx_row(3, &["Ana", "ana@", "x!"])
        + &xlsx_row(4, &["B&#10;o", "bo@example.org", "", "extra"]);
    let expected = [
        "3:2 (Recipients!B3): `ana@` is not an email address; it ends after the @",
        "3:3 (Recipients!C3): `x!` is not a language tag; write one such as `fr` or `fr-BE`",
        "4:1 (Recipients!A4): `B\\no` has the control character `\\n`, which cannot stand in `name`; write it anew on one line",
        "4:4 (Recipients!D4): `extra` is cell 4 of a row, and the header has 3; put a cell that has the delimiter in it in quotes, or name the column",
    ];
    assert_eq!(list("list.xlsx", xlsx(&rows)).faults(), expected.map(|fault| format!("list.xlsx:{fault}")));
    let error = r#"<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>"#;
    assert_eq!(
        list("list.xlsx", xlsx(&(xlsx_row(1, &["email"]) + error))).faults(),
        ["list.xlsx:2:1 (Recipients!A2): `#N/A` is what a formula could not work out; write the value into the cell"]
    );
}

#[test]
fn a_sheet_without_cells_is_an_empty_list() {
    for (file, content) in [("list.xlsx", xlsx("")), ("list.ods", ods(""))] {
        let folder = list(file, content);
        assert_eq!(
            folder.faults(),
            [format!("{file}: the file is empty; write a header with the column `email`, and the recipients under it")]
        );
        assert!(folder.suppressions().unwrap().suppressions.is_empty());
    }
}

/// Every one of these is small, and would take gigabytes or never end if it were read without a bound.
#[test]
fn a_small_file_that_unfolds_to_much_is_refused() {
    let cell = |position: &str| format!(r#"<c r="{position}" t="inlineStr"><is><t>x</t></is></c>"#);
    let far = format!(r#"<row r="1">{}</row><row r="1048576">{}</row>"#, cell("A1"), cell("XFD1048576"));
    let text = r#"<table:table-cell office:value-type="string" table:number-columns-repeated="N"><text:p>x</text:p></table:table-cell>"#;
    let wide = format!("<table:table-row>{}</table:table-row>", text.replace('N', "16384"));
    let tall = format!(
        r#"<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>"#,
        text.replace('N', "900")
    );
    let many = vec![tall.replace("1048576", "10000"); 3];
    let taller = r#"<table:table-row table:number-rows-repeated="99999999999999999999"/>"#;
    for (file, content, why) in [
        ("list.xlsx", xlsx(&far), "a row of it has more than 1000 cells; keep the list's own columns only"),
        ("list.ods", ods(&wide), "a row of it has more than 1000 cells; keep the list's own columns only"),
        ("list.ods", ods(&tall), "row 1 of its sheet stands 1048576 times; delete the rows below the list"),
        ("list.ods", ods(&many.concat()), "its sheet has more than 20000000 cells; save the list as CSV"),
        (
            "list.ods",
            ods(taller),
            "it is damaged (`99999999999999999999` is no number of cells); open it in a spreadsheet program and save it anew",
        ),
    ] {
        assert_eq!(list(file, content).faults(), [format!("{file}: `{file}` cannot be used: {why}")]);
    }
}

#[test]
fn what_a_file_unfolds_to_is_counted_and_not_believed() {
    let spaces = vec![b' '; 2 * 1024 * 1024];
    let mut bomb = zip(&[("a.xml", &spaces), ("b.xml", &spaces)]);
    assert!(bomb.len() < 20 * 1024);
    let measure = |content: &[u8]| {
        let list = list("list.xlsx", content);
        let file = std::fs::File::open(list.root.path().join("list.xlsx")).unwrap();
        spreadsheet::measure(file, 3 * 1024 * 1024).unwrap_err()
    };
    assert_eq!(measure(&bomb), "it unfolds to more than 3 MiB; save the list as CSV");
    // The sizes that the archive claims: 2 MiB become 1 byte.
    let size = (2_u32 * 1024 * 1024).to_le_bytes();
    for at in 0..bomb.len() - 4 {
        if bomb[at..at + 4] == size {
            bomb[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
    }
    assert!(measure(&bomb).starts_with("it is damaged"));
}

#[test]
fn a_document_that_is_cut_off_is_refused_and_not_waited_for() {
    let table =
        r#"<office:document-content xmlns:office="o" xmlns:table="t"><table:table table:name="A"><table:table-row>"#;
    for content in ["", "<a>", table] {
        let faults = list("list.ods", ods_parts(content)).faults();
        assert_eq!(faults.len(), 1, "{content:?}");
        assert!(faults[0].starts_with("list.ods: "), "{faults:?}");
    }
    let faults = list("list.xlsx", xlsx_parts("<worksheet><sheetData><row r=\"1\"><c r=\"A1\">")).faults();
    assert!(faults[0].contains("it is damaged"), "{faults:?}");
}

#[test]
fn a_sheet_with_a_password_is_refused_with_what_to_do() {
    let manifest = br#"<manifest:manifest xmlns:manifest="m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#;
    let content = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", b"\x01\x02\x03"),
    ]);
    assert_eq!(
        list("list.ods", content).faults(),
        ["list.ods: `list.ods` cannot be used: it is protected by a password; save it without one"]
    );
}

/// Bytes of good files are changed one after another, before and after they are packed: whatever comes of it, it is a
/// list or a fault.
#[test]
fn a_damaged_spreadsheet_is_a_fault_and_never_a_panic() {
    let sheet = format!(
        r#"<worksheet xmlns="x"><sheetData>{}{}<row r="3"><c r="A3" s="1"><v>45455</v></c></row></sheetData></worksheet>"#,
        xlsx_row(1, &["email"]),
        xlsx_row(2, &["ana@example.org"])
    );
    let content = format!(
        r#"<a xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="A">{}{}</table:table></a>"#,
        ods_row(&["email"]),
        ods_row(&["ana@example.org"])
    );
    let pack_sheet: fn(&str) -> Vec<u8> = xlsx_parts;
    for (file, content, pack) in [("list.xlsx", sheet, pack_sheet), ("list.ods", content, ods_parts)] {
        let good = pack(&content);
        for at in (0..good.len()).step_by(31) {
            let mut bad = good.clone();
            bad[at] ^= 0x55;
            list(file, &bad).all();
            list(file, &good[..at]).all();
        }
        for at in (0..content.len()).step_by(5) {
            for change in ["", "<", "9", "\"", ">", "/", "&"] {
                let bad = [&content[..at], change, &content[at + 1..]].concat();
                list(file, pack(&bad)).all();
            }
        }
    }
}
