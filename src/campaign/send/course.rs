//! A run in numbers, while it is on its way.

use std::fmt;

use crate::campaign::note::Note;
use crate::dispatch::Happening;
use crate::model::DeliveryState;
use crate::transport::is_unknown_recipient;

/// So many addresses that do not exist, if they are more than a tenth, are worth a warning.
const MANY_UNKNOWN: u64 = 5;

/// How many letters of a run ended how, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Course {
    /// The server took them.
    pub accepted: u64,
    /// They are tried again later. One letter may be counted several times.
    pub deferred: u64,
    /// They will not arrive.
    pub failed: u64,
    /// Nobody knows.
    pub in_doubt: u64,
    /// Accepted letters of which the server refused a copy.
    pub short_of_copies: u64,
    /// Of those that failed, the ones whose address does not exist.
    pub unknown: u64,
}

impl Course {
    /// Takes in what happened.
    pub fn observe(&mut self, happening: &Happening) {
        if let Happening::Decided { state: DeliveryState::Failed, .. } = happening {
            self.failed += 1;
        }
        let Happening::Attempted { state, reply, reason, .. } = happening else { return };
        match state {
            DeliveryState::Accepted => self.accepted += 1,
            DeliveryState::Deferred => self.deferred += 1,
            DeliveryState::Failed => self.failed += 1,
            DeliveryState::InDoubt => self.in_doubt += 1,
            _ => {}
        }
        // What is accepted needs words only where a copy was refused.
        self.short_of_copies += u64::from(*state == DeliveryState::Accepted && reason.is_some());
        let failed = reply.as_ref().filter(|_| *state == DeliveryState::Failed);
        self.unknown += u64::from(failed.is_some_and(is_unknown_recipient));
    }

    /// How many letters are done with.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.accepted + self.failed + self.in_doubt
    }

    /// What a glance at the totals would miss.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let (unknown, done) = (self.unknown, self.done());
        let copies = (self.short_of_copies > 0).then_some(Note::ShortOfCopies(self.short_of_copies));
        let many = unknown >= MANY_UNKNOWN && unknown * 10 > done;
        copies.into_iter().chain(many.then_some(Note::ManyUnknown { unknown, done })).collect()
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, deferred, failed, in_doubt, .. } = self;
        write!(f, "{accepted} accepted, {deferred} deferred, {failed} failed, {in_doubt} in doubt")
    }
}
