//! Mails that a server has and does not give.

use super::server::Act;
use super::{Office, effects};
use crate::sync::lines;

#[test]
fn a_mail_that_cannot_be_fetched_hides_no_other_is_listed_and_is_asked_for_again() {
    let whole = |text: &str| format!("* 9 FETCH (UID 2 BODY[]<0> {text}\r\nTAG OK\r\n");
    for (act, why) in [
        (Act::Say("TAG NO [SERVERBUG] try again\r\n".to_owned()), "refused UID FETCH: `NO [SERVERBUG] try again`"),
        (Act::Say("TAG BAD no\r\n".to_owned()), "refused UID FETCH: `BAD no`"),
        (Act::Say("* BYE oh dear\r\n".to_owned()), "oh dear"),
        (Act::Say("TAG OK\r\n".to_owned()), "cannot be read"),
        (Act::Say(whole("?? what ))")), "cannot be read"),
        (Act::Say(whole("NIL)")), "cannot be read"),
        (Act::Say(whole("{0}\r\n)")), "cannot be read"),
        (Act::Say("* \0\u{fffd} ( ) {x}\r\nTAG OK\r\n".to_owned()), "cannot be read"),
        // A literal of a hundred megabytes, one that has no end, and a line that has none.
        (Act::Say(whole("{104857600}")), "104857600 bytes where fewer were asked for"),
        (Act::Say(whole("{99999999999999999999999}")), "cannot be read"),
        (Act::Say("* 9 FETCH (UID 2 ".to_owned() + &"x".repeat(9_000_000)), "a line without an end"),
        (Act::Cut(40), "the server closed the connection"),
    ] {
        let office = Office::open();
        office.others(1..=4);
        office.server.put("INBOX", 3, &office.failure());
        for words in ["UID FETCH 1,2,3,4 ", "UID FETCH 2 "] {
            office.server.order(words, usize::MAX, act.clone());
        }
        let ran = office.sync().exits(1).says("mail 2 of the folder `INBOX` cannot be fetched: ").says(why);
        assert_eq!(effects(&ran), ["ana@example.org bounced"], "{why}");
        let unmatched = office.unmatched();
        let (place, reason) = &unmatched[2];
        assert!(place.ends_with("/INBOX, mail 2") && reason.starts_with("it cannot be fetched: "), "{unmatched:?}");
        assert!(reason.contains(why), "{reason}");
        assert_eq!(unmatched.len(), 3);
        // It is asked for again by each run, until the server gives it.
        office.commands();
        office.sync().exits(1).says("0 new mails, 1 that the server does not give");
        let listed = "1 mail that the server does not give; `undersigned sync --unmatched` lists them";
        office.campaign.run(&["status"]).exits(0).prints(listed);
        let commands = office.commands();
        assert!(commands.contains(&"UID SEARCH UID 5:*".to_owned()), "{commands:?}");
        assert!(commands.iter().any(|one| one.starts_with("UID FETCH 2 (UID RFC822.SIZE BODY.PEEK[]")), "{commands:?}");
        office.server.mend();
        office.sync().exits(0).says("1 new mail, 1 about no letter");
        assert_eq!(office.unmatched().len(), 3);
        office.sync().exits(0).says("0 new mails");
        assert!(!office.campaign.run(&["status"]).exits(0).stdout.contains("does not give"));
    }
}

#[test]
fn a_server_that_gives_nothing_is_given_up_and_nothing_is_taken_for_read() {
    let office = Office::open();
    office.others(1..=30);
    office.server.put("INBOX", 2, &office.failure());
    let before = office.events();
    office.server.order("FETCH", usize::MAX, Act::Cut(20));
    office.sync().exits(3).says("mail 11 of the folder `INBOX` cannot be fetched").says("0 new mails");
    assert_eq!((office.events(), office.unmatched()), (before, vec![]));
    office.server.mend();
    assert_eq!(effects(&office.sync().exits(0).says("30 new mails")), ["ana@example.org bounced"]);

    // The last mail, too, may be there next time.
    office.others(31..=31);
    office.server.order("FETCH", usize::MAX, Act::Say("TAG NO busy\r\n".to_owned()));
    office
        .sync()
        .exits(1)
        .says("mail 31 of the folder `INBOX` cannot be fetched: the server of [inbox] refused UID FETCH: `NO busy`");
    office.server.mend();
    office.sync().exits(0).says("1 new mail");
}

