//! Refusals in words that do not say whether the recipient is meant: they are held back until letters to others show
//! it.
//!
//! What the server takes after a refusal, from others, speaks for the account; what it took before says nothing, since
//! a quota is used up at some letter. The last letters of a run therefore wait for what is on the wire, or nothing
//! would be left that shows whose a late refusal is.

use super::ramp::Incident;
use crate::ledger::{AttemptId, DeliveryId};
use crate::model::{RecipientId, Reply};

/// So many letters to others must be accepted after a refusal, and twice as many as were refused meanwhile.
const ENOUGH: u32 = 3;

/// A refusal that is held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) delivery: DeliveryId,
    pub(super) attempt: AttemptId,
    pub(super) recipient: RecipientId,
    /// What the server said.
    pub(super) reply: Option<Reply>,
    /// To which command.
    pub(super) reason: Option<String>,
    /// Its letter, as it was handed out.
    pub(super) letter: Letter,
    /// How many letters had been handed out when it came: what they met may have been settled before it.
    pub(super) handed_out: u64,
}

/// A letter as it was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// Its number, in the order in which letters are handed out.
    pub(super) number: u64,
    /// To which worker.
    pub(super) worker: usize,
}

impl Refusal {
    /// Whether a letter was offered after this refusal: it was handed out later, or stood behind it at the same worker.
    fn is_before(&self, letter: Letter) -> bool {
        let is_behind = self.letter.worker == letter.worker && self.letter.number < letter.number;
        is_behind || self.handed_out < letter.number
    }
}

/// The refusals that are held back.
#[derive(Debug)]
pub(super) struct HeldBack {
    held: Vec<Held>,
    /// How many letters may be on the wire together, where there are several connections: over one alone, each letter
    /// is offered after the one before it.
    together: Option<usize>,
}

#[derive(Debug)]
struct Held {
    refusal: Refusal,
    /// Letters to others that were accepted since.
    accepted: u32,
    /// And those that were refused as it was.
    refused: u32,
}

impl HeldBack {
    /// Nothing is held back yet, in a run over so many connections, with so many letters on each.
    pub(super) fn new(connections: usize, letters_each: usize) -> Self {
        Self { held: Vec::new(), together: (connections > 1).then_some(connections * letters_each) }
    }

    /// A letter was refused, and is held back. One that is refused again is known since it was first. Says whether it
    /// was offered after another was refused: what was on the wire together is refused together, and tells no more.
    pub(super) fn refuse(&mut self, refusal: Refusal) -> Incident {
        let is_news = self.is_empty() || self.held.iter().any(|held| held.refusal.is_before(refusal.letter));
        let mut is_known = false;
        for held in &mut self.held {
            if held.refusal.delivery == refusal.delivery {
                held.refusal.attempt = refusal.attempt;
                is_known = true;
            } else {
                held.refused += 1;
            }
        }
        if !is_known {
            self.held.push(Held { refusal, accepted: 0, refused: 0 });
        }
        if is_news { Incident::New } else { Incident::Same }
    }

    /// A letter was accepted: gives the refusals that are their recipients' by now.
    pub(super) fn accept(&mut self, delivery: DeliveryId, letter: Letter) -> Vec<Refusal> {
        self.forget(delivery);
        for held in self.held.iter_mut().filter(|held| held.refusal.is_before(letter)) {
            held.accepted += 1;
        }
        self.take(|held| held.accepted >= ENOUGH && held.accepted >= 2 * held.refused)
    }

    /// Something else became of a letter.
    pub(super) fn forget(&mut self, delivery: DeliveryId) {
        self.held.retain(|held| held.refusal.delivery != delivery);
    }

    /// Nothing more is to come: gives those after which more letters were accepted than refused.
    pub(super) fn conclude(&mut self) -> Vec<Refusal> {
        self.take(|held| held.accepted > held.refused)
    }

    fn take(&mut self, is_decided: impl Fn(&Held) -> bool) -> Vec<Refusal> {
        self.held.extract_if(.., |held| is_decided(held)).map(|held| held.refusal).collect()
    }

    /// Gives all that are left.
    pub(super) fn leave(&mut self) -> Vec<Refusal> {
        self.take(|_| true)
    }

    /// Whether so many are held back that letters go one after another, until it is known whose the refusals are.
    pub(super) fn are_many(&self) -> bool {
        self.together.is_some() && self.held.len() >= ENOUGH as usize
    }

    /// How many letters stay back at the end of a run, until what is on the wire has ended.
    pub(super) fn witnesses(&self) -> usize {
        self.together.map_or(0, |together| (together / 2).max(ENOUGH as usize + 2 * self.held.len()))
    }

    /// Whether the next letter waits for what is on the wire, where so many are `left`, it among them. As long as
    /// something is held back, the last ones go one after another; otherwise each time one half goes together and the
    /// other waits, down to the last few.
    pub(super) fn keeps_waiting(&self, left: usize) -> bool {
        let enough = ENOUGH as usize;
        let is_half = left.is_multiple_of(enough) && (left / enough).is_power_of_two();
        left <= self.witnesses() && (is_half || !self.is_empty())
    }

    /// Whether nothing is held back.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// How many are.
    pub(super) fn count(&self) -> usize {
        self.held.len()
    }

    /// Whether a delivery is.
    pub(super) fn has(&self, delivery: DeliveryId) -> bool {
        self.held.iter().any(|held| held.refusal.delivery == delivery)
    }

