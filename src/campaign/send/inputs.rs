//! What a run must not go on without: who consented to be named, and who must not be written to. Both lists are looked
//! at again while letters leave, since a run may take days.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::campaign::folder::{Folder, Ledger};
use crate::dispatch::{Drain, DrainHandle};
use crate::ledger::{FrozenFile, ReadLedger, Selection};
use crate::lists;
use crate::model::{CampaignId, DeliveryState, Round, Target, lookup_key};

/// So often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// A program that saves a file may take so many looks, in which it cannot be read.
const PATIENCE: u32 = 3;

/// The lists as they were when the run was prepared.
#[derive(Debug, Clone)]
pub(super) struct Inputs {
    folder: Folder,
    signatories: Option<Vec<u8>>,
    suppressions: Option<Vec<u8>>,
    suppressed: HashSet<Target>,
}

impl Inputs {
    /// The lists of a folder, of which the signatories were read as they stand among the files.
    pub(super) fn of(folder: &Folder, files: &[FrozenFile]) -> Self {
        let lists = &folder.settings.lists;
        let signatories = files.iter().find(|file| file.path == lists.signatories);
        let signatories = signatories.map(|file| Sha256::digest(&file.content).to_vec());
        let path = lists.suppressions.as_deref();
        let suppressions = path.and_then(|path| digest(folder, path));
        let suppressed = path.and_then(|path| targets(folder, path)).unwrap_or_default();
        Self { folder: folder.clone(), signatories, suppressions, suppressed }
    }

    /// Tells a run to stop where it is told to, or where a list keeps it from going on; why stands in `changed` then.
    pub(super) async fn watch_beside(
        self,
        ledger: &Ledger,
        round: Round,
        (mut told, stop): (Drain, DrainHandle),
        changed: &OnceCell<String>,
    ) -> Infallible {
        tokio::select! {
            () = told.told() => stop.drain(),
            why = self.watch(ledger, round, &stop) => drop(changed.set(why)),
        }
        std::future::pending().await
    }

    /// Looks at the lists until one of them keeps the run from going on; tells it to stop then, and says why. For ever,
    /// where nothing does.
    async fn watch(mut self, ledger: &Ledger, round: Round, stop: &DrainHandle) -> String {
        let mut unreadable = 0;
        loop {
            tokio::time::sleep(EVERY).await;
            match self.look(ledger, round) {
                Look::Same => unreadable = 0,
                Look::Unreadable if unreadable < PATIENCE => unreadable += 1,
                Look::Unreadable => {
                    stop.drain();
                    return "a list of signatories or suppressions cannot be read any more".to_owned();
                }
                Look::Stops(why) => {
                    stop.drain();
                    return why;
                }
            }
        }
    }

    fn look(&mut self, ledger: &Ledger, round: Round) -> Look {
        let lists = &self.folder.settings.lists;
        if let Some(known) = &self.signatories {
            match digest(&self.folder, &lists.signatories) {
                None => return Look::Unreadable,
                Some(now) if now != *known => {
                    return Look::Stops(format!("{} changed while letters were sent", lists.signatories));
                }
                Some(_) => {}
            }
        }
        let Some(path) = &lists.suppressions else { return Look::Same };
        let now = digest(&self.folder, path);
        if now == self.suppressions {
            return Look::Same;
        }
        let Some(targets) = targets(&self.folder, path) else { return Look::Unreadable };
        let new: HashSet<&Target> = targets.difference(&self.suppressed).collect();
        if new.is_empty() || !is_to_be_written_to(ledger, &self.folder.settings.id, round, &new) {
            (self.suppressions, self.suppressed) = (now, targets);
            return Look::Same;
        }
        Look::Stops(format!("{path} has somebody now to whom a letter was still to go"))
    }
}

/// What a look at the lists shows.
enum Look {
    /// Nothing that matters.
    Same,
    /// A file cannot be read: it may be being written.
    Unreadable,
    /// Something for which the run has to stop.
    Stops(String),
}

fn digest(folder: &Folder, path: &str) -> Option<Vec<u8>> {
    folder.workspace.read(path).ok().map(|content| Sha256::digest(&content).to_vec())
}

fn targets(folder: &Folder, path: &str) -> Option<HashSet<Target>> {
    let read = lists::read_suppressions(&folder.workspace, path, &folder.settings.lists.format).ok()?;
    Some(read.suppressions.into_iter().map(|suppression| suppression.target).collect())
}

/// Whether a letter that is still to be sent is for one of these, or a copy of it; where that cannot be told, it is.
fn is_to_be_written_to(ledger: &Ledger, campaign: &CampaignId, round: Round, new: &HashSet<&Target>) -> bool {
    let is_new = |text: &str| {
        let key = lookup_key(text.trim());
        let domain = key.rsplit_once('@').map(|(_, domain)| domain.to_owned());
        domain.is_some_and(|domain| new.contains(&Target::Domain(domain))) || new.contains(&Target::Address(key))
    };
    let open = vec![DeliveryState::Planned, DeliveryState::Deferred];
    let selection = Selection { round: Some(round), states: open, ..Selection::default() };
    ledger.rows(campaign, &selection).any(|row| {
        row.map_or(true, |(delivery, cells)| {
            let pieces = |cell: &String| cell.split([',', ';', '\n', '\r', ' ']).any(is_new);
            is_new(&delivery.email) || cells.iter().flatten().any(pieces)
        })
    })
}
