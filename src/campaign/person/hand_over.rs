//! A person hands the campaign's ledger over: somebody else goes on with a copy of the folder, and this one is locked
//! until it is taken back.

use std::path::PathBuf;

use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::Result;
use crate::campaign::folder::{Folder, Ledger};
use crate::config::{Inbox, SecretSource};
use crate::ledger::{HandOver, PlaceLedger};

/// That a ledger was handed over, and what to do with the folder.
#[derive(Debug)]
pub struct Handed {
    /// How it was handed over.
    pub how: HandOver,
    /// The folder, which is to be copied whole.
    pub folder: PathBuf,
    /// The ledger's file, where it lies outside of the folder: it is to be copied too.
    pub ledger: Option<PathBuf>,
    /// What another process still keeps beside the ledger: the file alone is not whole.
    pub unfinished: Option<PathBuf>,
    /// What the copy does not have: where its secrets are.
    pub left_behind: Vec<String>,
    /// The secrets in files of the folder, which the copy has too.
    pub going_along: Vec<String>,
}

/// Hands the ledger over, and closes it, so that its file alone is whole.
///
/// # Errors
/// Where nothing was sent yet, where it is handed over already, while a run sends, and where the ledger cannot be read
/// or written.
pub async fn hand_over(folder: &Folder, to: Option<String>, said: &Said) -> Result<Recorded<Handed>> {
    let ledger = witnessed_existing_ledger(folder)?;
    let how = ledger.hand_over(to, &said.of(&folder.settings.id)).await?;
    let path = ledger.path().to_owned();
    let Recorded { note, .. } = Recorded::and_logged((), folder, &ledger);
    // The last to close it writes what stands in the log beside it into the file.
    drop(ledger);
    let (left_behind, going_along) = secrets(folder);
    let root = folder.workspace.root().to_owned();
    let handed = Handed {
        how,
        unfinished: Ledger::log_beside(&path),
        ledger: (!path.starts_with(&root)).then_some(path),
        folder: root,
        left_behind,
        going_along,
    };
    Ok(Recorded { what: handed, note })
}

/// Takes the ledger back; gives how it was handed over.
///
/// # Errors
/// Where it was not handed over from here, and where the ledger cannot be read or written.
pub async fn take_back(folder: &Folder, said: &Said) -> Result<Recorded<HandOver>> {
    let ledger = folder.ledger_that_was_handed_over()?;
    let handed = ledger.take_back(&said.of(&folder.settings.id)).await?;
    Ok(Recorded::and_logged(handed, folder, &ledger))
}

/// Where the campaign's secrets are: those that are in none of its files, and those that are.
fn secrets(folder: &Folder) -> (Vec<String>, Vec<String>) {
    let settings = &folder.settings;
    let smtp = settings.smtp.as_ref().and_then(|smtp| smtp.password.as_ref()).map(|source| ("[smtp]", source));
    let inbox = match &settings.inbox {
        Some(Inbox::Imap(imap)) => imap.password.as_ref().map(|source| ("[inbox]", source)),
        _ => None,
    };
    let is_in_a_file = |(_, source): &(&str, &SecretSource)| matches!(source, SecretSource::File(_));
    let (files, others): (Vec<_>, Vec<_>) = smtp.into_iter().chain(inbox).partition(is_in_a_file);
    let named = |(section, source): (&str, &SecretSource)| format!("the password of {section}, in {source}");
    (others.into_iter().map(named).collect(), files.into_iter().map(named).collect())
}
