//! A ledger that cannot be used, or that others use too. Damage is in `damaged`, and what happens to it under a run in
//! `changed`.

mod changed;
mod damaged;

use std::process::{Command, Stdio};
use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran};

/// A server that takes its time, so that a test can meddle while letters go; and a pace, so that nothing is claimed
/// that is not on the wire.
fn unhurried(recipients: usize) -> Campaign {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_millis(30)));
    Campaign::new().many_recipients(recipients).settings("[pace]\nper_day = 100000\n").server([slow])
}

/// Checks that everybody got the letter, and nobody twice.
#[track_caller]
fn everybody_got_it_once(campaign: &Campaign, recipients: usize) {
    let mut reached = campaign.reached();
    reached.dedup();
    assert_eq!((reached.len(), campaign.received().len()), (recipients, recipients));
}

#[test]
fn a_ledger_of_a_newer_version_is_left_alone() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let ledger = rusqlite::Connection::open(campaign.path("logs/ledger.db")).unwrap();
    ledger.pragma_update(None, "user_version", 99).unwrap();
    drop(ledger);
    for arguments in [
        &["send", "--yes"][..],
        &["log"],
        &["status"],
        &["plan"],
        &["check"],
        &["resolve", "bo@example.org", "--accepted"],
    ] {
        campaign
            .run(arguments)
            .exits(2)
            .says("logs/ledger.db: the ledger is of version 99")
            .says("use a newer undersigned");
    }
    assert_eq!(campaign.received().len(), 1);
}

#[test]
fn a_file_that_is_no_ledger_is_left_alone() {
    let campaign = Campaign::new().file("logs/ledger.db", "nothing like a database\n".repeat(500)).server([]);
    for arguments in [&["send", "--yes"][..], &["log"], &["status"], &["plan"]] {
        campaign.run(arguments).exits(2).says("logs/ledger.db: not a SQLite database");
    }
    assert!(campaign.received().is_empty());
    assert!(std::fs::read(campaign.path("logs/ledger.db")).unwrap().starts_with(b"nothing like"));
}

/// On a disk of a size, in a room of its own in which it is mounted; then what lies on it is brought out.
#[cfg(target_os = "linux")]
const ON_A_SMALL_DISK: &str = r#"
mount -t tmpfs -o size="$1"k,mode=700 small "$2" && shift && logs=$1 && shift || exit 99
if [ -d "$logs.kept" ]; then cp -a "$logs.kept/." "$logs/" || exit 98; fi
"$@"
status=$?
rm -rf "$logs.kept" && cp -a "$logs" "$logs.kept" || exit 97
exit $status
"#;

#[cfg(target_os = "linux")]
#[test]
fn whenever_the_disk_gets_full_every_reply_that_was_read_is_recorded() {
    const RECIPIENTS: usize = 300;
    let may = Command::new("unshare").args(["--user", "--map-root-user", "--mount", "true"]).status();
    if !may.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this system lets nobody but root mount a small disk");
        return;
    }
    let mut stopped = 0;
    for level in 0..24 {
        let campaign = Campaign::new().many_recipients(RECIPIENTS).settings("[pace]\nconnections = 4\n").server([]);
        std::fs::create_dir(campaign.path("logs")).unwrap();
        let run = campaign.command(&["send", "--yes"]);
        let mut small = Command::new("unshare");
        small.args(["--user", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, "sh"]);
        small.arg((4_300 + level * 60).to_string()).arg(campaign.path("logs"));
        small.arg(run.get_program()).args(run.get_args()).stdin(Stdio::null());
        small.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let ran = Ran::new(small.output().unwrap());
        assert!(matches!(ran.status, Some(0 | 2 | 3)), "{level}: {ran:#?}");
        std::fs::remove_dir(campaign.path("logs")).unwrap();
        std::fs::rename(campaign.path("logs.kept"), campaign.path("logs")).unwrap();
        let sent = campaign.received().len();
        if ran.status != Some(0) {
            assert!(ran.stderr.contains("the disk is full"), "{level}: {ran:#?}");
        }
        if ran.status == Some(3) {
            stopped += usize::from((1..RECIPIENTS).contains(&sent));
        }
        // The next run has room, and finds nothing in doubt.
        campaign.run(&["send", "--yes"]).exits(0);
        everybody_got_it_once(&campaign, RECIPIENTS);
        assert!(campaign.states().values().all(|state| state == "accepted"), "{level}: {:?}", campaign.states());
    }
    assert!(stopped >= 3, "the disk got full while letters were on the wire {stopped} times");
}

