//! What a mail does to a delivery that it speaks of, and what a person takes back of it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::weigh::{is_late_and_stronger, weigh, weigh_note};
use crate::ledger::{Hearing, Mention, Outcome, Witness};
use crate::model::{Answer, DeliveryState, Effect};

/// A delivery as it stands when a mail speaks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Stands {
    pub(in crate::ledger) state: DeliveryState,
    /// Whether a person said that it did not bounce: no report changes that.
    pub(in crate::ledger) is_vouched_for: bool,
    /// Whether the mail speaks of an address that the letter had before its row was mended: no report about that changes
    /// what became of it since.
    pub(in crate::ledger) is_about_former: bool,
    pub(in crate::ledger) answer: Answer,
    /// Whose word the answer is.
    pub(in crate::ledger) witness: Option<Witness>,
    pub(in crate::ledger) answered_at: Option<Timestamp>,
    pub(in crate::ledger) returns_on: Option<Date>,
    pub(in crate::ledger) note: Option<String>,
    /// What a person said of a later letter to this recipient, and when: they knew what came of this one. What comes of
    /// the later one is new.
    pub(in crate::ledger) person_said: Option<(Answer, Timestamp)>,
}

impl Stands {
    /// The same after a mail took effect on it.
    pub(in crate::ledger) fn after(mut self, taken: &Taken) -> Self {
        match taken.change {
            Some(Change::Bounced) => self.state = DeliveryState::Bounced,
            Some(Change::Answered(answer, since)) => {
                (self.answer, self.answered_at, self.witness) = (answer, Some(since), Some(Witness::Mail));
            }
            Some(Change::AnsweredSooner(since)) => self.answered_at = Some(since),
            None => {}
        }
        (self.returns_on, self.note) = (taken.returns_on, taken.note.clone());
        self
    }
}

#[cfg(test)]
impl Stands {
    /// A delivery that the server took, and nothing more was heard of.
    pub(in crate::ledger) fn accepted() -> Self {
        Self {
            state: DeliveryState::Accepted,
            is_vouched_for: false,
            is_about_former: false,
            answer: Answer::None,
            witness: None,
            answered_at: None,
            returns_on: None,
            note: None,
            person_said: None,
        }
    }
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Taken {
    /// What is told of it.
    pub(in crate::ledger) outcome: Outcome,
    /// What changes, where anything does.
    pub(in crate::ledger) change: Option<Change>,
    /// The day of return that stands from now on.
    pub(in crate::ledger) returns_on: Option<Date>,
    /// The note that stands from now on.
    pub(in crate::ledger) note: Option<String>,
    /// What the event is called.
    pub(in crate::ledger) kind: &'static str,
    /// Whether the address that the mail names is to be suppressed.
    pub(in crate::ledger) suppresses: bool,
    /// Whether another answer lifts that again: it takes back an opting out, and not a failure.
    pub(in crate::ledger) is_lifted_by_an_answer: bool,
}

/// What changes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum Change {
    /// It is bounced.
    Bounced,
    /// It has this answer, from then on, by a mail's word.
    Answered(Answer, Timestamp),
    /// It has the answer that it had, from sooner on: whichever mail is read first, an answer counts from the first
    /// that was written.
    AnsweredSooner(Timestamp),
}

/// Whether a mail has to be met again: it says that a letter failed whose outcome is not recorded yet.
pub(in crate::ledger) fn is_too_early(effect: Effect, state: DeliveryState) -> bool {
    effect == Effect::Bounced && state == DeliveryState::Attempting
}

/// What a mail, written at `said_at`, does to a delivery that it mentions. Where a person confirms it, it does not
/// matter who said what stands there.
pub(in crate::ledger) fn take_effect(mention: &Mention, said_at: Timestamp, stands: &Stands, by: Witness) -> Taken {
    let may_bounce =
        stands.state.may_become(DeliveryState::Bounced) && !stands.is_vouched_for && !stands.is_about_former;
    let (outcome, change) = match mention.effect {
        Effect::Bounced if may_bounce => (Outcome::Done, Some(Change::Bounced)),
        Effect::Noted | Effect::Bounced => (Outcome::Noted, None),
        Effect::Answered(said) => hear(said, said_at, stands, by),
    };
    let is_answer = matches!(mention.effect, Effect::Answered(_));
    Taken {
        outcome,
        change,
        // The last of several days, in whatever order they are told, whether the answer counts or not.
        returns_on: stands.returns_on.max(mention.statement.returns_on.filter(|_| mention.effect != Effect::Bounced)),
        note: weigh_note(stands.note.clone(), mention.note.as_deref(), Witness::Mail),
        kind: match mention.effect {
            Effect::Bounced if outcome == Outcome::Done => "bounced",
            Effect::Noted | Effect::Bounced => "mail",
            Effect::Answered(_) => "answer",
        },
        suppresses: mention.suppress.is_some() && !(mention.effect == Effect::Bounced && stands.is_vouched_for),
        is_lifted_by_an_answer: is_answer,
    }
}

