//! Few files to open: `ulimit -n`. The run goes on with the connections that it can have, says so, and everybody gets
//! the letter.

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use crate::harness::{Campaign, Ran};
use crate::office::{Authority, FROM_ENVIRONMENT, campaign, office};

/// Sends with a shell's commands before it.
fn send_after(shell: &str, campaign: &Campaign) -> Ran {
    let send = campaign.command(&["send", "--yes"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")]).arg(send.get_program()).args(send.get_args());
    limited.envs(send.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::new(limited.stdin(Stdio::null()).output().unwrap())
}

/// A campaign that would like more connections than it gets. The server takes its time, so that they are all needed.
fn hasty(recipients: usize) -> Campaign {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(20)));
    Campaign::new().many_recipients(recipients).settings("[pace]\nconnections = 64\n").server([slow])
}

#[test]
fn with_few_files_a_run_uses_fewer_connections_and_says_so() {
    let campaign = hasty(150);
    let ran = send_after("ulimit -n 32", &campaign).exits(0).prints("150 accepted");
    let said = "the system lets this process open 32 files: 9 connections are used, and not 64; `ulimit -n` raises it";
    assert_eq!(ran.stderr.matches(said).count(), 1, "{ran:#?}");
    ran.says("no limit, 9 connections");
    let mut reached = campaign.reached();
    reached.dedup();
    assert_eq!((reached.len(), campaign.received().len()), (150, 150));
    let connections = campaign.sandbox().connections().len();
    assert!((2..=12).contains(&connections), "{connections}");
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert_eq!(csv.lines().count(), 151);
}

/// The resolver and the list of authorities are files, too.
#[test]
fn with_few_files_and_under_tls_everybody_gets_the_letter() {
    let authority = Authority::new();
    let options = office(Encryption::StartTls(authority.server("localhost", 2999)), &["PLAIN"]);
    let settings = format!("{FROM_ENVIRONMENT}\n[pace]\nconnections = 64");
    let campaign = campaign(options, &authority, &settings).many_recipients(150);
    send_after("ulimit -n 32", &campaign).exits(0).prints("150 accepted").says("9 connections are used");
    assert_eq!(campaign.reached().len(), 150);
}

#[test]
fn with_files_for_one_connection_alone_everybody_gets_the_letter() {
    let campaign = hasty(20);
    send_after("ulimit -n 24", &campaign).exits(0).prints("20 accepted").says("1 connection is used, and not 64");
    assert_eq!(campaign.reached().len(), 20);
}

/// What opened the program may have left files open to it, of which the limit says nothing.
#[test]
fn a_connection_for_which_there_is_no_file_is_done_without() {
    let campaign = hasty(150);
    let open = "for n in 3 4 5 6 7 8 9; do eval \"exec $n</dev/null\"; done";
    let ran = send_after(&format!("{open}; ulimit -n 32"), &campaign).exits(0).prints("150 accepted");
    let said =
        "going on with fewer connections: no connection can be opened: the system lets this process open no more files";
    assert_eq!(ran.stderr.matches(said).count(), 1, "{ran:#?}");
    let mut reached = campaign.reached();
    reached.dedup();
    assert_eq!((reached.len(), campaign.received().len()), (150, 150));
}

#[test]
fn with_no_file_for_the_ledger_nothing_is_sent_and_the_limit_is_named() {
    let campaign = hasty(3);
    let ran = send_after("ulimit -n 12", &campaign).exits(2).says("logs/ledger.db");
    assert!(ran.stderr.contains("`ulimit -n`") || ran.stderr.contains("Too many open files"), "{ran:#?}");
    assert!(campaign.received().is_empty());
}