    /// What the server said to the last of them.
    pub(super) fn last(&self) -> Option<&Reply> {
        self.held.last().and_then(|held| held.refusal.reply.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(number: i64, handed_out: u64) -> Refusal {
        Refusal {
            delivery: DeliveryId(number),
            attempt: AttemptId(number),
            recipient: RecipientId::new(number.to_string()),
            reply: Some(Reply::new(550, ["no"])),
            reason: None,
            letter: letter(u64::try_from(number).unwrap()),
            handed_out,
        }
    }

    fn letter(number: u64) -> Letter {
        Letter { number, worker: 0 }
    }

    /// When which were decided; which are at the end; which stay.
    type Decided = (Vec<(usize, Vec<i64>)>, Vec<i64>, Vec<i64>);

    /// Goes through letters, one after another: `a` is accepted, `r` refused. Gives the numbers of those that are their
    /// recipients', when that is known, and of those that stay.
    fn decide(letters: &str) -> Decided {
        let (mut held, mut decided) = (HeldBack::new(4, 1), Vec::new());
        let numbers = |refusals: Vec<Refusal>| refusals.iter().map(|it| it.delivery.0).collect::<Vec<_>>();
        for (at, end) in (1_u64..).zip(letters.chars()) {
            let number = i64::try_from(at).unwrap();
            if end == 'r' {
                held.refuse(refusal(number, at));
            } else {
                let found = numbers(held.accept(DeliveryId(number), letter(at)));
                if !found.is_empty() {
                    decided.push((number.try_into().unwrap(), found));
                }
            }
        }
        let at_end = numbers(held.conclude());
        let stay = held.held.iter().map(|it| it.refusal.delivery.0).collect();
        (decided, at_end, stay)
    }

    #[test]
    fn one_refusal_among_letters_that_are_accepted_is_its_recipients() {
        assert_eq!(decide("aaraaa"), (vec![(6, vec![3])], vec![], vec![]));
        assert_eq!(decide("araaraaa"), (vec![(6, vec![2]), (8, vec![5])], vec![], vec![]));
    }

    #[test]
    fn what_was_accepted_before_says_nothing() {
        assert_eq!(decide("aaaaaaaaaar"), (vec![], vec![], vec![11]));
        assert_eq!(decide("aaaaaaaaaarrrr"), (vec![], vec![], vec![11, 12, 13, 14]));
        assert_eq!(decide("r"), (vec![], vec![], vec![1]));
    }

    #[test]
    fn at_the_end_one_letter_more_than_were_refused_is_enough() {
        assert_eq!(decide("ara"), (vec![], vec![2], vec![]));
        assert_eq!(decide("arar"), (vec![], vec![], vec![2, 4]));
        assert_eq!(decide("arara"), (vec![], vec![2, 4], vec![]));
        assert_eq!(decide("rra"), (vec![], vec![2], vec![1]), "the first has as many against it as for it");
    }

    #[test]
    fn a_quota_that_lets_one_through_now_and_then_marks_nobody_for_long() {
        assert_eq!(decide("rarararara").0, vec![]);
    }

    #[test]
    fn what_was_on_the_wire_when_it_came_is_no_witness() {
        let mut held = HeldBack::new(4, 1);
        held.refuse(refusal(1, 8));
        for number in 2..=8 {
            let elsewhere = Letter { number, worker: 1 };
            assert_eq!(held.accept(DeliveryId(number.try_into().unwrap()), elsewhere), vec![]);
        }
        assert_eq!(held.conclude(), vec![]);
        assert_eq!(held.accept(DeliveryId(9), letter(8)), vec![], "behind it at the same worker, it was offered later");
        assert_eq!(held.conclude().len(), 1);
    }

    #[test]
    fn what_was_on_the_wire_together_is_refused_together() {
        let mut held = HeldBack::new(4, 1);
        let at = |number: i64, worker, handed_out| {
            let letter = Letter { number: u64::try_from(number).unwrap(), worker };
            Refusal { letter, ..refusal(number, handed_out) }
        };
        assert_eq!(held.refuse(at(1, 0, 6)), Incident::New);
        assert_eq!(held.refuse(at(3, 1, 6)), Incident::Same, "it was handed out before the first came");
        assert_eq!(held.refuse(at(5, 0, 6)), Incident::New, "it stood behind the first");
        assert!(held.are_many());
        assert_eq!(held.refuse(at(6, 2, 6)), Incident::Same);
        assert_eq!(held.refuse(at(7, 2, 7)), Incident::New, "it was handed out later");
    }

    #[test]
    fn half_of_the_last_letters_wait_and_they_go_one_after_another_where_something_is_held_back() {
        let mut held = HeldBack::new(8, 3);
        let waiting = |held: &HeldBack| (1..30).filter(|left| held.keeps_waiting(*left)).collect::<Vec<_>>();
        assert_eq!(waiting(&held), [3, 6, 12]);
        held.refuse(refusal(1, 8));
        assert_eq!(waiting(&held), (1..=12).collect::<Vec<_>>());
        (2..=7).for_each(|number| _ = held.refuse(refusal(number, 8)));
        assert_eq!(waiting(&held), (1..=17).collect::<Vec<_>>());
        let mut alone = HeldBack::new(1, 3);
        alone.refuse(refusal(1, 8));
        assert!(waiting(&alone).is_empty(), "over one connection, each is offered after the one before");
    }

    #[test]
    fn a_letter_that_is_taken_after_all_or_refused_again_is_one() {
        let mut held = HeldBack::new(4, 1);
        held.refuse(refusal(1, 1));
        held.refuse(Refusal { attempt: AttemptId(7), ..refusal(1, 5) });
        assert_eq!((held.count(), held.held[0].refused, held.held[0].refusal.attempt), (1, 0, AttemptId(7)));
        assert_eq!(held.accept(DeliveryId(1), letter(6)), vec![]);
        assert!(held.is_empty());
    }
}
