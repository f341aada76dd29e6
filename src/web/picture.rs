//! The picture of what was sent and answered, as it was made last: all deliveries are gone through for it, so it is
//! made anew only when something has happened, and not all the time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::report::Course;

/// Making it may take one part in so many of the time.
const REST: u32 = 20;

/// The picture that was made last.
#[derive(Debug, Default)]
pub(super) struct Picture(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<Made>,
    /// It is not made anew before this.
    rests_until: Option<Instant>,
    is_being_made: bool,
}

/// A picture.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// The number of the last thing that had happened.
    pub(super) event: u64,
    /// What was sent and answered.
    pub(super) course: Arc<Course>,
    /// Of when it is.
    pub(super) at: Timestamp,
}

impl Picture {
    /// The last one.
    pub(super) fn last(&self) -> Option<Made> {
        self.state().last.clone()
    }

    /// Takes note that it is being made; `false` where it is already, or was a moment ago.
    pub(super) fn begin(&self) -> bool {
        let mut state = self.state();
        let is_free = !state.is_being_made && state.rests_until.is_none_or(|until| until <= Instant::now());
        state.is_being_made |= is_free;
        is_free
    }

    /// Keeps what was made, in so much time; nothing, where it could not be.
    pub(super) fn end(&self, made: Option<Made>, took: Duration) {
        let mut state = self.state();
        state.is_being_made = false;
        state.rests_until = Some(Instant::now() + took * REST);
        state.last = made.or_else(|| state.last.take());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
