//! Whether a follow-up is due to a recipient, from when on, or why there is none. Pure.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::model::calendar::{After, Calendar};
use crate::model::{Answer, DeliveryState, Past, Round};

/// Nobody is away for more days after a letter: what says so is broken, or forged to keep a follow-up from being sent.
const LONGEST_AWAY: i32 = 365;

/// When a follow-up is due.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The round of the follow-up.
    pub round: Round,
    /// How long after the letter of the round before it.
    pub after: After,
    /// On which calendar.
    pub calendar: Calendar,
}

/// What a recipient's history means for a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// It is due from this day on.
    Due(Date),
    /// The same, by an answer that said when somebody is back.
    DueOnReturn(Date),
    /// There is none.
    Ended(Ended),
}

/// Why there is no follow-up to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ended {
    /// The recipient has answered.
    Answered(Answer),
    /// An earlier letter came back.
    Bounced(Round),
    /// The letter of the round before is not there, and may come to be.
    NotAccepted {
        /// The round.
        round: Round,
        /// Where it stands; `None` where there was none.
        state: Option<DeliveryState>,
    },
}

impl Ended {
    /// Whether it will pass once the letter before it is sent.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self {
            Self::Answered(_) | Self::Bounced(_) => false,
            Self::NotAccepted { state, .. } => {
                !matches!(state, Some(DeliveryState::Failed | DeliveryState::Skipped | DeliveryState::Bounced))
            }
        }
    }
}

impl FollowUp {
    /// The day from which on it is due.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        match self {
            Self::Due(date) | Self::DueOnReturn(date) => Some(date),
            Self::Ended(_) => None,
        }
    }
}

/// What the earlier deliveries to a recipient mean for the follow-up of a round.
///
/// Only who was sent the letter of the round before, and has neither answered nor had a letter bounce, gets one. A
/// machine's answer and a registry's receipt stop nothing; where somebody is away until a day, it waits for that, and
/// for a day on which people are at work.
#[must_use]
pub fn due(past: &[Past], rule: &Rule, country: Option<&str>) -> FollowUp {
    let earlier = || past.iter().filter(|past| past.round < rule.round);
    if let Some(answered) = earlier().find(|past| past.answer.stops()) {
        return FollowUp::Ended(Ended::Answered(answered.answer));
    }
    if let Some(bounced) = earlier().find(|past| past.state == DeliveryState::Bounced) {
        return FollowUp::Ended(Ended::Bounced(bounced.round));
    }
    let round = Round(rule.round.0.saturating_sub(1));
    let before = earlier().find(|past| past.round == round);
    let state = before.map(|past| past.state);
    let accepted_at = before.filter(|past| past.state == DeliveryState::Accepted).and_then(|past| past.accepted_at);
    let Some(accepted_at) = accepted_at else {
        return FollowUp::Ended(Ended::NotAccepted { round, state });
    };
    let sent = rule.calendar.day(accepted_at);
    let date = rule.calendar.after(sent, rule.after, country);
    // A registry may acknowledge a letter while the one whom it is for is away.
    let by_machine = earlier().filter(|past| !past.answer.stops());
    let longest = sent.saturating_add(LONGEST_AWAY.days());
    let back = by_machine.filter_map(|past| past.returns_on).filter(|back| *back <= longest).max();
    match back.filter(|back| *back > date) {
        Some(back) => FollowUp::DueOnReturn(rule.calendar.working_day_from(back, country)),
        None => FollowUp::Due(date),
    }
}

/// What comes after a letter to a recipient: the log's column `follow_up`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Next {
    /// The follow-up is due from this day on.
    Due(Date),
    /// The follow-up was sent, or may have been.
    Sent,
    /// The follow-up of this round could not be delivered.
    Failed(Round),
    /// There is none, by what went before.
    Ended(Ended),
    /// It would be due, and the address must not be written to.
    Suppressed,
    /// It would be due, and a person has stopped the campaign.
    Halted,
    /// It would be due, and the recipient does not stand in the list any more: no plan has it.
    NotListed,
}

