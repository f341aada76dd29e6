//! What colleagues must agree to before a letter is sent, and who did.

use crate::harness::{Campaign, text};
use crate::session::Session;

const LIST: &str = "email,name,organisation,country,lang,cc\n\
    ana@ministry.example,Ana Roe,Ministry of Water,FR,fr,desk@ministry.example\n\
    bo@parliament.example,Bo Lund,Parliament,BE,,\n\
    cy@office.example,Cy Korda,Office,BE,,\n\
    di@office.example,Di Vega,Office,BE,,\n\
    ed@away.example,Ed Gone,Away,DE,,\n";

fn campaign() -> Campaign {
    Campaign::new()
        .recipients(LIST)
        .file("lists/signatories.csv", "name,publish\nDelta Watch,\nHidden Union,no\n")
        .file("lists/suppressions.csv", "email,reason\ned@away.example,asked at home\n")
        .file(
            "templates/letter.fr.md",
            "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nBonjour {{recipient.name}}, {{recipient.email}}\n",
        )
        .server([])
}

#[test]
fn the_page_has_each_letter_with_two_samples_the_plan_and_who_signs_and_no_list_of_addresses() {
    let campaign = campaign();
    let page = campaign.run_aside(&["approval"]).exits(0).stdout;
    for part in [
        "4 letters to send, to 5 addresses; 1 suppressed",
        "To Bo Lund",
        "To Cy Korda",
        "Dear Bo Lund,",
        "À Ana Roe",
        "Bo Lund, Parliament, BE",
        "<li>Delta Watch</li>",
        "(+ 1)",
        "<th scope=\"row\">Belgium</th><td class=\"number\">3</td>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Two of three are shown; nobody's address is, but where the letter itself prints it.
    for hidden in ["Di Vega", "Hidden Union", "Ed Gone", "at home", "bo@", "cy@", "desk@", "<script"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    assert!(page.contains("<pre>") && page.contains("ana@ministry.example"), "{page}");
}

#[test]
fn who_agreed_is_noted_with_the_version_and_a_change_of_the_letter_is_another_one() {
    let session = Session::begin();
    let campaign = campaign();
    let out = campaign.path("approval.html");
    campaign.run(&["approval", "--out", out.to_str().unwrap()]).exits(0);
    campaign.run(&["approval", "--agreed", "Noor Haddad", "--note", "with the new title"]).exits(0);
    campaign.run(&["approval", "--agreed", "Bo Lund"]).exits(0);
    campaign.run(&["status"]).exits(0);
    campaign.run(&["approval", "--agreed", "Bo Lund", "--undo"]).exits(0);
    campaign.run(&["approval", "--agreed", "Bo Lund", "--undo"]).exits(2);
    for blank in ["", "  "] {
        campaign.run(&["approval", "--agreed", blank]).exits(2).says("it is blank");
    }
    session.reads("approval");
    let page = campaign.run_aside(&["approval"]).exits(0).stdout;
    assert!(page.contains("Noor Haddad") && page.contains(": with the new title") && !page.contains('≠'), "{page}");
    campaign.write("templates/letter.md", "+++\nsubject = \"Another\"\n+++\nPlease wait.\n\n{{> signatories}}\n");
    let changed = campaign.run_aside(&["approval"]).exits(0).stdout;
    assert!(changed.contains('≠') && changed.contains("<del>"), "{changed}");
    let events = campaign.events();
    let told: Vec<String> =
        events.iter().map(|event| format!("{} {}", text(&event["event"]), text(&event["detail"]["person"]))).collect();
    assert_eq!(told, ["agreed Noor Haddad", "agreed Bo Lund", "agreement-withdrawn Bo Lund"]);
    assert!(events.iter().all(|event| event["source"] == "person maria"), "{events:?}");
    // It keeps nobody from sending, and who agreed is known afterwards.
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.run_aside(&["status"]).exits(0).prints("Noor Haddad agreed to version");
}

#[test]
fn an_approval_of_an_older_version_is_not_told_as_one_of_the_letter() {
    let campaign = campaign();
    campaign.run_aside(&["approval", "--agreed", "Noor Haddad"]).exits(0);
    let before = campaign.run_aside(&["status"]).exits(0);
    assert!(!before.stdout.contains("not to the letter as it is now"), "{before:?}");
    campaign.write("templates/letter.md", "+++\nsubject = \"Another\"\n+++\nPlease wait.\n\n{{> signatories}}\n");
    campaign.run_aside(&["status"]).exits(0).prints("; not to the letter as it is now, version ");
    let json: serde_json::Value =
        serde_json::from_str(&campaign.run_aside(&["status", "--json"]).exits(0).stdout).unwrap();
    assert!(json["version"].is_string() && json["version"] != json["approvals"][0]["version"], "{json}");
    campaign.write("templates/letter.md", "no front matter");
    campaign.run_aside(&["status"]).exits(0).prints("whether the letter is still that one cannot be told");
}
