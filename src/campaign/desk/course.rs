//! What was sent and answered over time, as the report tells it.

use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{BrowseLedger, InHour};
use crate::report::Course;

/// What was sent and answered over time. All deliveries are gone through.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn course(folder: &Folder) -> Result<Course> {
    let mut course = Course::default();
    let Some(ledger) = folder.known_ledger()? else { return Ok(course) };
    let passed = ledger.passed(&folder.settings.id)?;
    passed.sent.iter().for_each(|InHour { hour, count }| course.add(*hour, *count, 0));
    passed.answered.iter().for_each(|InHour { hour, count }| course.add(*hour, 0, *count));
    Ok(course)
}

/// The number of the last thing that happened in the ledger; 0 where there is none.
///
/// # Errors
/// Where the ledger cannot be read.
pub fn last_event(folder: &Folder) -> Result<u64> {
    Ok(folder.known_ledger()?.map(|ledger| ledger.last_event()).transpose()?.unwrap_or_default())
}
