//! What stands in the way of a letter that was planned, when it is about to leave.

use jiff::Timestamp;

use crate::model::{Answer, DeliveryState, Round, Suppression};

/// Whether a delivery that is in the plan may be sent at a time, as far as its state goes.
pub(in crate::ledger) fn is_due(state: DeliveryState, next_attempt_at: Option<Timestamp>, at: Timestamp) -> bool {
    state.is_open() && next_attempt_at.is_none_or(|next| next <= at)
}

/// Whose the address of a letter is, among those of its round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) enum Address {
    /// This letter's.
    Own,
    /// That of the letter to this recipient, which may have left.
    WrittenToAs(String),
    /// Not this letter's.
    NotIts,
}

/// What a store knows of a letter. It is asked in the order of the rules, and no further than it has to be.
pub(in crate::ledger) trait Facts {
    /// Why the store cannot tell.
    type Error;

    /// That the ledger suppresses the address, or its domain.
    fn suppressed(&mut self) -> Result<Option<Suppression>, Self::Error>;

    /// Whose the address is.
    fn address(&mut self) -> Result<Address, Self::Error>;

    /// Where the letter of an earlier round to this recipient stands, and what came back.
    fn earlier(&mut self, round: Round) -> Result<Option<(DeliveryState, Answer)>, Self::Error>;
}

/// Why a letter of a round, to which this came back already, must not be sent any more.
pub(in crate::ledger) fn obstacle<F: Facts>(
    round: Round,
    answer: Answer,
    facts: &mut F,
) -> Result<Option<String>, F::Error> {
    if answer.stops() {
        return Ok(Some(format!("answered: {answer}")));
    }
    if let Some(suppression) = facts.suppressed()? {
        return Ok(Some(in_words(suppression)));
    }
    match facts.address()? {
        Address::Own => {}
        Address::WrittenToAs(other) => return Ok(Some(format!("the address was written to as `{other}`"))),
        Address::NotIts => return Ok(Some("the address is not this letter's".to_owned())),
    }
    in_earlier_rounds(round, facts)
}

/// Why an address that is suppressed is not written to.
fn in_words(suppression: Suppression) -> String {
    match suppression.reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("suppressed: {reason}"),
        None => "suppressed".to_owned(),
    }
}

/// Why a follow-up must not be sent any more: somebody has answered, or an earlier letter did not arrive.
fn in_earlier_rounds<F: Facts>(round: Round, facts: &mut F) -> Result<Option<String>, F::Error> {
    for before in (0..round.0).rev() {
        let is_last = before + 1 == round.0;
        match facts.earlier(Round(before))? {
            Some((_, answer)) if answer.stops() => return Ok(Some(format!("answered: {answer}"))),
            Some((DeliveryState::Accepted, _)) => {}
            Some((state, _)) if is_last || state == DeliveryState::Bounced => {
                return Ok(Some(format!("{state} in round {before}")));
            }
            None if is_last => return Ok(Some(format!("no letter in round {before}"))),
            _ => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::model::Target;

    struct Known {
        /// For this reason.
        suppressed: Option<&'static str>,
        address: Address,
        /// Of round 0, 1, ….
        earlier: Vec<Option<(DeliveryState, Answer)>>,
    }

    impl Facts for Known {
        type Error = Infallible;

        fn suppressed(&mut self) -> Result<Option<Suppression>, Infallible> {
            let target = Target::Domain("example.org".to_owned());
            Ok(self.suppressed.map(|reason| Suppression { target, reason: Some(reason.to_owned()) }))
        }

        fn address(&mut self) -> Result<Address, Infallible> {
            Ok(self.address.clone())
        }

        fn earlier(&mut self, round: Round) -> Result<Option<(DeliveryState, Answer)>, Infallible> {
            Ok(self.earlier[round.0 as usize])
        }
    }

    fn known(earlier: &[Option<(DeliveryState, Answer)>]) -> Known {
        Known { suppressed: None, address: Address::Own, earlier: earlier.to_vec() }
    }

    fn found(answer: Answer, mut known: Known) -> Option<String> {
        let round = Round(u32::try_from(known.earlier.len()).unwrap());
        obstacle(round, answer, &mut known).unwrap()
    }

    #[test]
    fn only_who_waits_for_nothing_and_is_open_is_due() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for state in DeliveryState::ALL {
            assert_eq!(is_due(state, None, at(5)), state.is_open(), "{state}");
        }
        assert!(is_due(DeliveryState::Deferred, Some(at(5)), at(5)));
        assert!(!is_due(DeliveryState::Deferred, Some(at(6)), at(5)));
    }

    #[test]
    fn an_answer_comes_before_a_suppression_and_that_before_the_address() {
        let all = || Known { suppressed: Some("asked"), address: Address::NotIts, earlier: Vec::new() };
        assert_eq!(found(Answer::Declined, all()).unwrap(), "answered: declined");
        assert_eq!(found(Answer::AutoReply, all()).unwrap(), "suppressed: asked");
        assert_eq!(found(Answer::None, Known { suppressed: Some(""), ..all() }).unwrap(), "suppressed");
        let other = |address| found(Answer::None, Known { suppressed: None, address, ..all() });
        assert_eq!(other(Address::NotIts).unwrap(), "the address is not this letter's");
        assert_eq!(other(Address::WrittenToAs("bo".to_owned())).unwrap(), "the address was written to as `bo`");
        assert_eq!(other(Address::Own), None);
    }

    #[test]
    fn a_follow_up_goes_where_the_letter_before_was_accepted_and_nothing_stops_it() {
        use DeliveryState::{Accepted, Bounced, Failed, Skipped};
        let accepted = Some((Accepted, Answer::AutoReply));
        assert_eq!(found(Answer::None, known(&[accepted, accepted])), None);
        assert_eq!(found(Answer::None, known(&[None, accepted])), None, "who came to the list later");
        assert_eq!(found(Answer::None, known(&[Some((Skipped, Answer::None)), accepted])), None);
        let cases = [
            ([accepted, None], "no letter in round 1"),
            ([accepted, Some((Failed, Answer::None))], "failed in round 1"),
            ([Some((Bounced, Answer::None)), accepted], "bounced in round 0"),
            ([Some((Accepted, Answer::Replied)), accepted], "answered: replied"),
        ];
        for (earlier, why) in cases {
            assert_eq!(found(Answer::None, known(&earlier)).unwrap(), why);
        }
    }
}
