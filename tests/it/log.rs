//! The log for people: chosen by what the list says, by what came back, and as a spreadsheet.

use std::io::Read;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, text};
use crate::session::Session;

const LIST: &str = "email,First Name,country,Party,cc\n\
    ana@example.org,Ana,FR,Green,desk@example.net\n\
    bo@example.org,=cmd(),BE,Red,\n\
    cy@example.org,Cy,France,,\n\
    di@example.org,0471,DE,Green,\n";

/// A campaign that was sent to four people in three countries, of whom Cy has answered.
fn sent() -> Campaign {
    let campaign = Campaign::new()
        .recipients(LIST)
        .file("templates/letter.md", "+++\nsubject = \"A word\"\n+++\nPlease act.\n")
        .settings("[[follow_up]]\nafter = \"3 days\"\ntemplate = \"templates/letter.md\"\n")
        .server([Fault::always(
            When::Recipient("bo@example.org".into()),
            At::Rcpt,
            Act::Reply("550 5.1.1 no such user".into()),
        )]);
    campaign.run_aside(&["send", "--yes"]).exits(1);
    campaign.run_aside(&["mark", "cy@example.org", "replied", "--note", "by telephone"]).exits(0);
    campaign
}

fn chosen(campaign: &Campaign, arguments: &[&str]) -> Vec<String> {
    let all = [&["log", "--format", "json"][..], arguments].concat();
    let told = campaign.run_aside(&all).exits(0).stdout;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&told).unwrap();
    rows.iter().map(|row| format!("{} {}", row["round"], text(&row["recipient"]))).collect()
}

#[test]
fn who_was_contacted_in_a_country_and_who_has_answered_is_one_command() {
    let campaign = sent();
    // A country is found by its code and by its name, whichever stands in the list.
    for wanted in ["country=France", "COUNTRY=fr", "Country = FRANCE "] {
        assert_eq!(chosen(&campaign, &["--where", wanted]), ["0 ana@example.org", "0 cy@example.org"], "{wanted}");
    }
    assert_eq!(chosen(&campaign, &["--where", "country=France", "--answer", "replied"]), ["0 cy@example.org"]);
    assert_eq!(chosen(&campaign, &["--where", "country=France", "--answer", "none"]), ["0 ana@example.org"]);
    let either = ["--where", "country=BE", "--where", "country=DE", "--where", "party=green"];
    assert_eq!(chosen(&campaign, &either), ["0 di@example.org"]);
    assert_eq!(chosen(&campaign, &["--where", "party="]), ["0 cy@example.org"]);
    assert_eq!(chosen(&campaign, &["--where", "first_name=ana", "--state", "accepted"]), ["0 ana@example.org"]);
}

#[test]
fn whoever_answered_a_later_letter_is_not_among_those_without_an_answer() {
    let campaign = sent();
    campaign.days_go_by(4);
    campaign.run_aside(&["follow-up", "--yes"]).exits(0);
    campaign.run_aside(&["mark", "ana@example.org", "acknowledged"]).exits(0);
    assert_eq!(chosen(&campaign, &["--answer", "acknowledged"]), ["1 ana@example.org"]);
    // The first letter to Ana has no answer, and she is not silent.
    let silent = ["0 bo@example.org", "0 di@example.org", "1 bo@example.org", "1 cy@example.org", "1 di@example.org"];
    let found = chosen(&campaign, &["--answer", "none"]);
    assert!(found.iter().all(|row| silent.contains(&row.as_str()) && !row.contains("cy@")), "{found:?}");
    assert!(
        chosen(&campaign, &["--answer", "none", "--answer", "acknowledged"]).contains(&"0 ana@example.org".to_owned())
    );
}

