//! `log --failed`: the rows whose delivery failed come back as a list, are mended, and are sent again.

use proptest::prelude::*;
use undersigned::lists::RecipientList;
use undersigned::model::{Columns, EncodingChoice, ListFormat, ListRules};
use undersigned::report::{FailedRow, FailedWriter};
use undersigned::transport::sandbox::{Act, At, Fault, When};
use undersigned::workspace::Workspace;

use crate::harness::{Campaign, text};

/// A server that knows none of these addresses.
fn unknown<const N: usize>(addresses: [&str; N]) -> [Fault; N] {
    addresses.map(|address| {
        Fault::always(When::Recipient(address.into()), At::Rcpt, Act::Reply("550 5.1.1 no such user".into()))
    })
}

/// The failed rows as a CSV.
fn failed(campaign: &Campaign) -> String {
    campaign.run(&["log", "--failed", "--format", "csv"]).exits(0).stdout
}

/// Checks that nothing is to be said of the lists.
#[track_caller]
fn assert_clean(campaign: &Campaign) {
    let said = campaign.run(&["check"]).exits(0).prints("ready to send; ").stderr;
    assert!(!said.contains("lists/"), "{said}");
}

const LETTER: &str =
    "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}}, call {{recipient.Telephone}}.\n";

#[test]
fn failed_rows_come_back_in_the_columns_of_their_list() {
    let campaign = Campaign::new()
        .recipients(
            "ID;E-Mail;Full_Name;Job Title;Telephone\n1;ana@example.org;Ana;Minister;+32 2 555 01 00\n\
             2;bo@example.org;\"Bo \"\"the \nRiver\"\"\";=1+1;-\n3;cy@example.org;Cy, PhD;'s-Gravenhage;\n",
        )
        .file("templates/letter.md", "+++\nsubject = \"x\"\n+++\n\nx\n")
        .server(unknown(["bo@example.org", "cy@example.org"]));
    campaign.run(&["send", "--yes"]).exits(1).prints("1 accepted, 2 failed");
    assert_eq!(
        failed(&campaign),
        "ID,E-Mail,Full_Name,Job Title,Telephone,reason\n\
         2,bo@example.org,\"Bo \"\"the \nRiver\"\"\",'=1+1,'-,refused at RCPT (550 5.1.1 no such user)\n\
         3,cy@example.org,\"Cy, PhD\",'s-Gravenhage,,refused at RCPT (550 5.1.1 no such user)\n"
    );
    let json = campaign.run(&["log", "--failed", "--format", "json"]).exits(0).stdout;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["ID", "E-Mail", "Full_Name", "Job Title", "Telephone", "reason"]);
    assert_eq!((text(&rows[0]["Job Title"]), rows.len()), ("=1+1".to_owned(), 2), "JSON has no formulas");
    insta::assert_snapshot!(campaign.run(&["log", "--failed"]).exits(0).stdout, @r"
    recipient  email           reason
    2          bo@example.org  refused at RCPT (550 5.1.1 no such user)
    3          cy@example.org  refused at RCPT (550 5.1.1 no such user)
    ");
}

#[test]
fn failed_rows_are_the_list_of_another_campaign() {
    let first = Campaign::new()
        .file("templates/letter.md", LETTER)
        .recipients(
            "email,name,Telephone\nana@example.org,Ana,+32 2 555 01 00\nbo@example.org,\"=Bo \"\"Río\"\"\",+32 2 555 01 01\n\
             +cy@example.org,Cy,'-\n",
        )
        .server(unknown(["bo@example.org", "+cy@example.org"]));
    first.run(&["send", "--yes"]).exits(1).prints("1 accepted, 2 failed");

    let again = Campaign::new().file("templates/letter.md", LETTER).recipients(&failed(&first)).server([]);
    assert_clean(&again);
    again.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(again.reached(), ["+cy@example.org", "bo@example.org"]);
    let letters = again.received();
    let letter = |address: &str| {
        let found = letters.iter().find(|letter| letter.recipients == [address]).unwrap();
        let message = mail_parser::MessageParser::new().parse(&found.message).unwrap();
        (message.subject().unwrap().to_owned(), message.body_text(0).unwrap().trim().to_owned())
    };
    let bo = ("To =Bo \"Río\"".to_owned(), "Dear =Bo \"Río\", call +32 2 555 01 01.".to_owned());
    assert_eq!(letter("bo@example.org"), bo, "as it was in the first list");
    assert_eq!(letter("+cy@example.org").1, "Dear Cy, call -.");
    assert_eq!(failed(&again), "email,name,Telephone,reason,reason_2\n", "nothing is left");
}

