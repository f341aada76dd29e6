//! Lists that change while letters leave.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran};

const LIST: &str = "email,name,cc\n";

/// Letters to 60 people, each of which takes its time.
fn slow() -> Campaign {
    let rows: Vec<String> = (0..60).map(|n| format!("r{n:02}@example.org,X,copy{n:02}@example.net\n")).collect();
    let late = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(100)));
    Campaign::new()
        .recipients(&format!("{LIST}{}", rows.concat()))
        .file("lists/suppressions.csv", "email\nsomebody@example.com\n")
        .settings("[lists]\nsuppressions = \"lists/suppressions.csv\"\n")
        .server([late])
}

/// Begins to send, and changes something once five letters have left; gives how the run ended.
fn changed(campaign: &Campaign, change: impl FnOnce()) -> Ran {
    let run = campaign.start(&["send", "--yes"]);
    while campaign.sandbox().count() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    change();
    Ran::new(run.wait_with_output().unwrap())
}

#[test]
fn whoever_is_suppressed_in_the_list_while_letters_leave_gets_none() {
    for (suppressed, reaches) in [("r59@example.org", 59), ("@example.org", 0), ("copy59@example.net", 60)] {
        let campaign = slow();
        let list = format!("email\nsomebody@example.com\n{suppressed}\n");
        let ran = changed(&campaign, || campaign.write("lists/suppressions.csv", &list));
        ran.exits(3).says("lists/suppressions.csv has somebody now to whom a letter was still to go");
        let before = campaign.sandbox().count();
        assert!((5..60).contains(&before), "{before}");
        campaign.run(&["send", "--yes"]).exits(0);
        let reached: Vec<String> = campaign.received().into_iter().flat_map(|letter| letter.recipients).collect();
        assert!(!reached.iter().any(|to| to == suppressed), "{suppressed}");
        assert_eq!(campaign.received().len(), if reaches == 0 { before } else { reaches }, "{suppressed}");
    }
}

#[test]
fn a_suppression_that_is_about_nobody_here_stops_nothing() {
    let campaign = slow();
    let list = "email,reason\nsomebody@example.com,\nelse@example.com,asked\nr00@example.org,has it\n";
    changed(&campaign, || campaign.write("lists/suppressions.csv", list)).exits(0).prints("60 accepted");
}

#[test]
fn an_organisation_that_withdraws_while_letters_leave_is_named_no_more() {
    let campaign = slow();
    let list = "name,acronym,publish\nDelta Watch,DW,no\nÅlvfolket,,yes\n";
    let ran = changed(&campaign, || campaign.write("lists/signatories.csv", list));
    ran.exits(3).says("lists/signatories.csv changed while letters were sent");
    assert!((5..60).contains(&campaign.sandbox().count()));
    campaign.run(&["send", "--yes"]).exits(2).says("lists/signatories.csv");
    campaign.run(&["send", "--yes", "--accept-changes"]).exits(0).prints("60 accepted");
    let last = campaign.received().pop().unwrap();
    assert!(!String::from_utf8_lossy(&last.message).contains("Delta Watch"));
}
