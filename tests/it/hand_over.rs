//! A campaign goes on elsewhere: its ledger is handed over, or its folder is on another machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;
use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran, text};
use crate::session::Session;

mod another_machine;

const FOLLOW_UP: &str = "[inbox]\nmbox = \"inbox.mbox\"\n[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\n\
    template = \"templates/follow-up.md\"\n";

/// Twelve recipients, of whom five got the letter.
fn begun() -> Campaign {
    let campaign = Campaign::new()
        .many_recipients(12)
        .file("templates/follow-up.md", "+++\n+++\n\nOnce more.\n")
        .file("inbox.mbox", "")
        .settings(FOLLOW_UP)
        .server([]);
    campaign.run_aside(&["send", "--yes", "--limit", "5"]).exits(0);
    campaign
}

/// A copy of a campaign's folder in another one, on the same machine.
struct Copy(TempDir, Option<OsString>);

impl Copy {
    fn of(campaign: &Campaign) -> Self {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(&campaign.path("."), copy.path());
        Self(copy, memory(campaign))
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.arg("-C").arg(self.0.path()).args(arguments).stdin(Stdio::null()).env("USER", "sam");
        command.envs(self.1.iter().map(|memory| ("XDG_STATE_HOME", memory)));
        Ran::new(command.output().unwrap())
    }
}

