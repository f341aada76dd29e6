//! What is committed to the disk of a world, and who commits it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::round::campaign;
use super::seams::Seams;
use crate::ledger::memory::{Commits, CopyShown, Disk, MemoryLedger};
use crate::ledger::{self, Delivery, ReadLedger, Selection};

/// Commits what is asked, and answers: the ledger's writer.
pub(super) async fn write(ledger: MemoryLedger, seams: Seams, lag: Duration) {
    loop {
        ledger.asked().await;
        if !lag.is_zero() {
            tokio::time::sleep(lag).await;
        }
        seams.pass().await;
        let answers = ledger.commit();
        seams.pass().await;
        for answer in answers {
            answer();
        }
    }
}

/// Every delivery, as it is committed.
pub(super) fn deliveries(disk: &Arc<Mutex<Disk>>) -> Vec<Delivery> {
    let reader = MemoryLedger::open(disk, "reader.example", Commits::AtOnce);
    let found = reader.deliveries(&campaign(), &Selection::default());
    found.collect::<ledger::Result<_>>().unwrap()
}

/// Every copy, as it is committed.
pub(super) fn copies(disk: &Arc<Mutex<Disk>>) -> Vec<CopyShown> {
    MemoryLedger::open(disk, "reader.example", Commits::AtOnce).all_copies()
}
