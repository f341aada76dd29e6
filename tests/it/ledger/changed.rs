//! A ledger that is removed, replaced or locked while a run writes it, or lost between two runs.

use std::path::PathBuf;
use std::time::Duration;

use super::{everybody_got_it_once, unhurried};
use crate::harness::{Campaign, Ran};

/// What somebody does to a ledger.
type Meddle = fn(&Campaign);

/// Where it is.
fn ledger(campaign: &Campaign) -> PathBuf {
    campaign.path("logs/ledger.db")
}

/// Sends, and meddles when some letters have gone.
fn meddled(campaign: &Campaign, meddle: impl FnOnce(&Campaign)) -> Ran {
    let run = campaign.start(&["send", "--yes"]);
    while campaign.received().len() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    meddle(campaign);
    Ran::new(run.wait_with_output().unwrap())
}

/// The copy that a run saved.
fn saved(campaign: &Campaign) -> PathBuf {
    let mut entries = std::fs::read_dir(campaign.path("logs")).unwrap().map(|entry| entry.unwrap().path());
    entries.find(|path| path.to_string_lossy().contains("ledger.db.saved-")).expect("a copy was saved")
}

#[cfg(unix)]
#[test]
fn a_ledger_that_is_removed_or_replaced_under_a_run_stops_it_and_is_saved() {
    let meddles: [(&str, Meddle); 4] = [
        ("removed", |campaign| std::fs::remove_file(ledger(campaign)).unwrap()),
        ("moved away", |campaign| std::fs::rename(ledger(campaign), campaign.path("logs/old.db")).unwrap()),
        ("replaced by an older one", |campaign| {
            std::fs::rename(campaign.path("older.db"), ledger(campaign)).unwrap();
            std::fs::remove_file(campaign.path("logs/ledger.db-wal")).unwrap();
            std::fs::remove_file(campaign.path("logs/ledger.db-shm")).unwrap();
        }),
        ("gone with its folder", |campaign| std::fs::rename(campaign.path("logs"), campaign.path("old")).unwrap()),
    ];
    for (name, meddle) in meddles {
        let campaign = unhurried(60);
        campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
        std::fs::copy(ledger(&campaign), campaign.path("older.db")).unwrap();
        let ran = meddled(&campaign, meddle).exits(3);
        let ran = ran.says("logs/ledger.db: the file was removed or replaced during the run; send nothing more before");
        assert!(ran.stderr.contains("ledger.db.saved-") && !ran.stderr.contains("goes on"), "{name}: {ran:#?}");
        let sent = campaign.received().len();
        assert!(sent < 60, "{name}: the run did not stop");

        // The next run would write to everybody again, and does not.
        let ran = campaign.run(&["send", "--yes"]).exits(2).says("it was lost");
        assert!(ran.stderr.contains(".saved-"), "{name}: {ran:#?}");
        assert_eq!(campaign.received().len(), sent, "{name}");

        let copy = saved(&campaign);
        std::fs::rename(copy, ledger(&campaign)).unwrap();
        campaign.run(&["send", "--yes"]).exits(0).prints("60 accepted");
        everybody_got_it_once(&campaign, 60);
    }
}

#[test]
fn a_ledger_that_was_lost_or_is_an_older_one_is_not_sent_with_until_a_person_says_so() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let older = std::fs::read(campaign.path("logs/ledger.db")).unwrap();
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("logs/ledger.db", older);
    let ran = campaign
        .run(&["send", "--yes"])
        .exits(2)
        .says("logs/ledger.db: the ledger does not know of a letter that left");
    ran.says("it was lost");
    std::fs::remove_file(campaign.path("logs/ledger.db")).unwrap();
    // Each witness is asked; all of them must be out of the way.
    campaign.run(&["send", "--yes"]).exits(2).says("ledger.db-sent tells of 2 letters that left");
    std::fs::remove_file(campaign.path("logs/ledger.db-sent")).unwrap();
    campaign.run(&["send", "--yes"]).exits(2).says(".sent tells of 2 letters that left");
    campaign.forget();
    let ran =
        campaign.run(&["send", "--yes"]).exits(2).says("the ledger does not know of 2 letters that left, of which ");
    ran.says("logs/contacted.csv tells");
    assert_eq!(campaign.received().len(), 2);
    std::fs::remove_file(campaign.path("logs/contacted.csv")).unwrap();
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
}

#[test]
fn no_word_is_recorded_in_a_ledger_that_was_lost_or_is_an_older_one() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let older = std::fs::read(campaign.path("logs/ledger.db")).unwrap();
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("mails.mbox", "From bo@example.org Mon Mar 22 10:00:00 2027\nFrom: bo@example.org\n\nYes.\n");
    let mails = campaign.path("mails.mbox");
    let words: [&[&str]; 5] = [
        &["suppress", "cy@example.org"],
        &["stop"],
        &["mark", "ana@example.org", "replied"],
        &["resolve", "ana@example.org", "--accepted"],
        &["sync", "--mbox", mails.to_str().unwrap()],
    ];
    let refuses_all = || {
        for word in words {
            campaign.run(word).exits(2).says("it was lost");
            campaign.run(&["send", "--yes"]).exits(2).says("it was lost");
        }
        assert_eq!(campaign.received().len(), 2);
    };
    campaign.write("logs/ledger.db", older);
    refuses_all();
    std::fs::remove_file(campaign.path("logs/ledger.db")).unwrap();
    refuses_all();
    assert!(!ledger(&campaign).exists(), "no empty ledger is made beside a log that knows of letters");
}

/// The lines of a run's stderr, up to one that has a text.
fn read_until(stderr: &mut impl std::io::BufRead, text: &str) {
    let mut line = String::new();
    while !line.contains(text) {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "the run ended and did not say: {text}");
    }
}

#[test]
fn a_run_waits_for_another_process_that_has_the_ledger_locked_and_says_so() {
    let campaign = unhurried(30);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let other = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    for before_the_first in [true, false] {
        let lock = || other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let sent = campaign.received().len();
        if before_the_first {
            lock();
        }
        let mut run = campaign.start(&["send", "--yes", "--limit", "12"]);
        let mut stderr = std::io::BufReader::new(run.stderr.take().unwrap());
        if !before_the_first {
            while campaign.received().len() < sent + 3 {
                std::thread::sleep(Duration::from_millis(5));
            }
            lock();
        }
        read_until(&mut stderr, "another process keeps the ledger locked; waiting for it");
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(run.wait().unwrap().code(), Some(0));
        assert_eq!(campaign.received().len(), sent + 12);
    }
    campaign.run(&["send", "--yes"]).exits(0).prints("30 accepted");
    everybody_got_it_once(&campaign, 30);
}
