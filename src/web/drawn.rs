//! The picture of what was sent and answered, for a page. Of a long list it is made aside: no page waits for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::desk::Desk;
use super::picture::Made;
use super::problem::Trouble;
use super::read::read;
use crate::campaign::desk::{Standing, course, last_event};
use crate::report::Course;

/// Of so many letters, it is made while the page waits.
const AT_ONCE: u64 = 20_000;

/// What is shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Drawn {
    /// What was sent and answered; nothing, while that is being found out.
    pub(super) course: Option<Arc<Course>>,
    /// Of when that is, where something has happened since.
    pub(super) as_of: Option<Timestamp>,
}

/// The picture of now, or the last one.
///
/// # Errors
/// Where the ledger cannot be read.
pub(super) async fn drawn(desk: &Arc<Desk>, standing: &Standing) -> Result<Drawn, Trouble> {
    let total: u64 = standing.rounds.iter().map(|round| round.tally.total()).sum();
    if total == 0 {
        return Ok(Drawn { course: Some(Arc::default()), as_of: None });
    }
    let event = read(desk, last_event).await?;
    let last = desk.picture.last();
    if let Some(made) = last.as_ref().filter(|made| made.event == event) {
        return Ok(Drawn { course: Some(Arc::clone(&made.course)), as_of: None });
    }
    if total <= AT_ONCE {
        let made = make(desk).await?;
        let course = Arc::clone(&made.course);
        desk.picture.end(Some(made), Duration::ZERO);
        return Ok(Drawn { course: Some(course), as_of: None });
    }
    if desk.picture.begin() {
        let desk = Arc::clone(desk);
        tokio::spawn(async move {
            let begun = Instant::now();
            // Why it cannot be made is said by the pages that read the same ledger.
            let made = make(&desk).await.ok();
            desk.picture.end(made, begun.elapsed());
        });
    }
    Ok(last.map_or_else(Drawn::default, |made| Drawn { course: Some(made.course), as_of: Some(made.at) }))
}

async fn make(desk: &Arc<Desk>) -> Result<Made, Trouble> {
    let at = desk.clock.now();
    // What happens in between is not taken for known.
    let (event, course) = read(desk, |folder| Ok((last_event(folder)?, course(folder)?))).await?;
    Ok(Made { event, course: Arc::new(course), at })
}
