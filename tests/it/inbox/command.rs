//! The command `read`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::Ran;

const REPORT: &str = "From: MAILER-DAEMON@mx.example\nTo: letters@coalition.example\nSubject: failure notice\n\n\
    Hi. This is the program at mx.example.\nI wasn't able to deliver your message to the following addresses.\n\n\
    <bo@example.org>:\nRemote host said: 550 5.1.1 <bo@example.org>: no such user (in reply to RCPT TO)\n\n\
    --- Below this line is a copy of the message.\n\nReturn-Path: <letters@coalition.example>\nMessage-ID: <a.1@coalition.example>\n\
    Subject: The river\nTo: bo@example.org\n\nDear Bo\n";
const ANSWER: &str = "From: ana@example.org\nSubject: Re: The river\nMessage-ID: <b@example.org>\n\nYes.\n";

/// Runs `read` where no campaign is.
fn read(files: &[(&str, &str)], arguments: &[&str], input: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_undersigned"))
        .arg("read")
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::new(child.wait_with_output().unwrap())
}

#[test]
fn each_file_is_one_object_a_line() {
    let ran =
        read(&[("report.eml", REPORT), ("answer.eml", ANSWER)], &["--json", "report.eml", "answer.eml"], "").exits(0);
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0],
        serde_json::json!({
            "file": "report.eml",
            "kind": "report",
            "recipients": [{
                "address": "bo@example.org",
                "action": "failed",
                "permanence": "hard",
                "status": "5.1.1",
                "reason": "userunknown",
                "diagnostic": "<bo@example.org>: Remote host said: 550 5.1.1 <bo@example.org>: no such user (in reply to RCPT TO)",
            }],
            "original_message_id": "a.1@coalition.example",
            "original_subject": "The river",
            "rules": ["failure-text"],
        })
    );
    assert_eq!((lines.len(), &lines[1]["kind"], &lines[1]["rules"][0]), (2, &"message".into(), &"person".into()));
}

#[test]
fn a_person_is_told_what_it_is_for_whom_and_why() {
    let ran = read(&[("report.eml", REPORT), ("answer.eml", ANSWER)], &["report.eml", "answer.eml"], "").exits(0);
    insta::assert_snapshot!("read", ran.stdout);
}

#[test]
fn a_mail_comes_from_standard_input_too() {
    let ran = read(&[], &["--json", "-"], REPORT).exits(0);
    let line: Value = serde_json::from_str(ran.stdout.trim()).unwrap();
    assert_eq!((&line["file"], &line["kind"]), (&"-".into(), &"report".into()));
}

#[test]
fn what_cannot_be_read_is_said_and_the_others_are_read() {
    let ran = read(
        &[("answer.eml", ANSWER), ("noise.bin", "\0\0")],
        &["--json", "missing.eml", "noise.bin", "answer.eml"],
        "",
    )
    .exits(1);
    let kinds: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone()).collect();
    assert_eq!(kinds, ["unreadable", "unreadable", "message"]);
    assert!(ran.stderr.contains("`missing.eml` cannot be read"), "{}", ran.stderr);
}

#[test]
fn where_no_file_can_be_opened_nothing_was_done() {
    read(&[], &["missing.eml"], "").exits(2).says("`missing.eml` cannot be read");
}

#[test]
fn what_a_mail_says_does_not_reach_the_terminal_as_a_command() {
    let ran =
        read(&[("evil.eml", &REPORT.replace("no such user", "\u{1b}]0;owned\u{7}no such user"))], &["evil.eml"], "")
            .exits(0);
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{7}'));
}