/// What comes after the letter of the round before a rule's, which stands in `state`; `None` while it is not known what
/// becomes of it.
///
/// It looks at what went to the recipient alone, in `past` with the follow-up itself, and not at who may be written to.
#[must_use]
pub fn next(state: DeliveryState, past: &[Past], rule: &Rule, country: Option<&str>) -> Option<Next> {
    if !matches!(state, DeliveryState::Accepted | DeliveryState::Bounced | DeliveryState::Failed) {
        return None;
    }
    Some(match past.iter().find(|past| past.round == rule.round).map(|past| past.state) {
        Some(state) if state.may_have_left() => Next::Sent,
        Some(DeliveryState::Failed) => Next::Failed(rule.round),
        _ => match due(past, rule, country) {
            FollowUp::Ended(ended) => Next::Ended(ended),
            FollowUp::Due(date) | FollowUp::DueOnReturn(date) => Next::Due(date),
        },
    })
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Due(date) => write!(f, "due {date}"),
            Self::Sent => f.write_str("sent"),
            Self::Failed(round) => write!(f, "stopped: failed in round {round}"),
            Self::Ended(ended) => write!(f, "stopped: {ended}"),
            Self::Suppressed => f.write_str("stopped: suppressed"),
            Self::Halted => f.write_str("stopped: campaign"),
            Self::NotListed => f.write_str("stopped: not in the list"),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(answer) => answer.fmt(f),
            Self::Bounced(round) => write!(f, "bounced in round {round}"),
            Self::NotAccepted { round, state: Some(state) } => write!(f, "{state} in round {round}"),
            Self::NotAccepted { round, state: None } => write!(f, "no letter in round {round}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::model::calendar::Weekend;

    fn rule(round: u32, after: After) -> Rule {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        Rule { round: Round(round), after, calendar: Calendar::new(zone, Weekend::default(), []) }
    }

    fn past(round: u32, state: DeliveryState, answer: Answer) -> Past {
        Past {
            round: Round(round),
            state,
            answer,
            returns_on: None,
            // A Wednesday, late in the evening in Brussels.
            accepted_at: (state == DeliveryState::Accepted).then(|| "2024-06-12T21:30:00Z".parse().unwrap()),
            failed_copies: Vec::new(),
            message_id: None,
            subject: None,
            made_of: None,
        }
    }

    #[test]
    fn who_got_the_letter_and_is_silent_is_due_after_the_days_of_the_rule() {
        let silent = [past(0, DeliveryState::Accepted, Answer::None)];
        assert_eq!(due(&silent, &rule(1, After::Days(14)), None), FollowUp::Due(date(2024, 6, 26)));
        assert_eq!(due(&silent, &rule(1, After::WorkingDays(10)), None), FollowUp::Due(date(2024, 6, 26)));
        assert_eq!(due(&silent, &rule(1, After::WorkingDays(3)), None), FollowUp::Due(date(2024, 6, 17)));
    }

    #[test]
    fn answers_of_people_and_bounces_stop_it_in_any_earlier_round() {
        let rule = rule(2, After::Days(1));
        for answer in [Answer::Replied, Answer::Declined, Answer::OptedOut] {
            let rounds = [past(0, DeliveryState::Accepted, answer), past(1, DeliveryState::Accepted, Answer::None)];
            assert_eq!(due(&rounds, &rule, None), FollowUp::Ended(Ended::Answered(answer)));
        }
        let rounds = [past(0, DeliveryState::Bounced, Answer::None), past(1, DeliveryState::Accepted, Answer::None)];
        assert_eq!(due(&rounds, &rule, None), FollowUp::Ended(Ended::Bounced(Round(0))));
    }

    #[test]
    fn machines_that_answer_stop_nothing_and_a_return_date_is_waited_for() {
        let rule = rule(1, After::Days(1));
        for answer in [Answer::Acknowledged, Answer::AutoReply] {
            let rounds = [past(0, DeliveryState::Accepted, answer)];
            assert_eq!(due(&rounds, &rule, None), FollowUp::Due(date(2024, 6, 13)));
        }
        let mut away = past(0, DeliveryState::Accepted, Answer::AutoReply);
        away.returns_on = Some(date(2024, 7, 1));
        assert_eq!(due(&[away.clone()], &rule, None), FollowUp::DueOnReturn(date(2024, 7, 1)));
        away.returns_on = Some(date(2024, 6, 12));
        assert_eq!(due(&[away.clone()], &rule, None), FollowUp::Due(date(2024, 6, 13)));
        // On a Sunday nobody is back.
        away.returns_on = Some(date(2024, 6, 30));
        assert_eq!(due(&[away.clone()], &rule, None), FollowUp::DueOnReturn(date(2024, 7, 1)));
        // A registry's receipt does not bring them back; a day that nobody would wait for is not waited for.
        away.returns_on = Some(date(2024, 7, 1));
        away.answer = Answer::Acknowledged;
        assert_eq!(due(&[away.clone()], &rule, None), FollowUp::DueOnReturn(date(2024, 7, 1)));
        away.returns_on = Some(date(2025, 6, 12));
        assert_eq!(due(&[away.clone()], &rule, None), FollowUp::DueOnReturn(date(2025, 6, 12)));
        away.returns_on = Some(date(2025, 6, 13));
        assert_eq!(due(&[away], &rule, None), FollowUp::Due(date(2024, 6, 13)));
    }

    #[test]
    fn without_an_accepted_letter_of_the_round_before_there_is_none() {
        let first = past(0, DeliveryState::Accepted, Answer::None);
        let ended = due(std::slice::from_ref(&first), &rule(2, After::Days(1)), None);
        assert_eq!(ended, FollowUp::Ended(Ended::NotAccepted { round: Round(1), state: None }));
        for state in
            DeliveryState::ALL.into_iter().filter(|it| !matches!(it, DeliveryState::Accepted | DeliveryState::Bounced))
        {
            let rounds = [first.clone(), past(1, state, Answer::None)];
            let FollowUp::Ended(ended) = due(&rounds, &rule(2, After::Days(1)), None) else { panic!("{state}") };
            assert_eq!(ended.to_string(), format!("{state} in round 1"));
        }
    }

    #[test]
    fn what_comes_next_is_known_once_the_letter_before_has_ended() {
        let rule = rule(1, After::Days(14));
        let silent = past(0, DeliveryState::Accepted, Answer::None);
        let said = |first: &Past, follow_up: Option<DeliveryState>| {
            let second = follow_up.map(|state| past(1, state, Answer::None));
            let rounds: Vec<Past> = [first.clone()].into_iter().chain(second).collect();
            next(first.state, &rounds, &rule, None).map(|next| next.to_string()).unwrap_or_default()
        };
        for (follow_up, words) in [
            (None, "due 2024-06-26"),
            (Some(DeliveryState::Planned), "due 2024-06-26"),
            (Some(DeliveryState::Skipped), "due 2024-06-26"),
            (Some(DeliveryState::Accepted), "sent"),
            (Some(DeliveryState::Bounced), "sent"),
            (Some(DeliveryState::InDoubt), "sent"),
            (Some(DeliveryState::Failed), "stopped: failed in round 1"),
        ] {
            assert_eq!(said(&silent, follow_up), words, "{follow_up:?}");
        }
        for (first, words) in [
            (past(0, DeliveryState::Accepted, Answer::Replied), "stopped: replied"),
            (past(0, DeliveryState::Bounced, Answer::None), "stopped: bounced in round 0"),
            (past(0, DeliveryState::Failed, Answer::None), "stopped: failed in round 0"),
            (past(0, DeliveryState::InDoubt, Answer::None), ""),
            (past(0, DeliveryState::Deferred, Answer::None), ""),
        ] {
            assert_eq!(said(&first, None), words);
        }
        assert_eq!(
            [Next::Suppressed, Next::Halted, Next::NotListed].map(|next| next.to_string()),
            ["stopped: suppressed", "stopped: campaign", "stopped: not in the list"]
        );
    }

    proptest! {
        #[test]
        fn only_an_accepted_and_unanswered_letter_makes_a_follow_up_due(
            states in proptest::collection::vec((0..8_usize, 0..6_usize), 0..4),
            round in 1_u32..4,
        ) {
            let rounds: Vec<Past> = (0..)
                .zip(states)
                .map(|(round, (state, answer))| past(round, DeliveryState::ALL[state], Answer::ALL[answer]))
                .collect();
            let is_due = due(&rounds, &rule(round, After::Days(3)), None).date().is_some();
            let earlier: Vec<&Past> = rounds.iter().filter(|past| past.round.0 < round).collect();
            let expected = earlier.iter().any(|past| past.round.0 + 1 == round && past.state == DeliveryState::Accepted)
                && earlier.iter().all(|past| !past.answer.stops() && past.state != DeliveryState::Bounced);
            prop_assert_eq!(is_due, expected);
        }
    }
}
