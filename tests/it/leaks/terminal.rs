//! Characters that steer a terminal: wherever they come from, they reach none, and no JSON has them as they are.

use std::io::Write as _;
use std::process::{Command, Stdio};

use undersigned::model::steers;
use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran};

/// Clears the screen, names the window, begins a line anew, and turns the writing direction, each in several ways.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}2J\u{8}\u{7f}\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{85}";
/// What of it no list, letter or settings refuses by itself.
const TURNING: &str = "\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}";

/// Checks what was said: but for our own colours and line breaks, nothing in it steers.
#[track_caller]
fn steers_nothing(ran: &Ran) {
    for text in [&ran.stdout, &ran.stderr] {
        let mut rest = text.as_str();
        while let Some(at) = rest.find(|c| c != '\n' && steers(c)) {
            let ours = rest[at..].strip_prefix("\u{1b}[").and_then(|code| code.split_once('m'));
            let after = ours.filter(|(code, _)| code.chars().all(|c| c.is_ascii_digit() || c == ';'));
            let Some((_, after)) = after else { panic!("{:?} in {ran:#?}", &rest[at..rest.len().min(at + 20)]) };
            rest = after;
        }
    }
}

/// Runs the program as on a terminal: nothing takes colours out.
fn coloured(campaign: &Campaign, arguments: &[&str]) -> Ran {
    let ran = campaign.run_aside(&[&["--color", "always"], arguments].concat());
    steers_nothing(&ran);
    ran
}

#[test]
fn what_a_server_says_is_harmless_wherever_it_is_told() {
    let reply = format!("550 5.1.1 no {HOSTILE} such user\r\n");
    let later = format!("451 4.7.1 later {TURNING}\r\n");
    let campaign = Campaign::new().server([
        Fault::always(When::Recipient("ana@example.org".into()), At::Rcpt, Act::Raw(reply.into_bytes())),
        Fault::always(When::Recipient("bo@example.org".into()), At::FinalDot, Act::Raw(later.into_bytes())),
        Fault::always(
            When::Recipient("cy@example.org".into()),
            At::FinalDot,
            Act::Raw(format!("x{HOSTILE}\r\n").into_bytes()),
        ),
    ]);
    coloured(&campaign, &["send", "--yes", "--no-wait", "-vvv"]).says("such user");
    for arguments in [
        &["log"][..],
        &["log", "--format", "json"],
        &["log", "--events"],
        &["log", "--failed"],
        &["log", "--failed", "--format", "json"],
        &["status"],
        &["status", "--json"],
    ] {
        coloured(&campaign, arguments).exits(0);
    }
    coloured(&campaign, &["send", "--yes", "--no-wait"]);
    let greeting = Act::Raw(format!("554 go away {HOSTILE}\r\n").into_bytes());
    let campaign = Campaign::new().server([Fault::always(When::Always, At::Greeting, greeting)]);
    coloured(&campaign, &["send", "--yes", "-vvv"]).exits(3).says("go away");
}

#[test]
fn so_is_what_a_mail_says() {
    let subject = format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(format!("Re: {HOSTILE} now").as_bytes()));
    let mail = format!(
        "From ana Mon Jan  1 00:00:00 2024\nFrom: \"{TURNING}\" <ana@example.org>\nTo: letters@coalition.example\n\
         Subject: {subject}\nMessage-ID: <x{TURNING}@example.org>\n\nWe {HOSTILE} agree.\n"
    );
    let campaign = Campaign::new().server([]).file("in.mbox", &mail).file("one.eml", mail.split_once('\n').unwrap().1);
    campaign.run(&["send", "--yes"]).exits(0);
    let eml = campaign.path("one.eml").display().to_string();
    for arguments in [&["read", &eml][..], &["read", "--json", &eml], &["sync", "--mbox", "in.mbox"]] {
        coloured(&campaign, arguments);
    }
    let campaign = Campaign::new().server([]).file("in.mbox", &mail);
    campaign.run(&["send", "--yes"]).exits(0);
    coloured(&campaign, &["sync", "--json", "--mbox", "in.mbox"]);
    coloured(&campaign, &["status"]);
    coloured(&campaign, &["log", "--events"]);
}

