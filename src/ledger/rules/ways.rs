//! What is remembered of a server, and for how long.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::until;
use crate::ledger::{ServerWays, TakesAhead};

/// For so long: a server that was changed since is found out to be faster than it was.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);

/// What was seen of a server, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ledger) struct Seen {
    /// When it last did not take what was offered ahead.
    pub(in crate::ledger) forgot_at: Option<Timestamp>,
    /// How many letters it took over one connection, and when it last said so.
    pub(in crate::ledger) letters: Option<(u32, Timestamp)>,
}

impl Seen {
    /// What is known of it at a time.
    pub(in crate::ledger) fn at(self, at: Timestamp) -> ServerWays {
        let still = |seen: Timestamp| until(seen, at) < REMEMBERED;
        ServerWays {
            ahead: if self.forgot_at.is_some_and(still) { TakesAhead::No } else { TakesAhead::Yes },
            letters_per_connection: self.letters.filter(|(_, seen)| still(*seen)).map(|(letters, _)| letters),
        }
    }

    /// Adds what a run has learned. Of two numbers, the lower one counts.
    pub(in crate::ledger) fn and(self, learned: ServerWays, at: Timestamp) -> Self {
        let known = self.at(at).letters_per_connection;
        let letters = learned.letters_per_connection.map(|letters| (known.map_or(letters, |it| it.min(letters)), at));
        Self {
            forgot_at: if learned.ahead == TakesAhead::No { Some(at) } else { self.forgot_at },
            letters: letters.or(self.letters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learned_is_known_for_a_month_and_the_lower_number_counts() {
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let takes = |letters| ServerWays { letters_per_connection: Some(letters), ..ServerWays::default() };
        let forgets = ServerWays { ahead: TakesAhead::No, letters_per_connection: None };
        let seen = Seen::default().and(forgets, day(0)).and(takes(5), day(10)).and(takes(9), day(11));
        assert_eq!(seen.at(day(29)), ServerWays { ahead: TakesAhead::No, letters_per_connection: Some(5) });
        assert_eq!(seen.at(day(30)), takes(5));
        assert_eq!(seen.at(day(41)), ServerWays::default());
        assert_eq!(seen.and(takes(9), day(41)).at(day(42)), takes(9));
    }
}
