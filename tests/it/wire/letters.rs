//! Faults within a letter: at MAIL, RCPT, DATA and the final dot. The second of three letters meets them.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::each;
use crate::harness::{Campaign, text};

const STAGES: [(At, &str); 4] =
    [(At::Mail, "at MAIL"), (At::Rcpt, "at RCPT"), (At::Data, "at DATA"), (At::FinalDot, "after the final dot")];

fn reply(text: &str) -> Act {
    Act::Reply(text.to_owned())
}

fn raw(bytes: &[u8]) -> Act {
    Act::Raw(bytes.to_vec())
}

/// What the log says of a letter, in one line.
fn noted(campaign: &Campaign, recipient: &str) -> String {
    let row = campaign.row(recipient);
    let code = row["smtp_code"].as_u64().map(|code| code.to_string()).unwrap_or_default();
    format!("{code} {} {} ({})", text(&row["smtp_enhanced"]), text(&row["smtp_reply"]), text(&row["note"]))
}

/// Before the final dot a letter has certainly not been taken; after it, only a reply says.
#[test]
fn a_fault_within_a_letter_defers_it_and_after_the_final_dot_leaves_it_in_doubt() {
    let endless = b"250-and so on\r\n".repeat(6_000);
    let (broken, refused) = (("deferred", "in-doubt"), ("deferred", "deferred"));
    let faults: Vec<(&str, Act, (&str, &str), &str)> = vec![
        ("silence", Act::Silence, broken, "no reply within 1 second"),
        ("half a reply", Act::Half, broken, "no reply within 1 second"),
        ("a reply that drips too slowly", Act::Trickle(Duration::from_millis(300)), broken, "no reply within 1 second"),
        ("a reply that is cut off", Act::HalfAndClose, broken, "the server closed the connection"),
        ("no reply and an end", Act::Close, broken, "the server closed the connection"),
        ("something that is no reply", raw(b"what?\r\n"), broken, "`what?` is not an SMTP reply"),
        ("a code out of range", raw(b"650 what\r\n"), broken, "`650 what` is not an SMTP reply"),
        ("a code of two digits", raw(b"25 ok\r\n"), broken, "`25 ok` is not an SMTP reply"),
        ("two codes in one reply", raw(b"250-one\r\n550 two\r\n"), broken, "the code 250 and went on with 550"),
        ("a reply that does not end", raw(&endless), broken, "a reply is longer than 65536 bytes"),
        ("421", reply("421 4.3.2 shutting down"), refused, "421 4.3.2 shutting down"),
        ("a code in no table", reply("471 odd"), refused, "471  odd"),
        ("a code alone", raw(b"450\r\n"), refused, "450  "),
        ("Latin-1", raw(b"450 4.2.0 bo\xeete pleine\r\n"), refused, "450 4.2.0 bo\u{fffd}te pleine"),
    ];
    // 421 at MAIL, on a connection that has taken a letter, says that it takes no more: the letter goes over another.
    let is_no_fault = |name: &str, at: At| name == "421" && at == At::Mail;
    let cases: Vec<_> = faults
        .iter()
        .flat_map(|fault| STAGES.map(|stage| (fault, stage)))
        .filter(|((name, ..), (at, _))| !is_no_fault(name, *at))
        .collect();
    each(&cases, |((name, act, (before, after), said), (at, place))| {
        let name = format!("{name} {place}");
        let bo = if *at == At::FinalDot { *after } else { *before };
        let script = [Fault::always(When::Transaction(2), *at, act.clone())];
        let campaign = Campaign::new().server(script).waiting("1s");
        let ran = campaign.run(&["send", "--yes", "--no-wait"]);
        let exit = if bo == "in-doubt" { 1 } else { 3 };
        assert_eq!(ran.status, Some(exit), "{name}: {ran:#?}");
        let states: Vec<String> = campaign.states().into_values().collect();
        assert_eq!(states, ["accepted", bo, "accepted"], "{name}: {ran:#?}");
        let noted = noted(&campaign, "bo@example.org");
        let place = if bo == "deferred" && *at == At::FinalDot { "at the final dot" } else { place };
        assert!(noted.contains(said) && noted.contains(place), "{name}: {noted}");
        assert!(ran.stderr.contains(&format!("{bo:<9} b***@example.org")), "{name}: {ran:#?}");
        if bo == "in-doubt" {
            assert!(ran.stderr.contains("then `undersigned resolve`"), "{name}: {ran:#?}");
        }
        super::arrived_as_recorded(&name, &campaign);
    });
}
