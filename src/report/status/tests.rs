//! What the status shows, and what it leaves out.

use super::*;

#[test]
fn what_is_not_all_is_never_shown_as_all() {
    assert_eq!(
        [percent(399, 400), percent(1, 400), percent(400, 400), percent(11, 12)],
        ["99 %", "<1 %", "100 %", "92 %"]
    );
}

#[test]
fn a_round_goes_on_by_the_command_that_sends_it() {
    for (round, command) in [(0, "`undersigned send`"), (1, "`undersigned follow-up`"), (2, "`undersigned follow-up`")]
    {
        for state in [DeliveryState::Planned, DeliveryState::Deferred] {
            assert!(hint(Round(round), state).contains(command), "{round}, {state}");
        }
    }
}

#[test]
fn the_status_shows_what_is_to_be_done_and_hides_what_is_nothing() {
    let mut tally = Tally::default();
    tally.add(DeliveryState::Accepted, 9);
    tally.add(DeliveryState::InDoubt, 1);
    let follow_up = [("due 2024-07-01", 7), ("stopped: replied", 2)];
    let round = RoundStatus::new(Round(0), (tally, Tally::default()), None, vec![(Answer::Replied, 2)], follow_up);
    let status = Status::new(&CampaignId::parse("c").unwrap(), "A letter", None, vec![round], 1);
    assert_eq!(
        status.to_string(),
        "A letter (c)\n\nround 0: 10 recipients\n  accepted           9  90 %\n  \
         in-doubt           1  10 %  ask the recipient or the server's log, then `undersigned resolve`\n  answers: 2 replied\n  \
         follow-up: 7 due 2024-07-01, 2 stopped: replied\n\n\
         not written to in any campaign: 1 address or domain; `undersigned suppress` lists them\n"
    );
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["rounds"][0]["states"]["in-doubt"], 1);
    assert_eq!(json["rounds"][0]["states"]["failed"], 0);
    assert_eq!(json["rounds"][0]["answers"]["replied"], 2);
    assert_eq!(json["rounds"][0]["answers"]["declined"], 0);
    assert_eq!(json["rounds"][0]["follow_up"]["due 2024-07-01"], 7);
}
