//! Connections that are cut anywhere: at every stage, and at any byte in either direction.

use super::{arrived_as_recorded, comes, each};
use crate::harness::Campaign;
use crate::proxy::{How, Point, Spoil};

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];

/// What leads up to the point goes through, then the second letter's connection is reset.
#[test]
fn a_reset_defers_the_letter_and_after_its_final_dot_leaves_it_in_doubt() {
    let deferred = "accepted deferred accepted";
    let in_doubt = "accepted in-doubt accepted";
    let cases = [
        ("at MAIL", Point::Said("MAIL FROM", 2), (deferred, 3, "broken off at MAIL: the server closed the connection")),
        ("at RCPT", Point::Said("RCPT TO:<bo@", 1), (deferred, 3, "the server closed the connection")),
        ("at DATA", Point::Said("DATA\r\n", 2), (deferred, 3, "the server closed the connection")),
        (
            "after the final dot",
            Point::Said("\r\n.\r\n", 2),
            (in_doubt, 1, "in doubt after the final dot: the server closed"),
        ),
    ];
    each(&cases, |(name, point, expected)| {
        let campaign = Campaign::new().server([]).spoiled(Spoil::Cut(1, *point, How::Reset));
        comes(&format!("a reset {name}"), &campaign, *expected);
    });
}

/// Where the cut comes decides what becomes of the letter that it hits. What must hold is the same everywhere: nobody
/// gets it twice, nobody is passed over, and what is accepted has arrived.
#[test]
fn wherever_a_connection_is_cut_nobody_gets_a_letter_twice_and_nobody_is_passed_over() {
    let whole = Campaign::new().server([]).spoiled(Spoil::Nothing);
    whole.run(&["send", "--yes"]).exits(0);
    let [asked, answered] = whole.proxy().first_connection();
    let dots: Vec<usize> = ends(&asked, b"\r\n.\r\n");
    assert_eq!(dots.len(), 3);
    let mut points: Vec<Point> = (0..asked.len()).step_by(asked.len() / 12).map(Point::Asked).collect();
    points.extend((0..7).map(|back| Point::Asked(dots[1] - back)));
    points.extend((0..answered.len()).step_by(answered.len() / 12).map(Point::Answered));
    let cases: Vec<(Point, How)> =
        points.into_iter().enumerate().map(|(at, point)| (point, [How::Reset, How::Close][at % 2])).collect();
    each(&cases, |(point, how)| {
        let name = format!("{how:?} at {point:?}");
        let campaign = Campaign::new()
            .settings("[retry]\nfirst_after = \"50ms\"\n")
            .server([])
            .spoiled(Spoil::Cut(1, *point, *how));
        let first = campaign.run(&["send", "--yes"]);
        arrived_as_recorded(&name, &campaign);
        // Before the first letter was handed over, a server that cannot be reached stops the run.
        assert!(matches!(first.status, Some(0 | 1 | 3)), "{name}: {first:#?}");
        let last = campaign.run(&["send", "--yes"]);
        arrived_as_recorded(&name, &campaign);
        let states: Vec<String> = campaign.states().into_values().collect();
        let doubtful = states.iter().filter(|state| *state == "in-doubt").count();
        assert!(
            doubtful <= 1 && states.iter().all(|state| state == "accepted" || state == "in-doubt"),
            "{name}: {states:?}"
        );
        assert_eq!(last.status, Some(i32::from(doubtful > 0)), "{name}: {last:#?}");
        if doubtful == 0 {
            assert_eq!(campaign.reached(), ALL, "{name}");
        }
    });
}

/// After which bytes a text ends, each time.
fn ends(said: &[u8], text: &[u8]) -> Vec<usize> {
    said.windows(text.len()).enumerate().filter(|(_, window)| *window == text).map(|(at, _)| at + text.len()).collect()
}
