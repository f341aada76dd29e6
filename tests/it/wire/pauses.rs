//! What takes its time: bytes that come one by one, replies that come too late, words that nobody asked for, a server
//! that stops reading, and one that does not say goodbye.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::{arrived_as_recorded, comes, each};
use crate::harness::{Campaign, text};
use crate::proxy::{How, Point, Spoil};

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];

#[test]
fn a_line_that_gives_one_byte_at_a_time_is_slow_and_nothing_else() {
    let campaign = Campaign::new().server([]).spoiled(Spoil::Drip);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
    let drip = |at| Fault::always(When::Always, at, Act::Trickle(Duration::from_millis(1)));
    let campaign =
        Campaign::new().server([At::Greeting, At::Ehlo, At::Mail, At::Rcpt, At::Data, At::FinalDot].map(drip));
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
}

/// A reply that comes when nobody waits for it any more belongs to nobody: the next letter has its own connection.
#[test]
fn a_late_reply_is_not_taken_for_the_next_letters() {
    let late = |at| Fault::always(When::Transaction(2), at, Act::Late(Duration::from_millis(2_500)));
    let refused =
        Fault::always(When::Recipient("cy@example.org".into()), At::Rcpt, Act::Reply("550 5.1.1 no Cy".into()));
    let cases = [
        (At::Mail, "accepted deferred failed", 3),
        (At::Rcpt, "accepted deferred failed", 3),
        (At::Data, "accepted deferred failed", 3),
        (At::FinalDot, "accepted in-doubt failed", 1),
    ];
    each(&cases, |(at, states, exit)| {
        let campaign = Campaign::new().server([late(*at), refused.clone()]).waiting("1s");
        comes(&format!("late at {at:?}"), &campaign, (states, *exit, "no reply within 1 second"));
        assert_eq!(text(&campaign.row("cy@example.org")["smtp_reply"]), "no Cy");
        assert_eq!(campaign.sandbox().connections().len(), 2, "{at:?}");
    });
}

#[test]
fn a_server_that_closes_unasked_between_letters_is_left_for_another_connection() {
    let farewell = Act::Followed(b"421 4.4.2 you were here long enough\r\n".to_vec());
    let campaign = Campaign::new().server([Fault::always(When::Transaction(2), At::FinalDot, farewell)]);
    let ran = campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert!(!ran.stderr.contains("deferred"), "{ran:#?}");
    assert_eq!(campaign.reached(), ALL);
    assert_eq!(campaign.sandbox().connections().len(), 2);
}

#[test]
fn a_server_that_stops_reading_in_a_letter_defers_it() {
    // More than both ends of a connection on this machine hold.
    let annex = vec![b'x'; 20 << 20];
    let campaign = Campaign::new()
        .recipients("email,name\nana@example.org,Ana\n")
        .settings("[letter]\ndate = 2027-03-22\nattachments = [\"annex.txt\"]\n")
        .file("annex.txt", annex)
        .server([])
        .waiting("1s")
        .spoiled(Spoil::Cut(1, Point::Said("Dear Ana", 1), How::Stall));
    let ran = campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
    let row = campaign.row("ana@example.org");
    assert_eq!(text(&row["state"]), "deferred", "{ran:#?}");
    assert_eq!(text(&row["note"]), "broken off in the message: no reply within 1 second");
    arrived_as_recorded("stops reading", &campaign);
}

#[test]
fn a_server_without_a_goodbye_changes_nothing() {
    let reply = |text: &str| Act::Reply(text.to_owned());
    let endings = [Act::Silence, Act::Close, Act::Half, reply("421 4.3.2 bye"), reply("500 what")];
    each(&endings, |act| {
        let campaign = Campaign::new().server([Fault::always(When::Always, At::Quit, act.clone())]).waiting("1s");
        comes(&format!("{act:?} at QUIT"), &campaign, ("accepted accepted accepted", 0, "3 letters to send"));
    });
}
