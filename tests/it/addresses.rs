//! What an address may be: what passes `check` can be sent, and one letter that cannot be made keeps no other.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, Options, When};

use crate::harness::Campaign;

#[test]
fn what_could_not_be_written_to_is_a_fault_with_its_place_before_anything_leaves() {
    let list = "email,name,cc,bcc\nana@example.org,Ana,o\u{2019}brien@example.org,\n\u{301}x@example.org,Bo,,\n\
                cy@example.org,Cy,,smile\u{1f600}@example.org\ndo@example.org,Do,,\n";
    let campaign = Campaign::new().recipients(list).server([]);
    for arguments in [&["check"][..], &["plan"], &["send", "--yes"]] {
        campaign
            .run(arguments)
            .exits(2)
            .says("lists/recipients.csv:2:21: ")
            .says("`\u{2019}` is not the apostrophe of an address: write `'`")
            .says("lists/recipients.csv:3:1: ")
            .says("lists/recipients.csv:4:20: ")
            .says("3 errors");
    }
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\n");
    for (key, address) in
        [("from", "o\u{2019}brien@coalition.example"), ("reply_to", "o\u{2019}brien+{token}@coalition.example")]
    {
        let line = format!("{key} = \"{address}\"\n");
        let from = "from = \"Secretariat <letters@coalition.example>\"\n";
        let changed = if key == "from" {
            settings.replace(from, &line)
        } else {
            settings.replace(from, &(from.to_owned() + &line))
        };
        campaign.write("campaign.toml", changed);
        campaign.run(&["check"]).exits(2).says("campaign.toml:").says("is not the apostrophe of an address");
    }
    assert!(campaign.received().is_empty());
}

#[test]
fn letters_of_every_script_are_written_to_and_an_accent_written_apart_is_no_other_person() {
    let list = "email,name\nराम.शर्मा@example.org,Ram\nสมชาย.ใจดี@example.org,Somchai\nJose\u{301}@example.org,José\n\
                jos\u{e9}@example.org,José again\nre\u{301}my@example.org,Rémy\n";
    let mut options = Options::default();
    options.offers.smtputf8 = true;
    options.offers.eight_bit_mime = true;
    let campaign = Campaign::new()
        .recipients(list)
        .file("lists/suppressions.csv", "email,reason\nr\u{e9}my@example.org,asked\n")
        .server_with(options);
    campaign.run(&["check"]).exits(0).says("has letters before the @ that only a server with SMTPUTF8 takes");
    campaign.run(&["plan"]).exits(0).says("has letters before the @ that only a server with SMTPUTF8 takes");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted").prints("2 skipped");
    let expected = ["Jos\u{e9}@example.org", "राम.शर्मा@example.org", "สมชาย.ใจดี@example.org"];
    assert_eq!(campaign.reached(), expected);
}

#[test]
fn a_server_without_smtputf8_costs_those_letters_alone() {
    let list = "email,name\nana@example.org,Ana\nसीता@example.org,Sita\nbo@example.org,Bo\n";
    let mut options = Options::default();
    options.offers.smtputf8 = false;
    let campaign = Campaign::new().recipients(list).server_with(options);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
}

/// A row that was sound when it was planned, and is damaged when its letter is made.
#[test]
fn a_letter_that_cannot_be_made_keeps_no_other() {
    let late = Act::Late(Duration::from_secs(2));
    let campaign = Campaign::new().many_recipients(600).server([Fault::once(When::Transaction(1), At::FinalDot, late)]);
    let run = campaign.start(&["send", "--yes"]);
    while campaign.sandbox().connections().iter().all(|connection| connection.commands.len() < 3) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.busy_timeout(Duration::from_secs(30)).unwrap();
    let damaged = "UPDATE list_row SET cells = '[\"nobody\",\"Person 580\"]' WHERE cells LIKE '%r0580@%'";
    assert_eq!(ledger.execute(damaged, []).unwrap(), 1);
    drop(ledger);
    let ran = crate::harness::Ran::new(run.wait_with_output().unwrap()).exits(1);
    ran.prints("1 planned, 599 accepted").says("1 letter could not be made, and the others went: ");
    assert!(!campaign.reached().contains(&"r0580@d00.example.org".to_owned()));
    campaign.run(&["send", "--yes"]).exits(0).prints("600 accepted");
}
