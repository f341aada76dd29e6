//! The command line: help, usage errors, what goes to stdout and what to stderr, the question before anything is sent.

use std::process::{Command, Stdio};

use crate::harness::{Campaign, Ran};
use crate::session::{self, Session};

/// Every subcommand.
const COMMANDS: [&str; 22] = [
    "init",
    "check",
    "plan",
    "preview",
    "send",
    "follow-up",
    "test",
    "stop",
    "ledger",
    "resolve",
    "mark",
    "confirm",
    "suppress",
    "sync",
    "read",
    "status",
    "log",
    "publish",
    "login",
    "logout",
    "completions",
    "man",
];

/// Runs the program in no workspace.
fn run(arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    let ran = Ran::new(command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap());
    session::take_down(arguments, &ran, &[(folder.path().display().to_string(), "[folder]")]);
    ran
}

#[test]
fn the_help_is_whole() {
    let ran = run(&["--help"]).exits(0);
    assert_eq!(ran.stderr, "");
    insta::assert_snapshot!("help", ran.stdout);
    let short = run(&["-h"]).exits(0).stdout;
    for command in COMMANDS {
        assert!(short.contains(&format!("\n  {command}")), "{command}");
    }
}

#[test]
fn every_subcommand_has_a_help_of_its_own() {
    for command in COMMANDS {
        let ran = run(&[command, "--help"]).exits(0);
        assert_eq!(ran.stderr, "");
        insta::assert_snapshot!(format!("help-{command}"), ran.stdout);
        assert_eq!(ran.stdout, run(&["help", command]).exits(0).stdout);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = run(&["--version"]).exits(0);
    assert_eq!(ran.stdout, format!("undersigned {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_is_no_command_line_is_refused() {
    let session = Session::begin();
    for arguments in [
        &[][..],
        &["sned"],
        &["send", "--frobnicate"],
        &["send", "--limit", "0"],
        &["send", "--limit", "few"],
        &["plan", "--round", "-1"],
        &["preview", "--format", "docx"],
        &["log", "--state", "lost"],
        &["log", "--events", "--format", "csv"],
        &["resolve"],
        &["resolve", "ana@example.org"],
        &["resolve", "ana@example.org", "--accepted", "--not-sent"],
        &["completions"],
        &["completions", "cmd"],
        &["--color", "sometimes", "status"],
        &["-q", "-v", "status"],
    ] {
        let ran = run(arguments).exits(2);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
    run(&["log", "--state", "lost"])
        .exits(2)
        .says("it is one of planned, attempting, accepted, deferred, failed, in-doubt, bounced, skipped");
    session.reads("usage");
}

#[test]
fn without_a_campaign_every_command_says_where_it_looked() {
    let session = Session::begin();
    for arguments in [
        &["check"][..],
        &["-q", "plan"],
        &["preview"],
        &["send", "--yes"],
        &["status"],
        &["log"],
        &["resolve", "x", "--accepted"],
        &["mark", "x", "replied"],
        &["suppress", "x@example.org"],
    ] {
        run(arguments).exits(2).says("`campaign.toml` does not exist").says("undersigned init");
    }
    run(&["-C", "nowhere", "status"]).exits(2).says("`nowhere`");
    session.reads("no-campaign");
}

#[test]
fn another_file_can_describe_the_campaign() {
    let session = Session::begin();
    let campaign = Campaign::new();
    std::fs::rename(campaign.path("campaign.toml"), campaign.path("autumn.toml")).unwrap();
    campaign.run(&["check"]).exits(2);
    campaign.run(&["--config", "autumn.toml", "check"]).exits(0);
    campaign.run(&["check", "--config", "autumn.toml"]).exits(0);
    let whole = campaign.path("autumn.toml").canonicalize().unwrap();
    campaign.run(&["--config", whole.to_str().unwrap(), "check"]).exits(0);
    campaign.run(&["--config", "../autumn.toml", "check"]).exits(2).says("outside the workspace");
    session.reads("another-file");
}

#[test]
fn a_campaign_in_a_folder_below_is_the_same_however_it_is_named() {
    let campaign = Campaign::new().server([]);
    for path in ["campaign.toml", "templates/letter.md", "lists/recipients.csv", "lists/signatories.csv"] {
        campaign.write(&format!("spring/{path}"), std::fs::read(campaign.path(path)).unwrap());
    }
    campaign.run(&["--config", "spring/campaign.toml", "send", "--yes"]).exits(0).prints("3 accepted");
    let below = campaign.path("spring");
    let again = campaign.command_in(&below, &["send", "--yes"]).output().unwrap();
    assert!(again.status.success() && String::from_utf8_lossy(&again.stdout).contains("3 accepted"), "{again:?}");
    assert_eq!(campaign.reached().len(), 3, "nobody got it twice");
    assert!(below.join("logs/ledger.db").is_file() && !campaign.path("logs").exists());
    campaign.run(&["--config", "spring/absent.toml", "status"]).exits(2).says("`spring/absent.toml` does not exist");
}

#[test]
fn stdout_is_the_result_and_nothing_else() {
    let campaign = Campaign::new().server([]);
    let sent = campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(sent.stdout, "3 accepted\n");
    assert!(sent.stderr.contains("3 letters to send"), "{sent:#?}");
    for arguments in
        [&["check", "--json"][..], &["plan", "--json"], &["status", "--json"], &["log", "--format", "json"]]
    {
        let ran = campaign.run(arguments).exits(0);
        serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap();
    }
    for line in campaign.run(&["log", "--events"]).exits(0).stdout.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn what_is_wrong_is_json_too() {
    let campaign = Campaign::new().recipients("email,name\nana@,Ana\nbo@example.org,Bo\n").server([]);
    let ran = campaign.run(&["check", "--json"]).exits(2);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found["ok"], false);
    let error = found["findings"].as_array().unwrap().iter().find(|found| found["severity"] == "error").unwrap();
    assert_eq!(
        (&error["file"], &error["line"], &error["column"]),
        (&"lists/recipients.csv".into(), &2.into(), &1.into())
    );
}

#[test]
fn quiet_says_nothing_but_results_and_errors() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    for (arguments, printed) in [(&["-q", "send", "--yes"][..], "3 accepted\n"), (&["-q", "plan"], "recipient")] {
        let ran = campaign.run(arguments).exits(0).prints(printed);
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
    let campaign = Campaign::new().recipients("email\nana@\n").server([]);
    campaign.run(&["-q", "send", "--yes"]).exits(2).says("lists/recipients.csv:2:1");
    session.reads("quiet");
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let campaign = Campaign::new().recipients("email,name\nana@,Ana\n").server([]);
    assert!(!campaign.run(&["check"]).exits(2).stderr.contains('\x1b'));
    assert!(!campaign.run(&["--color", "never", "check"]).exits(2).stderr.contains('\x1b'));
    assert!(campaign.run(&["--color", "always", "check"]).exits(2).stderr.contains('\x1b'));
    let campaign = Campaign::new().server([]);
    let ran = campaign.run(&["-vv", "send", "--yes"]).exits(0);
    assert!(ran.stderr.contains("TRACE") && !ran.stderr.contains('\x1b'), "{ran:#?}");
}

#[test]
fn the_wire_is_shown_on_demand_without_addresses_and_secrets() {
    let campaign = Campaign::new().server([]);
    let ran = campaign.run(&["-vv", "send", "--yes"]).exits(0).says("> RCPT TO:<a***@example.org>").says("< 250 ");
    for secret in ["ana@example.org", "bo@example.org", "letters@coalition.example"] {
        assert!(!ran.stderr.contains(secret), "{secret} is shown\n{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn whoever_has_read_enough_may_go() {
    let campaign = Campaign::new().many_recipients(3_000).server([]);
    campaign.run(&["-q", "send", "--yes", "--limit", "1"]).exits(0);
    for arguments in [
        &["log"][..],
        &["log", "--format", "csv"],
        &["log", "--format", "json"],
        &["log", "--events"],
        &["-q", "plan"],
        &["man"],
    ] {
        let run = campaign.command(arguments);
        let mut piped = Command::new("bash");
        piped.args(["-c", "set -o pipefail; \"$0\" \"$@\" | head -n 1"]).arg(run.get_program()).args(run.get_args());
        let ran = Ran::new(piped.stdin(Stdio::null()).output().unwrap()).exits(0);
        assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""), "{arguments:?}");
    }
}

#[test]
fn where_nobody_can_be_asked_nothing_is_sent() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    let ran = campaign.run(&["send"]).exits(2).says("--yes");
    assert_eq!(ran.stdout, "");
    campaign.run(&["send", "--sandbox"]).exits(2).says("--yes");
    assert!(campaign.received().is_empty());
    assert!(!campaign.path("logs").exists());
    session.reads("send-unasked");
}

/// Runs `send` on a terminal of its own and types an answer; `None` where `script` of util-linux is not there to give
/// one.
#[cfg(target_os = "linux")]
fn asked(campaign: &Campaign, answer: &str) -> Option<Ran> {
    use std::io::Write;
    let run = campaign.command(&["send"]);
    let words = std::iter::once(run.get_program()).chain(run.get_args());
    let line: Vec<String> = words.map(|word| format!("'{}'", word.to_string_lossy())).collect();
    let mut script = Command::new("script");
    script
        .envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .args(["-qec", &line.join(" "), "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let Ok(mut script) = script.spawn() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "`script` must be there");
        eprintln!("skipped: there is no `script`");
        return None;
    };
    script.stdin.take().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
    Some(Ran::new(script.wait_with_output().unwrap()))
}

#[cfg(target_os = "linux")]
#[test]
fn the_number_of_letters_must_be_typed_in() {
    for wrong in ["", "y", "yes", "2", "33"] {
        let campaign = Campaign::new().server([]);
        let Some(ran) = asked(&campaign, wrong) else { return };
        ran.exits(2)
            .prints("3 letters to send")
            .prints("Type 3 to send 3 letters")
            .prints("not confirmed; nothing was sent");
        assert!(campaign.received().is_empty(), "{wrong:?}");
    }
    let campaign = Campaign::new().server([]);
    let Some(ran) = asked(&campaign, "3") else { return };
    ran.exits(0).prints("pace: no limit").prints(&campaign.sandbox().address().to_string()).prints("3 accepted");
    assert_eq!(campaign.received().len(), 3);
}
