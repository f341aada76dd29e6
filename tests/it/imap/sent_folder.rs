//! A copy of each accepted letter lies in the Sent folder, once, and nothing else in the mailbox changes.

use std::collections::BTreeSet;
use std::time::Duration;

use undersigned::transport::sandbox::{Act as Plays, At, Encryption, Fault, When};

use super::server::{Act, ImapServer};
use crate::harness::Campaign;
use crate::office::{Authority, SECRET};

const SENT: &str = "Gesendet";

/// A campaign whose letters are to lie in the Sent folder, and the server where that is.
fn campaign(settings: &str) -> (Campaign, ImapServer) {
    let authority = Authority::new();
    let server = ImapServer::start(Encryption::Implicit(authority.server("localhost", 2999)), "AUTH=PLAIN");
    server.folder(SENT, 3);
    server.is_for_sent(SENT);
    let inbox = format!(
        "[inbox]\nurl = \"imaps://letters%40coalition.example@localhost:{}\"\npassword = {{ env = \"INBOX_PASSWORD\" }}\n\
        sent_folder = \"Sent\"\n{settings}",
        server.port()
    );
    let campaign = Campaign::new().settings(&inbox).file("authority.pem", authority.pem());
    let trusted = campaign.path("authority.pem").into_os_string().into_string().unwrap();
    (campaign.environment("SSL_CERT_FILE", trusted).environment("INBOX_PASSWORD", SECRET), server)
}

/// The letters that the server took, and what lies in the Sent folder, in one order.
fn compare(campaign: &Campaign, server: &ImapServer) {
    let mut sent: Vec<String> =
        campaign.received().into_iter().map(|letter| String::from_utf8(letter.message).unwrap()).collect();
    let mut filed = server.mails(SENT);
    sent.sort();
    filed.sort();
    assert!(filed == sent, "{} lie there, {} were sent", filed.len(), sent.len());
}

#[test]
fn a_copy_of_each_accepted_letter_lies_in_the_folder_that_is_for_it_and_nothing_else_is_written() {
    let (campaign, server) = campaign("");
    let nobody = Plays::Reply("550 5.1.1 no such user".into());
    let nobody = Fault::always(When::Recipient("bo@example.org".to_owned()), At::Rcpt, nobody);
    let campaign = campaign.server([nobody]);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted, 1 failed");
    compare(&campaign, &server);
    assert_eq!(server.mails(SENT).len(), 2);
    campaign.run(&["sync"]).exits(0);
    compare(&campaign, &server);
    let heard = server.heard().into_iter().map(|heard| heard.line);
    let verbs = heard.filter_map(|line| Some(line.split_once(' ')?.1.split(' ').next()?.to_owned()));
    let verbs: BTreeSet<String> = verbs.filter(|verb| verb.chars().all(|sign| sign.is_ascii_uppercase())).collect();
    for verb in &verbs {
        let may = ["CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "UID", "APPEND", "LOGOUT", "NOOP"];
        assert!(may.contains(&verb.as_str()) || verb.len() > 12, "{verbs:?}");
    }
    assert_eq!(kept(&campaign), 0);
}

#[test]
fn what_cannot_be_put_there_befalls_no_letter_and_sync_puts_it_there_later() {
    for (words, act) in [
        ("APPEND", Act::Say("TAG NO [OVERQUOTA] no room\r\n".to_owned())),
        ("SEARCH HEADER", Act::Say("TAG NO not now\r\n".to_owned())),
        ("AUTHENTICATE", Act::Say("TAG NO [AUTHENTICATIONFAILED] wrong\r\n".to_owned())),
        ("", Act::Leave(0)),
    ] {
        let (campaign, server) = campaign("");
        let campaign = campaign.server([]);
        server.order(words, usize::MAX, act);
        campaign
            .run(&["send", "--yes"])
            .exits(0)
            .prints("3 accepted")
            .says("3 letters are not in the folder `Sent` yet")
            .says("`undersigned sync` puts them there");
        server.mend();
        campaign.run(&["sync"]).exits(0);
        compare(&campaign, &server);
        assert_eq!(campaign.received().len(), 3, "no letter was repeated");
    }
}

#[test]
fn a_copy_of_which_the_server_said_nothing_is_looked_for_and_put_there_once() {
    let (campaign, server) = campaign("");
    let campaign = campaign.server([]);
    server.order("APPEND", 2, Act::Cut(0));
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    campaign.run(&["sync"]).exits(0);
    campaign.run(&["sync"]).exits(0);
    compare(&campaign, &server);
}

#[test]
fn a_folder_that_is_not_there_is_named_with_those_that_are() {
    let (campaign, server) = campaign("");
    let campaign = campaign.server([]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("sent_folder = \"Sent\"", "sent_folder = \"Letters\""));
    campaign.run(&["send", "--yes"]).exits(0).says("the folder `Letters`").says(SENT);
    assert_eq!(server.mails(SENT), [""; 0]);
}

#[test]
fn killed_again_and_again_each_accepted_letter_lies_there_once() {
    let (campaign, server) = campaign("[pace]\nconnections = 2\n");
    let campaign = campaign.many_recipients(200).server([]);
    let mut random = fastrand::Rng::with_seed(11);
    for kill in 0..40 {
        let mut run = campaign.start(&["send", "--yes"]);
        let enough = campaign.sandbox().count() + 2;
        while kill % 2 == 0 && campaign.sandbox().count() <= enough && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(random.u64(0..60_000)));
        run.kill().unwrap();
        run.wait().unwrap();
    }
    campaign.run(&["send", "--yes"]);
    let in_doubt = campaign.states().into_iter().filter(|(_, state)| state == "in-doubt");
    let in_doubt: Vec<String> = in_doubt.map(|(recipient, _)| recipient).collect();
    let arrived = ["resolve", "--accepted"].into_iter().chain(in_doubt.iter().map(String::as_str));
    if !in_doubt.is_empty() {
        campaign.run(&arrived.collect::<Vec<_>>()).exits(0);
        campaign.run(&["sync"]).exits(0);
    }
    let accepted = campaign.states().into_values().filter(|state| state == "accepted").count();
    let mut filed: Vec<String> = server.mails(SENT);
    assert_eq!(filed.len(), accepted, "each accepted letter lies there");
    filed.sort();
    filed.dedup();
    assert_eq!(filed.len(), accepted, "and once");
    let sent: BTreeSet<String> =
        campaign.received().into_iter().map(|letter| String::from_utf8(letter.message).unwrap()).collect();
    // Of those in doubt, some have not arrived at all.
    assert!(filed.iter().filter(|letter| !sent.contains(*letter)).count() <= in_doubt.len(), "as it left");
    assert_eq!(kept(&campaign), 0);
}

