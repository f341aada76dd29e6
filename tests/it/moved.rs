//! A person whose address was changed in a list without ids.

use crate::harness::Campaign;
use crate::session::Session;

const BEFORE: &str = "email,name,organisation\nana@example.org,Ana Roe,Ministry\nbo@example.org,Bo,\n";

#[test]
fn a_new_row_with_the_name_of_somebody_who_had_the_letter_is_told_before_anything_leaves() {
    let session = Session::begin();
    let campaign = Campaign::new().recipients(BEFORE).server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", BEFORE.replace("ana@example.org", "roe@example.org"));
    let said = "Ana Roe, Ministry is new here, and gets the letter at `roe@example.org`; `ana@example.org`";
    campaign.run(&["check"]).exits(2).says(said).says("write `ana@example.org` into the column `id` of the row");
    campaign.run(&["plan"]).exits(0).says(said);
    let json = campaign.run_aside(&["plan", "--json"]).exits(0).stdout;
    assert!(json.contains("is new here"), "{json}");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
    campaign.run_aside(&["send", "--yes"]).exits(2).says(said);
    assert_eq!(campaign.received().len(), 2);
    session.reads("moved");
    // The same person: under the id that the row had, nothing is sent again.
    let with_id = "id,email,name,organisation\nana@example.org,roe@example.org,Ana Roe,Ministry\n,bo@example.org,Bo,\n";
    campaign.write("lists/recipients.csv", with_id);
    campaign.run_aside(&["check"]).exits(0);
    campaign.run_aside(&["send", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(campaign.received().len(), 2);
    // Another one: whoever gives the row an id of its own says so.
    campaign.write("lists/recipients.csv", with_id.replace("\nana@example.org,", "\nroe,"));
    campaign.run_aside(&["check"]).exits(0).says("is new here");
    campaign.run_aside(&["send", "--yes"]).exits(0).says("is new here");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "roe@example.org"]);
}

#[test]
fn whoever_moved_keeps_id_and_name_and_the_follow_up_goes_to_the_new_address() {
    let list = "id,email,name\nminister,ana@example.org,Ana Roe\nboard,bo@example.org,Bo\n";
    let campaign = Campaign::new()
        .recipients(list)
        .file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n")
        .settings("[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n")
        .server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", list.replace("ana@", "roe@"));
    campaign.run_aside(&["check"]).exits(0);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.received().len(), 2);
    campaign.days_go_by(14);
    campaign.run_aside(&["follow-up", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "bo@example.org", "roe@example.org"]);
    // Somebody else under that id is a fault.
    campaign.write("lists/recipients.csv", list.replace("ana@example.org,Ana Roe", "eva@example.org,Eva Nyberg"));
    campaign.run_aside(&["check"]).exits(2).says("the id `minister` is that of the letter to `ana@example.org`");
}

#[test]
fn no_id_is_another_row_s_address() {
    for list in [
        "id,email,name\nbo@example.org,ana@example.org,Ana\nboard,bo@example.org,Bo\n",
        "id,email,name\nboard,bo@example.org,Bo\nBo@Example.org,ana@example.org,Ana\n",
        "id,email,name\nbo@example.org,,Ana\nboard,bo@example.org,Bo\n",
    ] {
        let campaign = Campaign::new().recipients(list);
        campaign.run_aside(&["check"]).exits(2).says("`bo@example.org` is the id of line");
    }
    let own = "id,email,name\nana@example.org,ana@example.org,Ana\nold@example.org,bo@example.org,Bo\n";
    Campaign::new().recipients(own).run_aside(&["check"]).exits(0);
}

#[test]
fn a_namesake_and_whoever_had_no_letter_are_not_told_of() {
    let campaign = Campaign::new().recipients(BEFORE).server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    for list in [
        // Two people of one name, both in the list.
        format!("{BEFORE}roe@example.org,Ana Roe,Elsewhere\n"),
        // Somebody else.
        BEFORE.replace("ana@example.org,Ana Roe", "cy@example.org,Cy"),
        // A second address in the row, and the old one stays.
        BEFORE.replace("ana@example.org", "\"roe@example.org, ana@example.org\""),
    ] {
        campaign.write("lists/recipients.csv", list);
        let ran = campaign.run_aside(&["check"]).exits(0);
        assert!(!format!("{ran:?}").contains("is new here"), "{ran:?}");
    }
}

