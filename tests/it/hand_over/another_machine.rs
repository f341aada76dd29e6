//! The last run was on another machine. What tells machines apart stands in the ledger, and is changed there: nothing
//! else of another machine can be had here.

use rusqlite::config::DbConfig;

use super::*;

/// The last run was on another machine: what ended it stands in these columns.
fn sent_from_laptop(campaign: &Campaign, how_it_ended: &str) {
    let ledger = Connection::open(ledger(&campaign.path("."))).unwrap();
    // The log of a run that did not end stays beside the ledger.
    ledger.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    let moved =
        format!("UPDATE lease SET machine = 'ab12', machine_name = 'laptop.example', person = 'sam', {how_it_ended}");
    assert_eq!(ledger.execute(&moved, []).unwrap(), 1);
}

const DIED_LONG_AGO: &str = "host = 'laptop.example', pid = 4711, ended_at = NULL, deadline = 30000000, since = 0";
const MAY_LIVE: &str = "host = 'laptop.example', pid = 4711, ended_at = NULL, deadline = 9000000000000000";

#[test]
fn a_run_on_another_machine_than_the_last_one_begins_by_a_persons_word() {
    let session = Session::begin();
    let campaign = begun();
    sent_from_laptop(&campaign, "host = NULL");
    for refused in [&["send", "--yes"][..], &["send", "--yes", "--limit", "1"]] {
        campaign.run(refused).exits(2).says("last sent from laptop.example, ").says(", by sam; ").says("`--take-over`");
    }
    assert_eq!(campaign.received().len(), 5);
    campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    campaign.run(&["send", "--yes", "--take-over", "--limit", "2"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("12 accepted");
    campaign.days_go_by(20);
    sent_from_laptop(&campaign, "host = NULL, number = 9");
    campaign.run(&["follow-up", "--yes"]).exits(2).says("last sent from laptop.example, ");
    campaign.run(&["follow-up", "--yes", "--take-over"]).exits(0).prints("12 accepted");
    assert_eq!(campaign.reached().len(), 24);
    session.reads("another-machine");
}

#[test]
fn a_run_that_died_elsewhere_is_named_as_that() {
    let session = Session::begin();
    let campaign = begun();
    sent_from_laptop(&campaign, DIED_LONG_AGO);
    let told = "a run on laptop.example by sam that began 1970-01-01 00:00:00 UTC did not end";
    let ran = campaign.run(&["send", "--yes"]).exits(2).says(told).says("see that it has stopped there");
    assert!(!ran.stderr.contains("process"), "{ran:?}");
    campaign.run(&["status"]).exits(0).prints(told);
    let status: Value = serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((text(&status["unfinished"]), status["sending"].is_null()), (told.to_owned(), true));
    campaign.run(&["stop"]).exits(0).says(told);
    campaign.run(&["stop", "--undo"]).exits(0);
    campaign.run(&["send", "--yes", "--take-over"]).exits(0).prints("12 accepted");
    nobody_twice(&campaign);
    session.reads("died-elsewhere");
}

#[test]
fn a_run_elsewhere_that_may_live_still_is_waited_for_whatever_is_said() {
    let campaign = begun();
    sent_from_laptop(&campaign, MAY_LIVE);
    for refused in [&["send", "--yes", "--take-over"][..], &["hand-over"]] {
        let ran = campaign.run(refused).exits(2).says("a run on laptop.example by sam that began ");
        let ran = ran.says("did not end and may be sending still");
        assert!(!ran.stderr.contains("process"), "{ran:?}");
    }
    assert_eq!(campaign.received().len(), 5);
}

#[test]
fn a_machine_with_another_name_is_the_same_machine() {
    let campaign = begun();
    let ledger = Connection::open(ledger(&campaign.path("."))).unwrap();
    ledger.execute("UPDATE lease SET machine_name = 'before.example'", []).unwrap();
    let id: String = ledger.query_row("SELECT machine FROM lease", [], |row| row.get(0)).unwrap();
    drop(ledger);
    assert!(
        campaign
            .files_with(std::fs::read_to_string("/etc/machine-id").unwrap_or_else(|_| "0".repeat(32)).trim())
            .is_empty()
    );
    assert!(!id.is_empty());
    campaign.run(&["send", "--yes"]).exits(0).prints("12 accepted");
}

/// Runs the program at a terminal, and types.
#[cfg(target_os = "linux")]
fn at_a_terminal(campaign: &Campaign, arguments: &str, typed: &str) -> Option<(Option<i32>, String)> {
    use std::io::Write as _;
    let program = format!("{} -C {} {arguments}", env!("CARGO_BIN_EXE_undersigned"), campaign.path(".").display());
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", &program, "/dev/null"]).env("USER", "maria");
    command.envs(memory(campaign).map(|memory| ("XDG_STATE_HOME", memory)));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
#[cfg(target_os = "linux")]
fn at_a_terminal_it_is_asked() {
    let campaign = begun();
    sent_from_laptop(&campaign, "host = NULL");
    let Some((status, told)) = at_a_terminal(&campaign, "send", "no\n") else {
        eprintln!("skipped: there is no `script`");
        return;
    };
    assert_eq!(status, Some(2), "{told}");
    assert!(told.contains("by sam: has it stopped there?"), "{told}");
    assert!(told.contains("not confirmed; nothing was sent"), "{told}");
    assert_eq!(campaign.received().len(), 5);
    let (status, told) = at_a_terminal(&campaign, "send", "yes\n7\n").unwrap();
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("12 accepted"), "{told}");
    campaign.run(&["hand-over", "--to", "ana"]).exits(0);
    let (status, told) = at_a_terminal(&campaign, "send", "yes\n").unwrap();
    assert_eq!(status, Some(2), "{told}");
    assert!(!told.contains("Type"), "what is locked is not asked for: {told}");
}
