//! What a verdict means for a delivery: its state, and when it is tried again.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::{later, until};
use crate::config::Retry;
use crate::ledger::{AttemptId, Due, Settlement};
use crate::model::DeliveryState;
use crate::transport::{Attempt, Outcome, Verdict};

/// When a greylisted letter goes again, where the server does not say: postgrey, which most use, takes it after five
/// minutes. Then after twice as long each time.
const GREYLISTING: Duration = Duration::from_secs(5 * 60 + 10);
/// Clocks differ.
const MARGIN: Duration = Duration::from_secs(5);

/// What is said of a refusal that is held back, behind the command that was refused.
pub(super) const UNCLEAR: &str = ", in words that do not say whether the recipient is meant";

/// An attempt that has ended, and what that means.
pub(super) struct Ended<'a> {
    pub(super) attempt: AttemptId,
    pub(super) outcome: Attempt,
    pub(super) verdict: &'a Verdict,
}

/// The settlement of an attempt that ended at `at`. `jitter` is between 0 and 1.
pub(super) fn settle(due: &Due, ended: Ended<'_>, retry: &Retry, at: Timestamp, jitter: f64) -> Settlement {
    let Ended { attempt, outcome: ended, verdict } = ended;
    let reply = ended.outcome.reply().cloned();
    let words = match &ended.outcome {
        Outcome::Accepted(_) => None,
        Outcome::Refused { stage, .. } => Some(format!("refused {stage}")),
        other => Some(other.to_string()),
    };
    let mut settlement = Settlement {
        delivery: due.id,
        attempt,
        at,
        state: DeliveryState::Accepted,
        reply,
        reason: None,
        next_attempt_at: None,
        copies: Vec::new(),
        kept: None,
    };
    match verdict {
        Verdict::Accepted => {}
        Verdict::InDoubt => {
            settlement.state = DeliveryState::InDoubt;
            settlement.reason = words;
        }
        Verdict::Failed => {
            settlement.state = DeliveryState::Failed;
            settlement.reason = words;
        }
        Verdict::Deferred => defer(&mut settlement, due, words, retry, jitter),
        Verdict::Greylisted(said) => {
            let words = words.map(|words| format!("{words}, to come again: greylisting"));
            defer(&mut settlement, due, words, retry, jitter);
            come_again(&mut settlement, due, *said, jitter);
        }
        // It is the next again, as soon as the run goes on.
        Verdict::Slowed(_) => {
            settlement.state = DeliveryState::Deferred;
            settlement.reason = words.map(|words| format!("{words}: the account sends faster than the server takes"));
            settlement.next_attempt_at = Some(at);
        }
        Verdict::HeldBack => {
            let words = words.map(|words| format!("{words}{UNCLEAR}"));
            defer(&mut settlement, due, words, retry, jitter);
        }
        // The run stops, and this delivery is the first of the next.
        Verdict::Stop(reason) => {
            settlement.state = DeliveryState::Deferred;
            settlement.reason = Some(reason.to_string());
            settlement.next_attempt_at = Some(at);
        }
    }
    settlement
}

fn defer(settlement: &mut Settlement, due: &Due, words: Option<String>, retry: &Retry, jitter: f64) {
    let first = due.first_attempt_at.unwrap_or(settlement.at);
    let give_up_at = later(first, retry.give_up_after);
    if settlement.at >= give_up_at && was_tried_all_along(due, retry, settlement.at) {
        settlement.state = DeliveryState::Failed;
        settlement.reason = Some(format!("given up after {}", spoken(until(first, settlement.at))));
        return;
    }
    // Up to a quarter longer, so that letters that were deferred together do not come back together; the last try is at
    // the end.
    let wait = retry.wait_after(due.attempts + 1).mul_f64(1.0 + jitter / 4.0);
    settlement.state = DeliveryState::Deferred;
    settlement.reason = words;
    let next = later(settlement.at, wait);
    settlement.next_attempt_at = Some(if settlement.at < give_up_at { next.min(give_up_at) } else { next });
}

/// A letter that was greylisted goes again when the server allows it, and not only when a deferred one would.
fn come_again(settlement: &mut Settlement, due: &Due, said: Option<Duration>, jitter: f64) {
    let ladder = GREYLISTING.saturating_mul(1 << due.attempts.min(10));
    let wait = said.map_or(ladder, |said| said + MARGIN).mul_f64(1.0 + jitter / 20.0);
    let soonest = later(settlement.at, wait);
    // What the server says holds, and otherwise whatever comes first.
    let next = settlement.next_attempt_at.map(|next| if said.is_some() { soonest } else { next.min(soonest) });
    settlement.next_attempt_at = next;
}

/// Whether the program tried until now. After a pause of days, as behind a refused login, one more refusal must not be
/// the last word.
fn was_tried_all_along(due: &Due, retry: &Retry, at: Timestamp) -> bool {
    due.last_attempt_at.is_some_and(|last| until(last, at) <= retry.wait_after(due.attempts).saturating_mul(2))
}

