//! Whose each refusal of a large table is, and what the run makes of it.

use super::*;
use crate::model::Reply;
use crate::model::refusal::{Matter, matter_of};

/// A row of the table.
struct Row<'a> {
    whose: &'a str,
    stage: Stage,
    reply: Reply,
}

fn rows() -> Vec<Row<'static>> {
    let rows = include_str!("whose.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [whose, stage, said, source] = fields[..] else { panic!("{line}") };
        assert!(!source.is_empty(), "{line}");
        let stage = match stage {
            "MAIL" => Stage::Mail,
            "RCPT" => Stage::Rcpt,
            "DATA" => Stage::Data,
            "DOT" => Stage::FinalDot,
            _ => panic!("{line}"),
        };
        Row { whose, stage, reply: reply(said) }
    })
    .collect()
}

/// A reply from its lines, with `\n` between them.
fn reply(said: &str) -> Reply {
    let said = said.replace("BOX", "ana@example.org");
    let lines: Vec<(&str, &str)> = said.split("\\n").map(|line| line.split_at_checked(3).unwrap()).collect();
    Reply::new(lines[0].0.parse().unwrap(), lines.iter().map(|(_, text)| text.get(1..).unwrap_or_default()))
}

fn whose(reply: &Reply) -> &'static str {
    match matter_of(reply) {
        Some(Matter::Recipient) => "recipient",
        Some(Matter::Login) => "login",
        Some(Matter::Sender) => "sender",
        Some(Matter::Quota) => "quota",
        Some(Matter::Size) => "size",
        Some(Matter::Connection) => "connection",
        Some(Matter::Letter) => "letter",
        Some(Matter::Greylisting) => "greylisting",
        None => "unknown",
    }
}

#[test]
fn each_refusal_is_whose_it_is() {
    let rows = rows();
    assert!(rows.len() >= 200, "{}", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| whose(&row.reply) != row.whose)
        .map(|row| format!("{} and not {}: {}", row.whose, whose(&row.reply), row.reply))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nobody_is_marked_for_what_is_not_the_recipients() {
    for Row { whose, stage, reply } in rows() {
        let outcome = Outcome::Refused { stage, reply: reply.clone() };
        let verdict = verdict(&outcome);
        let is_right = match (whose, reply.is_transient()) {
            ("greylisting", _) => matches!(verdict, Verdict::Greylisted(_)) && strain(&outcome).is_none(),
            ("quota", true) => matches!(verdict, Verdict::Slowed(_)),
            (_, true) => verdict == Verdict::Deferred,
            ("recipient", false) => verdict == Verdict::Failed,
            ("letter" | "unknown", false) => verdict == Verdict::HeldBack,
            (_, false) => matches!(verdict, Verdict::Stop(_)),
        };
        assert!(is_right, "{whose}: {verdict:?} at {stage}: {reply}");
    }
}

#[test]
fn in_a_line_of_its_own_or_in_capitals_a_refusal_is_the_same() {
    for Row { whose: expected, reply, .. } in rows() {
        for text in [reply.text.to_uppercase(), format!("{} ", reply.text.replace(' ', "  "))] {
            // What runs words together with capitals is one of a kind.
            if !reply.text.contains("Exception") && !reply.text.contains("Quota") && !reply.text.contains("Denied") {
                let other = Reply { text, ..reply.clone() };
                assert_eq!(whose(&other), expected, "{other}");
            }
        }
    }
}
