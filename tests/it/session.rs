//! All that is said in some runs of the program, as a person at the terminal reads it, beside a reviewed snapshot.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::{Rc, Weak};

use undersigned::model::DeliveryState;

use crate::harness::Ran;

thread_local! {
    /// What the open session of this test has taken down.
    static SAID: RefCell<Weak<RefCell<String>>> = const { RefCell::new(Weak::new()) };
}

/// Takes down what each run of this test says, from its beginning on. What a run prints for programs (JSON, CSV, mail)
/// is left out.
pub struct Session {
    said: Rc<RefCell<String>>,
}

impl Session {
    /// Begins with an empty sheet.
    pub fn begin() -> Self {
        let said = Rc::default();
        SAID.set(Rc::downgrade(&said));
        Self { said }
    }

    /// Compares all that was said with the snapshot of this name.
    #[track_caller]
    pub fn reads(self, name: &str) {
        let said = self.said.take();
        assert!(!said.is_empty(), "nothing was said");
        let folder = "snapshots/said";
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => folder }, {
            insta::assert_snapshot!(name, said.trim_end());
        });
    }
}

/// Takes down a run. What is said on stderr has a `2>` before it; `steady` are texts that differ in every run, each
/// with what stands for it.
pub fn take_down(arguments: &[&str], ran: &Ran, steady: &[(String, &str)]) {
    let is_for_programs = |word: &&str| ["--json", "--events", "csv", "json", "eml", "html"].contains(word);
    if arguments.iter().any(is_for_programs) {
        return;
    }
    let Some(said) = SAID.with_borrow(Weak::upgrade) else { return };
    let words = std::iter::once("undersigned".to_owned()).chain(arguments.iter().map(|word| quoted(word)));
    let mut whole = format!("$ {}\n{}", words.collect::<Vec<_>>().join(" "), ran.stdout);
    let counts_warnings = arguments.contains(&"check") && ran.status == Some(0);
    for line in in_order(&ran.stderr) {
        // The harness's servers are given little time, which most commands warn of.
        if counts_warnings || !line.contains("`timeout` is under ten minutes") {
            whole.extend(["2> ", line, "\n"]);
        }
    }
    if let Some(status) = ran.status.filter(|status| *status != 0) {
        writeln!(whole, "[exit status {status}]").unwrap();
    }
    // It may stand anywhere in a list of names, also at its end.
    let paper = PAPER.iter().flat_map(|name| [(format!("{name}, "), ""), (format!(", {name}"), "")]);
    let whole = steady.iter().cloned().chain(paper).fold(whole, |whole, (text, stands)| whole.replace(&text, stands));
    let mut said = said.borrow_mut();
    said.push_str(&without_times(&whole).replace('\x1b', "␛"));
    said.push('\n');
}

/// What `publish` writes too where the program makes PDF.
const PAPER: [&str; 2] = ["letter.fr.pdf", "letter.pdf"];

fn quoted(word: &str) -> String {
    if word.is_empty() || word.contains(' ') { format!("'{word}'") } else { word.to_owned() }
}

/// The lines on letters in the order of their recipients: with several connections they come as they come.
fn in_order(stderr: &str) -> Vec<&str> {
    let is_on_letter = |line: &str| {
        let state = line.split_whitespace().next().unwrap_or_default();
        DeliveryState::ALL.iter().any(|known| known.as_str() == state)
    };
    let mut lines: Vec<&str> = stderr.lines().collect();
    for block in lines.chunk_by_mut(|one, other| is_on_letter(one) && is_on_letter(other)) {
        block.sort_by_key(|line| line.split_whitespace().nth(1));
    }
    lines
}

/// A text with `[day]` for each day and `[time]` for each time.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = behind_moment(rest) {
            out.push_str("[time]");
            rest = behind;
            continue;
        }
        let begins_a_word = !out.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        match day_at(rest).filter(|_| begins_a_word) {
            Some(behind) => {
                let time = behind.find(|c: char| !(c.is_ascii_digit() || "T:. Z".contains(c))).unwrap_or(behind.len());
                let time = behind[..time].trim_end_matches(['.', ' ', ':']);
                let is_time = time.contains(':');
                out.push_str(if is_time { "[time]" } else { "[day]" });
                rest = if is_time { &behind[time.len()..] } else { behind };
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// What stands behind a moment such as `Monday 30 November, 09:00 (Europe/Brussels)` at the start of a text.
fn behind_moment(text: &str) -> Option<&str> {
    let weekdays = ["Monday ", "Tuesday ", "Wednesday ", "Thursday ", "Friday ", "Saturday ", "Sunday "];
    let day = weekdays.iter().find_map(|weekday| text.strip_prefix(weekday))?;
    let (moment, behind) = day.split_once(')')?;
    moment.starts_with(|c: char| c.is_ascii_digit()).then_some(behind)
}

/// What stands behind a day such as `2027-03-22` at the start of a text.
fn day_at(text: &str) -> Option<&str> {
    let (day, behind) = text.split_at_checked(10)?;
    let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    // An id may begin with a day: `2027-03-22-keep-the-delta`.
    let goes_on = behind.strip_prefix('-').unwrap_or(behind).starts_with(|c: char| c.is_ascii_digit());
    (is_day && !goes_on).then_some(behind)
}

#[test]
fn days_and_times_are_the_same_in_every_run() {
    let steady = "due on [day] ([day]-delta); [time]: ok, [time] UTC, 2027-03-delta, x2027-03-22\n[time].";
    let said = "due on 2027-03-22 (2027-03-22-delta); 2027-03-22T09:30:00.5Z: ok, 2027-03-22 09:30:01 UTC, 2027-03-delta, x2027-03-22\n2026-01-01 10:00.";
    assert_eq!(without_times(said), steady);
}
