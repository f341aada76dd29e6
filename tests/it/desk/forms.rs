//! What a person says at the desk is what they would have said in the terminal.

use serde_json::Value;

use super::client::Desk;
use super::pages::mixed;
use crate::harness::{Campaign, text};

/// What the ledger tells, without times: the log, and the events of people.
pub fn told(campaign: &Campaign) -> (Vec<Value>, Vec<Value>) {
    let mut log = campaign.log();
    for row in &mut log {
        for time in ["first_attempt_at", "last_attempt_at", "accepted_at", "answered_at", "next_attempt_at"] {
            row[time] = Value::Bool(row[time].as_str().is_some_and(|time| !time.is_empty()));
        }
        row["message_id"].take();
        row["smtp_reply"].take();
    }
    let by_a_person = |event: &Value| text(&event["source"]).starts_with("person");
    let mut events: Vec<Value> = campaign.events().into_iter().filter(by_a_person).collect();
    for event in &mut events {
        event["at"].take();
    }
    (log, events)
}

/// The same is done at the desk of one campaign and in the terminal of another.
#[track_caller]
fn alike(at_the_desk: impl FnOnce(&Desk), in_the_terminal: &[&[&str]]) {
    let (here, there) = (mixed(), mixed());
    at_the_desk(&Desk::open(&here, &[]));
    for command in in_the_terminal {
        there.run(command).exits(0);
    }
    let (one, other) = (told(&here), told(&there));
    assert_eq!(one, other);
    assert!(!one.1.is_empty(), "nobody said anything");
    let csv = |campaign: &Campaign| std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert_eq!(csv(&here), here.run(&["log", "--format", "csv"]).exits(0).stdout);
}

#[test]
fn an_answer_is_recorded_and_taken_back() {
    alike(
        |desk| {
            let ana = desk.page_of("Ana");
            let fields = [("status", "replied"), ("note", "<b>called</b>\r\non Monday"), ("on", "2026-01-05")];
            let page = desk.fill_in(&ana, "/mark", &fields).shows("The answer is: replied. No follow-up goes there.");
            page.shows("&lt;b&gt;called&lt;/b&gt;").hides("<b>called").shows("Undo");
            // The notice has the form that takes it back.
            let undo = desk.get(&format!("{ana}?said=1")).form("/mark");
            let hidden: Vec<(&str, &str)> =
                undo.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(desk.post(&undo.action, &hidden).status, 303);
            desk.get(&format!("{ana}?said=2")).shows("Taken back: replied.");
        },
        &[
            &["mark", "ana@example.org", "replied", "--note", "<b>called</b>\r\non Monday", "--on", "2026-01-05"],
            &["mark", "ana@example.org", "--undo"],
        ],
    );
}

#[test]
fn a_note_is_written_and_taken_away() {
    alike(
        |desk| {
            let bo = desk.page_of("Bo");
            desk.fill_in(&bo, "/note", &[]).shows("The note is recorded");
            let form = desk.get(&bo).form("/note");
            let token = form.hidden.iter().find(|(name, _)| name == "form").unwrap().1.clone();
            desk.post(&form.action, &[("form", &token), ("note", "ask the office")]);
            desk.get(&bo).shows("ask the office");
        },
        &[&["mark", "bo@example.org", "--note", ""], &["mark", "bo@example.org", "note", "--note", "ask the office"]],
    );
}

#[test]
fn what_became_of_a_letter_in_doubt_is_said() {
    alike(
        |desk| {
            let cy = desk.page_of("Cy");
            desk.fill_in(&cy, "/resolve", &[]).shows("Choose what became of it");
            desk.fill_in(&cy, "/resolve", &[("as", "accepted")]).shows("The letter counts as accepted.");
            desk.get(&cy).hides("What became of it?");
            desk.fill_in(&desk.page_of("Bo"), "/resolve", &[("as", "not-sent")]).shows("sends the letter again");
        },
        &[&["resolve", "cy@example.org", "--accepted"], &["resolve", "bo@example.org", "--not-sent"]],
    );
}

#[test]
fn an_address_is_suppressed_and_written_to_again() {
    alike(
        |desk| {
            let ana = desk.page_of("Ana");
            desk.fill_in(&ana, "/suppress", &[("reason", "asked by phone")]).shows("is written to no more");
            desk.get(&ana).shows("asked by phone").shows("Write again");
            desk.fill_in(&ana, "/suppress", &[]).shows("may be written to again");
            desk.fill_in(&ana, "/suppress", &[]).shows("is written to no more");
        },
        &[
            &["suppress", "ana@example.org", "--reason", "asked by phone"],
            &["suppress", "ana@example.org", "--undo"],
            &["suppress", "ana@example.org"],
        ],
    );
}

#[test]
fn the_same_is_recorded_of_several() {
    alike(
        |desk| {
            let key = |name: &str| desk.page_of(name).replace("/recipients/", "");
            let (ana, bo) = (key("Ana"), key("Bo"));
            desk.fill_in("/recipients?sort=name", "/recipients", &[("status", "declined")])
                .shows("Choose at least one");
            let fields = [("pick", ana.as_str()), ("pick", &bo), ("pick", "nobody"), ("status", "declined")];
            desk.fill_in("/recipients?sort=name", "/recipients", &fields).shows("Recorded of 2 recipients.");
        },
        &[&["mark", "ana@example.org", "declined"], &["mark", "bo@example.org", "declined"]],
    );
}

#[test]
fn what_cannot_be_recorded_is_said_beside_the_form_and_changes_nothing() {
    let campaign = mixed();
    let before = campaign.run(&["log", "--events"]).exits(0).stdout;
    let desk = Desk::open(&campaign, &[]);
    let ana = desk.page_of("Ana");
    for (form, fields, said) in [
        ("/mark", &[("status", "note")][..], "Write a note."),
        ("/mark", &[("status", "bounced")], "Choose what they answered."),
        ("/mark", &[("status", "replied"), ("on", "2126-01-05")], "nobody has answered on 2126-01-05 yet"),
        ("/mark", &[("status", "replied"), ("on", "yesterday")], "The day is none such as 2024-06-12."),
    ] {
        desk.fill_in(&ana, form, fields).shows(said).shows("class=\"notice refusal\"");
    }
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, before);
}
