//! How many letters may be on the wire at once: a run begins with one, speeds up while all goes well, and slows down at
//! trouble.
//!
//! While there was no trouble, each round of letters that went well doubles the number, so that a run reaches 32
//! connections within 31 letters. At trouble it is halved, and grows by one after a number of letters that went well;
//! that number doubles each time the growth ends in trouble again. After trouble the run also pauses, longer each time;
//! each letter that goes well halves the pause.

use std::time::Duration;

/// So many letters must go well after trouble before one more connection is tried.
const LETTERS_AFTER_TROUBLE: u32 = 16;
/// The most that it can become.
const MOST_LETTERS_AFTER_TROUBLE: u32 = 1024;
/// The first pause, and what a pause is not shorter than.
const SHORTEST_PAUSE: Duration = Duration::from_millis(125);
/// The pause of a run that follows one that ended in trouble.
const PAUSE_AT_START: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What a letter's trouble is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Incident {
    /// The first of its kind, or something that happened later.
    New,
    /// The same as that of a letter which was on the wire with it: a server that goes away cuts off all at once.
    Same,
}

impl Incident {
    /// The same, where either of two says so.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Same { self } else { other }
    }
}

/// How far a run has sped up.
#[derive(Debug)]
pub(super) struct Ramp {
    most: usize,
    /// How many may be on the wire now.
    width: usize,
    /// How many letters went well since the width changed last.
    well: u32,
    /// How many must, for it to grow; `None` while there was no trouble.
    needed: Option<u32>,
    /// How many of those that were on the wire when it shrank are still there: their trouble is the same.
    overhang: usize,
    pause: Duration,
}

impl Ramp {
    /// The beginning of a run over `most` connections.
    pub(super) fn new(most: usize) -> Self {
        Self { most, width: 1, well: 0, needed: None, overhang: 0, pause: Duration::ZERO }
    }

    /// The beginning of a run whose account's last letter was not accepted.
    pub(super) fn after_trouble(most: usize) -> Self {
        Self { needed: Some(LETTERS_AFTER_TROUBLE), pause: PAUSE_AT_START, ..Self::new(most) }
    }

    /// How many letters may be on the wire at once.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether as many may be as there are connections, and no trouble is so near that it may not be over.
    pub(super) fn is_at_full_speed(&self) -> bool {
        self.width == self.most && self.needed.is_none_or(|needed| self.well >= needed)
    }

    /// How long nothing goes, counted from now.
    pub(super) fn pause(&self) -> Duration {
        self.pause
    }

    /// A letter was taken or refused for reasons of its own.
    pub(super) fn went_well(&mut self) {
        self.overhang = self.overhang.saturating_sub(1);
        self.pause = if self.pause > SHORTEST_PAUSE { self.pause / 2 } else { Duration::ZERO };
        self.well += 1;
        let (needed, grown) = match self.needed {
            None => (u32::try_from(self.width).unwrap_or(u32::MAX), self.width * 2),
            Some(needed) => (needed, self.width + 1),
        };
        if self.well >= needed && self.width < self.most {
            self.width = grown.min(self.most);
            self.well = 0;
        }
    }

    /// The server, or the way to it, could not take a letter; `on_the_wire` others are still under way.
    pub(super) fn met_trouble(&mut self, on_the_wire: usize) -> Incident {
        if self.overhang > 0 {
            self.overhang -= 1;
            return Incident::Same;
        }
        self.pause = (self.pause * 2).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        self.shrink(self.width / 2);
        self.overhang = on_the_wire;
        Incident::New
    }

    /// A letter ended in a way that says nothing of how fast the server takes them.
    pub(super) fn heard_nothing(&mut self) {
        self.overhang = self.overhang.saturating_sub(1);
    }

    /// The server takes no more than `connections`.
    pub(super) fn is_limited_to(&mut self, connections: usize) {
        if connections < self.width {
            self.shrink(connections);
        }
    }

    fn shrink(&mut self, width: usize) {
        self.width = width.max(1);
        self.well = 0;
        let again = self.needed.map_or(LETTERS_AFTER_TROUBLE, |needed| needed * 2);
        self.needed = Some(again.min(MOST_LETTERS_AFTER_TROUBLE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The widths that a ramp goes through while so many letters go well.
    fn widths(ramp: &mut Ramp, letters: u32) -> Vec<usize> {
        let mut widths = vec![ramp.width()];
        for _ in 0..letters {
            ramp.went_well();
            if widths.last() != Some(&ramp.width()) {
                widths.push(ramp.width());
            }
        }
        widths
    }

    #[test]
    fn a_run_in_which_all_goes_well_is_at_full_width_within_one_letter_less_than_that() {
        let mut ramp = Ramp::new(32);
        assert_eq!(widths(&mut ramp, 31), [1, 2, 4, 8, 16, 32]);
        assert_eq!(ramp.pause(), Duration::ZERO);
        assert_eq!(widths(&mut Ramp::new(5), 100), [1, 2, 4, 5]);
        assert_eq!(widths(&mut Ramp::new(1), 100), [1]);
    }

    #[test]
    fn trouble_halves_the_width_once_for_all_that_was_on_the_wire() {
        let mut ramp = Ramp::new(32);
        widths(&mut ramp, 31);
        let incidents: Vec<Incident> = (0..32).rev().map(|others| ramp.met_trouble(others)).collect();
        assert_eq!((incidents[0], &incidents[1..]), (Incident::New, &[Incident::Same; 31][..]));
        assert_eq!((ramp.width(), ramp.pause()), (16, SHORTEST_PAUSE));
        assert_eq!(ramp.met_trouble(15), Incident::New, "it was sent since");
        assert_eq!(ramp.width(), 8);
    }

    #[test]
    fn after_trouble_the_width_grows_by_one_and_later_each_time_it_is_too_much() {
        let mut ramp = Ramp::new(3);
        widths(&mut ramp, 3);
        ramp.is_limited_to(2);
        for patience in [16, 32, 64, 128, 256, 512, 1024, 1024] {
            assert_eq!(widths(&mut ramp, patience - 1), [2]);
            assert_eq!(widths(&mut ramp, 1), [2, 3]);
            ramp.is_limited_to(2);
        }
    }

    #[test]
    fn a_pause_grows_with_trouble_and_vanishes_while_all_goes_well() {
        let mut ramp = Ramp::new(1);
        let mut pauses = Vec::new();
        for _ in 0..10 {
            ramp.met_trouble(0);
            pauses.push(ramp.pause().as_millis());
        }
        assert_eq!(pauses, [125, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        for _ in 0..9 {
            ramp.went_well();
        }
        assert_eq!(ramp.pause(), Duration::ZERO);
    }

    #[test]
    fn after_trouble_it_is_at_full_speed_only_when_enough_went_well() {
        let mut ramp = Ramp::new(1);
        assert!(ramp.is_at_full_speed());
        ramp.met_trouble(0);
        assert!(!ramp.is_at_full_speed());
        widths(&mut ramp, 15);
        assert!(!ramp.is_at_full_speed());
        ramp.went_well();
        assert!(ramp.is_at_full_speed());
    }

    #[test]
    fn a_run_after_trouble_begins_with_one_letter_and_a_pause_and_is_at_full_speed_later() {
        let mut ramp = Ramp::after_trouble(4);
        assert_eq!((ramp.width(), ramp.pause()), (1, Duration::from_secs(1)));
        assert_eq!(widths(&mut ramp, 48), [1, 2, 3, 4]);
        assert_eq!(ramp.pause(), Duration::ZERO);
    }
}
