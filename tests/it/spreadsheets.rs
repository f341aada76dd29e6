//! Spreadsheets from the command line: what they store and nobody sees stops the send, where it matters.

use crate::harness::Campaign;

const FORMULA: &str = r#"<table:table-cell table:formula="of:=A9"/>"#;
const NO_VALUE: &str = "the formula has no value; open the file in a spreadsheet program and save it";

/// The attributes of a row, and its cells.
type OpenRow<'a> = (&'a str, &'a [&'a str]);

/// A flat `OpenDocument` spreadsheet; each sheet has a name and rows, each row its attributes and its cells. A cell
/// that begins with `<` is XML.
fn fods(sheets: &[(&str, &[OpenRow<'_>])]) -> String {
    let cell = |cell: &&str| {
        if cell.starts_with('<') {
            (*cell).to_owned()
        } else {
            format!("<table:table-cell><text:p>{cell}</text:p></table:table-cell>")
        }
    };
    let row = |(attributes, cells): &(&str, &[&str])| {
        let cells: Vec<String> = cells.iter().map(cell).collect();
        format!("<table:table-row {attributes}>{}</table:table-row>\n", cells.concat())
    };
    let sheet = |(name, rows): &(&str, &[(&str, &[&str])])| {
        let rows: Vec<String> = rows.iter().map(row).collect();
        format!(r#"<table:table table:name="{name}">{}</table:table>"#, rows.concat())
    };
    let sheets: Vec<String> = sheets.iter().map(sheet).collect();
    format!(
        r#"<office:document xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document>"#,
        sheets.concat()
    )
}

/// A campaign that prints the name of each recipient; `lists` stands under `[lists]`.
fn campaign(recipients: &str, lists: &str) -> Campaign {
    Campaign::new()
        .file("templates/letter.md", "+++\nsubject = \"A letter\"\n+++\n\nDear {{recipient.salutation}},\n")
        .file("lists/recipients.fods", recipients)
        .settings(&format!("[lists]\nrecipients = \"lists/recipients.fods\"\n{lists}\n"))
}

const HEADER: (&str, &[&str]) = ("", &["email", "salutation", "note"]);
const ANA: (&str, &[&str]) = ("", &["ana@example.org", "Ana", ""]);

#[test]
fn a_formula_without_a_value_stops_only_a_letter_that_uses_its_column() {
    let unused = fods(&[("R", &[HEADER, ("", &["ana@example.org", "Ana", FORMULA])])]);
    let campaign_of_unused = campaign(&unused, "").server([]);
    campaign_of_unused.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign_of_unused.reached(), ["ana@example.org"]);

    let used = fods(&[("R", &[HEADER, ("", &["ana@example.org", FORMULA, ""])])]);
    let campaign_of_used = campaign(&used, "").server([]);
    for command in [&["check"][..], &["plan"], &["send", "--yes"]] {
        let ran = campaign_of_used.run(command).exits(2);
        ran.says("lists/recipients.fods:2:2 (R!B2): ").says(NO_VALUE);
    }
    assert!(campaign_of_used.received().is_empty());
}

#[test]
fn an_error_of_a_csv_file_stops_only_a_letter_that_uses_its_column() {
    let letter = "+++\nsubject = \"A letter\"\n+++\n\nDear {{recipient.salutation}},\n";
    let csv = |row: &str| {
        Campaign::new()
            .file("templates/letter.md", letter)
            .recipients(&format!("email,salutation,note\nana@example.org,{row}\n"))
            .server([])
    };
    csv("Ana,#N/A").run(&["send", "--yes"]).exits(0);
    let said = "lists/recipients.csv:2:17: `#NV` is what a formula could not work out; write the value into the cell";
    csv("#NV,").run(&["send", "--yes"]).exits(2).says(said);
}

#[test]
fn what_a_follow_up_uses_is_checked_before_the_first_letter_leaves() {
    let list = fods(&[("R", &[HEADER, ("", &["ana@example.org", "Ana", FORMULA])])]);
    let campaign = campaign(&list, "")
        .file("templates/later.md", "+++\nsubject = \"Again\"\n+++\n\nDear Ana, {{recipient.note}}\n")
        .settings("[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/later.md\"\n")
        .server([]);
    campaign.run(&["check"]).exits(2).says(&format!("lists/recipients.fods:2:3 (R!C2): {NO_VALUE}"));
}

#[test]
fn a_suppression_or_a_consent_that_nobody_worked_out_is_never_none() {
    let list = fods(&[("R", &[HEADER, ANA])]);
    let suppressions = fods(&[("S", &[("", &["email"]), ("", &[FORMULA])])]);
    campaign(&list, "suppressions = \"lists/suppressions.fods\"")
        .file("lists/suppressions.fods", suppressions)
        .server([])
        .run(&["send", "--yes"])
        .exits(2)
        .says(&format!("lists/suppressions.fods:2:1 (S!A2): {NO_VALUE}"));
    let signatories = fods(&[("S", &[("", &["name", "publish"]), ("", &["Delta Watch", FORMULA])])]);
    campaign(&list, "signatories = \"lists/signatories.fods\"")
        .file("lists/signatories.fods", signatories)
        .server([])
        .run(&["send", "--yes"])
        .exits(2)
        .says(&format!("lists/signatories.fods:2:2 (S!B2): {NO_VALUE}"));
}

#[test]
fn hidden_rows_wait_for_a_word_and_hidden_suppressions_count() {
    let hidden = r#"table:visibility="filter""#;
    let list = fods(&[("R", &[HEADER, ANA, (hidden, &["bo@example.org", "Bo"])])]);
    let ran = campaign(&list, "").server([]).run(&["send", "--yes"]).exits(2);
    ran.says("lists/recipients.fods:3 (R!3): a row is hidden by a filter or a person (line 3)");
    for (said, reached) in [("skip", &["ana@example.org"][..]), ("send", &["ana@example.org", "bo@example.org"])] {
        let campaign = campaign(&list, &format!("hidden_rows = \"{said}\"")).server([]);
        campaign.run(&["send", "--yes"]).exits(0);
        assert_eq!(campaign.reached(), reached);
    }
    let suppressions = fods(&[("S", &[("", &["email"]), (hidden, &["bo@example.org"])])]);
    let lists = "hidden_rows = \"send\"\nsuppressions = \"lists/suppressions.fods\"";
    let campaign = campaign(&list, lists).file("lists/suppressions.fods", suppressions).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ["ana@example.org"]);
}

#[test]
fn other_sheets_are_named_and_one_can_be_chosen() {
    let list = fods(&[("BE", &[HEADER, ANA]), ("FR", &[HEADER, ("", &["bo@example.org", "Bo"])])]);
    let first = campaign(&list, "").server([]);
    first.run(&["check"]).exits(0).says("warning: lists/recipients.fods: the sheet `BE` is read, and `FR` is not");
    let chosen = campaign(&list, "sheet = \"FR\"").server([]);
    chosen.run(&["send", "--yes"]).exits(0);
    assert_eq!(chosen.reached(), ["bo@example.org"]);
}

#[test]
fn merged_cells_are_named_where_a_letter_uses_them() {
    let merged = r#"<table:table-cell table:number-rows-spanned="2"><text:p>Ministers</text:p></table:table-cell>"#;
    let covered = "<table:covered-table-cell/>";
    let used = fods(&[("R", &[HEADER, ("", &["ana@example.org", merged]), ("", &["bo@example.org", covered])])]);
    let said = "warning: lists/recipients.fods:3:2 (R!B3): cells of `salutation` are merged (rows 2-3)";
    campaign(&used, "").server([]).run(&["plan"]).says(said);
    let first = campaign(&used, "merged_cells = \"first\"").server([]);
    first.run(&["send", "--yes"]).exits(0);
    assert!(first.received().iter().all(|letter| String::from_utf8_lossy(&letter.message).contains("Dear Ministers,")));
    let unused =
        fods(&[("R", &[HEADER, ("", &["ana@example.org", "Ana", merged]), ("", &["bo@example.org", "Bo", covered])])]);
    let ran = campaign(&unused, "").server([]).run(&["check"]).exits(0);
    assert!(!ran.stderr.contains("merged"), "{ran:?}");
}

#[test]
fn a_letter_has_what_a_person_sees_in_the_list() {
    let number = |kind: &str, value: &str, seen: &str| {
        format!(
            r#"<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{seen}</text:p></table:table-cell>"#
        )
    };
    let (share, sum) = (number("percentage", "0.5", "50 %"), number("currency", "1234.567", "1.234,57 €"));
    let day = r#"<table:table-cell office:value-type="date" office:date-value="2024-06-12T14:30:00"><text:p>12.06.2024 14:30</text:p></table:table-cell>"#;
    let header: (&str, &[&str]) = ("", &["email", "share", "sum", "since"]);
    let list = fods(&[("R", &[header, ("", &["ana@example.org", &share, &sum, day])])]);
    let letter = "+++\nsubject = \"A letter\"\n+++\n\n{{recipient.share}} of {{recipient.sum}} on {{date recipient.since \"long\"}}.\n";
    let campaign = campaign(&list, "").file("templates/letter.md", letter).server([]);
    campaign.run(&["preview", "ana@example.org"]).exits(0).prints("50 % of 1.234,57 € on 12 June 2024.");
    let ran = campaign.run(&["check", "-v"]).exits(0);
    ran.says("lists/recipients.fods:2:3 (R!C2): `1.234,57 €` is seen in `sum`, and `1234.567` is stored");
    let plain = campaign.run(&["check"]).exits(0);
    assert!(!plain.stderr.contains("is stored"), "{plain:?}");
}
