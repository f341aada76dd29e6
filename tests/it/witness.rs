//! A ledger that is lost, older than its witnesses, or used twice: no command writes to it, and nobody gets a letter
//! twice. Each command that writes is tried in each of these states.

use std::fs;
use std::path::Path;
use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran};

const RECIPIENTS: usize = 24;
const FOLLOW_UP: &str =
    "[[follow_up]]\nafter = \"1 day\"\ntemplate = \"templates/letter.md\"\n[pace]\nper_day = 100000\n";

/// What is tried: every command that writes to the ledger.
const COMMANDS: [&[&str]; 7] = [
    &["send", "--yes"],
    &["follow-up", "--yes"],
    &["mark", "r0001@d01.example.org", "replied"],
    &["suppress", "someone@else.example"],
    &["resolve", "r0001@d01.example.org", "--accepted"],
    &["stop"],
    &["sync", "--mbox", "mails.mbox"],
];

/// What befell the ledger, and what every command says then.
struct Damage {
    name: &'static str,
    happens: fn(&Campaign),
    says: &'static str,
}

const DAMAGES: [Damage; 9] = [
    Damage {
        name: "the ledger restored from before",
        happens: |campaign| {
            with_backup(campaign, |campaign, backup| {
                fs::copy(backup.join("ledger.db"), campaign.path("logs/ledger.db")).unwrap();
            });
        },
        says: "does not know of 12 letters that left",
    },
    Damage {
        name: "the ledger restored from before a killed run",
        happens: |campaign| {
            with_backup_before_a_kill(campaign, |campaign, backup| {
                for file in ["ledger.db-wal", "ledger.db-shm"] {
                    fs::remove_file(campaign.path("logs").join(file)).unwrap();
                }
                fs::copy(backup.join("ledger.db"), campaign.path("logs/ledger.db")).unwrap();
            });
        },
        says: "that left",
    },
    Damage {
        name: "the ledger gone",
        happens: |campaign| {
            send(campaign, RECIPIENTS);
            fs::remove_file(campaign.path("logs/ledger.db")).unwrap();
        },
        says: "the ledger is not there",
    },
    Damage {
        name: "everything of the ledger gone, and contacted.csv there",
        happens: |campaign| {
            send(campaign, RECIPIENTS);
            fs::remove_file(campaign.path("logs/ledger.db")).unwrap();
            fs::remove_file(campaign.path("logs/ledger.db-sent")).unwrap();
            campaign.forget();
        },
        says: "contacted.csv tells",
    },
    Damage {
        name: "SQLite's log gone after a kill",
        happens: |campaign| {
            kill(campaign);
            fs::remove_file(campaign.path("logs/ledger.db-wal")).unwrap();
        },
        says: "did not end, and what it recorded last stood in this file",
    },
    Damage {
        name: "SQLite's log emptied after a kill",
        happens: |campaign| {
            kill(campaign);
            fs::write(campaign.path("logs/ledger.db-wal"), "").unwrap();
        },
        says: "did not end, and what it recorded last stood in this file",
    },
    Damage {
        name: "the folder copied, and the copy used since",
        happens: |campaign| {
            send(campaign, 6);
            let copy = tempfile::tempdir().unwrap();
            copy_folder(&campaign.path(""), copy.path());
            let copied = campaign.command_in(copy.path(), &["send", "--yes", "--limit", "6"]).output();
            Ran::new(copied.unwrap()).exits(0);
        },
        says: "this machine last used it as ",
    },
    Damage {
        name: "ledger, log and csv restored together",
        happens: |campaign| {
            with_backup(campaign, |campaign, backup| {
                fs::remove_dir_all(campaign.path("logs")).unwrap();
                copy_folder(backup, &campaign.path("logs"));
            });
        },
        says: "does not know of 12 letters that left",
    },
    Damage {
        name: "restored from before the second campaign of the folder",
        happens: |campaign| {
            send(campaign, 6);
            let backup = campaign.path("backup");
            copy_folder(&campaign.path("logs"), &backup);
            let settings = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
            campaign.write("campaign.toml", settings.replacen("id = \"", "id = \"second-", 1));
            let csv = fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
            send(campaign, 6);
            let both = fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
            let first = csv.lines().filter(|line| line.contains(",accepted,"));
            assert!(first.clone().count() == 6 && first.clone().all(|line| both.contains(&line[..40])), "{both}");
            fs::copy(backup.join("ledger.db"), campaign.path("logs/ledger.db")).unwrap();
        },
        says: "does not know of 6 letters that left",
    },
];