#[test]
fn failed_rows_have_the_form_in_which_the_lists_are_read() {
    let settings = "[lists]\nencoding = \"windows-1252\"\ndelimiter = \";\"\n";
    let csv = b"email;name\nana@example.org;Ana\nbo@example.org;Bo \x84R\xedo\x93\n";
    let signatories = b"name\nSoci\xe9t\xe9\n";
    let first = Campaign::new()
        .settings(settings)
        .file("lists/recipients.csv", csv)
        .file("lists/signatories.csv", signatories)
        .server([Fault::always(
            When::Recipient("bo@example.org".into()),
            At::Rcpt,
            Act::Reply("550 нет such user".into()),
        )]);
    first.run(&["send", "--yes"]).exits(1);
    let output = first.command(&["log", "--failed", "--format", "csv"]).output().unwrap();
    let row: &[u8] = b"bo@example.org;Bo \x84R\xedo\x93;refused at RCPT (550 ??? such user)";
    assert_eq!(output.stdout, [b"email;name;reason\n", row, b"\n"].concat());
    let again = Campaign::new()
        .settings(settings)
        .file("lists/recipients.csv", output.stdout)
        .file("lists/signatories.csv", signatories)
        .server([]);
    assert_clean(&again);
    again.run(&["send", "--yes"]).exits(0).prints("1 accepted");
    assert_eq!(text(&again.row("bo@example.org")["name"]), "Bo „Río“");
}

#[test]
fn a_mended_address_is_sent_to_in_the_same_campaign() {
    let campaign = Campaign::new()
        .recipients("id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n3,cy@example.org,Cy\n")
        .server(unknown(["bo@example.org", "cy@example.org"]));
    campaign.run(&["send", "--yes"]).exits(1).prints("1 accepted, 2 failed");
    let mended = failed(&campaign).replace("bo@example.org", "bo@example.net");
    campaign.write("lists/again.csv", mended);
    let campaign = campaign.settings("[lists]\nrecipients = \"lists/again.csv\"\n");
    assert_clean(&campaign);
    campaign.run(&["plan"]).exits(0).prints("1 letter to send").prints("nothing: failed before");
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.net"]);
    let row = campaign.row("2");
    assert_eq!((text(&row["email"]), text(&row["state"])), ("bo@example.net".into(), "accepted".into()));
    assert_eq!((&row["attempts"], text(&row["note"])), (&2.into(), String::new()));
    let events = campaign.run(&["log", "--events"]).exits(0).stdout;
    assert!(events.contains(r#"{"reason":"its address was mended","was":"bo@example.org"}"#), "{events}");
    assert_eq!(failed(&campaign).lines().count(), 2, "cy alone is left");
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    assert_eq!(campaign.reached().len(), 2, "and nobody is written to again");
}

#[test]
fn a_mended_row_without_an_id_is_a_new_recipient() {
    let campaign = Campaign::new().server(unknown(["bo@example.org"]));
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    campaign.write("lists/recipients.csv", failed(&campaign).replace("bo@example.org", "bo@example.net"));
    campaign.run(&["send", "--yes"]).exits(1).prints("3 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.net", "cy@example.org"]);
    let ran = campaign.run(&["log", "--failed", "--format", "csv"]).exits(0);
    assert_eq!(ran.stdout, "email,name,reason,reason_2\n");
    ran.says("no row of the list failed").says("1 row that failed or bounced left out: no longer in the list");
}

#[test]
fn an_address_that_got_its_letter_gets_no_other_by_mending() {
    let list = "id,email,name\n1,ana@example.org,Ana\n2,bo@example.org,Bo\n";
    let campaign = Campaign::new().recipients(list).server(unknown(["bo@example.org"]));
    campaign.run(&["send", "--yes"]).exits(1);
    campaign.write("lists/recipients.csv", "id,email,name\n2,Ana@example.org,Bo\n");
    campaign.run(&["send", "--yes"]).exits(1).prints("1 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org"]);
    // And one whose letter left keeps its id for itself.
    campaign.write("lists/recipients.csv", "id,email,name\n1,dora@example.org,Dora\n");
    campaign.run(&["send", "--yes"]).exits(2).says("the id `1` is that of the letter to `ana@example.org`");
}

