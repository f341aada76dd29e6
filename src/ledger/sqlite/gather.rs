//! Which commands share a transaction.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// How many commands one transaction takes at the most: the first of them should not wait long.
const BATCH: usize = 256;

/// How long commands that ride wait for another one, from when the first of them is there.
const RIDE: Duration = Duration::from_millis(2);

/// What shares a transaction.
pub(super) trait Passenger {
    /// Whether it has one of its own.
    fn alone(&self) -> bool;

    /// Whether it rides with whatever comes next, for a moment.
    fn rides(&self) -> bool;
}

/// Gathers what is there, and where all of it rides, what comes within a moment. The second is what came after it and
/// has a transaction of its own.
pub(super) fn gather<P: Passenger + ?Sized>(first: Box<P>, inbox: &Receiver<Box<P>>) -> (Vec<Box<P>>, Option<Box<P>>) {
    let begun = Instant::now();
    let mut batch = vec![first];
    while !batch[0].alone() && batch.len() < BATCH {
        let more = inbox.try_recv().ok().or_else(|| {
            let all_ride = batch.iter().all(|passenger| passenger.rides());
            if all_ride { inbox.recv_timeout(RIDE.saturating_sub(begun.elapsed())).ok() } else { None }
        });
        match more {
            Some(own) if own.alone() => return (batch, Some(own)),
            Some(passenger) => batch.push(passenger),
            None => break,
        }
    }
    (batch, None)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    enum Kind {
        Alone,
        Rides,
        Awaited,
    }

    impl Passenger for Kind {
        fn alone(&self) -> bool {
            *self == Self::Alone
        }

        fn rides(&self) -> bool {
            *self == Self::Rides
        }
    }

    fn gathered(kinds: Vec<Kind>) -> (usize, bool) {
        let (sender, inbox) = channel();
        let mut kinds = kinds.into_iter().map(Box::new);
        let first = kinds.next().unwrap();
        kinds.for_each(|kind| sender.send(kind).unwrap());
        let (batch, own) = gather(first, &inbox);
        (batch.len(), own.is_some())
    }

    #[test]
    fn what_is_there_shares_a_transaction_but_for_what_has_its_own() {
        assert_eq!(gathered(vec![Kind::Awaited]), (1, false));
        assert_eq!(gathered(vec![Kind::Awaited, Kind::Rides, Kind::Awaited]), (3, false));
        assert_eq!(gathered(vec![Kind::Rides, Kind::Alone, Kind::Rides]), (1, true));
        assert_eq!(gathered(vec![Kind::Alone, Kind::Awaited]), (1, false));
        assert_eq!(gathered((0..BATCH + 9).map(|_| Kind::Rides).collect()), (BATCH, false));
    }

    #[test]
    fn what_rides_goes_with_the_next_or_by_itself_and_never_waits_for_long() {
        let (sender, inbox) = channel();
        let (batch, _) = gather(Box::new(Kind::Rides), &inbox);
        assert_eq!(batch.len(), 1, "nothing came");
        sender.send(Box::new(Kind::Awaited)).unwrap();
        assert_eq!(gather(Box::new(Kind::Rides), &inbox).0.len(), 2);
        // Whoever asked last is gone: nothing can come any more.
        thread::spawn(move || drop(sender)).join().unwrap();
        assert_eq!(gather(Box::new(Kind::Rides), &inbox).0.len(), 1);
    }
}
