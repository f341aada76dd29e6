//! What the ledger's witnesses know: the log of sent letters beside it, SQLite's own log, and this machine's memory.

use std::fs;

use super::*;
use crate::ledger::{LedgerError, Missing, Resolution};

/// A folder with a ledger, which this machine remembers or does not.
struct Place {
    folder: TempDir,
    remembers: bool,
}

impl Place {
    fn new(remembers: bool) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), remembers }
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    fn path(&self) -> PathBuf {
        self.logs().join("ledger.db")
    }

    fn open_at(&self, path: &Path) -> Result<SqliteLedger> {
        if self.remembers {
            SqliteLedger::open_remembered(path, &self.folder.path().join("memory"))
        } else {
            SqliteLedger::open(path)
        }
    }

    /// Sends to these, one second after another, each of which ends so; gives the lease back.
    async fn send_from(&self, path: &Path, letters: &[(&str, DeliveryState)], second: i64) {
        let bench = Bench { folder: tempfile::tempdir().unwrap(), ledger: self.open_at(path).unwrap() };
        let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(second)).await.unwrap();
        bench.plan(&lease, &["ana", "bo", "cy", "di"]).await;
        for (recipient, state) in letters {
            bench.send(&lease, recipient, second, *state).await;
        }
        bench.ledger.release(&lease, at(second + 10)).await.unwrap();
    }

    async fn send(&self, letters: &[(&str, DeliveryState)], second: i64) {
        self.send_from(&self.path(), letters, second).await;
    }

    /// A run that dies: its lease is not given back, and nothing is tidied up.
    async fn die_sending(&self, recipient: &str, second: i64) {
        let frozen = self.folder.path().join("as it was when it died");
        let bench = Bench { folder: tempfile::tempdir().unwrap(), ledger: self.open_at(&self.path()).unwrap() };
        let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(second)).await.unwrap();
        bench.plan(&lease, &["ana", "bo", "cy", "di"]).await;
        bench.ledger.freeze(&lease, FIRST, Vec::new(), at(second)).await.unwrap();
        bench.send(&lease, recipient, second, DeliveryState::Accepted).await;
        copy(&self.logs(), &frozen);
        drop(bench);
        fs::remove_dir_all(self.logs()).unwrap();
        copy(&frozen, &self.logs());
        fs::remove_dir_all(frozen).unwrap();
    }

    fn missing(&self) -> Option<Missing> {
        self.missing_at(&self.path())
    }

    /// What the ledger lacks, as whoever opens it for writing is told; it is then left as it was.
    fn missing_at(&self, path: &Path) -> Option<Missing> {
        let before = fs::read(path).ok();
        match self.open_at(path) {
            Ok(_) => None,
            Err(LedgerError::Lost(lost)) => {
                assert_eq!(fs::read(path).ok(), before);
                assert!(lost.to_string().contains("adopt --witness"), "{lost}");
                Some(lost.what)
            }
            Err(other) => panic!("{other}"),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn letters(count: usize, last: i64) -> Missing {
    Missing::Letters { count, last: at(last) }
}

use DeliveryState::{Accepted, Deferred, Failed, InDoubt};

#[tokio::test]
async fn a_ledger_from_before_is_refused_for_the_letters_that_left_since() {
    let place = Place::new(false);
    place.send(&[("ana", Accepted)], 100).await;
    let before = fs::read(place.path()).unwrap();
    place.send(&[("bo", Accepted), ("cy", InDoubt), ("di", Failed)], 200).await;
    assert_eq!(place.missing(), None);
    fs::write(place.path(), before).unwrap();
    // What failed has not left, and may be tried again.
    assert_eq!(place.missing(), Some(letters(2, 201)));
}

#[tokio::test]
async fn what_was_put_off_in_the_copy_and_sent_since_is_missed_too() {
    let place = Place::new(false);
    place.send(&[("ana", Deferred)], 100).await;
    let before = fs::read(place.path()).unwrap();
    place.send(&[("ana", Accepted)], 2000).await;
    fs::write(place.path(), before).unwrap();
    assert_eq!(place.missing(), Some(letters(1, 2001)));
}

#[tokio::test]
async fn a_ledger_from_before_that_has_only_what_did_not_leave_since_is_whole() {
    let place = Place::new(false);
    place.send(&[("ana", Accepted)], 100).await;
    let before = fs::read(place.path()).unwrap();
    place.send(&[("bo", Deferred), ("cy", Failed)], 200).await;
    fs::write(place.path(), before).unwrap();
    assert_eq!(place.missing(), None);
}

#[tokio::test]
async fn what_a_person_took_back_is_not_missed() {
    let place = Place::new(false);
    place.send(&[("ana", InDoubt)], 100).await;
    let ledger = place.open_at(&place.path()).unwrap();
    ledger.resolve(FIRST, &RecipientId::new("ana"), Resolution::NotSent, &word(at(200))).await.unwrap();
    drop(ledger);
    assert_eq!(place.missing(), None);
}

#[tokio::test]
async fn no_ledger_is_made_beside_the_log_of_one() {
    let place = Place::new(false);
    place.send(&[("ana", Accepted), ("bo", Accepted)], 100).await;
    fs::remove_file(place.path()).unwrap();
    assert_eq!(place.missing(), Some(Missing::Ledger { count: 2, last: at(101) }));
    assert!(!place.path().exists());
    // Another ledger in its place has another history.
    let other = Place::new(false);
    other.send(&[], 100).await;
    fs::copy(other.path(), place.path()).unwrap();
    assert_eq!(place.missing(), Some(Missing::History));
}

#[tokio::test]
async fn a_log_that_is_gone_or_was_cut_is_made_whole_by_the_ledger() {
    let place = Place::new(false);
    place.send(&[("ana", Accepted), ("bo", Accepted)], 100).await;
    let log = place.logs().join("ledger.db-sent");
    let whole = fs::read(&log).unwrap();
    for left in [None, Some(0), Some(30), Some(whole.len() - 40)] {
        match left {
            None => fs::remove_file(&log).unwrap(),
            Some(length) => fs::write(&log, &whole[..length]).unwrap(),
        }
        assert_eq!(place.missing(), None, "{left:?}");
        fs::rename(place.path(), place.logs().join("aside")).unwrap();
        assert!(matches!(place.missing(), Some(Missing::Ledger { count: 2, .. })), "{left:?}");
        fs::rename(place.logs().join("aside"), place.path()).unwrap();
    }
}

#[tokio::test]
async fn the_log_names_no_address_and_is_only_added_to() {
    let place = Place::new(false);
    place.send(&[("ana", Accepted)], 100).await;
    let log = place.logs().join("ledger.db-sent");
    let before = fs::read_to_string(&log).unwrap();
    assert!(!before.contains("ana") && before.contains("2024-06-dialogue 0 "), "{before}");
    place.send(&[("bo", Failed)], 200).await;
    let after = fs::read_to_string(&log).unwrap();
    assert!(after.starts_with(&before) && after.len() > before.len(), "{after}");
}

#[tokio::test]
async fn a_log_of_sqlites_that_was_lost_or_emptied_after_a_kill_is_noticed() {
    for empties in [false, true] {
        for forgets in [false, true] {
            let place = Place::new(false);
            place.send(&[("ana", Accepted)], 100).await;
            place.die_sending("bo", 200).await;
            let (log, sent) = (place.logs().join("ledger.db-wal"), place.logs().join("ledger.db-sent"));
            assert!(log.metadata().unwrap().len() > 0);
            if empties {
                fs::write(&log, "").unwrap();
            } else {
                fs::remove_file(&log).unwrap();
            }
            if forgets {
                fs::remove_file(sent).unwrap();
            }
            let missing = place.missing();
            assert!(matches!(missing, Some(Missing::Log { .. })), "{empties} {forgets}: {missing:?}");
        }
    }
}

#[tokio::test]
async fn after_a_kill_whoever_writes_leaves_the_log_for_the_next_run() {
    let place = Place::new(false);
    place.die_sending("ana", 100).await;
    for _ in 0..2 {
        assert_eq!(place.missing(), None);
    }
    let ledger = place.open_at(&place.path()).unwrap();
    let (lease, _) = ledger.take_lease(&campaign(), &clock(200)).await.unwrap();
    ledger.release(&lease, at(201)).await.unwrap();
    drop(ledger);
    assert!(!place.logs().join("ledger.db-wal").exists(), "the file is whole by itself");
    assert_eq!(place.missing(), None);
}

#[tokio::test]
async fn this_machine_remembers_what_a_whole_folder_from_before_does_not_know() {
    let place = Place::new(true);
    place.send(&[("ana", Accepted)], 100).await;
    let backup = place.folder.path().join("backup");
    copy(&place.logs(), &backup);
    place.send(&[("bo", Accepted)], 200).await;
    fs::remove_dir_all(place.logs()).unwrap();
    assert_eq!(place.missing(), Some(Missing::Ledger { count: 2, last: at(201) }));
    copy(&backup, &place.logs());
    assert_eq!(place.missing(), Some(letters(1, 201)));
}

#[tokio::test]
async fn of_a_folder_and_its_copy_only_the_one_that_was_used_last_can_be_used() {
    let place = Place::new(true);
    place.send(&[("ana", Accepted)], 100).await;
    let other = place.folder.path().join("other");
    copy(&place.logs(), &other);
    let other = other.join("ledger.db");
    place.send_from(&other, &[("bo", Accepted)], 200).await;
    match place.open_at(&place.path()) {
        Err(LedgerError::Lost(lost)) => {
            assert_eq!(lost.what, letters(1, 201));
            assert_eq!(lost.elsewhere, Some(other.canonicalize().unwrap()));
        }
        other => panic!("{other:?}"),
    }
    place.send_from(&other, &[("cy", Accepted)], 300).await;
}

#[tokio::test]
async fn this_machine_remembers_answers_that_a_folder_from_before_does_not_know() {
    let place = Place::new(true);
    place.send(&[("ana", Accepted)], 100).await;
    let backup = place.folder.path().join("backup");
    copy(&place.logs(), &backup);
    let ledger = place.open_at(&place.path()).unwrap();
    ledger.stop(None, &word(at(200))).await.unwrap();
    drop(ledger);
    fs::remove_dir_all(place.logs()).unwrap();
    copy(&backup, &place.logs());
    assert_eq!(place.missing(), Some(Missing::Events));
}

#[tokio::test]
async fn a_ledger_that_was_moved_goes_on_and_so_does_one_that_this_machine_never_saw() {
    let place = Place::new(true);
    place.send(&[("ana", Accepted)], 100).await;
    let moved = place.folder.path().join("moved");
    fs::rename(place.logs(), &moved).unwrap();
    place.send_from(&moved.join("ledger.db"), &[("bo", Accepted)], 200).await;
    fs::remove_dir_all(place.folder.path().join("memory")).unwrap();
    place.send_from(&moved.join("ledger.db"), &[("cy", Accepted)], 300).await;
    assert_eq!(place.missing_at(&moved.join("ledger.db")), None);
}
