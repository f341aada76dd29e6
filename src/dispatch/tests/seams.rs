//! The seams of a run: the numbered places at which it touches the world, and at which something can befall it.
//!
//! A commit of the ledger has two, before it and before its answer. On the wire there is one before each write, one
//! before the final dot, and one where a reply has arrived and is not read yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// The seams of one run.
#[derive(Debug, Clone)]
pub(super) struct Seams {
    state: Arc<Mutex<State>>,
    gate: Arc<watch::Sender<Gate>>,
}

/// Whether anything passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// Everything does.
    Open,
    /// Nothing does: whoever comes to a seam waits there.
    Shut,
    /// Everything does again.
    OpenAgain,
    /// The run is over.
    Over,
}

/// What happens when a seam is reached.
pub(super) enum Strike {
    /// Nothing passes any more.
    Shut,
    /// This is done, and everything goes on.
    Do(Box<dyn FnOnce() + Send>),
}

struct State {
    passed: u32,
    strike: Option<(u32, Strike)>,
    pauses: Vec<u8>,
}

impl Seams {
    /// At each seam, one after another of the `pauses` is made, in milliseconds.
    pub(super) fn new(pauses: &[u8]) -> Self {
        let state = State { passed: 0, strike: None, pauses: pauses.to_vec() };
        Self { state: Arc::new(Mutex::new(state)), gate: Arc::new(watch::Sender::new(Gate::Open)) }
    }

    /// Has something happen at the seam of this number, from 1.
    pub(super) fn arm(&self, at: u32, strike: Strike) {
        lock(&self.state).strike = Some((at, strike));
    }

    /// Comes to a seam, and waits there as long as the gate is shut.
    pub(super) async fn pass(&self) {
        let (strike, pause) = {
            let mut state = lock(&self.state);
            state.passed += 1;
            let passed = state.passed;
            let strike = state.strike.take_if(|(at, _)| *at == passed).map(|(_, strike)| strike);
            let pause = state.pauses.get(passed as usize % state.pauses.len().max(1)).copied().unwrap_or(0);
            (strike, pause)
        };
        match strike {
            Some(Strike::Shut) => {
                self.gate.send_replace(Gate::Shut);
            }
            Some(Strike::Do(act)) => act(),
            None => {}
        }
        if pause > 0 {
            tokio::time::sleep(Duration::from_millis(pause.into())).await;
        }
        // The sender lives as long as this.
        let _ = self.gate.subscribe().wait_for(|gate| *gate != Gate::Shut).await;
    }

    /// Waits until the gate is shut, and says so; or that the run was over before.
    pub(super) async fn shut(&self) -> bool {
        let gate = self.gate.subscribe().wait_for(|gate| *gate != Gate::Open).await.map(|gate| *gate);
        gate.is_ok_and(|gate| gate != Gate::Over)
    }

    /// Lets everything pass again.
    pub(super) fn open(&self) {
        self.gate.send_replace(Gate::OpenAgain);
    }

    /// The run is over, and whoever waited for the gate to be shut waits no longer.
    pub(super) fn end(&self) {
        self.gate.send_replace(Gate::Over);
    }

    /// How many seams were come to.
    pub(super) fn passed(&self) -> u32 {
        lock(&self.state).passed
    }

    /// Whether what was to happen has happened.
    pub(super) fn was_struck(&self) -> bool {
        lock(&self.state).strike.is_none()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("passed", &self.passed).finish_non_exhaustive()
    }
}