#[test]
fn who_left_the_list_is_found_by_the_row_with_which_the_letter_was_sent() {
    let campaign = sent();
    campaign.write("lists/recipients.csv", "email,country\ndi@example.org,DE\nedo@example.org,FR\n");
    campaign.run_aside(&["send", "--yes"]).exits(1);
    let found = chosen(&campaign, &["--where", "country=FR"]);
    assert_eq!(found, ["0 ana@example.org", "0 edo@example.org", "0 cy@example.org"]);
}

#[test]
fn what_is_asked_for_is_understood_or_refused_with_the_nearest_column() {
    let session = Session::begin();
    let campaign = sent();
    campaign.run(&["log"]).exits(0);
    campaign.run(&["log", "--where", "country=FR", "--where", "party=Green"]).exits(0);
    campaign.run(&["log", "--where", "contry=FR"]).exits(2);
    campaign.run(&["log", "--where", "France"]).exits(2);
    campaign.run(&["log", "--answer", "yes"]).exits(2);
    campaign.run(&["log", "--where", "country=Atlantis"]).exits(0);
    campaign.run(&["log", "--copies"]).exits(0);
    campaign.run(&["log", "--copies", "--format", "csv"]).exits(0);
    campaign.run(&["log", "--failed", "--format", "xlsx"]).exits(2);
    session.reads("log-chosen");
}

#[test]
fn the_table_fits_eighty_columns() {
    let campaign = sent();
    for arguments in [&["log"][..], &["log", "--copies"], &["log", "--answer", "none"]] {
        let table = campaign.run_aside(arguments).exits(0).stdout;
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    }
}

/// A part of a workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut part).unwrap();
    part
}

#[test]
fn a_spreadsheet_has_a_row_for_each_person_in_their_own_columns_and_no_formula() {
    let campaign = sent().environment("TZ", "Europe/Brussels");
    campaign.days_go_by(4);
    campaign.run_aside(&["follow-up", "--yes"]).exits(0);
    let file = campaign.path("log.xlsx");
    let out = file.to_str().unwrap();
    campaign.run_aside(&["log", "--format", "xlsx", "--out", out]).exits(0).says("4 rows");
    let bytes = std::fs::read(&file).unwrap();
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
    // The same log gives the same bytes, in a file and in a pipe.
    let piped = campaign.command(&["log", "--format", "xlsx"]).output().unwrap();
    assert_eq!(piped.stdout, bytes);
    let (sheet, strings) = (part(&bytes, "xl/worksheets/sheet1.xml"), part(&bytes, "xl/sharedStrings.xml"));
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:"), "{sheet}");
    assert_eq!(sheet.matches("<row ").count(), 5);
    let mut at = 0;
    let header =
        ["email", "First Name", "country", "Party", "cc", "state", "sent", "state (follow-up 1)", "sent (follow-up 1)"];
    for name in header.into_iter().chain(["answer", "answered", "follow-up", "note", "what the server said"]) {
        let found = strings.find(&format!("<t>{name}</t>")).unwrap_or_else(|| panic!("{name}: {strings}"));
        assert!(found > at, "{name}");
        at = found;
    }
    for text in ["<t>=cmd()</t>", "<t>0471</t>", "<t>replied</t>", "<t>by telephone; ", "550 5.1.1 no such user"] {
        assert!(strings.contains(text), "{text}: {strings}");
    }
    assert!(part(&bytes, "xl/worksheets/sheet2.xml").contains("<row r=\"2\""), "Ana's copy");
}

#[test]
fn a_dash_is_stdout_and_no_file() {
    let campaign = Campaign::new().server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    for arguments in [
        &["log", "--format", "csv", "--out", "-"][..],
        &["log", "--failed", "--format", "csv", "--out", "-"],
        &["log", "--events", "--out", "-"],
        &["report", "--out", "-"],
    ] {
        let mut command = campaign.command(arguments);
        let ran = command.current_dir(campaign.path(".")).output().unwrap();
        assert!(ran.status.success() && !ran.stdout.is_empty(), "{arguments:?}: {ran:?}");
        assert!(!campaign.path("-").exists(), "{arguments:?}");
    }
}
