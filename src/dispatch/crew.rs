//! The workers of a run: one for each connection, hired when there is work for it.

use std::time::Duration;

use tokio::sync::mpsc;

use super::job::Job;
use super::ramp::{Incident, Ramp};
use super::streak::Trouble;
use crate::transport::Strain;

/// The workers of a run.
#[derive(Debug)]
pub(super) struct Crew {
    hands: Vec<Hand>,
    /// How many letters a worker may have at once.
    letters_each: usize,
    ramp: Ramp,
    /// The fewest connections that were told of so far.
    told: usize,
}

/// A worker, as the crew knows it.
#[derive(Debug)]
struct Hand {
    jobs: mpsc::Sender<Box<Job>>,
    /// How many letters it has.
    letters: usize,
    /// Whether it has handed over a letter since it last failed to connect.
    is_connected: bool,
}

impl Crew {
    /// A crew that works as the ramp lets it, none of them hired yet, each with `letters_each` letters at once at the
    /// most.
    ///
    /// The first worker goes alone until it has handed a letter over: a password that is wrong is tried once, not once
    /// for each connection, which would lock the account of many a provider.
    pub(super) fn new(ramp: Ramp, letters_each: usize) -> Self {
        Self { hands: Vec::new(), letters_each, ramp, told: usize::MAX }
    }

    /// Whether somebody can take a letter now.
    pub(super) fn has_hands(&self) -> bool {
        self.busy() < self.ramp.width() || self.hand_with_room().is_some()
    }

    fn busy(&self) -> usize {
        self.hands.iter().filter(|hand| hand.letters > 0).count()
    }

    /// The worker that can take another letter along with those it has: only while nothing slows the run down.
    fn hand_with_room(&self) -> Option<usize> {
        if self.letters_each < 2 || !self.ramp.is_at_full_speed() {
            return None;
        }
        let hands = self.hands.iter().enumerate();
        let roomy = hands.filter(|(_, hand)| hand.is_connected && hand.letters < self.letters_each);
        roomy.min_by_key(|(_, hand)| hand.letters).map(|(number, _)| number)
    }

    /// A worker without a letter, rather one whose connection stands.
    fn idle_hand(&self) -> Option<usize> {
        let idle = self.hands.iter().enumerate().filter(|(_, hand)| hand.letters == 0);
        idle.min_by_key(|(_, hand)| !hand.is_connected).map(|(number, _)| number)
    }

    /// Gives a letter to a worker that has none; `hire` starts another where all have one and another may work, and
    /// otherwise one that has room gets it. Gives the letter back where its worker is gone.
    pub(super) fn give(
        &mut self,
        job: Box<Job>,
        hire: impl FnOnce(usize, mpsc::Receiver<Box<Job>>),
    ) -> Result<(), Box<Job>> {
        let may_work = self.busy() < self.ramp.width();
        let free = if may_work { self.idle_hand() } else { self.hand_with_room() };
        let number = free.unwrap_or_else(|| {
            let (jobs, inbox) = mpsc::channel(self.letters_each);
            self.hands.push(Hand { jobs, letters: 0, is_connected: false });
            hire(self.hands.len() - 1, inbox);
            self.hands.len() - 1
        });
        let hand = &mut self.hands[number];
        hand.letters += 1;
        hand.jobs.try_send(job).map_err(mpsc::error::TrySendError::into_inner)
    }

    /// A worker has one letter fewer.
    pub(super) fn puts_down(&mut self, worker: usize) {
        if let Some(hand) = self.hands.get_mut(worker) {
            hand.letters = hand.letters.saturating_sub(1);
        }
    }

    /// The letter that a worker has put down ended well, where it was taken or refused for reasons of its own. At
    /// trouble fewer go at once from now on.
    pub(super) fn has_ended(&mut self, worker: usize, trouble: Option<Trouble>) -> Incident {
        self.notes_connection(worker, true);
        if trouble == Some(Trouble::Strained(Strain::Unclear)) {
            // Whose refusal it is, others will show: it says nothing of how fast the server takes letters.
            self.ramp.heard_nothing();
            return Incident::New;
        }
        if trouble.is_some() {
            return self.ramp.met_trouble(self.hands.iter().map(|hand| hand.letters).sum());
        }
        self.ramp.went_well();
        Incident::New
    }

    fn notes_connection(&mut self, worker: usize, stands: bool) {
        if let Some(hand) = self.hands.get_mut(worker) {
            hand.is_connected = stands;
        }
    }

    /// How long nothing is to go after the letter that ended last.
    pub(super) fn pause(&self) -> Duration {
        self.ramp.pause()
    }

    /// A worker that has put its letter down could not connect. Where others work, they go on alone for a while: the
    /// server takes fewer connections than the pace allows. `None` where it was the only one.
    pub(super) fn could_not_connect(&mut self, worker: usize) -> Option<Fewer> {
        self.notes_connection(worker, false);
        let connected = self.hands.iter().filter(|hand| hand.is_connected).count();
        let others = self.hands.iter().enumerate().filter(|(number, _)| *number != worker);
        if connected == 0 && others.filter(|(_, hand)| hand.letters > 0).count() == 0 {
            return None;
        }
        let left = connected.max(1);
        self.ramp.is_limited_to(left);
        let news = left < self.told;
        self.told = self.told.min(left);
        Some(if news { Fewer::Than(left) } else { Fewer::AsBefore })
    }

    /// Lets all workers go, once they have finished.
    pub(super) fn dismiss(&mut self) {
        self.hands.clear();
    }
}

/// With how many connections a run goes on, when the server takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fewer {
    /// With so many, which is fewer than ever before.
    Than(usize),
    /// With no fewer than once before: it was tried again, in vain.
    AsBefore,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_is_held_back_slows_nobody_down_and_speeds_nobody_up() {
        let mut crew = Crew::new(Ramp::new(8), 1);
        for _ in 0..7 {
            crew.has_ended(0, None);
        }
        assert_eq!(crew.ramp.width(), 8);
        for _ in 0..20 {
            crew.has_ended(0, Some(Trouble::Strained(Strain::Unclear)));
        }
        assert_eq!((crew.ramp.width(), crew.pause()), (8, Duration::ZERO));
        crew.has_ended(0, Some(Trouble::Strained(Strain::Policy)));
        assert_eq!(crew.ramp.width(), 4);
        let mut beginning = Crew::new(Ramp::new(8), 1);
        beginning.has_ended(0, Some(Trouble::Strained(Strain::Unclear)));
        assert_eq!(beginning.ramp.width(), 1);
    }
}
