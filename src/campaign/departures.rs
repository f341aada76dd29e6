//! When letters leave by the windows of a pace and its sending hours. Pure.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;
use crate::model::hours::Hours;

/// What the windows of the pace hold at the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing: the first letters go as fast as they can.
    Nothing,
    /// As much as they can, so that each letter waits for another to leave the window.
    All,
}

/// How letters are let go: so many at the most in any window of a length, and in sending hours alone.
pub(super) struct Departures<'a> {
    pub(super) windows: Vec<(usize, Duration)>,
    pub(super) hours: Option<&'a Hours>,
}

impl Departures<'_> {
    /// When the last of so many letters leaves, where the first goes at `from`; nothing, where there are none.
    pub(super) fn last(&self, letters: usize, from: Timestamp, held: Held) -> Option<Timestamp> {
        let mut times: Vec<Timestamp> = Vec::new();
        for place in 0..letters {
            let before = times.last().copied();
            let mut at = before.unwrap_or(from).max(from);
            for (limit, span) in &self.windows {
                let freed = match (place.checked_sub(*limit), held) {
                    (Some(before), _) => Some(later(times[before], *span)),
                    (None, Held::All) => Some(later(from, share(*span, place, *limit))),
                    (None, Held::Nothing) => None,
                };
                at = freed.map_or(at, |freed| at.max(freed));
            }
            if let Some(hours) = self.hours.filter(|hours| before != Some(at) && !hours.are_open(at)) {
                at = hours.next_open(at);
            }
            times.push(at);
        }
        times.pop()
    }
}

/// So many parts of a time.
fn share(span: Duration, place: usize, parts: usize) -> Duration {
    let (place, parts) = (u32::try_from(place).unwrap_or(u32::MAX), u32::try_from(parts).unwrap_or(u32::MAX));
    span.saturating_mul(place) / parts.max(1)
}