fn hear(said: Answer, said_at: Timestamp, stands: &Stands, by: Witness) -> (Outcome, Option<Change>) {
    let is_news = |person| is_late_and_stronger(person, said, said_at);
    let of_this = stands.answered_at.filter(|_| stands.witness == Some(Witness::Person)).map(|at| (stands.answer, at));
    if by == Witness::Mail {
        if let Some(person) = stands.person_said.filter(|person| !is_news(*person)) {
            return (Outcome::PersonSaid(person.0), None);
        }
        if of_this.is_some_and(is_news) {
            return (Outcome::Done, Some(Change::Answered(said, said_at)));
        }
    }
    let witness = if by == Witness::Mail { stands.witness } else { stands.witness.map(|_| Witness::Mail) };
    match weigh(stands.answer, witness, said, Witness::Mail) {
        Hearing::Counts => (Outcome::Done, Some(Change::Answered(said, said_at))),
        Hearing::PersonSaidOtherwise => (Outcome::PersonSaid(stands.answer), None),
        Hearing::MoreWasSaid => (Outcome::Noted, None),
        Hearing::Known => {
            let is_sooner = witness == Some(Witness::Mail) && stands.answered_at.is_some_and(|at| said_at < at);
            (Outcome::Noted, is_sooner.then_some(Change::AnsweredSooner(said_at)))
        }
    }
}

