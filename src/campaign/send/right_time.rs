//! Nothing is sent by a clock that cannot be right: letters would bear its date, and follow-ups leave by it.

use std::time::Duration;

use jiff::Timestamp;

use crate::campaign::error::Result;
use crate::campaign::folder::{Folder, Ledger};
use crate::clock::{Clock, MADE_IN, later};
use crate::ledger::{ReadLedger, Selection};
use crate::model::{Fault, Faults, Place};

/// So much may the clocks of two machines differ, and be set back: windows are counted in a time of the ledger's own,
/// so that a few hours harm nobody. What is further off is another day to whoever reads the letter.
const TOLERANCE: Duration = Duration::from_hours(48);

/// Refuses a clock that is before this version was made, or before letters of the campaign left. A person's word that
/// it goes on from here stands against the latter: then the clock of before was wrong.
pub(super) fn refuse_wrong_clock(
    ledger: Option<&Ledger>,
    folder: &Folder,
    clock: &Clock,
    is_said_to_go_on: bool,
) -> Result<()> {
    let now = clock.wall();
    let refused = |why: String| {
        let message = format!("the clock of this machine says {}, {why}", now.strftime("%F %T UTC"));
        Err(Faults::from(Fault::error(Place::file(&folder.settings.file), message)).into())
    };
    if clock.is_the_machines() && now < MADE_IN {
        return refused("which is before this program was made: set the clock".to_owned());
    }
    let Some(ledger) = ledger.filter(|_| !is_said_to_go_on) else { return Ok(()) };
    let mut last: Option<Timestamp> = None;
    for delivery in ledger.deliveries(&folder.settings.id, &Selection::default()) {
        let delivery = delivery?;
        last = last.max(delivery.last_attempt_at).max(delivery.accepted_at);
    }
    match last.filter(|last| *last > later(now, TOLERANCE)) {
        Some(last) => refused(format!(
            "and a letter left at {}, which is later: set the clock; if it is right now, and was wrong then, go on by `--take-over`",
            last.strftime("%F %T UTC")
        )),
        None => Ok(()),
    }
}
