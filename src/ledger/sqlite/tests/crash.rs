//! What is left when the program, or the machine, stops in the middle.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::*;

/// Names the ledger of the process that [`a_killed_process_leaves_everything_it_was_told`] kills.
const VICTIM: &str = "UNDERSIGNED_TEST_VICTIM";

const LETTERS: usize = 400;

fn recipients() -> Vec<String> {
    (0..LETTERS).map(|n| format!("recipient{n}")).collect()
}

/// Not a test by itself: sends until it is killed, and says what it was told is durable.
#[tokio::test]
async fn victim() {
    let Ok(path) = std::env::var(VICTIM) else {
        return;
    };
    let ledger = SqliteLedger::open(Path::new(&path)).unwrap();
    let (lease, _) = ledger.take_lease(&campaign(), &clock(1)).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for due in ledger.due(&campaign(), FIRST, None, at(1), LETTERS).await.unwrap() {
        let (ledger, lease) = (ledger.clone(), lease.clone());
        tasks.spawn(async move {
            let Claimed::Yes(attempt) = ledger.claim(&lease, claim(due.id, 1)).await.unwrap() else {
                panic!("{due:?}");
            };
            println!("\nclaimed {}", due.recipient);
            let ended = settlement((due.id, attempt), 2, DeliveryState::Accepted);
            ledger.settle(&lease, ended).await.unwrap();
            println!("\nsettled {}", due.recipient);
        });
        tokio::task::yield_now().await;
    }
    tasks.join_all().await;
    println!("\ndone");
}

#[tokio::test]
async fn a_killed_process_leaves_everything_it_was_told() {
    for lines in [1, 40, 700] {
        let ids = recipients();
        let (bench, lease) = Bench::planned(&ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
        bench.ledger.release(&lease, at(0)).await.unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ledger::sqlite::tests::crash::victim", "--nocapture", "--test-threads=1"])
            .env(VICTIM, bench.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (mut claimed, mut settled) = (BTreeSet::new(), BTreeSet::new());
        let mut read = output.lines().map_while(std::result::Result::ok);
        let note =
            |line: String, claimed: &mut BTreeSet<String>, settled: &mut BTreeSet<String>| match line.split_once(' ') {
                Some(("claimed", id)) => claimed.insert(id.to_owned()),
                Some(("settled", id)) => settled.insert(id.to_owned()),
                _ => false,
            };
        while claimed.len() + settled.len() < lines {
            note(read.next().expect("the victim ended too early"), &mut claimed, &mut settled);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in read {
            note(line, &mut claimed, &mut settled);
        }

        // At once, without waiting for a deadline.
        let (lease, in_doubt) = bench.ledger.take_lease(&campaign(), &clock(3)).await.unwrap();
        let mut doubted = 0;
        for id in &ids {
            let state = bench.delivery(id).state;
            doubted += u64::from(state == DeliveryState::InDoubt);
            if settled.contains(id) {
                assert_eq!(state, DeliveryState::Accepted, "{id} was settled");
            } else if claimed.contains(id) {
                assert!(matches!(state, DeliveryState::Accepted | DeliveryState::InDoubt), "{id}: {state}");
            }
            assert_ne!(state, DeliveryState::Attempting);
        }
        assert_eq!(doubted, in_doubt);
        let open = bench.due_ids(9_999).await;
        assert!(open.iter().all(|id| !claimed.contains(id)));
        bench.check_tally();
        drop(lease);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_the_files_at_any_moment_has_everything_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    // Without checkpoints the file itself stands still, so that it and its log can be copied one after the other.
    let ledger = SqliteLedger::open_as(&path, "here", "PRAGMA wal_autocheckpoint = 0").unwrap();
    let (lease, _) = ledger.take_lease(&campaign(), &clock(0)).await.unwrap();
    let bench = Bench { folder, ledger };
    let rows = recipients().iter().map(|id| row(id)).collect();
    let header = Columns::new(["id", "email"]);
    bench.ledger.begin_plan(&lease, FIRST, &header).await.unwrap();
    bench.ledger.plan(&lease, FIRST, rows).await.unwrap();
    bench.ledger.finish_plan(&lease, FIRST, at(0)).await.unwrap();

    let answered = std::sync::Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let all = bench.ledger.due(&campaign(), FIRST, None, at(0), LETTERS).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for part in all.chunks(LETTERS / 8) {
        let (ledger, lease, answered, part) = (bench.ledger.clone(), lease.clone(), answered.clone(), part.to_vec());
        tasks.spawn(async move {
            for due in part {
                let claimed = ledger.claim(&lease, claim(due.id, 1)).await.unwrap();
                assert!(matches!(claimed, Claimed::Yes(_)));
                answered.lock().unwrap().insert(due.id.0);
            }
        });
    }
    let mut copies = 0;
    while copies < 12 {
        let known = answered.lock().unwrap().clone();
        let copy = bench.folder.path().join(format!("copy{copies}.db"));
        std::fs::copy(&path, &copy).unwrap();
        std::fs::copy(path.with_file_name("ledger.db-wal"), copy.with_file_name(format!("copy{copies}.db-wal")))
            .unwrap();
        let opened = Connection::open(&copy).unwrap();
        let damage: String = opened.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(damage, "ok");
        let attempting: BTreeSet<i64> = opened
            .prepare("SELECT d.id FROM delivery d JOIN attempt t ON t.delivery = d.id WHERE d.state = 'attempting'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(rusqlite::Result::unwrap)
            .collect();
        assert!(known.is_subset(&attempting));
        copies += 1;
    }
    tasks.join_all().await;
}