/// What a bounced delivery was before, by whether the server had taken it.
pub(in crate::ledger) fn before_it_bounced(accepted_at: Option<Timestamp>) -> DeliveryState {
    if accepted_at.is_some() { DeliveryState::Accepted } else { DeliveryState::InDoubt }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::{CampaignId, RecipientId, Round, Statement, Suppression, Target, Tie};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn mention(effect: Effect) -> Mention {
        Mention {
            campaign: CampaignId::parse("2024-06-dialogue").unwrap(),
            round: Round(0),
            recipient: RecipientId::new("ana"),
            effect,
            reason: None,
            note: Some("moved".to_owned()),
            suppress: Some(Suppression { target: Target::Address("ana@example.org".to_owned()), reason: None }),
            statement: Statement { returns_on: Some(date(2024, 7, 1)), ..Statement::default() },
            tie: Tie::Sure,
        }
    }

    #[test]
    fn a_report_bounces_what_may_have_arrived_and_nothing_that_a_person_vouches_for() {
        for state in DeliveryState::ALL {
            let taken =
                take_effect(&mention(Effect::Bounced), at(5), &Stands { state, ..Stands::accepted() }, Witness::Mail);
            let may = matches!(state, DeliveryState::Accepted | DeliveryState::InDoubt);
            assert_eq!(
                (taken.change, taken.kind),
                if may { (Some(Change::Bounced), "bounced") } else { (None, "mail") }
            );
            assert!(taken.suppresses && !taken.is_lifted_by_an_answer, "{state}");
        }
        let vouched = Stands { is_vouched_for: true, ..Stands::accepted() };
        let taken = take_effect(&mention(Effect::Bounced), at(5), &vouched, Witness::Mail);
        assert_eq!((taken.outcome, taken.change, taken.suppresses), (Outcome::Noted, None, false));
        let mended = Stands { is_about_former: true, ..Stands::accepted() };
        let taken = take_effect(&mention(Effect::Bounced), at(5), &mended, Witness::Mail);
        assert_eq!((taken.outcome, taken.change, taken.suppresses), (Outcome::Noted, None, true));
    }

    #[test]
    fn what_a_person_said_of_a_later_letter_stands_above_a_mail() {
        let stands = Stands { person_said: Some((Answer::Acknowledged, at(7))), ..Stands::accepted() };
        let taken = take_effect(&mention(Effect::Answered(Answer::OptedOut)), at(5), &stands, Witness::Mail);
        assert_eq!((taken.outcome, taken.change), (Outcome::PersonSaid(Answer::Acknowledged), None));
        assert!(taken.suppresses && taken.is_lifted_by_an_answer, "it asks for something else all the same");
    }

    #[test]
    fn a_late_and_stronger_word_counts_after_a_persons() {
        let said = |answer, said_at, stands: &Stands| {
            take_effect(&mention(Effect::Answered(answer)), at(said_at), stands, Witness::Mail).outcome
        };
        let of_this =
            |answer| Stands { answer, witness: Some(Witness::Person), answered_at: Some(at(7)), ..Stands::accepted() };
        let of_later = |answer| Stands { person_said: Some((answer, at(7))), ..Stands::accepted() };
        for stands in [of_this(Answer::Acknowledged), of_later(Answer::Acknowledged)] {
            assert_eq!(said(Answer::Replied, 8, &stands), Outcome::Done, "{stands:?}");
            assert_eq!(said(Answer::OptedOut, 8, &stands), Outcome::Done, "{stands:?}");
            let stays = Outcome::PersonSaid(Answer::Acknowledged);
            assert_eq!(said(Answer::Replied, 7, &stands), stays, "it was known by then: {stands:?}");
            assert_eq!(said(Answer::AutoReply, 8, &stands), stays, "{stands:?}");
        }
        for stands in [of_this(Answer::Replied), of_later(Answer::Replied)] {
            assert_eq!(said(Answer::OptedOut, 8, &stands), Outcome::PersonSaid(Answer::Replied), "{stands:?}");
        }
    }

    #[test]
    fn what_a_person_confirms_stands_above_what_was_said_before_but_not_above_more() {
        let replied = mention(Effect::Answered(Answer::Replied));
        let confirmed = |answer| {
            let stands =
                Stands { answer, witness: Some(Witness::Person), answered_at: Some(at(7)), ..Stands::accepted() };
            take_effect(&replied, at(5), &stands, Witness::Person).outcome
        };
        assert_eq!(confirmed(Answer::Acknowledged), Outcome::Done);
        assert_eq!(confirmed(Answer::OptedOut), Outcome::Noted);
    }

    #[test]
    fn an_answer_counts_from_the_first_mail_that_says_it_unless_a_person_said_it() {
        let stands = Stands {
            answer: Answer::Replied,
            witness: Some(Witness::Mail),
            answered_at: Some(at(9)),
            ..Stands::accepted()
        };
        let replied = mention(Effect::Answered(Answer::Replied));
        assert_eq!(take_effect(&replied, at(5), &stands, Witness::Mail).change, Some(Change::AnsweredSooner(at(5))));
        assert_eq!(take_effect(&replied, at(10), &stands, Witness::Mail).change, None);
        let by_person = Stands { witness: Some(Witness::Person), ..stands };
        assert_eq!(take_effect(&replied, at(5), &by_person, Witness::Mail).change, None);
    }

    #[test]
    fn the_last_day_of_return_stands_and_only_an_answer_tells_one() {
        let later = Stands { returns_on: Some(date(2024, 8, 1)), ..Stands::accepted() };
        let away = mention(Effect::Answered(Answer::AutoReply));
        assert_eq!(take_effect(&away, at(5), &later, Witness::Mail).returns_on, Some(date(2024, 8, 1)));
        assert_eq!(take_effect(&away, at(5), &Stands::accepted(), Witness::Mail).returns_on, Some(date(2024, 7, 1)));
        assert_eq!(take_effect(&mention(Effect::Bounced), at(5), &Stands::accepted(), Witness::Mail).returns_on, None);
    }

    #[test]
    fn a_mails_note_stands_where_there_is_none() {
        let noted = Stands { note: Some("by phone".to_owned()), ..Stands::accepted() };
        assert_eq!(
            take_effect(&mention(Effect::Noted), at(5), &noted, Witness::Mail).note.as_deref(),
            Some("by phone")
        );
        assert_eq!(
            take_effect(&mention(Effect::Noted), at(5), &Stands::accepted(), Witness::Mail).note.as_deref(),
            Some("moved")
        );
    }
}
