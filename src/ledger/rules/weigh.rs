//! Which word counts where several differ, and to which letter it is written.

use jiff::Timestamp;

use crate::ledger::{Hearing, Witness};
use crate::model::{Answer, DeliveryState, Round};

/// Whether an answer that is said counts, where another stands by the word of `witness`.
///
/// A person's word always counts. A mail's never changes an answer that says more: they are in the order of
/// [`Answer::ALL`]. Nor does it change a person's, but for [`is_late_and_stronger`].
pub(in crate::ledger) fn weigh(stands: Answer, witness: Option<Witness>, said: Answer, by: Witness) -> Hearing {
    match (by, witness) {
        // A person who confirms what a mail said makes it theirs.
        (Witness::Person, Some(Witness::Mail)) => Hearing::Counts,
        _ if said == stands => Hearing::Known,
        (Witness::Mail, Some(Witness::Person)) => Hearing::PersonSaidOtherwise,
        (Witness::Mail, _) if said < stands => Hearing::MoreWasSaid,
        (Witness::Person | Witness::Mail, _) => Hearing::Counts,
    }
}

/// Whether what a mail says is news to a person who said something before: it was written later, and stops follow-ups
/// where their word does not.
pub(in crate::ledger) fn is_late_and_stronger(
    (person_said, person_said_at): (Answer, Timestamp),
    said: Answer,
    said_at: Timestamp,
) -> bool {
    person_said != Answer::None && !person_said.stops() && said.stops() && said_at > person_said_at
}

/// The note that stands after one was said.
pub(in crate::ledger) fn weigh_note(stands: Option<String>, said: Option<&str>, by: Witness) -> Option<String> {
    match said.map(str::trim) {
        Some(said) if by == Witness::Person || stands.is_none() => (!said.is_empty()).then(|| said.to_owned()),
        _ => stands,
    }
}

/// A letter that somebody's word may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) struct Letter {
    pub(in crate::ledger) round: Round,
    pub(in crate::ledger) state: DeliveryState,
    pub(in crate::ledger) answer: Answer,
}

/// How much speaks for it that an answer is written to a letter: among a recipient's letters, it goes to the one that
/// has most.
///
/// That is the latest that may have left, or the latest of all where none has. What a person says puts right what
/// stands: it goes to a letter whose answer stops follow-ups, and what takes something back, to one of which there is
/// something. A mail's word is that of its letter.
pub(in crate::ledger) fn claim_to(letter: Letter, said: Option<Answer>, by: Witness) -> (bool, bool, Round) {
    let Letter { round, state, answer } = letter;
    let is_put_right = match (by, said) {
        (Witness::Person, Some(Answer::None)) => answer != Answer::None,
        (Witness::Person, Some(_)) => answer.stops(),
        (Witness::Person, None) | (Witness::Mail, _) => false,
    };
    (is_put_right, state.may_have_left(), round)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mail_changes_what_a_person_said() {
        for (stands, said) in Answer::ALL.into_iter().flat_map(|one| Answer::ALL.map(|other| (one, other))) {
            let by_mail = weigh(stands, Some(Witness::Person), said, Witness::Mail);
            assert_ne!(by_mail, Hearing::Counts, "{said} after {stands}");
            let by_person = weigh(stands, Some(Witness::Mail), said, Witness::Person);
            assert_eq!(by_person, Hearing::Counts, "{said} after {stands}");
        }
    }

    #[test]
    fn a_word_goes_to_the_latest_letter_that_left_and_a_persons_to_the_one_that_it_puts_right() {
        use DeliveryState::{Accepted, Planned};
        let letter = |round, state, answer| Letter { round: Round(round), state, answer };
        let letters = [
            letter(0, Accepted, Answer::Replied),
            letter(1, Accepted, Answer::AutoReply),
            letter(2, Accepted, Answer::None),
            letter(3, Planned, Answer::None),
        ];
        let goes_to = |said, by| letters.into_iter().max_by_key(|it| claim_to(*it, said, by)).unwrap().round.0;
        assert_eq!(goes_to(Some(Answer::Replied), Witness::Mail), 2);
        assert_eq!(goes_to(None, Witness::Person), 2);
        assert_eq!(goes_to(Some(Answer::Acknowledged), Witness::Person), 0);
        assert_eq!(goes_to(Some(Answer::None), Witness::Person), 1);
    }

    #[test]
    fn among_mails_the_one_that_says_most_counts() {
        let after = |stands, said| weigh(stands, Some(Witness::Mail), said, Witness::Mail);
        assert_eq!(after(Answer::Replied, Answer::AutoReply), Hearing::MoreWasSaid);
        assert_eq!(after(Answer::AutoReply, Answer::Replied), Hearing::Counts);
        assert_eq!(after(Answer::Replied, Answer::OptedOut), Hearing::Counts);
        assert_eq!(after(Answer::Replied, Answer::Replied), Hearing::Known);
        assert_eq!(weigh(Answer::None, None, Answer::AutoReply, Witness::Mail), Hearing::Counts);
    }

    #[test]
    fn a_mails_note_stands_only_where_there_is_none() {
        let stands = || Some("by phone".to_owned());
        assert_eq!(weigh_note(None, Some(" by phone "), Witness::Person), stands());
        assert_eq!(weigh_note(stands(), Some(""), Witness::Person), None);
        assert_eq!(weigh_note(stands(), Some("moved"), Witness::Mail), stands());
        assert_eq!(weigh_note(None, Some("by phone"), Witness::Mail), stands());
        assert_eq!(weigh_note(stands(), None, Witness::Person), stands());
    }
}
