//! Folders: which are meant, and how far each was read.

use undersigned::transport::sandbox::Encryption;

use super::{Office, effects};
use crate::office::Authority;

#[test]
fn each_folder_is_read_from_where_it_was_read_last_and_one_that_is_not_there_hides_no_other() {
    let authority = Authority::new();
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let folders = "folders = [\"INBOX\", \"Bouncés\", \"Answers\"]\n";
    let office = Office::with(&authority, encryption, "AUTH=PLAIN", folders);
    office.server.folder("Answers", 5);
    office.server.put("Answers", 1, &office.failure());
    office.server.put("INBOX", 3, &office.answer());
    let ran = office.sync().exits(3).says(
        "the folder `Bouncés`: there is none of this name; the server of [inbox] has `Answers`, `INBOX`; write one of these",
    );
    assert_eq!(effects(&ran), ["bo@example.org replied", "ana@example.org bounced"]);
    office.commands();
    office.server.folder("Bounc&AOk-s", 9);
    office.others(4..=4);
    let ran = office.sync().exits(0).says("1 new mail");
    assert_eq!(effects(&ran), [""; 0]);
    let searched = office.commands().into_iter().filter(|command| command.contains("SEARCH"));
    assert_eq!(searched.collect::<Vec<_>>(), ["UID SEARCH UID 4:*", "UID SEARCH UID 1:*", "UID SEARCH UID 2:*"]);
}

#[test]
fn a_folder_that_is_numbered_anew_is_read_anew_and_nothing_counts_twice() {
    let office = Office::open();
    office.server.put("INBOX", 7, &office.failure());
    office.server.put("INBOX", 9, &office.answer());
    assert_eq!(effects(&office.sync().exits(0)).len(), 2);
    let before = office.events();
    office.server.folder("INBOX", 2);
    let ran = office.sync().exits(0).says("numbered the folder `INBOX` anew").says("0 new mails, 2 counted before");
    assert_eq!(ran.stdout, "");
    assert_eq!(office.events(), before);
    office.commands();
    assert!(!office.sync().exits(0).stderr.contains("anew"));
    assert!(office.commands().contains(&"UID SEARCH UID 10:*".to_owned()));
}

#[test]
fn folders_that_the_server_numbers_anew_each_time_are_not_read_anew_each_time() {
    let office = Office::open();
    office.others(1..=5);
    office.sync().exits(0).says("5 new mails");
    for validity in 2..5 {
        office.server.folder("INBOX", validity);
        office.others(5 + validity..=5 + validity);
        office.commands();
        office.sync().exits(0).says(&format!(
            "1 new mail, 1 about no letter for sure (`undersigned sync --unmatched` lists them), {} counted",
            3 + validity
        ));
        let commands = office.commands();
        let whole: Vec<_> = commands.iter().filter(|one| one.contains("BODY.PEEK[]")).collect();
        assert!(whole.len() == 1 && whole[0].starts_with(&format!("UID FETCH {} ", 5 + validity)), "{whole:?}");
    }
}

#[test]
fn a_name_that_is_written_otherwise_than_on_the_server_is_found() {
    let authority = Authority::new();
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let folders = "folders = [\"INBOX\", \"INBOX/junk\", \"Bounce\u{301}s\", \"Junk\"]\n";
    let office = Office::with(&authority, encryption, "AUTH=PLAIN", folders);
    office.server.folder("Junk", 5);
    office.server.folder("Bounc&AOk-s", 9);
    office.server.put("Junk", 1, &office.failure());
    office.server.put("Bounc&AOk-s", 1, &office.answer());
    // What lies among junk counts by a token only.
    assert_eq!(effects(&office.sync().exits(0)), ["bo@example.org replied"]);
    let opened: Vec<_> = office.commands().into_iter().filter(|one| one.starts_with("EXAMINE")).collect();
    assert_eq!(opened, ["EXAMINE \"INBOX\"", "EXAMINE \"Junk\"", "EXAMINE \"Bounc&AOk-s\""]);
}

#[test]
fn a_folder_that_the_server_calls_junk_is_one_whatever_its_name() {
    let authority = Authority::new();
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let office = Office::with(&authority, encryption, "AUTH=PLAIN", "folders = [\"INBOX\", \"Afval\"]\n");
    office.server.folder("Afval", 5);
    office.server.is_for_junk("Afval");
    office.server.put("Afval", 1, &office.failure());
    office.server.put("INBOX", 1, &office.answer());
    assert_eq!(effects(&office.sync().exits(0)), ["bo@example.org replied"]);
}
