//! Letters are tried out, several at once.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread;

use jiff::Timestamp;

use super::letters::LetterMaker;
use crate::model::{Faults, History, Recipient};

/// How many threads the machine runs at once.
static THREADS: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));

/// Fewer letters than so many are not worth a thread.
const LEAST: usize = 32;

impl LetterMaker {
    /// Makes sure that letters can be made, by as many threads as the machine runs at once. What
    /// [`try_out`](LetterMaker::try_out) says of each, in their order.
    ///
    /// Letters on paper take much memory each: they are tried out one after another.
    #[must_use]
    pub fn try_out_all(&self, letters: &[(&Recipient, &History)], at: Timestamp) -> Vec<Result<u64, Faults>> {
        let threads = if self.encloses_pdf() { 1 } else { *THREADS };
        let try_out = |share: &[(&Recipient, &History)]| -> Vec<_> {
            share.iter().map(|(recipient, history)| self.try_out(recipient, history, at)).collect()
        };
        let mut shares = letters.chunks(letters.len().div_ceil(threads).max(LEAST));
        let own = shares.next().unwrap_or_default();
        thread::scope(|scope| {
            let others: Vec<_> = shares.map(|share| scope.spawn(move || try_out(share))).collect();
            let mut tried = try_out(own);
            for other in others {
                tried.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            tried
        })
    }
}
