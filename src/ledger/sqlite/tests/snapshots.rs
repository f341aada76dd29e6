//! What a round is frozen to.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::*;
use crate::ledger::FrozenFile;

fn file(path: &str, content: &str) -> FrozenFile {
    FrozenFile {
        path: path.to_owned(),
        sha256: HEXLOWER.encode(&Sha256::digest(content)),
        content: content.as_bytes().to_vec(),
    }
}

fn count(bench: &Bench, table: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {table}");
    bench.sql().query_row(&count, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_round_is_frozen_from_the_moment_a_letter_may_have_left() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let frozen = || bench.ledger.frozen(&campaign(), FIRST).unwrap();
    let files = vec![file("templates/letter.md", "Dear"), file("[signatories]", "one, two")];
    bench.ledger.freeze(&lease, FIRST, files.clone(), at(1)).await.unwrap();
    assert!(frozen().is_empty(), "nothing has left");
    let started = bench.start(&lease, "ana", 2).await;
    assert_eq!(frozen(), files, "it may have left");
    bench.ledger.settle(&lease, settlement(started, 3, DeliveryState::Deferred)).await.unwrap();
    assert!(frozen().is_empty(), "it did not leave after all");
    bench.send(&lease, "bo", 4, DeliveryState::Accepted).await;
    assert_eq!(frozen(), files);
    assert!(bench.ledger.frozen(&campaign(), Round(1)).unwrap().is_empty());
}

#[tokio::test]
async fn what_letters_were_sent_with_is_kept_when_the_letter_changes() {
    let (bench, lease) = Bench::planned(&["ana", "bo"]).await;
    let old = vec![file("letter.md", "old"), file("annex.pdf", "annex")];
    let new = vec![file("letter.md", "new"), file("annex.pdf", "annex")];
    let freeze = |files: &[FrozenFile], second| bench.ledger.freeze(&lease, FIRST, files.to_vec(), at(second));
    freeze(&[file("letter.md", "draft")], 0).await.unwrap();
    freeze(&old, 1).await.unwrap();
    assert_eq!(count(&bench, "content"), 2, "nothing was sent with the draft");
    bench.send(&lease, "ana", 2, DeliveryState::Accepted).await;
    freeze(&old, 3).await.unwrap();
    assert_eq!(count(&bench, "snapshot"), 1, "nothing changed");
    freeze(&new, 4).await.unwrap();
    assert_eq!(bench.ledger.frozen(&campaign(), FIRST).unwrap(), new);
    assert_eq!(count(&bench, "snapshot"), 2);
    assert_eq!(count(&bench, "content"), 3, "the annex is kept once");
    bench.send(&lease, "bo", 5, DeliveryState::Accepted).await;
    let sent_with: Vec<i64> = bench
        .sql()
        .prepare("SELECT snapshot FROM attempt ORDER BY id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(rusqlite::Result::unwrap)
        .collect();
    assert!(sent_with[0] < sent_with[1]);
    assert_eq!(bench.story().iter().filter(|kind| *kind == "frozen").count(), 3);
}

#[tokio::test]
async fn a_file_under_a_hash_that_is_not_its_own_is_refused() {
    let (bench, lease) = Bench::planned(&[]).await;
    let wrong = FrozenFile { content: b"other".to_vec(), ..file("letter.md", "Dear") };
    assert!(bench.ledger.freeze(&lease, FIRST, vec![wrong], at(1)).await.is_err());
}