#[test]
fn what_is_known_of_a_withheld_mail_is_said_and_no_follow_up_goes_without_it_where_that_is_asked_for() {
    let office = Office::open();
    office.others(1..=2);
    let config = std::fs::read_to_string(office.campaign.path("campaign.toml")).unwrap();
    let follow_up = "[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/letter.md\"\n";
    office.campaign.write("campaign.toml", config + follow_up);
    // The body is not to be had, and the header is.
    office.server.order("2 (UID RFC822.SIZE BODY.PEEK[]", usize::MAX, Act::Say("TAG NO [INUSE] later\r\n".to_owned()));
    let said = "mail 2 of the folder `INBOX` cannot be fetched: the server of [inbox] refused UID FETCH: `NO [INUSE] later` \
        (it is from `person2@elsewhere.example`, with the subject `Re: To Ana`";
    office.sync().exits(1).says(said).says("bytes); the next run asks for it again");
    let listed = lines(&office.campaign.run(&["sync", "--unmatched", "--json"]).exits(0));
    assert_eq!(listed[1]["from"], "person2@elsewhere.example");
    let ran = office.campaign.run(&["follow-up", "--yes", "--require-sync"]).exits(3);
    ran.says("the server does not give 1 mail of the inbox").says("stopped before anything was sent");
    office.campaign.run(&["follow-up", "--yes"]).exits(0).says("the server does not give 1 mail").says("nobody is due");
    // Once it is gone, nobody waits for it any more.
    office.server.remove("INBOX", 2);
    office.campaign.run(&["follow-up", "--yes", "--require-sync"]).exits(0).says("nobody is due");
    assert_eq!(office.unmatched().len(), 1);
}

#[test]
fn the_first_reason_of_a_failure_is_what_is_shown_whatever_comes_after() {
    let whole = |text: &str| Act::Say(format!("* 9 FETCH (UID 2 BODY[]<0> {text}\r\nTAG OK\r\n"));
    let no = |text: &str| Act::Say(format!("TAG NO {text}\r\n"));
    // What the server does to all of them, then twice to the one alone, and when it is asked what it knows of that.
    for (acts, shown, hidden) in [
        // The refusal of all comes before what the one alone gets.
        (
            [no("[SERVERBUG] the index is broken"), no("[INUSE] later"), no("[INUSE] later"), no("no")],
            "the index is broken",
            "`NO no`",
        ),
        // A connection that breaks at the one alone, and another way the next time.
        (
            [no("[SERVERBUG] one"), Act::Say("* BYE oh dear\r\n".to_owned()), Act::Cut(40), Act::Cut(0)],
            "[SERVERBUG] one",
            "closed the connection",
        ),
        (
            [whole("{0}\r\n)"), Act::Say("* BYE oh dear\r\n".to_owned()), Act::Cut(40), no("no")],
            "oh dear",
            "closed the connection",
        ),
        (
            [whole("?? what ))"), whole("?? what ))"), Act::Cut(40), Act::Cut(3)],
            "cannot be read",
            "closed the connection",
        ),
    ] {
        let office = Office::open();
        office.others(1..=3);
        let asked = ["UID FETCH 1,2,3 ", "UID FETCH 2 ", "UID FETCH 2 ", "UID FETCH 2 "];
        for (words, act) in asked.into_iter().zip(acts) {
            office.server.order(words, 1, act);
        }
        // The end of the session goes wrong too.
        office.server.order("LOGOUT", 1, Act::Cut(0));
        let ran = office.sync().exits(1).says("mail 2 of the folder `INBOX` cannot be fetched: ").says(shown);
        assert!(!ran.stderr.contains(hidden), "{shown}: {ran:#?}");
        let (_, reason) = office.unmatched().into_iter().find(|(place, _)| place.ends_with("mail 2")).unwrap();
        assert!(reason.contains(shown) && !reason.contains(hidden), "{reason}");
        // What else is said of the same mail stands behind it.
        let first = reason.find(shown).unwrap();
        assert!(reason.find("; and alone: ").is_none_or(|behind| behind > first), "{reason}");
    }
}

#[test]
fn where_two_folders_go_wrong_the_first_is_what_the_run_ends_with() {
    let authority = crate::office::Authority::new();
    let encryption = undersigned::transport::sandbox::Encryption::Implicit(authority.server("localhost", 2999));
    let office = Office::with(&authority, encryption, "AUTH=PLAIN", "folders = [\"INBOX\", \"Answers\", \"Junk\"]\n");
    office.server.folder("Answers", 5);
    office.server.folder("Junk", 6);
    office.server.order("EXAMINE \"INBOX\"", 1, Act::Say("TAG NO [UNAVAILABLE] the disk is full\r\n".to_owned()));
    office.server.order("EXAMINE \"Answers\"", 1, Act::Say("TAG NO [INUSE] somebody else is there\r\n".to_owned()));
    office.server.order("EXAMINE \"Junk\"", 1, Act::Cut(0));
    let ran = office.campaign.run(&["sync"]).exits(3).says("`INBOX`").says("the disk is full");
    assert!(!ran.stderr.contains("somebody else") && !ran.stderr.contains("closed the connection"), "{ran:#?}");
}
