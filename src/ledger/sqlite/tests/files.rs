//! The file itself: who may read it, what it must be, and what happens when the disk is full.

use super::super::witness::Doubts;
use super::super::{Home, host};
use super::*;
use crate::ledger::LedgerError;

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (bench, _lease) = Bench::planned(&["ana"]).await;
    let folder = bench.path().parent().unwrap().to_owned();
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    let path = bench.path();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o664)).unwrap();
    let _ledger = SqliteLedger::open(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    drop(folder);
}

#[test]
fn a_ledger_that_is_not_there_is_not_made_by_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs/ledger.db");
    assert!(SqliteLedger::open_existing(&path).unwrap().is_none());
    assert!(!path.parent().unwrap().exists());
    // One that was being made when the power went.
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "").unwrap();
    assert!(SqliteLedger::open_existing(&path).unwrap().is_none());
    assert_eq!(path.metadata().unwrap().len(), 0);
    SqliteLedger::open(&path).unwrap();
    assert!(SqliteLedger::open_existing(&path).unwrap().is_some());
}

#[test]
fn every_ledger_has_a_secret_of_its_own_and_keeps_it() {
    let key = |bench: &Bench| -> [u8; 32] {
        bench.sql().query_row("SELECT value FROM meta WHERE key = 'token-key'", [], |row| row.get(0)).unwrap()
    };
    let (one, two) = (Bench::new(), Bench::new());
    let before = key(&one);
    assert_ne!(before, key(&two));
    drop(SqliteLedger::open(&one.path()).unwrap());
    assert_eq!(before, key(&one));
    one.ledger.token_key().unwrap();
}

#[test]
fn a_ledger_of_a_newer_version_is_refused_and_left_alone() {
    let bench = Bench::new();
    bench.sql().execute_batch("PRAGMA user_version = 99").unwrap();
    for error in
        [SqliteLedger::open(&bench.path()).unwrap_err(), SqliteLedger::open_existing(&bench.path()).unwrap_err()]
    {
        assert!(matches!(error, LedgerError::Newer { found: 99, known: 10, .. }), "{error}");
    }
}

#[test]
fn what_is_no_ledger_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let refused = |why: &str| {
        let before = std::fs::read(&path).unwrap();
        for error in [SqliteLedger::open(&path).unwrap_err(), SqliteLedger::open_existing(&path).unwrap_err()] {
            assert!(matches!(error, LedgerError::Unusable { .. }), "{error:?}");
            assert!(error.to_string().contains(why), "{error}");
        }
        assert_eq!(before, std::fs::read(&path).unwrap());
    };
    std::fs::write(&path, "id,email\n".repeat(1_000)).unwrap();
    refused("not a SQLite database");
    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE bookmarks (url)").unwrap();
    refused("a database of another program");
}

#[tokio::test]
async fn a_damaged_ledger_says_so() {
    let ids: Vec<String> = (0..500).map(|n| format!("recipient{n}")).collect();
    let (bench, lease) = Bench::planned(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    bench.ledger.release(&lease, at(0)).await.unwrap();
    let path = bench.path();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    let mut bytes = std::fs::read(&path).unwrap();
    let whole = bytes.len();
    // The first pages stay, so that it is recognised.
    bytes[100 * 1024..].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    let read = SqliteLedger::open_existing(&path).and_then(|ledger| {
        ledger.unwrap().deliveries(&campaign(), &Selection::default()).try_for_each(|it| it.map(drop))
    });
    assert!(matches!(read, Err(LedgerError::Unusable { .. })), "{read:?}");
    assert!(whole > 200 * 1024, "{whole}");
    drop(folder);
}

#[tokio::test]
async fn on_a_full_disk_what_was_recorded_stays_and_the_rest_is_refused() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    bench.send(&lease, "ana", 1, DeliveryState::Accepted).await;
    bench.ledger.release(&lease, at(2)).await.unwrap();
    let path = bench.path();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    // SQLite then says SQLITE_FULL, as it does where a write fails for lack of space.
    let ledger = SqliteLedger::open_with(
        &Home::File(path.clone()),
        host::machine(),
        "PRAGMA max_page_count = 1",
        None,
        Doubts::Refuse,
    )
    .unwrap();
    let bench = Bench { folder, ledger };
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(3)).await.unwrap();
    let header = Columns::new(["id", "email"]);
    bench.ledger.begin_plan(&lease, FIRST, &header).await.unwrap();
    let many: Vec<_> = (0..2_000).map(|n| row(&format!("recipient{n}"))).collect();
    let full = bench.ledger.plan(&lease, FIRST, many).await;
    assert!(matches!(full, Err(LedgerError::Full { .. })), "{full:?}");
    assert_eq!(bench.delivery("ana").state, DeliveryState::Accepted);
    assert_eq!(bench.due_ids(4).await, ["bo"]);
    // The transaction is gone as a whole, and the writer goes on.
    let rows: i64 = bench.sql().query_row("SELECT count(*) FROM list_row", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 2);
    bench.ledger.renew(&lease, at(5)).await.unwrap();
    bench.check_tally();
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_is_read_where_nothing_may_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.ledger.release(&lease, at(1)).await.unwrap();
    let path = bench.path();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    let permit = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    permit(&path, 0o400);
    permit(path.parent().unwrap(), 0o500);
    let ledger = SqliteLedger::open_existing(&path).unwrap().unwrap();
    assert_eq!(ledger.tally(&campaign(), FIRST).unwrap().total(), 1);
    assert_eq!(ledger.holder(&campaign()).unwrap(), None);
    let refused = ledger.take_lease(&campaign(), &clock(2)).await;
    assert!(matches!(refused, Err(LedgerError::Store { .. })), "{refused:?}");
    drop(ledger);
    permit(path.parent().unwrap(), 0o700);
    drop(folder);
}

