//! Letters are tried out, several at once.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread;

use jiff::Timestamp;

use super::letters::LetterMaker;
use crate::letter::Stumble;
use crate::model::{Faults, History, Recipient};

/// How many threads the machine runs at once.
static THREADS: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));

/// Fewer letters than so many are not worth a thread.
const LEAST: usize = 32;

/// What a letter that was tried out shows.
#[derive(Debug)]
pub struct Tried {
    /// The size of its message in bytes, or what is wrong with it.
    pub made: Result<u64, Faults>,
    /// Over what its reader would stumble.
    pub stumbles: Vec<Stumble>,
}

impl LetterMaker {
    /// Makes sure that letters can be made, by as many threads as the machine runs at once. What
    /// [`try_out`](LetterMaker::try_out) says of each, in their order, and over what their readers would stumble.
    ///
    /// Letters on paper take much memory each: they are tried out one after another.
    #[must_use]
    pub fn try_out_all(&self, letters: &[(&Recipient, &History)], at: Timestamp) -> Vec<Tried> {
        let threads = if self.encloses_pdf() { 1 } else { *THREADS };
        by_threads(threads, letters, |(recipient, history)| Tried {
            made: self.try_out(recipient, history, at),
            stumbles: self.letters().choose(recipient.lang.as_ref()).letter.stumbles(recipient),
        })
    }
}

/// Looks at each of many things, by as many threads as the machine runs at once; gives what is seen, in their order.
pub fn look_at_all<T: Sync, R: Send>(things: &[T], look: impl Fn(&T) -> R + Sync) -> Vec<R> {
    by_threads(*THREADS, things, look)
}

fn by_threads<T: Sync, R: Send>(threads: usize, things: &[T], look: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let look_at_share = |share: &[T]| -> Vec<_> { share.iter().map(&look).collect() };
    let mut shares = things.chunks(things.len().div_ceil(threads).max(LEAST));
    let own = shares.next().unwrap_or_default();
    thread::scope(|scope| {
        let others: Vec<_> = shares.map(|share| scope.spawn(|| look_at_share(share))).collect();
        let mut seen = look_at_share(own);
        for other in others {
            seen.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        seen
    })
}