fn send(campaign: &Campaign, letters: usize) {
    campaign.run(&["send", "--yes", "--limit", &letters.to_string()]).exits(0);
}

/// Sends to some, keeps a copy of `logs`, sends to twelve more, and puts something of the copy back.
fn with_backup(campaign: &Campaign, back: fn(&Campaign, &Path)) {
    send(campaign, 6);
    let backup = campaign.path("backup");
    copy_folder(&campaign.path("logs"), &backup);
    send(campaign, 12);
    back(campaign, &backup);
}

fn with_backup_before_a_kill(campaign: &Campaign, back: fn(&Campaign, &Path)) {
    send(campaign, 2);
    let backup = campaign.path("backup");
    copy_folder(&campaign.path("logs"), &backup);
    kill(campaign);
    back(campaign, &backup);
}

/// A run that is killed when some of its letters have left.
fn kill(campaign: &Campaign) {
    let before = campaign.sandbox().count();
    let mut run = campaign.start(&["send", "--yes"]);
    while campaign.sandbox().count() < before + 5 {
        std::thread::sleep(Duration::from_millis(2));
    }
    run.kill().unwrap();
    run.wait().unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn campaign() -> Campaign {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(10)));
    let mails = "From bo@example.org Mon Mar 22 10:00:00 2027\nFrom: bo@example.org\n\nYes.\n";
    Campaign::new().many_recipients(RECIPIENTS).settings(FOLLOW_UP).file("mails.mbox", mails).server([slow])
}

