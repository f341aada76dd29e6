//! The list before the first letter leaves, read once: a page reads no further in it than it shows, until a file has
//! changed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::desk::Desk;
use super::problem::Trouble;
use super::read::read;
use crate::campaign::desk::{KnownList, Stamp, know_list, stamp};

/// A page waits so long for it.
const PATIENCE: Duration = Duration::from_secs(1);

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