/// A length of time in its largest whole unit.
fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "seconds"),
        120..7_200 => (seconds / 60, "minutes"),
        7_200..172_800 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::DeliveryId;
    use crate::model::RecipientId;
    use crate::model::Reply;
    use crate::transport::Stage;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    /// A delivery that was attempted so often, first and last at these seconds.
    fn due(attempts: u32, tried: Option<(i64, i64)>) -> Due {
        Due {
            id: DeliveryId(1),
            recipient: RecipientId::new("ana"),
            place: 0,
            line: 2,
            cells: vec![],
            left_out: vec![],
            attempts,
            first_attempt_at: tried.map(|(first, _)| at(first)),
            last_attempt_at: tried.map(|(_, last)| at(last)),
            message_id: None,
        }
    }

    fn refused(code: u16) -> Attempt {
        Attempt {
            outcome: Outcome::Refused { stage: Stage::Rcpt, reply: Reply::new(code, ["no"]) },
            refused_copies: vec![],
        }
    }

    fn settled(due: &Due, verdict: &Verdict, now: i64) -> Settlement {
        let ended = Ended { attempt: AttemptId(1), outcome: refused(450), verdict };
        settle(due, ended, &Retry::default(), at(now), 0.0)
    }

    #[test]
    fn a_deferred_letter_is_tried_again_later_each_time() {
        assert_eq!(settled(&due(0, None), &Verdict::Deferred, 0).next_attempt_at, Some(at(900)));
        assert_eq!(
            settled(&due(2, Some((0, 2_000))), &Verdict::Deferred, 3_000).next_attempt_at,
            Some(at(3_000 + 3_600))
        );
        let ended = Ended { attempt: AttemptId(1), outcome: refused(450), verdict: &Verdict::Deferred };
        let with_jitter = settle(&due(0, None), ended, &Retry::default(), at(0), 1.0);
        assert_eq!(with_jitter.next_attempt_at, Some(at(1_125)));
    }

    #[test]
    fn it_is_given_up_when_its_time_is_over_and_tried_once_more_at_the_end() {
        let four_days = 4 * 24 * 3_600;
        let day = 24 * 3_600;
        let last = settled(&due(9, Some((0, four_days - day))), &Verdict::Deferred, four_days - 60);
        assert_eq!((last.state, last.next_attempt_at), (DeliveryState::Deferred, Some(at(four_days))));
        let over = settled(&due(10, Some((0, four_days - 60))), &Verdict::Deferred, four_days);
        assert_eq!((over.state, over.reason.as_deref()), (DeliveryState::Failed, Some("given up after 4 days")));
    }

    #[test]
    fn a_greylisted_letter_goes_again_when_the_server_allows_it() {
        let next = |attempts, said: Option<u64>| {
            let verdict = Verdict::Greylisted(said.map(Duration::from_secs));
            let tried = (attempts > 0).then_some((0, 900));
            let settled = settled(&due(attempts, tried), &verdict, 1_000);
            assert_eq!(settled.state, DeliveryState::Deferred);
            settled.next_attempt_at.unwrap().as_second() - at(1_000).as_second()
        };
        assert_eq!(next(0, None), 310);
        assert_eq!(next(1, None), 620);
        assert_eq!(next(0, Some(60)), 65);
        assert_eq!(next(0, Some(3_600)), 3_605);
        let short = Retry { first_after: Duration::from_secs(20), ..Retry::default() };
        let ended = Ended { attempt: AttemptId(1), outcome: refused(450), verdict: &Verdict::Greylisted(None) };
        assert_eq!(settle(&due(0, None), ended, &short, at(0), 0.0).next_attempt_at, Some(at(20)));
    }

    #[test]
    fn a_letter_that_came_too_fast_is_the_next_again_and_never_given_up() {
        let week = 7 * 24 * 3_600;
        let again = settled(&due(40, Some((0, week - 60))), &Verdict::Slowed(None), week);
        assert_eq!((again.state, again.next_attempt_at), (DeliveryState::Deferred, Some(at(week))));
    }

    #[test]
    fn what_is_held_back_waits_as_long_as_a_deferred_letter_and_is_given_up_when_its_time_is_over() {
        let held = settled(&due(0, None), &Verdict::HeldBack, 0);
        assert_eq!((held.state, held.next_attempt_at), (DeliveryState::Deferred, Some(at(900))));
        assert!(held.reason.unwrap().contains("whether the recipient is meant"));
        let four_days = 4 * 24 * 3_600;
        let over = settled(&due(10, Some((0, four_days - 60))), &Verdict::HeldBack, four_days);
        assert_eq!(over.state, DeliveryState::Failed);
    }

    #[test]
    fn after_a_long_pause_one_refusal_is_not_the_last() {
        let (week, hour) = (7 * 24 * 3_600, 3_600);
        let back = settled(&due(1, Some((0, 0))), &Verdict::Deferred, week);
        assert_eq!((back.state, back.next_attempt_at), (DeliveryState::Deferred, Some(at(week + hour / 2))));
        let again = settled(&due(2, Some((0, week))), &Verdict::Deferred, week + hour / 2);
        assert_eq!(again.state, DeliveryState::Failed);
    }

    #[test]
    fn a_stopped_run_fails_nobody() {
        let stop = Verdict::Stop(crate::transport::StopReason::LoginRefused(Reply::new(535, ["no"])));
        let settlement = settled(&due(0, None), &stop, 7);
        assert_eq!((settlement.state, settlement.next_attempt_at), (DeliveryState::Deferred, Some(at(7))));
    }
}
