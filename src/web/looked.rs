//! What is found in the campaign's files. All rows of the lists are read for it, so that it is known until a file has
//! changed, and a page waits only a moment for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::desk::Desk;
use super::problem::Trouble;
use super::read::read;
use crate::campaign::desk::{FilesFound, Stamp, Standing, look_at_files, stamp};

/// A page waits so long for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is found in the files as they are now; nothing, while they are still being looked at.
///
/// # Errors
/// Where the campaign's folder or the ledger cannot be read.
pub(super) async fn found(desk: &Arc<Desk>, standing: &Standing) -> Result<Option<FilesFound>, Trouble> {
    let rounds = standing.rounds.clone();
    let now = read(desk, move |folder| Ok(stamp(folder, &rounds))).await?;
    if let Some(found) = desk.files.known(now) {
        return Ok(Some(found));
    }
    let looking = tokio::spawn(look(Arc::clone(desk), now));
    match timeout(PATIENCE, looking).await {
        Err(_) => Ok(None),
        Ok(Ok(found)) => found.map(Some),
        Ok(Err(_)) => Err(Trouble::BrokeDown),
    }
}

/// Looks at the files, unless somebody else has done so meanwhile.
async fn look(desk: Arc<Desk>, now: Option<Stamp>) -> Result<FilesFound, Trouble> {
    let _alone = desk.files.looking.lock().await;
    if let Some(found) = desk.files.known(now) {
        return Ok(found);
    }
    let clock = desk.clock.clone();
    let found = read(&desk, move |folder| look_at_files(folder, &clock)).await?;
    desk.files.keep(now, &found);
    Ok(found)
}
