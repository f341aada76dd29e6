//! One run sends a campaign at a time.

use super::*;
use crate::ledger::LedgerError;

#[tokio::test]
async fn a_second_run_is_told_who_holds_the_campaign() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    let second = SqliteLedger::open(&bench.path()).unwrap();
    let held = second.take_lease(&campaign(), &clock(1)).await;
    match held {
        Err(LedgerError::Held(holder)) => {
            assert_eq!(holder.pid, std::process::id());
            assert_eq!(holder.since, at(0));
            assert_eq!(Some(holder), bench.ledger.holder(&campaign()).unwrap());
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(bench.ledger.take_lease(&campaign(), &clock(1)).await, Err(LedgerError::Held(_))));
    let other = CampaignId::parse("other").unwrap();
    second.take_lease(&other, &clock(1)).await.unwrap();

    bench.ledger.release(&lease, at(2)).await.unwrap();
    assert_eq!(bench.ledger.holder(&campaign()).unwrap(), None);
    let (taken, _) = second.take_lease(&campaign(), &clock(3)).await.unwrap();
    assert!(taken.number > lease.number);
}

#[tokio::test]
async fn a_campaign_can_be_sent_again_at_once_after_its_run_died() {
    let (bench, _lease) = Bench::planned(&["ana", "bo"]).await;
    let (bench, path) = {
        let lease = Lease { ..bench_lease(&bench) };
        bench.start(&lease, "ana", 1).await;
        let path = bench.path();
        (bench, path)
    };
    let Bench { folder, ledger } = bench;
    // The lease is not given back; the lock goes with the writer.
    drop(ledger);
    let reader = SqliteLedger::open_existing(&path).unwrap().unwrap();
    assert_eq!(reader.holder(&campaign()).unwrap(), None, "a dead process holds nothing");
    let ledger = SqliteLedger::open(&path).unwrap();
    let (lease, in_doubt) = ledger.take_lease(&campaign(), &clock(2)).await.unwrap();
    let bench = Bench { folder, ledger };
    assert_eq!(in_doubt, 1);
    let ana = bench.delivery("ana");
    assert_eq!(ana.state, DeliveryState::InDoubt);
    assert_eq!(ana.reason.unwrap(), "the program ended before the server's reply was recorded");
    assert_eq!(bench.story(), ["planned", "attempting ana", "in-doubt ana"]);
    let ended: i64 =
        bench.sql().query_row("SELECT ended_at FROM attempt WHERE outcome = 'in-doubt'", [], |row| row.get(0)).unwrap();
    assert_eq!(ended, at(2).as_microsecond());
    assert_eq!(bench.claim(&lease, "ana", 3).await.unwrap(), Claimed::No(DeliveryState::InDoubt));
    assert_eq!(bench.due_ids(9_999).await, ["bo"]);
    bench.check_tally();
}

/// This machine's name.
fn host() -> String {
    super::super::host::machine().name
}

fn bench_lease(bench: &Bench) -> Lease {
    let number = bench.sql().query_row("SELECT number FROM lease", [], |row| row.get(0)).unwrap();
    Lease { campaign: campaign(), number }
}

#[tokio::test]
async fn another_machine_waits_until_the_deadline() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    // On a network file system without locks the other machine gets the lock: here, by the file being another one.
    let lock = std::fs::read_dir(bench.path().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|it| it == "lock"))
        .unwrap();
    std::fs::remove_file(lock).unwrap();
    let elsewhere = open_elsewhere(&bench.path());
    assert!(matches!(elsewhere.take_lease(&campaign(), &clock(29)).await, Err(LedgerError::Held(_))));
    bench.ledger.renew(&lease, at(20)).await.unwrap();
    assert!(matches!(elsewhere.take_lease(&campaign(), &clock(49)).await, Err(LedgerError::Held(_))));
    let started = bench.start(&lease, "ana", 21).await;
    let open = bench.start(&lease, "bo", 21).await;
    bench.ledger.settle(&lease, settlement(started, 22, DeliveryState::Accepted)).await.unwrap();

    let asked = elsewhere.elsewhere(&campaign()).unwrap().unwrap();
    let person = super::super::host::person();
    let began = format!("a run on {} by {person} that began 2023-11-14 22:13:20 UTC did not end", host());
    assert_eq!(asked.to_string(), began);
    match elsewhere.take_lease(&campaign(), &clock(50)).await {
        Err(LedgerError::Elsewhere(found)) => assert_eq!(found, asked),
        other => panic!("{other:?}"),
    }
    assert_eq!(elsewhere.holder(&campaign()).unwrap().unwrap().host, host(), "nothing was changed");
    elsewhere.take_over(&word(at(50))).await.unwrap();
    let (taken, in_doubt) = elsewhere.take_lease(&campaign(), &clock(50)).await.unwrap();
    assert_eq!(in_doubt, 1);
    assert!(taken.number > lease.number);
    // The run that lost its lease is refused everything.
    let lost = |outcome: Result<()>| assert!(matches!(outcome, Err(LedgerError::LeaseLost)), "{outcome:?}");
    let ledger = &bench.ledger;
    lost(ledger.settle(&lease, settlement(open, 51, DeliveryState::Accepted)).await);
    lost(bench.claim(&lease, "ana", 51).await.map(|_| ()));
    lost(ledger.renew(&lease, at(51)).await);
    lost(ledger.begin_plan(&lease, FIRST, &Columns::default()).await);
    lost(ledger.plan(&lease, FIRST, vec![row("cy")]).await);
    lost(ledger.finish_plan(&lease, FIRST, at(51)).await.map(|_| ()));
    lost(ledger.freeze(&lease, FIRST, Vec::new(), at(51)).await);
    lost(ledger.limit(&lease, "letters", crate::model::window::Windows::default()).await.map(|_| ()));
    lost(ledger.release(&lease, at(51)).await);
    assert_eq!(bench.delivery("bo").state, DeliveryState::InDoubt);
    assert_eq!(elsewhere.holder(&campaign()).unwrap().unwrap().host, "elsewhere.example");
}

#[tokio::test]
async fn a_lease_that_was_given_back_is_refused() {
    let (bench, lease) = Bench::planned(&["ana"]).await;
    bench.ledger.release(&lease, at(1)).await.unwrap();
    assert!(matches!(bench.claim(&lease, "ana", 2).await, Err(LedgerError::LeaseLost)));
    bench.ledger.take_lease(&campaign(), &clock(3)).await.unwrap();
    assert!(matches!(bench.claim(&lease, "ana", 4).await, Err(LedgerError::LeaseLost)));
}

#[tokio::test]
async fn a_look_at_the_holder_does_not_keep_a_run_from_starting() {
    let bench = Bench::new();
    let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(0)).await.unwrap();
    bench.ledger.release(&lease, at(0)).await.unwrap();
    bench.sql().execute("UPDATE lease SET host = ?1, pid = 1", [host()]).unwrap();
    let ledger = bench.ledger.clone();
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let looks = std::thread::spawn({
        let done = done.clone();
        move || {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                ledger.holder(&campaign()).unwrap();
            }
        }
    });
    for second in 1..30 {
        let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(second)).await.unwrap();
        bench.ledger.release(&lease, at(second)).await.unwrap();
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    looks.join().unwrap();
}
