//! How much of what a mail says takes effect at once, and what is left where a person takes it back.

use jiff::Timestamp;

use super::effect::{Stands, take_effect};
use crate::ledger::{Hold, Mention, Witness};
use crate::model::{Answer, DeliveryState, Effect, Tie};

/// One mail does something to no more letters than these, without a person.
const LETTERS_OF_A_MAIL: usize = 3;

/// So many letters of a round may be known by ids alone that can be computed …
const LETTERS_BY_OLD_IDS: u64 = 5;

/// … or so many of a hundred.
const PERCENT_BY_OLD_IDS: u64 = 5;

/// Why each thing that a mail says waits, where it does. What does nothing waits for nobody.
pub(in crate::ledger) fn holds(mentions: &[Mention]) -> Vec<Option<Hold>> {
    let mut letters: Vec<&Mention> = Vec::new();
    for mention in mentions.iter().filter(|mention| does_something(mention)) {
        if !letters.iter().any(|known| known.is_of_the_same(mention)) {
            letters.push(mention);
        }
    }
    let many = (letters.len() > LETTERS_OF_A_MAIL).then_some(Hold::ManyLetters);
    let hold = |mention: &Mention| many.or((mention.tie == Tie::OldId).then_some(Hold::OldId));
    mentions.iter().map(|mention| hold(mention).filter(|_| does_something(mention))).collect()
}

fn does_something(mention: &Mention) -> bool {
    mention.effect != Effect::Noted || mention.suppress.is_some() || mention.statement.returns_on.is_some()
}

/// Whether what is known by old ids takes effect: it is about so many letters of a round, of which so many have left.
pub(in crate::ledger) fn may_pass(letters: u64, of: u64) -> bool {
    letters <= LETTERS_BY_OLD_IDS || letters.saturating_mul(100) <= of.saturating_mul(PERCENT_BY_OLD_IDS)
}

/// Why a letter did not bounce, whatever a report said.
pub(in crate::ledger) const NOT_BELIEVED: &str = "a person took back what a report said";

/// Whether an address is suppressed still for what a mail said of a delivery: a person may have put that right.
pub(in crate::ledger) fn still_suppresses(mention: &Mention, stands: &Stands) -> bool {
    match mention.effect {
        Effect::Noted => true,
        Effect::Bounced => stands.state == DeliveryState::Bounced,
        Effect::Answered(_) => stands.answer == Answer::OptedOut,
    }
}

/// Something that a mail said of a delivery, when it was written, and who vouches for it.
pub(in crate::ledger) type Word<'a> = (&'a Mention, Timestamp, Witness);

