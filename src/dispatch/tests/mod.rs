//! The protocol between ledger, server and run, explored: whatever happens at whatever moment, nobody gets a letter
//! twice, nothing is called accepted that was not, and every delivery ends somewhere ([`judge`] has the whole list).
//!
//! What runs is the program's own code, from [`run`](super::run) down to the bytes of SMTP; the ledger, the server and
//! the time are in memory. Everything that a run does to the world goes through numbered [`seams`], and a schedule says
//! at which of them what happens. Each of the first tests goes through all seams; the last ones take a part of the
//! protocol out, to see that the exploration notices.

mod committed;
mod explorer;
mod flawed;
mod judge;
mod random;
mod rated;
mod round;
mod schedule;
mod seams;
mod wire;
mod world;

use self::explorer::Explorer;
use self::flawed::Flaw;
use self::judge::Wrong;
use self::schedule::{Finds, Kind, Trouble};
use crate::model::DeliveryState;

/// One of each sort: the reply is lost, comes too late, is a 4xx, is a 5xx.
const SORTS: [Trouble; 4] = [Trouble::ReplyLost, Trouble::ReplyLate, Trouble::DotDeferred, Trouble::RcptFailed];

/// Those, and connections that close before the server has the letter.
const GRAVE: [Trouble; 6] = [
    Trouble::ReplyLost,
    Trouble::ReplyLate,
    Trouble::DotDeferred,
    Trouble::RcptFailed,
    Trouble::DotClosed,
    Trouble::BodyClosed,
];

fn explore(explore: impl FnOnce(&mut Explorer)) {
    let mut explorer = Explorer::new();
    explore(&mut explorer);
    explorer.finish();
}

#[test]
fn a_crash_anywhere_in_any_trouble_sends_nothing_twice() {
    explore(Explorer::crash_in_any_trouble);
}

#[test]
fn a_crash_anywhere_in_every_mix_of_lost_late_and_refusing_replies_sends_nothing_twice() {
    explore(|explorer| explorer.crash_in_every_mix(&SORTS));
}

#[test]
fn a_crash_anywhere_between_two_troubles_sends_nothing_twice() {
    explore(|explorer| explorer.crash_between_troubles(&SORTS));
}

#[test]
fn a_crash_anywhere_in_each_of_two_runs_sends_nothing_twice() {
    explore(Explorer::crash_twice);
}

#[test]
fn a_crash_anywhere_while_letters_overtake_one_another_sends_nothing_twice() {
    explore(|explorer| explorer.crash_of_many_connections(&SORTS));
}

#[test]
fn a_crash_anywhere_before_the_clock_goes_wrong_sends_nothing_twice() {
    explore(|explorer| explorer.crash_before_a_wrong_clock(&SORTS));
}

#[test]
fn a_clock_set_back_anywhere_sends_nothing_twice() {
    explore(|explorer| explorer.blow_in_trouble(Kind::SetBack, &SORTS));
}

#[test]
fn a_run_told_to_stop_anywhere_stops_and_leaves_the_rest_to_the_next() {
    explore(|explorer| explorer.blow_in_trouble(Kind::Told, &SORTS));
}

#[test]
fn a_lease_stolen_anywhere_sends_nothing_twice() {
    explore(|explorer| explorer.blow_in_trouble(Kind::Robbed, &GRAVE));
}

#[test]
fn a_lease_stolen_anywhere_from_a_run_that_goes_on_sends_nothing_twice() {
    explore(|explorer| explorer.blow_in_trouble(Kind::RobbedInPassing, &GRAVE));
}

#[test]
fn a_run_robbed_of_its_lease_anywhere_is_not_done_while_another_sends() {
    explore(|explorer| explorer.rob_a_slow_run(&[Trouble::DotDeferred, Trouble::DataLate]));
}

#[test]
fn a_crash_anywhere_in_one_of_two_runs_that_share_sends_nothing_twice_and_loses_nothing() {
    explore(|explorer| explorer.blow_to_one_of_two(Kind::Crash, &SORTS, 0));
}

#[test]
fn one_of_two_runs_that_share_stands_still_anywhere_and_nothing_is_sent_twice_or_lost() {
    explore(|explorer| explorer.blow_to_one_of_two(Kind::Frozen, &GRAVE, 0));
}

#[test]
fn a_crash_anywhere_beside_a_run_whose_clock_is_wrong_sends_nothing_twice() {
    for off_by in [-3600, 3600] {
        explore(|explorer| explorer.blow_to_one_of_two(Kind::Crash, &[Trouble::ReplyLost], off_by));
    }
}

#[test]
fn two_runs_that_share_whose_clocks_are_an_hour_apart_send_everything_once_and_leave_no_doubt() {
    let mut explorer = Explorer::new();
    explorer.two_beside_each_other(3600);
    explorer.finish_in(&[DeliveryState::Accepted]);
}

#[test]
fn without_reservations_runs_that_share_send_a_letter_twice() {
    find(Flaw::NoReservation, is_sent_twice, |explorer| explorer.two_beside_each_other(0));
}

#[test]
fn by_the_clock_of_its_machine_a_run_closes_one_that_lives() {
    let sought = |wrong: &Wrong| matches!(wrong, Wrong::NeedlessDoubt(_));
    find(Flaw::DeadlineByOwnClock, sought, |explorer| explorer.two_beside_each_other(3600));
}

