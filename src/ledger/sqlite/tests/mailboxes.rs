//! Mailboxes on servers: both ledgers keep the same of them.

use std::sync::{Arc, Mutex};

use super::*;
use crate::ledger::memory::{Commits, Disk, MemoryLedger};
use crate::ledger::{MailboxLedger, MailboxRead, Uids, Withheld};

fn uids(mailbox: &str, validity: u32, last: u32) -> Uids {
    Uids { mailbox: mailbox.to_owned(), validity, last }
}

fn withheld(uid: u32, second: i64, subject: Option<&str>) -> Withheld {
    Withheld {
        mailbox: "INBOX".to_owned(),
        validity: 7,
        uid,
        since: at(second),
        asked_at: at(second),
        why: format!("it was {second}"),
        sender: None,
        subject: subject.map(str::to_owned),
        written_at: None,
        size: subject.map(|subject| subject.len() as u64),
    }
}

async fn told(ledger: &impl MailboxLedger) -> Vec<String> {
    let nothing = |uids| MailboxRead { uids, known: Vec::new(), withheld: Vec::new(), settled: Vec::new() };
    let mut told = Vec::new();
    for read in [
        MailboxRead {
            known: vec![[1; 16], [2; 16]],
            withheld: vec![withheld(3, 1, Some("Re: A letter")), withheld(4, 1, None), withheld(5, 2, None)],
            ..nothing(uids("INBOX", 7, 5))
        },
        // Another folder changes nothing there.
        MailboxRead { known: vec![[2; 16]], ..nothing(uids("Junk", 1, 1)) },
        // Asked for again: what was known stays known.
        MailboxRead { withheld: vec![withheld(3, 9, None)], settled: vec![4], ..nothing(uids("INBOX", 7, 6)) },
        // Numbered anew.
        MailboxRead { known: vec![[3; 16], [1; 16]], ..nothing(uids("INBOX", 8, 2)) },
    ] {
        ledger.remember(read).await.unwrap();
        for mailbox in ["INBOX", "Junk"] {
            let mut known = Vec::from_iter(ledger.known_mails(mailbox).unwrap());
            known.sort_unstable();
            told.push(format!(
                "{:?} {:?}",
                ledger.uids(mailbox).unwrap(),
                known.iter().map(|one| one[0]).collect::<Vec<_>>()
            ));
        }
        told.extend(ledger.withheld().unwrap().iter().map(|mail| format!("{mail:?}")));
    }
    told
}

#[tokio::test]
async fn what_a_server_withholds_is_kept_until_it_gives_it_or_numbers_anew() {
    let bench = Bench::new();
    let memory = MemoryLedger::open(&Arc::new(Mutex::new(Disk::default())), "here.example", Commits::AtOnce);
    let said = told(&bench.ledger).await;
    assert_eq!(said, told(&memory).await);
    let of = |start: usize, end: usize| said[start..end].iter().filter(|line| line.starts_with("Withheld")).count();
    assert_eq!([of(0, 5), of(5, 10), of(10, 14), of(14, said.len())], [3, 3, 2, 0]);
    assert!(said[13].contains("it was 9") && said[13].contains("Some(\"Re: A letter\")"), "{}", said[13]);
}
