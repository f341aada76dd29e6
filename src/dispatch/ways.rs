//! What a run knows of the ways of its server: all connections learn from what one of them has met.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ledger::{ServerWays, TakesAhead};
use crate::transport::{Untaken, names_a_limit};

/// How many letters go over one connection before it is opened anew, where nothing else is known: some servers close
/// one after a hundred.
const LETTERS_PER_CONNECTION: u32 = 100;

/// What is known of the server.
#[derive(Debug)]
pub(super) struct Ways {
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    ways: ServerWays,
    /// After how many letters a connection was ended last, without a word of a limit.
    ended_after: Option<u32>,
}

impl Ways {
    /// Begins with what earlier runs have learned.
    pub(super) fn new(ways: ServerWays) -> Self {
        Self { known: Mutex::new(Known { ways, ended_after: None }) }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a letter can be offered along with the message of the one before it.
    pub(super) fn takes_ahead(&self) -> bool {
        self.known().ways.ahead == TakesAhead::Yes
    }

    /// How many letters are offered over one connection at the most.
    pub(super) fn letters_per_connection(&self) -> u32 {
        let known = self.known().ways.letters_per_connection;
        known.map_or(LETTERS_PER_CONNECTION, |letters| letters.clamp(1, LETTERS_PER_CONNECTION))
    }

    /// Learns from a letter that the server did not begin to take, over a connection that had taken some; gives what is
    /// to be remembered.
    ///
    /// A 421 without a word of a limit may mean anything. Where a second one comes after as many letters, it is taken
    /// for one.
    pub(super) fn learn(&self, why: &Untaken, taken: u32) -> Option<ServerWays> {
        let mut known = self.known();
        let before = known.ways;
        match why {
            Untaken::HungUp => {}
            Untaken::Forgotten => known.ways.ahead = TakesAhead::No,
            Untaken::Full(reply) => {
                let ended_after = known.ended_after.replace(taken);
                if names_a_limit(reply) || ended_after == Some(taken) {
                    let letters = known.ways.letters_per_connection.map_or(taken, |letters| letters.min(taken));
                    known.ways.letters_per_connection = Some(letters);
                }
            }
        }
        (known.ways != before).then_some(known.ways)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reply;

    #[test]
    fn a_limit_is_learned_from_its_words_or_when_it_is_met_twice_alike() {
        let full = |text: &str| Untaken::Full(Reply::new(421, [text]));
        let ways = Ways::new(ServerWays::default());
        assert_eq!(ways.learn(&full("4.3.2 bye"), 7), None);
        assert_eq!(ways.learn(&full("4.3.2 bye"), 9), None);
        assert_eq!(ways.letters_per_connection(), LETTERS_PER_CONNECTION);
        assert_eq!(ways.learn(&full("4.3.2 bye"), 9).and_then(|ways| ways.letters_per_connection), Some(9));
        let said = full("too many messages in this connection");
        assert_eq!(ways.learn(&said, 1).and_then(|ways| ways.letters_per_connection), Some(1));
        assert_eq!((ways.learn(&said, 4), ways.letters_per_connection()), (None, 1));
    }

    #[test]
    fn a_server_that_forgets_is_not_offered_anything_ahead_again() {
        let ways = Ways::new(ServerWays::default());
        assert_eq!((ways.learn(&Untaken::HungUp, 3), ways.takes_ahead()), (None, true));
        assert!(ways.learn(&Untaken::Forgotten, 3).is_some() && !ways.takes_ahead());
        assert_eq!(ways.learn(&Untaken::Forgotten, 5), None);
    }
}
