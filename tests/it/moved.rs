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
    campaign.run(&["check"]).exits(0).says(said).prints("ready to send; ");
    campaign.run(&["plan"]).exits(0).says(said);
    let json = campaign.run_aside(&["plan", "--json"]).exits(0).stdout;
    assert!(json.contains("is new here"), "{json}");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
    campaign.run_aside(&["send", "--yes"]).exits(0).says(said);
    session.reads("moved");
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