#[test]
fn whoever_has_another_id_in_the_list_than_their_letter_is_counted_once() {
    let list = "id,email,name,country\n1,ana@example.org,Ana,FR\n2,bo@example.org,Bo,FR\n3,cy@example.org,Cy,SE\n";
    let campaign = Campaign::new().recipients(list).server([]);
    campaign.run_aside(&["send", "--yes", "--limit", "2"]).exits(0);
    let without = "email,name,country\nana@example.org,Ana,FR\nbo@example.org,Bo,FR\ncy@example.org,Cy,SE\n";
    campaign.write("lists/recipients.csv", without);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org", "cy@example.org"]);
    let status = campaign.run_aside(&["status"]).exits(0).stdout;
    assert!(status.contains("round 0: 3 recipients\n") && status.contains("accepted           3  100 %"), "{status}");
    assert!(!status.contains("skipped"), "{status}");
    let page = campaign.run_aside(&["report", "--public"]).exits(0).stdout;
    let plain: String = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    assert!(words.join(" ").contains("Recipients3 Sent3 100 %"), "{}", words.join(" "));
}

#[test]
fn whoever_succeeded_to_an_address_is_told_to_have_no_letter() {
    let list = "id,email,name\nminister,minister@example.org,Ana Roe\nboard,bo@example.org,Dr Bo Lind\n";
    let campaign = Campaign::new()
        .recipients(list)
        .file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n")
        .settings("[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\n")
        .server([]);
    campaign.run_aside(&["send", "--yes"]).exits(0);
    let said =
        "the letter went to `minister@example.org` for Ana Roe, and the row names Eva Nyberg: none goes to Eva Nyberg";
    for list in [
        list.replace("Ana Roe", "Eva Nyberg"),
        list.replace("minister,minister@example.org,Ana Roe", "nyberg,minister@example.org,Eva Nyberg"),
    ] {
        campaign.write("lists/recipients.csv", list);
        for command in ["check", "plan"] {
            campaign.run_aside(&[command]).exits(0).says(said).says("lists/recipients.csv:2");
        }
        campaign.run_aside(&["send", "--yes"]).exits(0).says(said);
    }
    assert_eq!(campaign.received().len(), 2);
    campaign.days_go_by(14);
    let said = "the row names Eva Nyberg: the follow-up reminds Eva Nyberg of a letter to somebody else";
    campaign.run_aside(&["plan", "--round", "1"]).exits(0).says(said);
    // A name that was mended, or has a title now, is nobody else's.
    campaign.write("lists/recipients.csv", list.replace("Ana Roe", "Dr. Anna ROE").replace("Dr Bo Lind", "Lind B."));
    let ran = campaign.run_aside(&["plan"]).exits(0);
    assert!(!ran.stderr.contains("the row names"), "{ran:?}");
}

#[test]
fn one_person_in_two_rows_is_told() {
    let list = "email,name,organisation\nana@example.org,Ana Roe,Ministry of Water\noffice@example.org,Office,Ministry of Water\n\
        a.roe@other.example,Roe Ana,Ministry of Water\nroe@home.example,\"ROE, Ana\",ministry of  water\ndesk@example.org,Office,Ministry of Water\n\
        ana.roe@third.example,Ana Roe,Harbour Board\n";
    let list = list.replace("Roe Ana", "Ana Roe").replace("\"ROE, Ana\"", "ANA ROE");
    let campaign = Campaign::new().recipients(&list).server([]);
    for command in [&["check"][..], &["plan"], &["send", "--yes"]] {
        let ran = campaign.run_aside(command).exits(0);
        let said = "lists/recipients.csv:4: has the name and the organisation of line 2, and another address: each of the two gets a letter; \
                    if that is one person, take one row out; the same: 2 rows in all (4, 5)";
        assert!(ran.stderr.contains(said), "{ran:?}");
        assert_eq!(ran.stderr.matches("has the name and the organisation").count(), 1, "{ran:?}");
    }
}
