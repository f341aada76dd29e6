//! What a server cannot take, and whom it refuses: SIZE, SMTPUTF8, and some of several recipients of one letter.

use undersigned::transport::Capabilities;
use undersigned::transport::sandbox::{Act, At, Fault, Options, When};

use super::{Comes, arrived_as_recorded, comes, each};
use crate::harness::{Campaign, text};

fn to(address: &str, reply: &str) -> Fault {
    Fault::always(When::Recipient(address.to_owned()), At::Rcpt, Act::Reply(reply.to_owned()))
}

/// Three letters, the second of which has two copies.
fn with_copies() -> Campaign {
    Campaign::new().recipients(
        "email,name,cc,bcc\nana@example.org,Ana,,\nbo@example.org,Bo,copy@example.org,office@example.org\ncy@example.org,Cy,,\n",
    )
}

#[test]
fn a_letter_goes_without_the_copies_that_are_refused_and_never_to_copies_alone() {
    let copy = "copy@example.org";
    let cases: [(&str, Fault, Comes, &[&str]); 6] = [
        (
            "a copy is refused",
            to(copy, "550 5.1.1 no such copy"),
            ("accepted accepted accepted", 1, "1 copy failed"),
            &["bo@example.org", "office@example.org"],
        ),
        (
            "a copy is refused for now",
            to(copy, "450 4.2.1 busy"),
            ("accepted accepted accepted", 3, "1 copy is still to be sent"),
            &["bo@example.org", "office@example.org"],
        ),
        (
            "the recipient is refused",
            to("bo@example.org", "550 5.1.1 no such user"),
            ("accepted failed accepted", 1, "550 5.1.1 no such user"),
            &[],
        ),
        (
            "the recipient is refused for now",
            to("bo@example.org", "450 4.2.1 busy"),
            ("accepted deferred accepted", 3, "450 4.2.1 busy"),
            &[],
        ),
        (
            "a copy closes",
            to(copy, "421 4.3.2 shutting down"),
            ("accepted deferred accepted", 3, "421 4.3.2 shutting down"),
            &[],
        ),
        (
            "a copy breaks off",
            Fault::always(When::Recipient(copy.into()), At::Rcpt, Act::Close),
            ("accepted deferred accepted", 3, "the server closed the connection"),
            &[],
        ),
    ];
    each(&cases, |(name, fault, expected, reached)| {
        let campaign = with_copies().server([fault.clone()]);
        comes(name, &campaign, *expected);
        let mut all = [&["ana@example.org"], *reached, &["cy@example.org"]].concat();
        all.sort_unstable();
        assert_eq!(campaign.reached(), all, "{name}");
    });
}

#[test]
fn a_refused_copy_is_in_the_log() {
    let campaign = with_copies()
        .server([to("copy@example.org", "550 5.1.1 no such copy"), to("office@example.org", "450 4.2.1 busy")]);
    let ran = campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("3 accepted");
    ran.says("1 copy is still to be sent").says("1 copy failed; `undersigned log` says which");
    let note = "the copy to `copy@example.org` was refused: 550 5.1.1 no such copy; the copy to `office@example.org` was put off: 450 4.2.1 busy";
    assert_eq!(text(&campaign.row("bo@example.org")["note"]), note);
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert!(csv.contains(note), "{csv}");
}

#[test]
fn an_address_that_needs_smtputf8_fails_alone_where_it_is_not_offered() {
    let offers = Capabilities { smtputf8: false, ..Options::default().offers };
    let campaign = Campaign::new()
        .recipients("email,name\nana@example.org,Ana\nbø@example.org,Bo\ncy@example.org,Cy\n")
        .server_with(Options { offers, ..Options::default() });
    let ran = campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    ran.says("SMTPUTF8").says("use another address or server");
    assert_eq!(campaign.reached(), ["ana@example.org", "cy@example.org"]);
}

/// A blind copy is left out. One that stands in the header cannot be: the letter as a whole would be one that the
/// server does not take.
#[test]
fn a_copy_that_needs_smtputf8_is_left_out_where_nothing_else_names_it() {
    let offers = Capabilities { smtputf8: false, ..Options::default().offers };
    let bare = Capabilities { eight_bit_mime: false, ..offers.clone() };
    for offers in [offers, bare] {
        let campaign = Campaign::new()
            .recipients("email,name,cc,bcc\nana@example.org,Ana,,bø@example.org\nbo@example.org,Bo,bø@example.org,\ncy@example.org,Cy,,\n")
            .server_with(Options { offers, ..Options::default() });
        let ran = campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
        ran.says("1 copy failed").says("which the address of a copy needs; use another address or server");
        assert_eq!(campaign.reached(), ["ana@example.org", "cy@example.org"]);
        for letter in campaign.received() {
            assert!(letter.message.is_ascii(), "{}", String::from_utf8_lossy(&letter.message));
        }
    }
}

#[test]
fn a_sender_that_needs_smtputf8_stops_the_run_where_it_is_not_offered() {
    let offers = Capabilities { smtputf8: false, ..Options::default().offers };
    let campaign = Campaign::new().server_with(Options { offers, ..Options::default() });
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("letters@coalition", "bréf@coalition"));
    campaign.run(&["send", "--yes"]).exits(3).says("SMTPUTF8").says("change `[sender]` or the server");
    assert!(campaign.received().is_empty());
    assert!(!campaign.states().values().any(|state| state == "failed"));
}

#[test]
fn a_server_that_takes_no_letter_of_this_size_stops_the_run_and_fails_nobody() {
    let after_a_hundred = |at, reply: &str| Fault::always(When::Connection(2), at, Act::Reply(reply.into()));
    let cases = [
        (
            after_a_hundred(At::Ehlo, "250-localhost\n250 SIZE 1000"),
            "3 planned",
            "and the server takes 1000; make the attachments smaller",
        ),
        (
            after_a_hundred(At::Mail, "552 5.3.4 too big"),
            "1 deferred",
            "for its size: `552 5.3.4 too big`; make its attachments smaller",
        ),
        (
            after_a_hundred(At::FinalDot, "552 5.3.4 too big"),
            "1 deferred",
            "for its size: `552 5.3.4 too big`; make its attachments smaller",
        ),
    ];
    each(&cases, |(fault, printed, said)| {
        // With a pace, only one letter is on its way when the answer comes.
        let campaign =
            Campaign::new().many_recipients(103).settings("[pace]\nper_day = 100000\n").server([fault.clone()]);
        let ran = campaign.run(&["send", "--yes"]).exits(3).prints("100 accepted").prints(printed);
        ran.says("with 3 left").says(said);
        arrived_as_recorded(said, &campaign);
    });
}
