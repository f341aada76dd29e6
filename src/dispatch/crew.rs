//! The workers of a run: one for each connection, hired when there is work for it.

use std::collections::HashSet;

use tokio::sync::mpsc;

use super::worker::Job;

/// The workers of a run.
#[derive(Debug)]
pub(super) struct Crew {
    workers: Vec<mpsc::Sender<Box<Job>>>,
    idle: Vec<usize>,
    /// How many more may be hired.
    vacancies: usize,
    /// Those that have handed over a letter since they last failed to connect.
    connected: HashSet<usize>,
}

impl Crew {
    /// A crew of `most` workers, none of them hired yet.
    pub(super) fn new(most: u32) -> Self {
        Self { workers: Vec::new(), idle: Vec::new(), vacancies: most as usize, connected: HashSet::new() }
    }

    /// Whether somebody can take a letter now.
    ///
    /// The first worker goes alone until it has handed a letter over: a password that is wrong is tried once, not once for each
    /// connection, which would lock the account of many a provider.
    pub(super) fn has_hands(&self) -> bool {
        let may_hire = self.workers.is_empty() || !self.connected.is_empty();
        !self.idle.is_empty() || (self.vacancies > 0 && may_hire)
    }

    /// Gives a letter to a worker that has none; `hire` starts another where all have one. Gives the letter back where its worker is gone.
    pub(super) fn give(
        &mut self,
        job: Box<Job>,
        hire: impl FnOnce(usize, mpsc::Receiver<Box<Job>>),
    ) -> Result<(), Box<Job>> {
        let worker = self.idle.pop().unwrap_or_else(|| {
            // One place is enough: a worker has one letter at a time.
            let (sender, jobs) = mpsc::channel(1);
            self.workers.push(sender);
            self.vacancies = self.vacancies.saturating_sub(1);
            hire(self.workers.len() - 1, jobs);
            self.workers.len() - 1
        });
        self.workers[worker].try_send(job).map_err(mpsc::error::TrySendError::into_inner)
    }

    /// A worker has no letter any more.
    pub(super) fn is_idle(&mut self, worker: usize) {
        self.idle.push(worker);
    }

    /// A worker's connection stands.
    pub(super) fn is_connected(&mut self, worker: usize) {
        self.connected.insert(worker);
    }

    /// A worker could not connect. Where others work, it is given no more letters: the server takes fewer connections than the pace
    /// allows, or will be tried again by them. Says how many connections are left, and `None` where it was the only one.
    pub(super) fn could_not_connect(&mut self, worker: usize, others_work: bool) -> Option<usize> {
        self.connected.remove(&worker);
        if !others_work && self.connected.is_empty() {
            return None;
        }
        self.idle.retain(|idle| *idle != worker);
        self.vacancies = 0;
        Some(self.connected.len().max(1))
    }

    /// Lets all workers go, once they have finished.
    pub(super) fn dismiss(&mut self) {
        self.workers.clear();
    }
}