#[tokio::test]
async fn a_reader_sees_what_a_run_commits_and_does_not_wait_for_it() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let reader = SqliteLedger::open_existing(&bench.path()).unwrap().unwrap();
    assert_eq!(reader.tally(&campaign(), FIRST).unwrap().of(DeliveryState::Planned), 1);
    bench.send(&lease, "ana", 1, DeliveryState::Accepted).await;
    let writing = bench.sql();
    writing.execute_batch("BEGIN IMMEDIATE; UPDATE delivery SET note = 'x'").unwrap();
    assert_eq!(reader.tally(&campaign(), FIRST).unwrap().of(DeliveryState::Accepted), 1);
    let found = reader.deliveries(&campaign(), &Selection::default());
    let notes: Vec<_> = found.map(|delivery| delivery.unwrap().note).collect();
    assert_eq!(notes, [None]);
}

#[test]
fn two_processes_can_make_one_ledger_at_one_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs/ledger.db");
    let openers: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || SqliteLedger::open(&path).map(drop))
        })
        .collect();
    for opener in openers {
        opener.join().unwrap().unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_claimed_once_the_file_is_gone_and_what_was_on_the_wire_is_saved() {
    for suffix in ["", "-wal", "-shm"] {
        let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
        let started = bench.start(&lease, "ana", 1).await;
        let bo = bench.id("bo");
        let path = bench.path();
        std::fs::remove_file(path.with_file_name(format!("ledger.db{suffix}"))).unwrap();
        for error in [
            bench.ledger.claim(&lease, claim(bo, 2)).await.map(drop).unwrap_err(),
            bench.ledger.renew(&lease, at(2)).await.unwrap_err(),
        ] {
            assert!(matches!(error, LedgerError::Displaced { .. }), "{error:?}");
        }
        bench.ledger.settle(&lease, settlement(started, 3, DeliveryState::Accepted)).await.unwrap();
        bench.ledger.release(&lease, at(4)).await.unwrap();
        let Bench { folder, ledger } = bench;
        drop(ledger);
        let copy = path.with_file_name("ledger.db.saved-1");
        assert_eq!(mode(&copy), 0o600);
        let saved = Bench { ledger: SqliteLedger::open(&copy).unwrap(), folder };
        assert_eq!(saved.delivery("ana").state, DeliveryState::Accepted);
        assert_eq!(saved.delivery("bo").state, DeliveryState::Planned);
    }
}

#[tokio::test]
async fn a_lock_that_another_process_keeps_is_an_error_in_the_end() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.ledger.release(&lease, at(1)).await.unwrap();
    let Bench { folder, ledger } = bench;
    drop(ledger);
    let path = folder.path().join("logs/ledger.db");
    let impatient = SqliteLedger::open_with(
        &Home::File(path.clone()),
        host::machine(),
        "PRAGMA busy_timeout = 50",
        None,
        Doubts::Refuse,
    )
    .unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = impatient.take_lease(&campaign(), &clock(2)).await.unwrap_err();
    assert!(
        error.to_string().ends_with("another process keeps the ledger locked; try again when it is done"),
        "{error}"
    );
    other.execute_batch("COMMIT").unwrap();
    impatient.take_lease(&campaign(), &clock(3)).await.unwrap();
}
