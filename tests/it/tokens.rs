//! A secret that does not last: it is asked for at each opening of a connection, and once more where the server refuses
//! it.

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use crate::harness::{Campaign, Ran};
use crate::office::{Authority, USER, campaign, office};

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];

/// Prints `token-1`, `token-2`, … one at each call, and counts the calls in a file.
const COUNTING: &str = "n=$(($(cat calls 2>/dev/null || echo 0) + 1)); echo $n > calls; echo token-$n";

/// A campaign whose token comes from a command, at a server that takes these tokens, and ends these connections after a
/// letter each.
fn tokens(command: &str, taken: &[&str], short: &[usize]) -> Campaign {
    let authority = Authority::new();
    let mut options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["XOAUTH2"]);
    options.logins = taken.iter().map(|token| (USER.to_owned(), (*token).to_owned())).collect();
    // A letter that is claimed ahead of its connection would count as attempted.
    options.offers.pipelining = false;
    let ends = |connection: &usize| {
        let bye = Act::Followed(b"421 4.3.2 that is enough\r\n".to_vec());
        Fault::always(When::Connection(*connection), At::FinalDot, bye)
    };
    options.script = short.iter().map(ends).collect();
    let settings = "auth = \"xoauth2\"\npassword = { command = [\"sh\", \"token.sh\"] }";
    campaign(options, &authority, settings).file("token.sh", command)
}

/// How often the command was run.
#[track_caller]
fn asked(campaign: &Campaign, times: u32) {
    let calls = std::fs::read_to_string(campaign.path("calls")).unwrap();
    assert_eq!(calls.trim(), times.to_string(), "calls of the command");
}

/// Checks that no token is in what the program said, or in a file but the command's own.
#[track_caller]
fn no_token_shows(campaign: &Campaign, ran: &Ran) {
    let encode = |text: String| data_encoding::BASE64.encode(text.as_bytes());
    for call in 1..=4 {
        let token = format!("token-{call}");
        for form in
            [token.clone(), encode(token.clone()), encode(format!("user={USER}\x01auth=Bearer {token}\x01\x01"))]
        {
            assert!(!ran.stdout.contains(&form) && !ran.stderr.contains(&form), "{ran:#?}");
            assert_eq!(campaign.files_with(&form), [""; 0]);
        }
    }
}

#[test]
fn each_connection_is_opened_with_a_token_of_its_own() {
    let campaign = tokens(COUNTING, &["token-1", "token-2", "token-3"], &[1, 2]);
    let ran = campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
    assert_eq!(campaign.sandbox().connections().len(), 3);
    asked(&campaign, 3);
    no_token_shows(&campaign, &ran);
}

#[test]
fn a_token_that_is_refused_is_asked_for_once_more_and_the_run_goes_on() {
    // The second token is not taken, though it is new: the account was locked for a moment, or the clocks differ.
    let campaign = tokens(COUNTING, &["token-1", "token-3"], &[1]);
    let ran = campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
    assert_eq!(campaign.sandbox().connections().len(), 3);
    asked(&campaign, 3);
    no_token_shows(&campaign, &ran);

    // The one that was fetched before the run is too old when the first letter goes.
    let campaign = tokens(COUNTING, &["token-2"], &[]);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    asked(&campaign, 2);
}

#[test]
fn a_token_that_is_refused_twice_stops_the_run_and_marks_nobody() {
    let campaign = tokens(COUNTING, &["token-1"], &[1]);
    let ran = campaign.run(&["send", "--yes", "-vv"]).exits(3).prints("2 planned, 1 accepted");
    let ran = ran.says("with 2 left").says("refused the login: `535 ").says("check the user, `password` and `auth`");
    assert_eq!(campaign.sandbox().connections().len(), 3);
    asked(&campaign, 3);
    no_token_shows(&campaign, &ran);
    assert!(campaign.log().iter().filter(|row| row["state"] == "planned").all(|row| row["attempts"] == 0));
}

#[test]
fn a_command_that_fails_in_the_middle_of_a_run_stops_it_and_marks_nobody() {
    for (failing, why) in [("echo token-2; exit 4", "exit status: 4"), ("exit 0", "it is empty")] {
        let command = format!("if [ -e calls ]; then {failing}; else echo 1 > calls; echo token-1; fi");
        let campaign = tokens(&command, &["token-1", "token-2"], &[1]);
        let ran = campaign.run(&["send", "--yes", "-vv"]).exits(3).prints("2 planned, 1 accepted");
        let ran =
            ran.says("stopped, with 2 left").says("the command `sh`").says(why).says("`undersigned send` goes on");
        assert_eq!(campaign.sandbox().connections().len(), 1);
        assert!(!ran.stderr.contains("token-"), "{ran:#?}");
        assert!(campaign.log().iter().filter(|row| row["state"] == "planned").all(|row| row["attempts"] == 0));

        // Once the command is put right, the run goes on.
        campaign.write("token.sh", "echo token-1");
        campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
        assert_eq!(campaign.reached(), ALL);
    }
}

#[test]
fn many_connections_never_ask_two_at_a_time() {
    // The command fails where another is under way.
    let command = "mkdir busy || exit 9; sleep 0.1; rmdir busy; echo token";
    let campaign = tokens(command, &["token"], &[]).many_recipients(60);
    let config = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", format!("{config}\n[pace]\nconnections = 8\n"));
    campaign.run(&["send", "--yes"]).exits(0).prints("60 accepted");
    assert!(campaign.sandbox().connections().len() > 1);
}
