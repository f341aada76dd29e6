//! The list before the first letter leaves, read once: a page reads no further in it than it shows, until a file has
//! changed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::desk::Desk;
use super::problem::Trouble;
use super::read::read;
use crate::campaign::desk::{KnownList, Stamp, know_list, stamp};

/// A page waits so long for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// The list as it was read last.
#[derive(Debug, Default)]
pub(super) struct ListRead {
    last: Mutex<Option<(Stamp, KnownList)>>,
    /// It is read once, however many pages ask.
    reading: tokio::sync::Mutex<()>,
}

impl ListRead {
    fn known(&self, now: Option<Stamp>) -> Option<KnownList> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(known, _)| Some(*known) == now).map(|(_, list)| list.clone())
    }

    fn keep(&self, then: Option<Stamp>, list: &KnownList) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = then.map(|then| (then, list.clone()));
    }
}

/// The campaign's name, and its list as it is now; no list, while it is still being read.
///
/// # Errors
/// All faults of the campaign's files, and where its folder cannot be opened.
pub(super) async fn list_of(desk: &Arc<Desk>) -> Result<(String, Option<KnownList>), Trouble> {
    let (name, now) = read(desk, |folder| Ok((folder.settings.name.clone(), stamp(folder, &[])))).await?;
    if let Some(list) = desk.list.known(now) {
        return Ok((name, Some(list)));
    }
    let reading = tokio::spawn(read_once(Arc::clone(desk), now));
    match timeout(PATIENCE, reading).await {
        Err(_) => Ok((name, None)),
        Ok(Ok(list)) => Ok((name, Some(list?))),
        Ok(Err(_)) => Err(Trouble::BrokeDown),
    }
}

/// Reads the list, unless somebody else has done so meanwhile.
async fn read_once(desk: Arc<Desk>, now: Option<Stamp>) -> Result<KnownList, Trouble> {
    let _alone = desk.list.reading.lock().await;
    if let Some(list) = desk.list.known(now) {
        return Ok(list);
    }
    let clock = desk.clock.clone();
    let list = read(&desk, move |folder| know_list(folder, &clock)).await?;
    desk.list.keep(now, &list);
    Ok(list)
}
