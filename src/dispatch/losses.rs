//! Letters that came back, or were refused since nobody is there: providers lock an account that makes too many.

use jiff::Timestamp;

use crate::clock::{earlier, later};
use crate::ledger::Losses as Known;
use crate::model::window::Window;

/// Until when no letter may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// Until this time.
    Until(Timestamp),
    /// Until one of those on the wire has ended: each may be lost as well.
    OnTheWire,
}

/// The letters that were lost lately, and how many may be.
#[derive(Debug, Default)]
pub(super) struct Losses {
    windows: Vec<Window>,
    /// When the server refused one; the oldest first.
    refused: Vec<Timestamp>,
    /// When a report of one was read.
    reported: Vec<Timestamp>,
}

impl Losses {
    /// Nothing is lost yet.
    pub(super) fn new(windows: impl Iterator<Item = Window>) -> Self {
        Self { windows: windows.collect(), ..Self::default() }
    }

    /// From when on a loss counts; `None` where none does.
    pub(super) fn since(&self, now: Timestamp) -> Option<Timestamp> {
        self.windows.iter().map(|window| earlier(now, window.span)).min()
    }

    /// Takes in what was lost before the run.
    pub(super) fn begin(&mut self, known: Known) {
        (self.refused, self.reported) = (known.refused, known.reported);
    }

    /// Takes in what was reported since.
    pub(super) fn hear(&mut self, known: Known) {
        self.reported = known.reported;
    }

    /// The server refused a letter.
    pub(super) fn lose(&mut self, now: Timestamp) {
        self.refused.push(now);
    }

    /// Until when no letter may go, with so many on the wire.
    pub(super) fn hold(&self, now: Timestamp, on_the_wire: usize) -> Option<Full> {
        self.windows.iter().find_map(|window| {
            let from = earlier(now, window.span);
            let lost = self.refused.iter().chain(&self.reported);
            let mut lost: Vec<Timestamp> = lost.filter(|at| **at > from).copied().collect();
            lost.sort_unstable();
            let limit = window.limit as usize;
            match lost.len().checked_sub(limit) {
                // Once so many of them are older than the window, there is room for one.
                Some(over) => lost.get(over).map(|at| Full::Until(later(*at, window.span))),
                None => (lost.len() + on_the_wire >= limit).then_some(Full::OnTheWire),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn losses(refused: &[i64], reported: &[i64]) -> Losses {
        let hour = Window { limit: 3, span: Duration::from_hours(1) };
        let day = Window { limit: 5, span: Duration::from_hours(24) };
        let times = |seconds: &[i64]| seconds.iter().map(|second| at(*second)).collect();
        let mut losses = Losses::new([hour, day].into_iter());
        losses.begin(Known { refused: times(refused), reported: times(reported) });
        losses
    }

    #[test]
    fn letters_wait_until_fewer_were_lost_in_each_window() {
        assert_eq!(losses(&[0, 10], &[]).hold(at(20), 0), None);
        assert_eq!(losses(&[0, 10], &[15]).hold(at(20), 0), Some(Full::Until(at(3_600))));
        assert_eq!(losses(&[0, 10], &[15]).hold(at(3_601), 0), None);
        assert_eq!(losses(&[0, 10, 15, 16], &[]).hold(at(20), 0), Some(Full::Until(at(3_610))));
        assert_eq!(losses(&[0, 10, 15, 16, 17], &[]).hold(at(7_300), 0), Some(Full::Until(at(24 * 3_600))));
    }

    #[test]
    fn what_is_on_the_wire_may_be_lost_as_well() {
        assert_eq!(losses(&[0, 10], &[]).hold(at(20), 1), Some(Full::OnTheWire));
        assert_eq!(losses(&[0], &[]).hold(at(20), 1), None);
    }

    #[test]
    fn without_limits_nothing_is_held() {
        let mut losses = Losses::new(std::iter::empty());
        (0..100).for_each(|second| losses.lose(at(second)));
        assert_eq!((losses.hold(at(100), 9), losses.since(at(100))), (None, None));
    }
}
