//! The workers of a run: one for each connection, hired when there is work for it.

use tokio::sync::mpsc;

use super::worker::Job;

/// The workers of a run.
#[derive(Debug)]
pub(super) struct Crew {
    workers: Vec<Hand>,
    /// How many letters a worker may have at once.
    letters_each: usize,
    /// How many more may be hired.
    vacancies: usize,
}

/// A worker, as the crew knows it.
#[derive(Debug)]
struct Hand {
    jobs: mpsc::Sender<Box<Job>>,
    /// How many letters it has.
    letters: usize,
    /// Whether it has handed over a letter since it last failed to connect.
    is_connected: bool,
    /// Whether it is given no more letters.
    is_retired: bool,
}

impl Crew {
    /// A crew of `most` workers, none of them hired yet, each with `letters_each` letters at once at the most.
    pub(super) fn new(most: u32, letters_each: usize) -> Self {
        Self { workers: Vec::new(), letters_each, vacancies: most as usize }
    }

    /// Whether somebody can take a letter now.
    ///
    /// The first worker goes alone until it has handed a letter over: a password that is wrong is tried once, not once for each
    /// connection, which would lock the account of many a provider.
    pub(super) fn has_hands(&self) -> bool {
        self.may_hire() || self.free_hand().is_some()
    }

    fn may_hire(&self) -> bool {
        self.vacancies > 0 && (self.workers.is_empty() || self.workers.iter().any(|hand| hand.is_connected))
    }

    /// The worker with the fewest letters that may have another. One that has not handed over any has one at a time.
    fn free_hand(&self) -> Option<usize> {
        let room = |hand: &Hand| if hand.is_connected { self.letters_each } else { 1 };
        let free = self.workers.iter().enumerate().filter(|(_, hand)| !hand.is_retired && hand.letters < room(hand));
        free.min_by_key(|(_, hand)| hand.letters).map(|(number, _)| number)
    }

    /// Gives a letter to a worker that has none; `hire` starts another where all have one, and one that may have two gets it where nobody else is to be
    /// hired. Gives the letter back where its worker is gone.
    pub(super) fn give(
        &mut self,
        job: Box<Job>,
        hire: impl FnOnce(usize, mpsc::Receiver<Box<Job>>),
    ) -> Result<(), Box<Job>> {
        let free = self.free_hand();
        let number = match free {
            Some(number) if self.workers[number].letters == 0 || !self.may_hire() => number,
            _ if self.may_hire() => {
                let (jobs, inbox) = mpsc::channel(self.letters_each);
                self.workers.push(Hand { jobs, letters: 0, is_connected: false, is_retired: false });
                self.vacancies -= 1;
                hire(self.workers.len() - 1, inbox);
                self.workers.len() - 1
            }
            _ => return Err(job),
        };
        let hand = &mut self.workers[number];
        hand.letters += 1;
        hand.jobs.try_send(job).map_err(mpsc::error::TrySendError::into_inner)
    }

    /// A worker has one letter fewer.
    pub(super) fn has_ended(&mut self, worker: usize) {
        if let Some(hand) = self.workers.get_mut(worker) {
            hand.letters = hand.letters.saturating_sub(1);
        }
    }

    /// A worker's connection stands.
    pub(super) fn is_connected(&mut self, worker: usize) {
        if let Some(hand) = self.workers.get_mut(worker) {
            hand.is_connected = true;
        }
    }

    /// A worker could not connect. Where others work, it is given no more letters: the server takes fewer connections than the pace
    /// allows, or will be tried again by them. Says how many connections are left, and `None` where it was the only one.
    pub(super) fn could_not_connect(&mut self, worker: usize, others_work: bool) -> Option<usize> {
        if let Some(hand) = self.workers.get_mut(worker) {
            hand.is_connected = false;
        }
        let connected = self.workers.iter().filter(|hand| hand.is_connected).count();
        if !others_work && connected == 0 {
            return None;
        }
        if let Some(hand) = self.workers.get_mut(worker) {
            hand.is_retired = true;
        }
        self.vacancies = 0;
        Some(connected.max(1))
    }

    /// Lets all workers go, once they have finished.
    pub(super) fn dismiss(&mut self) {
        self.workers.clear();
    }
}