/// Where the program remembers ledgers on this machine.
fn memory(campaign: &Campaign) -> Option<OsString> {
    let command = campaign.command(&[]);
    let mut environment = command.get_envs();
    environment.find_map(|(name, value)| value.filter(|_| name == "XDG_STATE_HOME").map(OsString::from))
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// Fails where anybody got a letter twice.
fn nobody_twice(campaign: &Campaign) {
    let mut reached = campaign.reached();
    let all = reached.len();
    reached.dedup();
    assert_eq!(reached.len(), all, "{reached:?}");
}

#[test]
fn a_folder_that_was_handed_over_is_locked_until_it_is_taken_back() {
    let session = Session::begin();
    let campaign = begun();
    campaign.run(&["hand-over", "--undo"]).exits(2).says("there is nothing to take back");
    campaign.run_aside(&["suppress", "r0002@d02.example.org"]).exits(0);
    campaign.run(&["hand-over", "--to", "sam"]).exits(0).says("copy the whole folder, with logs/ in it");
    assert!(!campaign.path("logs/ledger.db-wal").exists(), "the file alone is whole");
    let before = std::fs::read(campaign.path("logs/ledger.db")).unwrap();
    for refused in [
        &["send", "--yes"][..],
        &["send", "--yes", "--take-over"],
        &["follow-up", "--yes"],
        &["follow-up", "--yes", "--no-sync", "--take-over"],
        &["mark", "r0001@d01.example.org", "replied"],
        &["resolve", "r0001@d01.example.org", "--accepted"],
        &["suppress", "r0002@d02.example.org"],
        &["suppress", "r0002@d02.example.org", "--undo"],
        &["stop"],
        &["sync"],
        &["adopt", "--witness"],
        &["hand-over", "--to", "ana"],
    ] {
        let ran = campaign.run_aside(refused);
        assert_eq!(ran.status, Some(2), "{refused:?}: {ran:?}");
        let is_told = ["handed over to sam by maria on ", "`undersigned hand-over --undo` takes it back here"];
        assert!(is_told.iter().all(|told| ran.stderr.contains(told)), "{refused:?}: {ran:?}");
    }
    assert_eq!(before, std::fs::read(campaign.path("logs/ledger.db")).unwrap());
    campaign.run(&["send", "--yes"]).exits(2);
    campaign.run(&["mark", "r0001@d01.example.org", "replied"]).exits(2);
    // Reading goes on, and so does the sandbox, whose ledger is another.
    campaign.run(&["status"]).exits(0).prints("handed over to sam by maria on ");
    let status: Value = serde_json::from_str(&campaign.run(&["status", "--json"]).exits(0).stdout).unwrap();
    assert!(text(&status["handed_over"]).starts_with("handed over to sam by maria on "), "{status}");
    assert_eq!(campaign.log().len(), 12);
    for reading in [&["check"][..], &["plan"], &["preview"], &["suppress"], &["send", "--sandbox", "--yes"]] {
        campaign.run_aside(reading).exits(0);
    }
    assert_eq!(campaign.received().len(), 5);

    campaign.run(&["hand-over", "--undo"]).exits(0).says("that is taken back").says("use one of the two");
    // A copy on another machine may have gone on: nobody here can know.
    campaign.run(&["send", "--yes"]).exits(2).says("taken back since").says("go on from here by `--take-over`");
    campaign.run(&["follow-up", "--yes", "--no-sync"]).exits(2).says("taken back since");
    assert_eq!(campaign.received().len(), 5);
    campaign.run(&["send", "--yes", "--take-over"]).exits(0).prints("12 accepted");
    campaign.run(&["send", "--yes"]).exits(0);
    nobody_twice(&campaign);
    let told: Vec<String> = campaign.events().iter().map(|event| text(&event["event"])).collect();
    assert_eq!(told.iter().filter(|kind| ["handed-over", "taken-back"].contains(&kind.as_str())).count(), 2);
    session.reads("hand-over");
}

#[test]
fn a_copy_goes_on_once_somebody_says_so_and_the_original_does_not() {
    let campaign = begun();
    campaign.run(&["hand-over", "--to", "sam"]).exits(0);
    let copy = Copy::of(&campaign);
    copy.run(&["status"]).exits(0).prints("; this is the copy: ");
    copy.run(&["hand-over", "--undo"]).exits(2).says("and this is its copy");
    copy.run(&["send", "--yes"]).exits(2).says("handed over to sam from ").says("says so by `--take-over`");
    // What a person says can be recorded before.
    copy.run(&["suppress", "r0012@d12.example.org"]).exits(0);
    copy.run(&["sync"]).exits(0);
    assert_eq!(campaign.received().len(), 5);

    copy.run(&["send", "--yes", "--limit", "2", "--take-over"]).exits(0);
    // Once is enough.
    copy.run(&["send", "--yes"]).exits(0).prints("11 accepted, 1 skipped");
    assert!(!copy.run(&["status"]).exits(0).stdout.contains("handed over"));
    campaign.run(&["send", "--yes"]).exits(2).says("handed over to sam");
    campaign.run(&["follow-up", "--yes"]).exits(2).says("handed over to sam");
    // This machine knows that the copy went on.
    campaign.run(&["hand-over", "--undo"]).exits(2).says("does not know of 6 letters that left");
    assert_eq!(campaign.reached().len(), 11);
    nobody_twice(&campaign);
}

#[test]
fn a_ledger_goes_there_and_comes_back() {
    let campaign = begun();
    campaign.run(&["hand-over", "--to", "sam"]).exits(0);
    let copy = Copy::of(&campaign);
    copy.run(&["send", "--yes", "--limit", "2", "--take-over"]).exits(0);
    copy.run(&["hand-over", "--to", "maria"]).exits(0);
    copy.run(&["send", "--yes"]).exits(2).says("handed over to maria");
    // What comes back is put in the place of what was there.
    std::fs::remove_dir_all(campaign.path("logs")).unwrap();
    copy_folder(&copy.0.path().join("logs"), &campaign.path("logs"));
    campaign.run(&["send", "--yes"]).exits(2).says("handed over to maria from ").says("`--take-over`");
    campaign.run(&["send", "--yes", "--take-over"]).exits(0).prints("12 accepted");
    nobody_twice(&campaign);
}

#[test]
fn a_folder_that_is_moved_stays_locked() {
    let campaign = begun();
    campaign.run(&["hand-over"]).exits(0);
    let place = tempfile::tempdir_in(campaign.path("..")).unwrap();
    let moved = Copy(place, memory(&campaign));
    for name in ["campaign.toml", "templates", "lists", "logs"] {
        std::fs::rename(campaign.path(name), moved.0.path().join(name)).unwrap();
    }
    moved.run(&["send", "--yes"]).exits(2).says("nothing is sent or recorded from here");
}

#[test]
fn what_is_being_sent_is_not_handed_over() {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(100)));
    let campaign = Campaign::new().many_recipients(40).settings("[pace]\nconnections = 1\n").server([slow]);
    let mut run = campaign.start(&["send", "--yes"]);
    while campaign.received().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    campaign.run(&["hand-over"]).exits(2).says("is being sent by process").says("wait until it is done");
    run.kill().unwrap();
    run.wait().unwrap();
    campaign.run(&["hand-over"]).exits(0);
    assert!(!campaign.path("logs/ledger.db-wal").exists(), "the file alone is whole");
    let copy = Copy::of(&campaign);
    // Killed while a letter was on the wire, or between two.
    let ran = copy.run(&["send", "--yes", "--take-over"]);
    assert!(ran.status == Some(0) || (ran.status == Some(1) && ran.stderr.contains("in doubt")), "{ran:?}");
    nobody_twice(&campaign);
}

#[test]
fn nothing_is_handed_over_before_something_was_sent() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["hand-over"]).exits(2).says("nothing was sent yet");
    assert!(!campaign.path("logs").exists());
}

/// A path of the copy.
fn ledger(folder: &Path) -> PathBuf {
    folder.join("logs/ledger.db")
}