/// A delivery after what one mail said of it is taken back. `before` is where it stood when the first of that took
/// effect; `since` is what others said from then on, in that order. What a person said since stands.
pub(in crate::ledger) fn without(now: &Stands, before: &Stands, undone: &[Word<'_>], since: &[Word<'_>]) -> Stands {
    let then = |stands: Stands, words: &[Word<'_>]| {
        words.iter().fold(stands, |stands, (mention, said_at, by)| {
            let taken = take_effect(mention, *said_at, &stands, *by);
            stands.after(&taken)
        })
    };
    let begin = Stands { is_vouched_for: now.is_vouched_for, person_said: now.person_said, ..before.clone() };
    let made_it_bounce =
        before.state != DeliveryState::Bounced && then(before.clone(), undone).state == DeliveryState::Bounced;
    let left = then(begin, since);
    let (answer, witness, answered_at) = match now.witness {
        // A person said so since, or took an answer back.
        Some(Witness::Person) => (now.answer, now.witness, now.answered_at),
        _ if now.answer == Answer::None => (Answer::None, None, None),
        _ => (left.answer, left.witness, left.answered_at),
    };
    let is_of_the_mail = |note: &String| undone.iter().any(|(mention, ..)| mention.note.as_ref() == Some(note));
    Stands {
        // Whatever a person made of it since stands: it did not bounce, or is sent again.
        state: if now.state == DeliveryState::Bounced && made_it_bounce { left.state } else { now.state },
        answer,
        witness,
        answered_at,
        returns_on: now.returns_on.and(left.returns_on),
        note: if now.note.as_ref().is_some_and(is_of_the_mail) { left.note } else { now.note.clone() },
        ..now.clone()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::{CampaignId, RecipientId, Round, Statement};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn says(recipient: usize, effect: Effect) -> Mention {
        Mention {
            campaign: CampaignId::parse("2024-06-dialogue").unwrap(),
            round: Round(0),
            recipient: RecipientId::new(format!("r{recipient}")),
            effect,
            reason: None,
            note: None,
            suppress: None,
            statement: Statement::default(),
            tie: Tie::Sure,
        }
    }

    #[test]
    fn one_mail_does_something_to_three_letters_and_to_more_with_a_person() {
        let bounces = |letters| (0..letters).map(|one| says(one, Effect::Bounced)).collect::<Vec<_>>();
        assert_eq!(holds(&bounces(3)), [None; 3]);
        assert_eq!(holds(&bounces(4)), [Some(Hold::ManyLetters); 4]);
        let of_two: Vec<_> = bounces(2).into_iter().cycle().take(8).collect();
        assert_eq!(holds(&of_two), [None; 8], "they are two letters");
        let mut with_notes = bounces(3);
        with_notes.extend((3..9).map(|one| says(one, Effect::Noted)));
        assert_eq!(holds(&with_notes), [None; 9], "a delay does nothing");
        with_notes[4].statement.returns_on = Some(date(2024, 7, 1));
        let held = holds(&with_notes);
        assert_eq!(held.iter().flatten().count(), 4);
        assert_eq!(held[3], None, "what does nothing waits for nobody");
    }

    #[test]
    fn what_is_known_by_an_old_id_waits_until_it_is_known_how_much_that_is() {
        let old = |effect| Mention { tie: Tie::OldId, ..says(0, effect) };
        assert_eq!(holds(&[old(Effect::Bounced)]), [Some(Hold::OldId)]);
        assert_eq!(holds(&[old(Effect::Noted)]), [None]);
        for (letters, of, passes) in [
            (1, 1, true),
            (5, 5, true),
            (6, 100, false),
            (6, 119, false),
            (6, 120, true),
            (50, 1_000, true),
            (51, 1_000, false),
        ] {
            assert_eq!(may_pass(letters, of), passes, "{letters} of {of}");
        }
    }

    fn answered(answer: Answer, since: i64) -> Stands {
        Stands { answer, answered_at: Some(at(since)), witness: Some(Witness::Mail), ..Stands::accepted() }
    }

    #[test]
    fn what_others_said_is_left_where_a_mail_is_taken_back() {
        let asks = says(0, Effect::Answered(Answer::OptedOut));
        let undone = [(&asks, at(5), Witness::Mail)];
        let opted_out = answered(Answer::OptedOut, 5);
        // Before it, after it where it said less, and nothing.
        let replied = says(0, Effect::Answered(Answer::Replied));
        assert_eq!(without(&opted_out, &answered(Answer::Replied, 3), &undone, &[]), answered(Answer::Replied, 3));
        let since = [(&replied, at(8), Witness::Mail)];
        assert_eq!(without(&opted_out, &Stands::accepted(), &undone, &since), answered(Answer::Replied, 8));
        assert_eq!(without(&opted_out, &Stands::accepted(), &undone, &[]), Stands::accepted());
        let report = says(0, Effect::Bounced);
        let (bounced, undone) =
            (Stands { state: DeliveryState::Bounced, ..Stands::accepted() }, [(&report, at(5), Witness::Mail)]);
        assert_eq!(without(&bounced, &Stands::accepted(), &undone, &[]), Stands::accepted());
        assert_eq!(without(&bounced, &Stands::accepted(), &undone, &[(&report, at(8), Witness::Mail)]), bounced);
        assert_eq!(without(&bounced, &bounced, &undone, &[]), bounced, "it had bounced before");
        let put_off = Stands { state: DeliveryState::Deferred, ..Stands::accepted() };
        assert_eq!(without(&bounced, &put_off, &undone, &[]), bounced, "another report made it bounce");
    }

    #[test]
    fn what_a_person_said_since_stands() {
        let replied = says(0, Effect::Answered(Answer::Replied));
        let word = [(&replied, at(8), Witness::Mail)];
        let by_person = Stands { witness: Some(Witness::Person), ..answered(Answer::Declined, 9) };
        assert_eq!(without(&by_person, &Stands::accepted(), &word, &word), by_person);
        assert_eq!(
            without(&Stands::accepted(), &Stands::accepted(), &word, &word),
            Stands::accepted(),
            "a person took all answers back"
        );
        let report = says(0, Effect::Bounced);
        let sent_again = Stands { state: DeliveryState::Deferred, ..Stands::accepted() };
        assert_eq!(without(&sent_again, &Stands::accepted(), &[(&report, at(5), Witness::Mail)], &[]), sent_again);
        let moved = Mention { note: Some("moved".to_owned()), ..replied.clone() };
        let noted = |note: &str| Stands { note: Some(note.to_owned()), ..Stands::accepted() };
        let word = [(&moved, at(8), Witness::Mail)];
        assert_eq!(without(&noted("moved"), &Stands::accepted(), &word, &[]), Stands::accepted());
        assert_eq!(without(&noted("by phone"), &Stands::accepted(), &word, &[]), noted("by phone"));
    }
}
