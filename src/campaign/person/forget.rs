//! A person asks to be forgotten: what this program keeps of them goes, but for a keyed hash by which nobody writes to
//! them again. What it does not keep itself is named.

use serde_json::{Value, json};

use super::own_files::{LOGS, look_for_the_rest, remove_letters, saved_copies, shown};
use super::recorded::Recorded;
use super::said::Said;
use super::traces::{Names, Trace, files};
use crate::campaign::contacted::{refuse_older_ledger, witnessed_ledger, write_contacted};
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::realm::Realm;
use crate::ledger::Erased;
use crate::lists::RecipientList;
use crate::model::{EmailAddress, Listed};

/// What is known of a person, before they are forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownOf {
    /// Their letters, in all campaigns of the ledger.
    pub letters: u64,
    /// Mails of theirs, or about their letters.
    pub mails: u64,
}

/// What was forgotten, and what was not.
#[derive(Debug, Default)]
pub struct Forgot {
    /// What went out of the ledger, the sandbox's, and saved copies.
    pub erased: Erased,
    /// Letters in files that were removed.
    pub removed: u64,
    /// Where their data lies still, which is a person's to change: files, with their lines.
    pub elsewhere: Vec<String>,
    /// What of this program's own files could not be cleared, and why.
    pub left: Vec<String>,
}

/// Says how much is known of a person.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn known_of(folder: &Folder, address: &EmailAddress) -> Result<KnownOf> {
    let Some(ledger) = folder.known_ledger()? else { return Ok(KnownOf::default()) };
    let known = ledger.known_of(address)?;
    let count = |name: &str| known[name].as_array().map_or(0, |items| items.len() as u64);
    Ok(KnownOf { letters: count("letters"), mails: count("mails") })
}

/// All that is known of a person, as JSON: in the ledger, in the campaign's lists, and where else in its folder.
///
/// # Errors
/// Where the ledger or the list cannot be read.
pub fn export(folder: &Folder, address: &EmailAddress) -> Result<Value> {
    let ledger = folder.known_ledger()?;
    let known = ledger.as_ref().map(|ledger| ledger.known_of(address)).transpose()?;
    let is_forgotten = match &ledger {
        Some(ledger) => crate::ledger::ReadLedger::forgotten(ledger)?.has(&address.key()),
        None => false,
    };
    Ok(json!({
        "address": address.to_string(),
        "forgotten": is_forgotten,
        "ledger": known,
        "named_in": elsewhere(folder, &Names::new([&address.key(), &address.to_string()]), address)?,
    }))
}

/// Forgets a person.
///
/// # Errors
/// While a run sends; where a ledger or the log cannot be written. What was erased by then stays erased: it can be done
/// again.
pub async fn forget(folder: &Folder, address: &EmailAddress, said: &Said) -> Result<Recorded<Forgot>> {
    let mut forgot = Forgot::default();
    let ledger = witnessed_ledger(folder)?;
    let names = names(&ledger, address)?;
    let word = said.of(&folder.settings.id);
    forgot.erased += ledger.forget(address, &word).await?;
    let sandbox = Folder { realm: Realm::Sandbox, ..folder.clone() };
    if folder.realm == Realm::Real && sandbox.known_ledger()?.is_some() {
        refuse_older_ledger(sandbox.known_ledger()?.as_ref(), &sandbox)?;
        let sandbox_ledger = sandbox.existing_ledger()?;
        forgot.erased += sandbox_ledger.forget(address, &word).await?;
        write_contacted(&sandbox, &sandbox_ledger)?;
    }
    for copy in saved_copies(folder.home()?.beside()) {
        match Ledger::forget_in_copy(&copy, address, &word) {
            Ok(erased) => forgot.erased += erased,
            Err(error) => forgot.left.push(format!("{}: {error}", copy.display())),
        }
    }
    let recorded = Recorded::and_logged((), folder, &ledger);
    // What is in its log is in its file once it is closed.
    drop(ledger);
    forgot.removed = remove_letters(folder, &names)?;
    let by_address = Names::new([&address.key(), &address.to_string()]);
    forgot.left.extend(look_for_the_rest(folder, &by_address)?);
    forgot.elsewhere = elsewhere(folder, &by_address, address)?;
    Ok(Recorded { what: forgot, note: recorded.note })
}

/// What a person is called in letters: by their address and their name.
fn names(ledger: &Ledger, address: &EmailAddress) -> Result<Names> {
    let known = ledger.known_of(address)?;
    let letters = known["letters"].as_array().cloned().unwrap_or_default();
    let mut words = vec![address.key(), address.to_string()];
    words.extend(letters.iter().filter_map(|letter| Some(letter["name"].as_str()?.to_owned())));
    Ok(Names::new(&words))
}

/// Where in the campaign's folder they are named that is a person's to change: lists with their rows, and other files.
fn elsewhere(folder: &Folder, names: &Names, address: &EmailAddress) -> Result<Vec<String>> {
    let Folder { workspace, settings, .. } = folder;
    let mut places = rows(folder, address);
    let logs = workspace.path(LOGS)?;
    let root = workspace.root();
    let all =
        files(root).map_err(|error| Error::file(format!("{} cannot be looked through", root.display()), error))?;
    for path in all.iter().filter(|path| !path.starts_with(&logs)) {
        let shown = shown(folder, path);
        if shown == settings.lists.recipients && !places.is_empty() {
            continue;
        }
        match names.in_file(path) {
            Ok(Some(Trace { lines, .. })) if lines.is_empty() => places.push(shown),
            Ok(Some(Trace { lines, .. })) => places.extend(lines.iter().map(|line| format!("{shown}:{line}"))),
            Ok(None) => {}
            Err(error) => places.push(format!("{shown} ({error})")),
        }
    }
    Ok(places)
}

/// The rows of the recipients list that have the address, also where it is a spreadsheet.
fn rows(folder: &Folder, address: &EmailAddress) -> Vec<String> {
    let lists = &folder.settings.lists;
    let Ok(list) = RecipientList::open(&folder.workspace, &lists.recipients, &lists.format, &lists.rules) else {
        return Vec::new();
    };
    let recipients = list.flatten().filter_map(Listed::recipient);
    let theirs = recipients.filter(|row| row.addresses().any(|other| other.key() == address.key()));
    theirs.map(|row| row.place(&lists.recipients, "email").to_string()).collect()
}