#[test]
fn a_list_keeps_a_reason_of_its_own() {
    let letter = "+++\nsubject = \"x\"\n+++\n\nWe write to you, {{recipient.reason}}.\n";
    let list = "email,Reason,reason-2\nana@example.org,since you chair it,\nbo@example.org,since you vote,\n";
    let campaign =
        Campaign::new().file("templates/letter.md", letter).recipients(list).server(unknown(["bo@example.org"]));
    campaign.run(&["send", "--yes"]).exits(1);
    assert_eq!(
        failed(&campaign),
        "email,Reason,reason-2,reason_3\nbo@example.org,since you vote,,refused at RCPT (550 5.1.1 no such user)\n"
    );
}

#[test]
fn a_letter_whose_copy_was_refused_has_not_failed() {
    let campaign = Campaign::new()
        .recipients("email,name,cc\nana@example.org,Ana,desk@example.org\n")
        .server(unknown(["desk@example.org"]));
    campaign.run(&["send", "--yes"]).exits(1).prints("1 accepted").says("1 copy failed");
    assert_eq!(failed(&campaign), "email,name,cc,reason\n");
}

#[test]
fn failed_rows_can_be_those_of_one_round() {
    let campaign = Campaign::new().server(unknown(["bo@example.org"]));
    assert_eq!(failed(&campaign), "reason\n", "nothing was sent yet");
    campaign.run(&["send", "--yes"]).exits(1);
    let rows =
        |round| campaign.run(&["log", "--failed", "--format", "csv", "--round", round]).exits(0).stdout.lines().count();
    assert_eq!((rows("0"), rows("1")), (2, 1));
    for wrong in [["--failed", "--state", "failed"].as_slice(), &["--failed", "--events"]] {
        campaign.run(&[&["log"], wrong].concat()).exits(2).says("cannot be used with");
    }
}

proptest! {
    #[test]
    fn whatever_is_in_a_failed_row_is_read_as_it_was(cells in proptest::collection::vec("['=+@;,\"\t\r\nа-яa\u{301} -]{0,8}", 3), utf16 in any::<bool>()) {
        let format = ListFormat { encoding: if utf16 { EncodingChoice::Named("UTF-16LE".to_owned()) } else { EncodingChoice::Guessed }, delimiter: utf16.then_some(';'), ..ListFormat::default() };
        let blank = |c: char| c.is_whitespace() && !c.is_control();
        let mut row = vec!["ana@example.org".to_owned()];
        let ends = |c: char| blank(c) || matches!(c, '\r' | '\n');
        row.extend(cells.iter().map(|cell| cell.trim_matches(blank).trim_end_matches(ends).to_owned()));
        let columns = Columns::new(["email", "=one", "t'wo", "-x"]);
        let mut out = Vec::new();
        let mut writer = FailedWriter::csv(&mut out, &columns, &format).unwrap();
        let reason = "550 no".to_owned();
        writer.write(FailedRow { recipient: String::new(), email: String::new(), cells: row.clone(), reason }).unwrap();
        writer.finish().unwrap();

        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("again.csv"), out).unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        let mut list = RecipientList::open(&workspace, "again.csv", &format, &ListRules::default()).unwrap();
        prop_assert_eq!(list.columns().names(), ["email", "=one", "t'wo", "-x", "reason"]);
        let read = list.next().unwrap().unwrap().recipient().unwrap();
        prop_assert_eq!(&read.fields.cells()[..4], row);
        prop_assert!(list.next().is_none());
    }
}
