//! Told to stop: the run finishes what is on the wire, settles it, and says what is left. Told twice, it stops at once,
//! and the ledger still tells the truth.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran, text};

fn signal(run: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &run.id().to_string()]).status().unwrap().success());
}

/// The number of deliveries in a state.
fn count(campaign: &Campaign, state: &str) -> usize {
    campaign.states().values().filter(|found| *found == state).count()
}

#[test]
fn a_signal_lets_the_run_finish_what_is_on_the_wire() {
    for name in ["-INT", "-TERM"] {
        let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(300)));
        let campaign = Campaign::new().many_recipients(40).settings("[pace]\nconnections = 2\n").server([slow]);
        let run = campaign.start(&["send", "--yes"]);
        while campaign.received().len() < 3 {
            std::thread::sleep(Duration::from_millis(5));
        }
        signal(&run, name);
        let ran = Ran::new(run.wait_with_output().unwrap()).exits(3);
        assert!(ran.stderr.contains("stopping: finishing"), "{ran:#?}");
        assert!(ran.stderr.contains("by a signal") && ran.stderr.contains("`undersigned send` goes on"), "{ran:#?}");

        let sent = campaign.received().len();
        assert!((3..40).contains(&sent), "{sent}");
        assert_eq!((count(&campaign, "accepted"), count(&campaign, "planned")), (sent, 40 - sent));
        ran.prints(&format!("{} planned, {sent} accepted", 40 - sent));
        let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
        assert_eq!(csv, campaign.run(&["log", "--format", "csv"]).exits(0).stdout);

        campaign.run(&["send", "--yes"]).exits(0).prints("40 accepted");
        let mut reached = campaign.reached();
        reached.dedup();
        assert_eq!((reached.len(), campaign.received().len()), (40, 40));
    }
}

#[test]
fn a_second_signal_stops_at_once_and_what_was_on_the_wire_is_in_doubt() {
    let silent = Fault::once(When::Transaction(3), At::FinalDot, Act::Late(Duration::from_mins(10)));
    // A pace, however fast: nothing is claimed ahead of it.
    let campaign = Campaign::new().many_recipients(10).settings("[pace]\nper_hour = 100000\n").server([silent]);
    let address = campaign.sandbox().address();
    let campaign = campaign.smtp(&format!("url = \"smtp+plain://{address}\"\ntimeout = \"10m\""));
    let mut run = campaign.start(&["send", "--yes"]);
    let mut stderr = BufReader::new(run.stderr.take().unwrap());
    while campaign.received().len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    signal(&run, "-INT");
    let mut line = String::new();
    while !line.contains("once more stops at once") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "the run ended by itself");
    }
    signal(&run, "-INT");
    assert_eq!(run.wait().unwrap().code(), Some(3));
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();

    campaign.run(&["status"]).exits(0).prints("attempting");
    campaign
        .run(&["send", "--yes"])
        .exits(1)
        .says("1 of the letters")
        .says("in doubt")
        .prints("9 accepted, 1 in-doubt");
    let mut reached = campaign.reached();
    reached.dedup();
    assert_eq!((reached.len(), campaign.received().len()), (10, 10));
    let row = campaign.row("r0003@d03.example.org");
    assert_eq!((text(&row["state"]), &row["attempts"]), ("in-doubt".into(), &1.into()));
}

#[test]
fn a_run_that_waits_stops_at_once() {
    let later = Fault::always(When::Recipient("bo@example.org".into()), At::Rcpt, Act::Reply("450 4.2.0 later".into()));
    let campaign = Campaign::new().server([later]);
    let mut run = campaign.start(&["send", "--yes"]);
    let mut stderr = BufReader::new(run.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("nothing goes before") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "the run did not wait");
    }
    signal(&run, "-TERM");
    assert_eq!(run.wait().unwrap().code(), Some(3));
    assert_eq!((count(&campaign, "accepted"), count(&campaign, "deferred")), (2, 1));
}

/// Closes the terminal of a run that a shell has begun, while its first letters are on their way.
fn hang_up(shell: &str) -> (Campaign, Ran) {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(100)));
    let campaign = Campaign::new().many_recipients(20).settings("[pace]\nconnections = 2\n").server([slow]);
    let send = campaign.command(&["send", "--yes"]);
    let mut run = Command::new("sh");
    run.args(["-c", &format!("{shell}exec \"$0\" \"$@\"")]).arg(send.get_program()).args(send.get_args());
    run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run.spawn().unwrap();
    while campaign.received().len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    signal(&run, "-HUP");
    let ran = Ran::new(run.wait_with_output().unwrap());
    (campaign, ran)
}

#[test]
fn a_closed_terminal_stops_a_run_as_other_signals_do() {
    let (campaign, ran) = hang_up("");
    ran.exits(3).says("by a signal");
    assert!(campaign.received().len() < 20);
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_was_started_to_outlive_its_terminal_goes_on() {
    let (campaign, ran) = hang_up("trap '' HUP; ");
    ran.exits(0).prints("20 accepted");
    assert_eq!(campaign.received().len(), 20);
}
