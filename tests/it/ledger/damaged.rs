//! A ledger with damage: it is said, nothing is sent before it is repaired, and nobody gets a letter twice.

use std::time::Duration;

use super::{everybody_got_it_once, unhurried};
use crate::harness::Campaign;

/// Sends until some letters have gone, and kills the run: what it recorded stands in SQLite's log alone.
fn killed(campaign: &Campaign) {
    let mut run = campaign.start(&["send", "--yes"]);
    while campaign.received().len() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
}

#[test]
fn a_damaged_ledger_stops_the_run_before_anything_is_sent() {
    let campaign = Campaign::new().many_recipients(200).server([]);
    campaign.run(&["send", "--yes", "--limit", "20"]).exits(0);
    let path = campaign.path("logs/ledger.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The pages after the first hold the schema's trees.
    for byte in bytes.iter_mut().skip(4_096) {
        *byte = 0x5a;
    }
    std::fs::write(&path, bytes).unwrap();
    campaign.run(&["send", "--yes"]).exits(2).says("logs/ledger.db");
    assert_eq!(campaign.received().len(), 20);
}

#[test]
fn a_ledger_whose_log_is_damaged_is_not_sent_with() {
    let campaign = unhurried(40);
    killed(&campaign);
    let log = campaign.path("logs/ledger.db-wal");
    let whole = std::fs::read(&log).unwrap();
    let sent = campaign.received().len();
    // What lies behind the last commit may be left over from before, and says nothing: the first two pages do not.
    for place in [8, 3_000, 5_000] {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        std::fs::write(&log, damaged).unwrap();
        for arguments in [&["send", "--yes"][..], &["status"], &["log"]] {
            campaign
                .run(arguments)
                .exits(2)
                .says("logs/ledger.db-wal: what was recorded last is damaged")
                .says("send nothing");
        }
    }
    assert_eq!(campaign.received().len(), sent);
    std::fs::write(&log, whole).unwrap();
    let ran = campaign.run(&["send", "--yes"]);
    assert!(matches!(ran.status, Some(0 | 1)), "{ran:#?}");
    everybody_got_it_once(&campaign, 40);
}

#[test]
fn wherever_a_page_of_the_ledger_is_damaged_nobody_gets_a_letter_twice() {
    let campaign = Campaign::new().many_recipients(120).server([]);
    campaign.run(&["send", "--yes", "--limit", "20"]).exits(0);
    let first = campaign.reached();
    let ledger = std::fs::read(campaign.path("logs/ledger.db")).unwrap();
    let log = std::fs::read(campaign.path("logs/contacted.csv")).unwrap();
    let sent_before = std::fs::read(campaign.path("logs/ledger.db-sent")).unwrap();
    let pages = ledger.len() / 4_096;
    let mut refused = 0;
    for page in (1..pages).step_by(pages / 12) {
        let mut damaged = ledger.clone();
        damaged[page * 4_096..(page + 1) * 4_096].fill(0x5a);
        campaign.write("logs/ledger.db", damaged);
        campaign.write("logs/contacted.csv", &log);
        campaign.write("logs/ledger.db-sent", &sent_before);
        campaign.forget();
        let before = campaign.received().len();
        let ran = campaign.run(&["send", "--yes"]);
        let mut sent: Vec<String> =
            campaign.received().into_iter().skip(before).flat_map(|letter| letter.recipients).collect();
        sent.sort();
        let count = sent.len();
        sent.dedup();
        assert_eq!(sent.len(), count, "page {page}: {ran:#?}");
        assert!(sent.iter().all(|to| !first.contains(to)), "page {page}: {ran:#?}");
        match ran.status {
            // Sending does not read this page.
            Some(0) => assert_eq!(count, 100, "page {page}: {ran:#?}"),
            status => {
                assert_eq!(status, Some(if count == 0 { 2 } else { 3 }), "page {page}: {ran:#?}");
                ran.says("logs/ledger.db: the ledger is damaged").says("`sqlite3 FILE .recover`");
                refused += 1;
            }
        }
    }
    assert!(refused > 3, "{refused} of {pages} pages");
}

#[test]
fn a_ledger_that_was_cut_short_is_not_sent_with() {
    for (length, said) in [(0, "it was lost"), (4_096, "is damaged"), (50_000, "is damaged")] {
        let campaign = Campaign::new().many_recipients(60).server([]);
        campaign.run(&["send", "--yes", "--limit", "20"]).exits(0);
        let ledger = std::fs::OpenOptions::new().write(true).open(campaign.path("logs/ledger.db")).unwrap();
        assert!(ledger.metadata().unwrap().len() > length);
        ledger.set_len(length).unwrap();
        campaign.run(&["send", "--yes"]).exits(2).says("logs/ledger.db: ").says(said);
        assert_eq!(campaign.received().len(), 20);
    }
}