#[test]
fn a_second_run_says_who_holds_the_campaign() {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_mins(10)));
    let campaign = Campaign::new().server([slow]);
    let address = campaign.sandbox().address();
    let campaign = campaign.smtp(&format!("url = \"smtp+plain://{address}\"\ntimeout = \"10m\""));
    let mut first = campaign.start(&["send", "--yes"]);
    while campaign.received().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let holder = format!("is being sent by process {}", first.id());
    campaign.run(&["send", "--yes"]).exits(2).says(&holder);
    campaign.run(&["resolve", "ana@example.org", "--accepted"]).exits(2).says(&holder);
    campaign.run(&["status"]).exits(0).prints(&format!("process {}", first.id()));
    assert_eq!(campaign.received().len(), 1);
    first.kill().unwrap();
    first.wait().unwrap();
    let status = campaign.run(&["status"]).exits(0);
    assert!(!status.stdout.contains("being sent"), "the dead hold nothing: {status:#?}");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let campaign = Campaign::new().server([]);
    std::fs::create_dir(campaign.path("logs")).unwrap();
    let path = campaign.path("logs/ledger.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE bookmarks (url)").unwrap();
    let before = std::fs::read(&path).unwrap();
    for arguments in [&["send", "--yes"][..], &["log"], &["status"], &["plan"]] {
        campaign
            .run(arguments)
            .exits(2)
            .says("logs/ledger.db: a database of another program; name another file in `[ledger]`");
    }
    assert_eq!(before, std::fs::read(&path).unwrap());
    assert!(campaign.received().is_empty());
}

#[test]
fn two_campaigns_share_a_ledger_and_keep_apart() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let other = settings.replace("2027-03-delta", "2027-04-press").replace("Keep the delta", "Free the press");
    campaign.write("campaign.toml", other);
    campaign.run(&["status"]).exits(0).prints("nothing was sent yet");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!((campaign.received().len(), campaign.log().len()), (6, 3));
    campaign.write("campaign.toml", settings);
    campaign.run(&["send", "--yes"]).exits(0).says("0 letters to send");
    assert_eq!((campaign.received().len(), campaign.log().len()), (6, 3));
}

/// Runs the program without root's right to write wherever it likes; `None` where that cannot be had.
#[cfg(target_os = "linux")]
fn run_without_privilege(campaign: &Campaign, arguments: &[&str]) -> Option<Ran> {
    use std::os::unix::fs::MetadataExt;
    if campaign.path("").metadata().unwrap().uid() != 0 {
        return Some(campaign.run(arguments));
    }
    let run = campaign.command(arguments);
    let mut modest = Command::new("setpriv");
    modest.arg("--bounding-set=-dac_override,-dac_read_search").arg(run.get_program()).args(run.get_args());
    let output = modest.stdin(Stdio::null()).output().ok();
    if output.is_none() {
        eprintln!("skipped: `setpriv` is not there");
    }
    output.map(Ran::new)
}

#[cfg(target_os = "linux")]
#[test]
fn a_ledger_that_may_not_be_written_is_read_and_not_sent_with() {
    use std::os::unix::fs::PermissionsExt;
    let permit = |campaign: &Campaign, path: &str, mode| {
        std::fs::set_permissions(campaign.path(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let sent = || {
        let campaign = Campaign::new().server([]);
        campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
        campaign
    };
    let empty = || Campaign::new().server([]).file("logs/readme", "");
    let cases: [(&str, Campaign, &str, u32, &str); 3] = [
        (
            "the file",
            sent(),
            "logs/ledger.db",
            0o400,
            "the ledger may not be written; check the permissions of the file",
        ),
        ("the folder", sent(), "logs", 0o500, "check the permissions of the file and of its folder"),
        (
            "a folder without a ledger",
            empty(),
            "logs",
            0o500,
            "Permission denied (os error 13); check the permissions of its folder",
        ),
    ];
    for (name, campaign, path, mode, said) in cases {
        permit(&campaign, path, mode);
        let before = campaign.received().len();
        let (Some(send), Some(log)) =
            (run_without_privilege(&campaign, &["send", "--yes"]), run_without_privilege(&campaign, &["log"]))
        else {
            return;
        };
        permit(&campaign, path, 0o700);
        send.exits(2).says("logs/ledger.db: ").says(said);
        assert_eq!(log.exits(0).stdout.contains("accepted"), before > 0, "{name}");
        assert_eq!(campaign.received().len(), before, "{name}");
        campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    }
}