#[test]
fn what_was_taken_over_from_the_wire_and_is_planned_again_is_sent_twice() {
    find(Flaw::TakenOverIsPlannedAgain, is_sent_twice, |explorer| {
        explorer.blow_to_one_of_two(Kind::Frozen, &[Trouble::ReplyLate], 0);
    });
}

#[test]
fn an_older_ledger_that_is_put_back_after_a_crash_anywhere_sends_nothing_twice() {
    explore(|explorer| explorer.crash_before_a_loss(Finds::OlderLedger, &[Trouble::ReplyLost, Trouble::ReplyLate]));
}

#[test]
fn a_log_of_sent_letters_that_is_lost_after_a_crash_anywhere_is_made_whole() {
    explore(|explorer| explorer.crash_before_a_loss(Finds::NoWitness, &SORTS));
}

#[test]
fn without_the_log_of_sent_letters_an_older_ledger_sends_twice() {
    find(Flaw::NoWitness, is_sent_twice, |explorer| explorer.crash_before_a_loss(Finds::OlderLedger, &SORTS));
}

#[test]
fn a_crash_anywhere_while_a_copy_is_put_off_sends_nothing_twice_and_loses_no_copy() {
    explore(|explorer| explorer.blow_at_a_copy(Kind::Crash));
}

#[test]
fn a_lease_stolen_anywhere_while_a_copy_is_put_off_sends_nothing_twice_and_loses_no_copy() {
    explore(|explorer| explorer.blow_at_a_copy(Kind::Robbed));
}

#[test]
fn an_account_that_is_refused_from_any_letter_on_marks_nobody_wherever_a_crash_falls() {
    explore(Explorer::crash_of_a_refused_account);
}

#[test]
fn a_recipient_who_is_refused_in_unknown_words_has_failed_once_others_were_taken() {
    let mut explorer = Explorer::new();
    explorer.refuse_one();
    explorer.finish_in(&[DeliveryState::Accepted, DeliveryState::Failed]);
}

#[test]
fn where_a_refusal_marks_at_once_an_account_that_is_refused_marks_recipients() {
    let sought = |wrong: &Wrong| matches!(wrong, Wrong::Marked(_));
    find(Flaw::MarkedAtOnce, sought, Explorer::crash_of_a_refused_account);
}

/// Fails where a flaw does not do what is said of it.
fn find(flaw: Flaw, sought: fn(&Wrong) -> bool, explore: impl FnOnce(&mut Explorer)) {
    let mut explorer = Explorer::of(flaw, sought);
    explore(&mut explorer);
    explorer.expect();
}

fn is_sent_twice(wrong: &Wrong) -> bool {
    matches!(wrong, Wrong::SentTwice(_))
}

#[test]
fn without_the_intent_a_letter_is_sent_twice() {
    find(Flaw::NoIntent, is_sent_twice, Explorer::crash_in_any_trouble);
}

#[test]
fn without_the_intent_a_letter_leaves_before_anything_is_known_of_it() {
    find(Flaw::NoIntent, |wrong| matches!(wrong, Wrong::TooEarly(_)), Explorer::crash_in_any_trouble);
}

#[test]
fn without_the_flag_at_the_final_dot_a_letter_is_sent_twice() {
    find(Flaw::NoFlagAtTheDot, is_sent_twice, |explorer| explorer.crash_in_every_mix(&SORTS));
}

#[test]
fn without_the_lease_check_a_run_is_done_while_another_still_sends() {
    let robbed = |explorer: &mut Explorer| explorer.blow_in_trouble(Kind::RobbedInPassing, &[Trouble::ReplyLate]);
    find(Flaw::NoLeaseCheck, |wrong| matches!(wrong, Wrong::NotDone(..)), robbed);
}

#[test]
fn without_the_lease_check_and_the_second_look_at_the_state_a_letter_is_sent_twice() {
    let robbed = |explorer: &mut Explorer| explorer.blow_in_trouble(Kind::Robbed, &GRAVE);
    find(Flaw::NoLeaseCheckAndNoSecondLook, is_sent_twice, robbed);
}

#[test]
fn what_is_settled_before_the_reply_is_called_accepted_and_was_not() {
    let sought = |wrong: &Wrong| matches!(wrong, Wrong::NeverAccepted(_));
    find(Flaw::SettledBeforeTheReply, sought, Explorer::crash_in_any_trouble);
}

#[test]
fn what_a_dead_run_left_open_is_sent_twice_where_it_is_planned_again() {
    find(Flaw::OpenIsPlannedAgain, is_sent_twice, Explorer::crash_in_any_trouble);
}

#[test]
fn what_a_dead_run_left_open_was_not_accepted_because_one_hopes_so() {
    let sought = |wrong: &Wrong| matches!(wrong, Wrong::NeverAccepted(_));
    find(Flaw::OpenIsAccepted, sought, Explorer::crash_in_any_trouble);
}

#[test]
fn without_its_outcome_a_delivery_is_not_done() {
    find(Flaw::NoOutcome, |wrong| matches!(wrong, Wrong::NotDone(..)), Explorer::crash_in_any_trouble);
}

#[test]
fn without_the_intent_of_a_copy_it_is_sent_twice() {
    find(Flaw::NoIntentOfCopies, is_sent_twice, |explorer| explorer.blow_at_a_copy(Kind::Crash));
}

#[test]
fn a_copy_that_nothing_is_written_of_is_lost() {
    find(Flaw::NoCopies, |wrong| matches!(wrong, Wrong::CopyLost(_)), |explorer| explorer.blow_at_a_copy(Kind::Crash));
}
