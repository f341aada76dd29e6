//! What spreadsheets store and a person does not see: formulas without a value, hidden rows, errors, merged cells,
//! other sheets.

use crate::model::{HiddenRows, MergedCells, SheetChoice};

use super::zip::{book, ods, ods_parts, ods_row, xlsx, xlsx_parts, xlsx_row};
use super::{csv, list};

const NO_VALUE: &str =
    "the formula has no value; open the file in a spreadsheet program and save it, or write the value into the cell";

/// A row of `email` and `x`, where the second is XML.
fn row(line: u32, email: &str, cell: &str) -> String {
    format!(
        r#"<row r="{line}"><c r="A{line}" t="inlineStr"><is><t>{email}</t></is></c>{}</row>"#,
        cell.replace("<c", &format!(r#"<c r="B{line}""#))
    )
}

#[test]
fn a_formula_that_nobody_worked_out_is_a_fault_and_never_an_empty_cell() {
    for formula in
        ["<c><f>A9</f></c>", "<c><f>A9</f><v></v></c>", r#"<c t="b"><f>A9</f><v/></c>"#, "<c><f>A9</f><v> </v></c>"]
    {
        let rows = xlsx_row(1, &["email", "name"]) + &row(2, "ana@example.org", formula);
        let fault = format!("list.xlsx:2:2 (Recipients!B2): {NO_VALUE}");
        assert_eq!(list("list.xlsx", xlsx(&rows)).faults(), [fault], "{formula}");
    }
    // A row of nothing else is no empty row.
    let rows = xlsx_row(1, &["email"]) + r#"<row r="2"><c r="A2"><f>B9</f></c></row>"#;
    let expected = [format!("list.xlsx:2:1 (Recipients!A2): {NO_VALUE}")];
    assert_eq!(list("list.xlsx", xlsx(&rows)).faults(), expected);
    assert_eq!(list("list.xlsx", xlsx(&rows)).suppressions().unwrap_err(), expected);
    let rows = xlsx_row(1, &["name", "publish"]) + &row(2, "Civic Trust", "<c><f>A9</f></c>");
    assert_eq!(
        list("list.xlsx", xlsx(&rows)).signatories().unwrap_err(),
        [format!("list.xlsx:2:2 (Recipients!B2): {NO_VALUE}")]
    );
    // In the header, nobody knows what stands below it.
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c><c r="B1"><f>C9</f></c></row>"#;
    let rows = rows.to_owned() + &xlsx_row(2, &["ana@example.org", "x"]);
    assert_eq!(list("list.xlsx", xlsx(&rows)).faults(), [format!("list.xlsx:1:2 (Recipients!B1): {NO_VALUE}")]);
}

#[test]
fn a_formula_of_an_open_document_without_a_value_is_a_fault() {
    for cell in [
        r#"<table:table-cell table:formula="of:=A9"/>"#,
        r#"<table:table-cell table:formula="of:=A9" office:value-type="float"/>"#,
        r#"<table:table-cell table:formula="of:=A9" office:value-type="string"/>"#,
    ] {
        let rows = ods_row(&["name", "email"]) + &format!("<table:table-row>{cell}</table:table-row>");
        let fault = format!("list.ods:2:1 (Recipients!A2): {NO_VALUE}");
        assert_eq!(list("list.ods", ods(&rows)).faults(), [fault], "{cell}");
    }
}

#[test]
fn a_formula_whose_value_is_an_empty_text_is_an_empty_cell() {
    let rows = xlsx_row(1, &["email", "name"]) + &row(2, "ana@example.org", r#"<c t="str"><f>""</f><v></v></c>"#);
    assert_eq!(list("list.xlsx", xlsx(&rows)).cells(), [["ana@example.org", ""]]);
    for empty in [r#" office:string-value="""#, "><text:p/></table:table-cell"] {
        let cell = format!(r#"<table:table-cell table:formula="of:=A9" office:value-type="string"{empty}>"#);
        let cell = if empty.starts_with('>') { cell } else { cell.replace("\">", "\"/>") };
        let rows = ods_row(&["email", "name"]) + &ods_row(&["ana@example.org"]).replace("</table:table-row>", &cell);
        assert_eq!(list("list.ods", ods(&(rows + "</table:table-row>"))).cells(), [["ana@example.org", ""]], "{empty}");
    }
}

#[test]
fn a_zero_of_a_book_that_is_to_be_worked_out_anew_is_no_value() {
    let rows =
        |formula: &str| xlsx_row(1, &["email", "name"]) + &row(2, "ana@example.org", &format!("<c>{formula}</c>"));
    let stale = |formula: &str| list("list.xlsx", book(&[("A", &rows(formula))], r#"<calcPr fullCalcOnLoad="1"/>"#));
    assert_eq!(stale("<f>A9</f><v>0</v>").faults(), [format!("list.xlsx:2:2 (A!B2): {NO_VALUE}")]);
    assert_eq!(stale("<f>A9</f><v>7</v>").cells(), [["ana@example.org", "7"]]);
    assert_eq!(stale("<v>0</v>").cells(), [["ana@example.org", "0"]]);
    let known = list("list.xlsx", xlsx(&rows("<f>A9</f><v>0</v>")));
    assert_eq!(known.cells(), [["ana@example.org", "0"]]);
}

#[test]
fn what_cannot_be_known_in_a_column_of_its_own_stops_only_a_letter_that_uses_it() {
    let rows = xlsx_row(1, &["email", "note"]) + &row(2, "ana@example.org", "<c><f>A9</f></c>");
    let folder = list("list.xlsx", xlsx(&rows));
    let mut opened = folder.open().unwrap();
    assert!(opened.by_ref().all(|row| row.is_ok()));
    let faults = opened.take_column_faults();
    assert!(faults.of(|column| column == 0).is_empty());
    let of_note: Vec<String> = faults.of(|column| column == 1).iter().map(ToString::to_string).collect();
    assert_eq!(of_note, [format!("list.xlsx:2:2 (Recipients!B2): {NO_VALUE}")]);
}

#[test]
fn an_error_is_a_fault_in_every_format() {
    let message =
        |error: &str| format!("`{error}` is what a formula could not work out; write the value into the cell");
    for error in ["#N/A", "#BEZUG!", "Err:522", "########"] {
        let content = format!("email,name\nana@example.org,{error}\n");
        assert_eq!(csv(content).faults(), [format!("list.csv:2:17: {}", message(error))]);
        let rows = xlsx_row(1, &["email", "name"]) + &xlsx_row(2, &["ana@example.org", error]);
        assert_eq!(
            list("list.xlsx", xlsx(&rows)).faults(),
            [format!("list.xlsx:2:2 (Recipients!B2): {}", message(error))]
        );
        for start in [
            r#"table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error""#,
            r#"table:formula="of:=NA()" office:value-type="float" office:value="0" calcext:value-type="error""#,
            r#"table:formula="of:=NA()" office:value-type="float" office:value="0""#,
            r#"office:value-type="string""#,
        ] {
            let cell = format!("<table:table-cell {start}><text:p>{error}</text:p></table:table-cell>");
            let rows = ods_row(&["name", "email"]) + &format!("<table:table-row>{cell}</table:table-row>");
            assert_eq!(
                list("list.ods", ods(&rows)).faults()[0],
                format!("list.ods:2:1 (Recipients!A2): {}", message(error)),
                "{start}"
            );
        }
    }
    let content = "name,publish\nCivic Trust,#REF!\n".to_owned();
    assert_eq!(csv(content).signatories().unwrap_err(), [format!("list.csv:2:13: {}", message("#REF!"))]);
    assert_eq!(csv("email\n#N/A\n").suppressions().unwrap_err(), [format!("list.csv:2:1: {}", message("#N/A"))]);
}

#[test]
fn a_formula_that_a_text_file_has_in_place_of_its_value_is_a_fault() {
    for formula in ["=TRIM(A2)", "=$A$2", "=A2&B2", "=Contacts!A2"] {
        let said =
            format!("list.csv:2:17: `{formula}` is a formula and not its value; export the list with the values");
        assert_eq!(csv(format!("email,name\nana@example.org,{formula}\n")).faults(), [said]);
    }
    for text in ["'=TRIM(A2)", "=) Ana", "= Ana", "=ana", "=Ana Roe"] {
        assert_eq!(csv(format!("email,name\nana@example.org,{text}\n")).faults(), [""; 0], "{text}");
    }
}

#[test]
fn hidden_rows_are_an_error_until_somebody_says_what_becomes_of_them() {
    let hide = |row: String| row.replace("<row ", r#"<row hidden="1" "#);
    let rows = xlsx_row(1, &["email", "name"])
        + &xlsx_row(2, &["ana@example.org", "Ana"])
        + &hide(xlsx_row(3, &["bo@example.org", "Bo"]))
        + &hide(xlsx_row(4, &["cy@example.org", "Cy"]))
        + &xlsx_row(6, &["di@example.org", "Di"]).replace("<row ", r#"<row ht="0" customHeight="1" "#)
        + r#"<row r="7" hidden="1"><c r="A7"/></row>"#;
    let fault = "3 rows are hidden by a filter or a person (lines 3-4, 6); set `hidden_rows` under `[lists]` to \"skip\" or \"send\", or show the rows";
    let folder = || list("list.xlsx", xlsx(&rows));
    assert_eq!(folder().faults(), [format!("list.xlsx:3 (Recipients!3): {fault}")]);
    assert_eq!(folder().signatories().unwrap_err(), [format!("list.xlsx:3 (Recipients!3): {fault}")]);
    let skipping = folder().hidden_rows(HiddenRows::Skip);
    assert_eq!(skipping.cells(), [["ana@example.org", "Ana"]]);
    assert_eq!(skipping.open().unwrap().origin().to_string(), "xlsx, sheet `Recipients`, 3 hidden rows left out");
    assert_eq!(folder().hidden_rows(HiddenRows::Send).cells().len(), 4);
    // Whoever must not be written to must not, hidden or not.
    assert_eq!(folder().suppressions().unwrap().suppressions.len(), 4);
    assert_eq!(folder().hidden_rows(HiddenRows::Skip).suppressions().unwrap().suppressions.len(), 4);
}

#[test]
fn a_row_of_an_open_document_may_be_hidden_in_every_way_that_the_format_has() {
    let plain = ods_row(&["bo@example.org"]);
    let hidden = |attribute: &str| plain.replace("<table:table-row", &format!("<table:table-row {attribute}"));
    let group = |display: &str| format!("<table:table-row-group{display}>{plain}</table:table-row-group>");
    for row in [
        hidden(r#"table:visibility="collapse""#),
        hidden(r#"table:visibility="filter""#),
        hidden(r#"table:style-name="ro9""#),
        group(r#" table:display="false""#),
    ] {
        let content = format!(
            r#"<a xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles><style:style style:name="ro9" style:family="table-row"><style:table-row-properties style:row-height="0cm"/></style:style></office:automatic-styles><table:table table:name="A">{}{row}{}</table:table></a>"#,
            ods_row(&["email"]),
            ods_row(&["ana@example.org"]),
        );
        let folder = list("list.ods", ods_parts(&content));
        assert_eq!(
            folder.faults(),
            [
                "list.ods:2 (A!2): a row is hidden by a filter or a person (line 2); set `hidden_rows` under `[lists]` to \"skip\" or \"send\", or show the rows"
            ],
            "{row}"
        );
        assert_eq!(folder.hidden_rows(HiddenRows::Skip).cells(), [["ana@example.org"]]);
    }
    assert_eq!(list("list.ods", ods(&(ods_row(&["email"]) + &group("")))).cells(), [["bo@example.org"]]);
}

#[test]
fn merged_cells_are_named_and_hold_the_value_of_the_first_where_somebody_says_so() {
    let rows = xlsx_row(1, &["email", "organisation"])
        + &xlsx_row(2, &["ana@example.org", "Ministry of Water"])
        + &xlsx_row(3, &["bo@example.org", "not seen"])
        + &xlsx_row(4, &["cy@example.org"]);
    let sheet = format!(
        r#"<worksheet><sheetData>{rows}</sheetData><mergeCells><mergeCell ref="B2:B4"/></mergeCells></worksheet>"#
    );
    let spans = ods_row(&["ana@example.org", "Ministry of Water"]).replace(
        "><text:p>Ministry",
        r#" table:number-rows-spanned="3" table:number-columns-spanned="1"><text:p>Ministry"#,
    );
    let covered =
        |email: &str| ods_row(&[email]).replace("</table:table-row>", "<table:covered-table-cell/></table:table-row>");
    let of_ods = ods_row(&["email", "organisation"]) + &spans + &covered("bo@example.org") + &covered("cy@example.org");
    for (file, content) in [("list.xlsx", xlsx_parts(&sheet)), ("list.ods", ods(&of_ods))] {
        let apart = [["ana@example.org", "Ministry of Water"], ["bo@example.org", ""], ["cy@example.org", ""]];
        assert_eq!(list(file, &content).cells(), apart);
        assert_eq!(
            list(file, &content).warnings(),
            [format!(
                "{file}:3:2 (Recipients!B3): cells of `organisation` are merged (rows 2-4), and all but the first of each count as empty; write the value into each, or set `merged_cells = \"first\"` under `[lists]`"
            )]
        );
        let first = list(file, &content).merged_cells(MergedCells::First);
        let all = ["ana", "bo", "cy"].map(|name| [format!("{name}@example.org"), "Ministry of Water".to_owned()]);
        assert_eq!(first.cells(), all);
        assert_eq!(first.warnings(), [""; 0]);
    }
}

#[test]
fn the_first_sheet_that_is_shown_is_read_and_the_others_are_named() {
    let sheet = |name: &str| xlsx_row(1, &["email"]) + &xlsx_row(2, &[&format!("{name}@example.org")]);
    let content = book(&[("Ministers", &sheet("ana")), ("Empty", ""), ("Old ones", &sheet("bo"))], "");
    let folder = || list("list.xlsx", &content);
    assert_eq!(folder().cells(), [["ana@example.org"]]);
    assert_eq!(
        folder().warnings(),
        [
            "list.xlsx: the sheet `Ministers` is read, and `Old ones` is not; set `sheet` under `[lists]` to the one that has the list"
        ]
    );
    let chosen = folder().sheet(SheetChoice::Named("old ones".to_owned()));
    assert_eq!(chosen.cells(), [["bo@example.org"]]);
    assert_eq!(chosen.warnings(), [""; 0]);
    let each = [("recipients".to_owned(), "Old ones".to_owned())];
    assert_eq!(folder().sheet(SheetChoice::Each(each.into())).cells(), [["bo@example.org"]]);
    let unknown = || folder().sheet(SheetChoice::Named("Minister".to_owned()));
    let fault = "list.xlsx: `list.xlsx` cannot be used: it has no sheet `Minister`, but `Ministers`, `Empty`, `Old ones`; mend `sheet` under `[lists]`";
    assert_eq!(unknown().faults(), [fault]);
    assert_eq!(unknown().suppressions().unwrap_err(), [fault]);
    // A file with one sheet leaves nothing to choose but for the recipients, whose sheet it names.
    let single = || list("list.xlsx", book(&[("One", &sheet("ana"))], "")).sheet(SheetChoice::Named("Two".to_owned()));
    assert_eq!(single().suppressions().unwrap().suppressions.len(), 1);
    assert!(single().faults()[0].contains("it has no sheet `Two`"));
}

#[test]
fn an_empty_first_sheet_is_no_empty_list_where_another_has_something_in_it() {
    let rows = xlsx_row(1, &["email"]) + &xlsx_row(2, &["ana@example.org"]);
    let fault = "list.xlsx: its sheet `A` is empty, and there is something in `B`; set `sheet` under `[lists]` to the one that has the list";
    let folder = list("list.xlsx", book(&[("A", ""), ("B", &rows)], ""));
    assert_eq!(folder.faults(), [fault]);
    assert_eq!(folder.suppressions().unwrap_err(), [fault]);
}

#[test]
fn an_open_document_is_read_however_it_is_written() {
    let indented = ods_row(&["email", "name"]) + &ods_row(&["ana@example.org", "Ana"]);
    let indented = indented.replace('>', ">\n  ").replace("</text:p", "</text:p ");
    let untyped = ods_row(&["email", "name"]) + &ods_row(&["ana@example.org", "Ana"]);
    let untyped = untyped.replace(r#" office:value-type="string""#, "");
    for rows in [&indented, &untyped] {
        assert_eq!(list("list.ods", ods(rows)).cells(), [["ana@example.org", "Ana"]]);
    }
    let flat = format!(
        r#"<?xml version="1.0"?><office:document xmlns:office="o" xmlns:table="t" xmlns:text="x" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet><table:table table:name="A">{indented}</table:table></office:spreadsheet></office:body></office:document>"#
    );
    let folder = list("list.fods", flat);
    assert_eq!(folder.cells(), [["ana@example.org", "Ana"]]);
    assert_eq!(folder.open().unwrap().origin().to_string(), "fods, sheet `A`");
    assert!(list("list.fods", "").faults()[0].contains("is empty"));
    assert!(list("list.fods", "email\nana@example.org\n").faults()[0].contains("list.fods"));
}

#[test]
fn the_text_of_an_open_document_is_what_a_person_sees() {
    let cell = r#"<table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p></office:annotation><text:p> Ana <text:span>van<text:s text:c="2"/>den</text:span>
 <text:a>Berg</text:a><text:ruby><text:ruby-base>&amp;</text:ruby-base><text:ruby-text>and</text:ruby-text></text:ruby> </text:p><text:p>Sons</text:p></table:table-cell>"#;
    let rows = ods_row(&["salutation", "email"])
        + &format!("<table:table-row>{cell}{}", ods_row(&["ana@example.org"]).trim_start_matches("<table:table-row>"));
    assert_eq!(list("list.ods", ods(&rows)).cells(), [["Ana van  den Berg&\nSons", "ana@example.org"]]);
}

#[test]
fn the_text_of_an_excel_sheet_is_what_a_person_sees() {
    let text = "<is><r><t>Ana_x000D_\nvan </t></r><rPh><t>reading</t></rPh><r><t>den_x005F_ B&amp;</t></r></is>";
    let rows =
        xlsx_row(1, &["email", "salutation"]) + &row(2, "ana@example.org", &format!(r#"<c t="inlineStr">{text}</c>"#));
    assert_eq!(list("list.xlsx", xlsx(&rows)).cells(), [["ana@example.org", "Ana\nvan den_ B&"]]);
}

#[test]
fn a_row_that_stands_a_million_times_is_refused_and_never_unfolded() {
    let row = ods_row(&["ana@example.org"])
        .replace("<table:table-row", r#"<table:table-row table:number-rows-repeated="1000000""#);
    let content = ods(&(ods_row(&["email"]) + &row));
    assert!(content.len() < 1_000);
    assert_eq!(
        list("list.ods", &content).faults(),
        [
            "list.ods: `list.ods` cannot be used: row 2 of its sheet stands 1000000 times; delete the rows below the list"
        ]
    );
}

#[test]
fn one_endless_text_is_refused_before_it_fills_the_memory() {
    let text = "x".repeat(5 * 1024 * 1024);
    for (file, content) in [("list.ods", ods(&ods_row(&[&text]))), ("list.xlsx", xlsx(&xlsx_row(1, &[&text])))] {
        assert!(list(file, content).faults()[0].contains("longer than 4 MiB"));
    }
}