/// Runs a command, which names a file in the campaign's folder.
fn run(campaign: &Campaign, command: &[&str]) -> Ran {
    let mails = campaign.path("mails.mbox");
    let in_folder = |argument: &&str| {
        if *argument == "mails.mbox" { mails.to_str().unwrap().to_owned() } else { (*argument).to_owned() }
    };
    let command: Vec<String> = command.iter().map(in_folder).collect();
    campaign.run(&command.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Who got the letter of which campaign, and that nobody got one twice.
fn nobody_twice(campaign: &Campaign, case: &str) -> usize {
    let mut seen: Vec<String> = Vec::new();
    for letter in campaign.received() {
        let text = String::from_utf8_lossy(&letter.message).into_owned();
        let id = text.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned();
        seen.extend(letter.recipients.iter().map(|to| format!("{to} {id}")));
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all, "{case}: somebody got it twice");
    all
}

#[test]
fn no_command_writes_to_a_ledger_that_a_witness_knows_more_than() {
    for Damage { name, happens, says } in DAMAGES {
        let campaign = campaign();
        happens(&campaign);
        let letters = campaign.received().len();
        for command in COMMANDS {
            let case = format!("{name}: {command:?}");
            let before = snapshot(&campaign);
            let ran = run(&campaign, command);
            assert_eq!(ran.status, Some(2), "{case}: {ran:#?}");
            assert!(ran.stderr.contains(says), "{case}: not said: {says}\n{}", ran.stderr);
            assert!(ran.stderr.contains("adopt --witness") && ran.stderr.contains("Nothing was written"), "{case}");
            assert_eq!(campaign.received().len(), letters, "{case}");
            assert_eq!(snapshot(&campaign), before, "{case}: something was written");
            // Whoever only looks is not kept from it.
            assert_ne!(campaign.run(&["log", "--format", "csv"]).status, Some(101));
        }
        let ran = campaign.run(&["adopt", "--witness"]);
        assert!(matches!(ran.status, Some(0 | 1)), "{name}: {ran:#?}");
        let ran = campaign.run(&["send", "--yes"]);
        assert!(matches!(ran.status, Some(0 | 1)), "{name}: {ran:#?}");
        let got = nobody_twice(&campaign, name);
        let states = campaign.states();
        let accepted = states.values().filter(|state| *state == "accepted").count();
        assert_eq!(states.len(), RECIPIENTS, "{name}");
        assert!(states.values().all(|state| state == "accepted" || state == "in-doubt"), "{name}: {states:?}");
        assert!(accepted <= got, "{name}");
        // Follow-ups go on in the threads of what was taken in.
        campaign.days_go_by(3);
        campaign.run(&["follow-up", "--yes"]).exits(0);
        assert_eq!(nobody_twice(&campaign, name), got + accepted, "{name}");
    }
}

/// Whatever lies in `logs`, but what SQLite needs for reading.
fn snapshot(campaign: &Campaign) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(campaign.path("logs")) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .filter(|(name, _)| !name.ends_with("-shm") && !name.contains(".lock"))
        .filter(|(name, bytes)| !(name.ends_with("-wal") && bytes.is_empty()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_run_that_was_killed_goes_on_whoever_wrote_to_the_ledger_since() {
    for command in COMMANDS {
        let campaign = campaign();
        kill(&campaign);
        let ran = run(&campaign, command);
        assert!(!ran.stderr.contains("adopt --witness"), "{command:?}: {ran:#?}");
        campaign.run(&["stop", "--undo"]);
        let ran = campaign.run(&["send", "--yes"]);
        assert!(matches!(ran.status, Some(0 | 1)), "{command:?}: {ran:#?}");
        nobody_twice(&campaign, &format!("{command:?}"));
    }
}

#[test]
fn contacted_csv_never_loses_a_letter_that_left() {
    let campaign = campaign();
    send(&campaign, 4);
    let csv = || fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    let first = csv();
    // Another ledger, for another campaign in this folder.
    let settings = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let other = settings.replacen("id = \"", "id = \"other-", 1);
    campaign.write("campaign.toml", format!("{other}\n[ledger]\nurl = \"sqlite:logs/other.db\"\n"));
    send(&campaign, 3);
    let letters = |csv: &str, id: &str| csv.lines().filter(|l| l.contains(",accepted,") && l.starts_with(id)).count();
    assert_eq!((letters(&first, "other-"), letters(&csv(), "other-"), letters(&csv(), "")), (0, 3, 7));
    // A program for spreadsheets saved it with other separators.
    campaign.write("logs/contacted.csv", csv().replace(',', ";"));
    send(&campaign, 1);
    assert_eq!(letters(&csv(), ""), 8);
    // What is no such log at all is put aside.
    campaign.write("logs/contacted.csv", "my notes\n");
    send(&campaign, 1);
    assert_eq!(fs::read_to_string(campaign.path("logs/contacted.kept-1.csv")).unwrap(), "my notes\n");
    assert_eq!(letters(&csv(), "other-"), 5);
}

#[test]
fn a_campaign_that_this_machine_remembers_from_another_ledger_is_said_before_it_is_sent_again() {
    let campaign = campaign();
    send(&campaign, 7);
    // As in a folder that was copied without its logs: a ledger at a place of which nothing is known.
    fs::remove_dir_all(campaign.path("logs")).unwrap();
    let settings = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", format!("{settings}\n[ledger]\nurl = \"sqlite:logs/copied.db\"\n"));
    let told = campaign.run(&["send", "--yes", "--only", "nobody@example.com"]).exits(2);
    told.says("this machine remembers 7 letters that left").says("copied without its `logs`");
    campaign.run(&["adopt", "--witness"]).exits(0).says("7 letters that left");
    let ran = campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(nobody_twice(&campaign, "taken in"), RECIPIENTS);
    // From here on it is the ledger that knows of it.
    assert!(!ran.stderr.contains("this machine remembers"), "{ran:?}");
    // Another campaign has nothing to do with it.
    let settings = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replacen("id = \"", "id = \"other-", 1));
    let ran = campaign.run(&["send", "--yes"]).exits(0);
    assert!(!ran.stderr.contains("this machine remembers"), "{ran:?}");
}