/// So many letters are kept until a copy of each lies in the Sent folder.
fn kept(campaign: &Campaign) -> i64 {
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.query_row("SELECT count(*) FROM unfiled", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_letter_that_was_on_the_wire_when_the_program_was_killed_is_filed_once_a_person_says_that_it_arrived() {
    for said in ["--accepted", "--not-sent"] {
        let (campaign, server) = campaign("");
        let silent = |to: &str| Fault::once(When::Recipient(to.to_owned()), At::FinalDot, Plays::Silence);
        let campaign = campaign.server([silent("cy@example.org")]);
        let mut run = campaign.start(&["send", "--yes"]);
        let waits = |campaign: &Campaign| campaign.reached().contains(&"cy@example.org".to_owned());
        while !waits(&campaign) {
            assert_eq!(run.try_wait().unwrap(), None);
            std::thread::yield_now();
        }
        // What became of the letters before it is on the disk by now.
        std::thread::sleep(Duration::from_millis(500));
        run.kill().unwrap();
        run.wait().unwrap();
        campaign.run(&["send", "--yes"]).exits(1).prints("1 in-doubt");
        assert_eq!((server.mails(SENT).len(), kept(&campaign)), (2, 1));
        campaign.run(&["resolve", "cy@example.org", said]).exits(0);
        if said == "--not-sent" {
            assert_eq!(kept(&campaign), 0, "what has not left is kept no longer");
            campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
            assert_eq!(server.mails(SENT).len(), 3);
        } else {
            campaign.run(&["sync"]).exits(0);
            compare(&campaign, &server);
        }
        assert_eq!(kept(&campaign), 0);
    }
}

#[test]
fn neither_the_key_that_signs_nor_the_inboxs_password_gets_into_anything() {
    // Made for this test.
    const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq";
    let (campaign, server) = campaign("");
    let campaign = campaign.server([]).environment("DKIM_KEY", KEY);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let signs = "[sender.dkim]\nselector = \"s1\"\nkey = { env = \"DKIM_KEY\" }\n[letter]";
    campaign.write("campaign.toml", settings.replace("[letter]", signs));
    server.order("APPEND", 1, Act::Say(format!("TAG NO you said {SECRET}\r\n")));
    let coded = data_encoding::BASE64.encode(SECRET.as_bytes());
    let raw = data_encoding::BASE64.decode(KEY.as_bytes()).unwrap();
    for arguments in [&["send", "--yes", "-vv"][..], &["sync", "-vv"], &["check", "-vv"], &["log", "--events"]] {
        let ran = campaign.run(arguments).exits(0);
        for secret in [SECRET, &coded, &KEY[20..40]] {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{arguments:?}: {ran:#?}");
        }
    }
    for secret in [SECRET.as_bytes(), coded.as_bytes(), &KEY.as_bytes()[20..40], &raw[16..]] {
        assert_eq!(campaign.files_with(secret), [""; 0]);
        assert_eq!(campaign.kept_with(secret), [""; 0]);
    }
    // Each letter is signed, and its copy is the letter as it left.
    compare(&campaign, &server);
    assert!(server.mails(SENT).iter().all(|letter| letter.starts_with("DKIM-Signature: v=1; a=ed25519-sha256; s=s1;")));
    // A key that is none is refused before anything is sent, and not repeated.
    let campaign = campaign.environment("DKIM_KEY", "hunter2-hunter2-hunter2");
    let ran = campaign.run(&["send", "--yes"]).exits(2).says("[sender.dkim]: the key is neither");
    assert!(!ran.stderr.contains("hunter2"));
}
