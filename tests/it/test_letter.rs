//! A test letter: what a recipient will get, sent to somebody else; and the moment before which nothing else goes.

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::Campaign;

const OWN: &str = "maria@coalition.example";

/// Three recipients, of whom one has copies.
fn campaign(settings: &str) -> Campaign {
    let rows = "email,name,cc,bcc\nana@example.org,Ana,aide@example.org,archive@example.net\nbo@example.org,Bo,,\n";
    Campaign::new().recipients(rows).settings(settings).server([])
}

/// The test letters among the events: state, and the detail.
fn tests(campaign: &Campaign) -> Vec<(String, serde_json::Value)> {
    let of_kind = campaign.events().into_iter().filter(|event| event["event"] == "test");
    of_kind.map(|event| (event["detail"]["state"].as_str().unwrap().to_owned(), event["detail"].clone())).collect()
}

#[test]
fn a_test_letter_is_the_recipients_and_goes_to_somebody_else_alone() {
    let campaign = campaign("");
    let ran = campaign.run(&["test", OWN, "--as", "bo@example.org"]).exits(0);
    ran.says("the letter to `bo@example.org`, \"To Bo\", went to `maria@coalition.example`: 250 ");
    campaign.run(&["test", OWN]).exits(0).says("\"To Ana\"");
    assert_eq!(campaign.reached(), [OWN, OWN]);
    let letters = campaign.received();
    let text = |n: usize| String::from_utf8_lossy(&letters[n].message).into_owned();
    assert!(text(0).contains("Dear Bo,") && text(0).contains("To: Bo <maria@coalition.example>"), "{}", text(0));
    for address in ["ana@", "aide@", "archive@"] {
        assert!(!text(1).contains(address), "{address}: {}", text(1));
    }
    // It is no delivery, and the letters themselves have other ids.
    assert_eq!(campaign.log().len(), 0);
    let [(first, begun), (second, ended), ..] = &tests(&campaign)[..] else { panic!("two events each") };
    assert_eq!((first.as_str(), second.as_str()), ("attempting", "accepted"));
    assert_eq!((&begun["as"], &begun["address"]), (&"bo@example.org".into(), &OWN.into()));
    assert_eq!(begun["test"], ended["test"]);
    let id = begun["message_id"].as_str().unwrap();
    assert!(text(0).contains(id), "{id}");
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    let sent = campaign.received();
    assert!(sent[2..].iter().all(|letter| !String::from_utf8_lossy(&letter.message).contains(id)));
    assert_eq!(campaign.reached().iter().filter(|to| *to == OWN).count(), 2);
}

#[test]
fn no_recipient_no_copy_and_nobody_who_is_suppressed_gets_a_test_letter() {
    let campaign = campaign("");
    campaign.run(&["suppress", "@elsewhere.example"]).exits(0);
    for (address, why) in [
        ("ana@example.org", "is in the list, as `ana@example.org`"),
        ("ANA@EXAMPLE.ORG", "is in the list"),
        ("aide@example.org", "is in the list, as `ana@example.org`"),
        ("archive@example.net", "is in the list, as `ana@example.org`"),
        ("press@elsewhere.example", "is suppressed"),
        ("maria@", "is not an email address"),
    ] {
        campaign.run(&["test", address]).exits(2).says(why);
    }
    campaign.run(&["test", OWN, "--as", "nobody@example.org"]).exits(2).says("no recipient has the id or address");
    assert_eq!(campaign.reached(), [""; 0]);
    assert!(tests(&campaign).is_empty());
}

#[test]
fn a_test_letter_counts_in_the_windows_and_the_pace_of_the_next_run_knows_it() {
    let campaign = campaign("[pace]\nper_day = 2\ncounts = \"messages\"\n");
    campaign.run(&["test", OWN]).exits(0);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("1 planned, 1 accepted");
    campaign.run(&["test", OWN]).exits(3).says("leave no room for a test letter before ");
    assert_eq!(campaign.received().len(), 2);
    assert_eq!(tests(&campaign).len(), 2, "what did not go is no attempt");
}

#[test]
fn what_the_server_says_to_a_test_letter_is_told_and_marks_nobody() {
    let refuses = Fault::always(When::Always, At::Rcpt, Act::Reply("550 5.1.1 no such user".to_owned()));
    let campaign = Campaign::new().server([refuses]);
    campaign.run(&["test", OWN]).exits(3).says("the test letter did not go: ").says("550 5.1.1 no such user");
    assert_eq!(tests(&campaign).last().unwrap().0, "failed");
    let hangs_up = Fault::always(When::Always, At::FinalDot, Act::Close);
    let campaign = Campaign::new().server([hangs_up]);
    campaign.run(&["test", OWN]).exits(1).says("nobody knows whether the test letter went");
    assert_eq!(tests(&campaign).last().unwrap().0, "in-doubt");
    assert!(campaign.log().is_empty());
}

#[test]
fn nothing_leaves_before_its_time_but_a_test_letter_and_everybody_is_told() {
    let campaign = campaign("[pace]\nnot_before = \"2099-12-01 09:00 Europe/Brussels\"\n");
    campaign.run(&["plan"]).exits(0).prints("nothing leaves before 2099-12-01 09:00 Europe/Brussels");
    let ran = campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("2 planned");
    let ran = ran.says("not before 2099-12-01 09:00 Europe/Brussels");
    ran.says("`not_before` in `[pace]`: nothing goes before Tuesday 1 December, 09:00 (Europe/Brussels)");
    campaign.run(&["test", OWN]).exits(0);
    assert_eq!(campaign.reached(), [OWN]);
    let config = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", config.replace("2099", "2019"));
    campaign.run(&["send", "--yes", "--no-wait"]).exits(0).prints("2 accepted");
}

#[test]
fn the_hours_are_read_on_the_clock_of_each_recipient() {
    // Twelve hours lie between the two, so it is morning for one of them.
    let rows = "email,name,timezone\nana@example.org,Ana,Etc/GMT\nbo@example.org,Bo,Etc/GMT-12\n";
    let settings = "[pace]\nhours = \"Mon-Sun 00:00-12:00 Etc/GMT\"\n";
    let campaign = Campaign::new().recipients(rows).settings(settings).server([]);
    let is_morning = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).hour() < 12;
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("1 planned, 1 accepted").says("`hours` in `[pace]`");
    assert_eq!(campaign.reached(), [if is_morning { "ana@example.org" } else { "bo@example.org" }]);
}