#[test]
fn so_is_what_stands_in_lists_letters_and_settings() {
    for hostile in [HOSTILE, TURNING] {
        let row = format!("email,name,organisation\nana@example.org,Ana {hostile},x{hostile}\n{hostile},Bo,\n");
        let campaign = Campaign::new().recipients(&row);
        for arguments in [&["check"][..], &["check", "--json"], &["plan"], &["send", "--sandbox", "--yes"]] {
            coloured(&campaign, arguments);
        }
        let row = format!("email,name,organisation\nana@example.org,Ana {hostile},x{hostile}\n");
        let campaign = Campaign::new().recipients(&row);
        for arguments in [
            &["check", "-v"][..],
            &["plan"],
            &["plan", "--json"],
            &["preview"],
            &["send", "--sandbox", "--yes"],
            &["log", "--sandbox"],
            &["log", "--sandbox", "--format", "json"],
        ] {
            let ran = campaign.run_aside(&[&["--color", "always"], arguments].concat());
            // A letter that is written to a file is written as it is.
            if arguments[0] != "preview" {
                steers_nothing(&ran);
            }
        }
        let campaign = Campaign::new();
        let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
        let escaped: Vec<String> = hostile.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
        let escaped = escaped.concat();
        campaign.write("campaign.toml", settings.replace("Keep the delta", &format!("Keep {escaped}")));
        for arguments in [&["check"][..], &["check", "--json"], &["status"], &["status", "--json"]] {
            coloured(&campaign, arguments);
        }
        campaign.write("campaign.toml", format!("{settings}\n[{hostile}]\nx = 1\n\"{hostile}\" = 2\n"));
        coloured(&campaign, &["check"]).exits(2);
        campaign.write(
            "templates/letter.md",
            format!("+++\nsubject = \"x\"\n+++\n{{{{ {hostile} }}}} {{{{> x{hostile}}}}}\n"),
        );
        campaign.write("campaign.toml", settings);
        coloured(&campaign, &["check"]).exits(2);
    }
}

#[test]
fn so_is_an_argument_and_a_file_name() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let option = format!("--x{HOSTILE}");
    for arguments in [
        &["read", HOSTILE][..],
        &["read", "--json", HOSTILE],
        &["preview", HOSTILE],
        &["preview", "--out", HOSTILE, HOSTILE],
        &["send", "--yes", "--only", HOSTILE],
        &["resolve", HOSTILE, "--accepted"],
        &["mark", HOSTILE, "replied"],
        &["mark", "ana@example.org", "note", "--note", HOSTILE],
        &["mark", "ana@example.org", HOSTILE],
        &["suppress", HOSTILE],
        &["suppress", "bo@example.org", "--reason", HOSTILE],
        &["suppress"],
        &["sync", "--mbox", HOSTILE],
        &["log", "--state", HOSTILE],
        &["log"],
        &["log", "--events"],
        &["status", "--json"],
        &[HOSTILE],
        &[option.as_str()],
        &["--config", HOSTILE, "check"],
    ] {
        coloured(&campaign, arguments);
    }
    let mut init = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    init.current_dir(campaign.path("")).args(["--color", "always", "init", HOSTILE]);
    steers_nothing(&Ran::new(init.output().unwrap()));
}

/// On a terminal, a file for another program is shown like everything else.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_table_for_other_programs_steers_nothing_either() {
    let campaign = Campaign::new().recipients(&format!("email,name\nana@example.org,Ana {TURNING}\n")).server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let program = env!("CARGO_BIN_EXE_undersigned");
    let folder = campaign.path("").display().to_string();
    let line = format!("'{program}' -C '{folder}' log --format csv");
    // `script` of util-linux gives a program a terminal.
    let Ok(mut script) =
        Command::new("script").args(["-qec", &line, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        eprintln!("skipped: there is no `script`");
        return;
    };
    script.stdin.take().unwrap().write_all(b"").unwrap();
    let shown = String::from_utf8(script.wait_with_output().unwrap().stdout).unwrap();
    assert!(shown.contains("ana@example.org"), "{shown}");
    assert!(!shown.contains(|c| !matches!(c, '\r' | '\n') && steers(c)), "{shown:?}");
}
