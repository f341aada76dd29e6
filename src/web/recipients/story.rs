//! Everything that happened to a recipient, in its order, each in the words of whoever said it.

use jiff::Timestamp;
use serde_json::Value;

use crate::campaign::desk::{Event, Person, Tried};
use crate::model::{DeliveryState, Round};
use crate::web::overview::round_name;
use crate::web::tongue::Tongue;
use crate::web::words::fill;

/// Something that happened.
pub(super) struct Told {
    pub(super) at: String,
    /// The same for programs (RFC 3339).
    pub(super) moment: String,
    pub(super) what: String,
    pub(super) class: &'static str,
    /// Of which letter.
    pub(super) round: String,
    /// Who said so.
    pub(super) by: String,
    /// In their own words.
    pub(super) quotes: Vec<String>,
}

/// Everything that happened.
pub(super) fn of(tongue: Tongue, person: &Person) -> Vec<Told> {
    let mut told: Vec<(Timestamp, Told)> = Vec::new();
    for tried in &person.tried {
        told.extend(attempt(tongue, tried));
    }
    told.extend(person.events.iter().map(|event| (event.at, other(tongue, event))));
    // What happened at one time stays in the order in which it is known.
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, told)| told).collect()
}

/// An attempt, and that the server took the letter; how others ended, an event says.
fn attempt(tongue: Tongue, tried: &Tried) -> Vec<(Timestamp, Told)> {
    let words = tongue.words();
    let item = |at: Timestamp, what: &str, class, quotes| {
        (at, Told::new(tongue, at, Some(tried.round), what.to_owned(), class, quotes))
    };
    let number = tongue.number(tried.number.into());
    let mut told = vec![item(tried.started_at, &fill(words.was_tried, &[("n", &number)]), "attempting", Vec::new())];
    if let (Some(at), Some(DeliveryState::Accepted)) = (tried.ended_at, tried.outcome) {
        let quotes = tried.reply.iter().map(ToString::to_string).chain(tried.reason.clone()).collect();
        let (at, mut accepted) = item(at, words.was_accepted, "accepted", quotes);
        words.the_server.clone_into(&mut accepted.by);
        told.push((at, accepted));
    }
    told
}

fn other(tongue: Tongue, event: &Event) -> Told {
    let words = tongue.words();
    let detail = |key: &str| event.detail[key].as_str().filter(|text| !text.is_empty());
    let (what, class) = match event.kind.as_str() {
        "deferred" => (words.was_deferred.to_owned(), "deferred"),
        "failed" => (words.was_failed.to_owned(), "failed"),
        "in-doubt" => (words.was_in_doubt.to_owned(), "in-doubt"),
        "bounced" => (words.was_bounced.to_owned(), "bounced"),
        "skipped" => (words.was_skipped.to_owned(), "skipped"),
        "planned" => (words.was_planned.to_owned(), "planned"),
        "resolved" => (words.was_resolved.to_owned(), ""),
        "answer" => (answer(tongue, &event.detail), ""),
        "note" => (words.was_noted.to_owned(), ""),
        "suppressed" => (words.was_suppressed.to_owned(), ""),
        "lifted" => (words.was_lifted.to_owned(), ""),
        "taken-back" => (words.was_taken_back.to_owned(), ""),
        "adopted" => (words.was_adopted.to_owned(), ""),
        "copy" => (words.was_copied.to_owned(), ""),
        other => (other.to_owned(), ""),
    };
    let reply = match &event.detail["reply"] {
        Value::Object(reply) => {
            let parts = ["code", "enhanced", "text"].into_iter().filter_map(|part| reply.get(part));
            Some(
                parts
                    .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        }
        Value::String(reply) => Some(reply.clone()),
        _ => None,
    };
    let keys = [
        "address",
        "state",
        "as",
        "resolution",
        "reason",
        "diagnostic",
        "subject",
        "from",
        "note",
        "returns_on",
        "moved_to",
    ];
    let mut quotes: Vec<String> =
        reply.into_iter().chain(keys.into_iter().filter_map(|key| detail(key).map(str::to_owned))).collect();
    // What an event says twice is told once.
    quotes.dedup();
    let mut told = Told::new(tongue, event.at, event.delivery.as_ref().map(|(round, _)| *round), what, class, quotes);
    told.by = by(tongue, &event.source);
    told
}

/// What somebody answered, as it stands then.
fn answer(tongue: Tongue, detail: &Value) -> String {
    let words = tongue.words();
    let read = |key: &str| detail[key].as_str().and_then(|word| word.parse().ok());
    match (read("answer"), read("before")) {
        (Some(crate::model::Answer::None), Some(before)) => {
            fill(words.answer_taken_back, &[("answer", tongue.answer(before))])
        }
        (Some(answer), _) => fill(words.answer_is, &[("answer", tongue.answer(answer))]),
        (None, _) => read("said")
            .map_or_else(|| words.answer.to_owned(), |said| fill(words.answer_is, &[("answer", tongue.answer(said))])),
    }
}

/// Who says something: `person maria`, `run host/12`, `server`, `mail …`.
fn by(tongue: Tongue, source: &str) -> String {
    let words = tongue.words();
    match source.split_once(' ') {
        Some(("person", name)) => name.to_owned(),
        Some(("run", place)) => fill(words.the_run, &[("place", place)]),
        Some(("mail", _)) => words.a_mail.to_owned(),
        _ if source == "server" => words.the_server.to_owned(),
        _ => source.to_owned(),
    }
}

impl Told {
    fn new(
        tongue: Tongue,
        at: Timestamp,
        round: Option<Round>,
        what: String,
        class: &'static str,
        quotes: Vec<String>,
    ) -> Self {
        Self {
            at: tongue.moment(at),
            moment: at.to_string(),
            what,
            class,
            round: round.map(|round| round_name(tongue, round)).unwrap_or_default(),
            by: String::new(),
            quotes,
        }
    }
}
