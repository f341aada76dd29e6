//! The page of one recipient: what stands, everything that happened, the mails that came, and the forms by which a
//! person says something.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::story::{self, Told};
use crate::campaign::desk::{self, AboutMail, CAN_PRINT, Delivery, Person, Seat};
use crate::campaign::{self, Folder};
use crate::model::{Answer, DeliveryState};
use crate::report::Why;
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::key::Keys;
use crate::web::layout::{Frame, Section, page};
use crate::web::overview::round_name;
use crate::web::problem::{Trouble, answered};
use crate::web::read::{Answered, read};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::fill;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/recipients/one.html")]
struct One {
    frame: Frame,
    id: String,
    email: String,
    organisation: String,
    letters: Vec<Letter>,
    note: String,
    told: Vec<Told>,
    mails: Vec<Mail>,
    suppressed: Option<String>,
    /// Whether nothing is known of them any more.
    is_forgotten: bool,
    /// Whether this program makes PDFs.
    has_pdf: bool,
    /// Whether an answer, or a bounce, can be taken back.
    can_undo: bool,
    /// The rounds that can be resolved.
    resolvable: Vec<(String, String)>,
    /// The day, for the form.
    today: String,
    forms: Forms,
}

/// A letter to them.
struct Letter {
    name: String,
    state: &'static str,
    class: &'static str,
    /// Why, in the desk's language.
    cause: String,
    reason: String,
    reply: String,
    accepted: String,
    answer: Option<&'static str>,
    answered: String,
    message_id: String,
    /// How it is sent to another address, where it did not arrive.
    elsewhere: Option<String>,
    /// Where it is shown as it was sent, where it may have left.
    path: Option<String>,
}

/// A mail that is about a letter of theirs.
struct Mail {
    subject: String,
    sender: String,
    kind: String,
    at: String,
    first_line: String,
    effect: String,
    why: String,
    waits: bool,
    is_taken_back: bool,
}

/// Where the forms are sent to, each with its token.
struct Forms {
    mark: (String, String),
    note: (String, String),
    resolve: (String, String),
    suppress: (String, String),
    forget: (String, String),
}

/// Shows the page.
pub(in crate::web) async fn show(State(desk): State<Arc<Desk>>, Path(key): Path<String>, visit: Visit) -> Response {
    answered(&desk, &visit, one(&desk, &visit, key).await)
}

async fn one(desk: &Arc<Desk>, visit: &Visit, key: String) -> Answered {
    let sought = key.clone();
    let found = read(desk, move |folder| match seat(folder, &sought)? {
        Some(seat) => desk::person(folder, seat),
        None => Ok(None),
    });
    let person = found.await?.ok_or(Trouble::NotFound)?;
    Ok(page(&shown(desk, visit, &key, &person)))
}

/// The seat of a key; nothing, where the key is none.
pub(in crate::web) fn seat(folder: &Folder, key: &str) -> campaign::Result<Option<Seat>> {
    Ok(desk::key(folder)?.and_then(|secret| Keys::new(secret).read(key)))
}

fn shown(desk: &Desk, visit: &Visit, key: &str, person: &Person) -> One {
    let tongue = visit.tongue;
    let last = person.deliveries.last();
    let text = |of: fn(&Delivery) -> &String| last.map(|delivery| of(delivery).clone()).unwrap_or_default();
    let name = text(|delivery| &delivery.name);
    let title = if name.is_empty() { person.recipient.to_string() } else { name };
    let form = |what: &str| {
        let path = format!("/recipients/{key}/{what}");
        let token = desk.gate.form_token(&path, desk.clock.now());
        (path, token)
    };
    let is_resolvable = |delivery: &&Delivery| matches!(delivery.state, DeliveryState::InDoubt | DeliveryState::Failed);
    let resolvable = person.deliveries.iter().filter(is_resolvable);
    let is_heard = |delivery: &Delivery| delivery.answer != Answer::None || delivery.state == DeliveryState::Bounced;
    One {
        frame: Frame::new(desk, visit, Section::Recipients, crate::model::printable(&title)).of(&person.name),
        id: person.recipient.to_string(),
        email: text(|delivery| &delivery.email),
        organisation: text(|delivery| &delivery.organisation),
        letters: person.deliveries.iter().map(|delivery| letter(tongue, key, delivery, &person.list)).collect(),
        note: person.deliveries.iter().rev().find_map(|delivery| delivery.note.clone()).unwrap_or_default(),
        told: story::of(tongue, person),
        mails: person.mails.iter().map(|known| mail(tongue, known)).collect(),
        suppressed: person.suppressed.as_ref().map(|known| known.reason.clone().unwrap_or_default()),
        can_undo: person.deliveries.iter().any(is_heard),
        resolvable: resolvable.map(|known| (known.round.to_string(), round_name(tongue, known.round))).collect(),
        today: desk.clock.now().to_zoned(jiff::tz::TimeZone::system()).date().to_string(),
        is_forgotten: person.is_forgotten,
        has_pdf: CAN_PRINT,
        forms: Forms {
            mark: form("mark"),
            note: form("note"),
            resolve: form("resolve"),
            suppress: form("suppress"),
            forget: form("forget"),
        },
    }
}

fn letter(tongue: Tongue, key: &str, delivery: &Delivery, list: &str) -> Letter {
    let moment = |at: Option<jiff::Timestamp>| at.map(|at| tongue.moment(at)).unwrap_or_default();
    let why = Why::of(delivery);
    let reply = delivery.reply.as_ref().map(ToString::to_string).unwrap_or_default();
    let is_lost =
        matches!(delivery.state, DeliveryState::Failed | DeliveryState::Bounced) && !delivery.email.is_empty();
    Letter {
        elsewhere: is_lost.then(|| fill(tongue.words().send_elsewhere, &[("file", list)])),
        name: round_name(tongue, delivery.round),
        state: tongue.state(delivery.state),
        class: delivery.state.as_str(),
        cause: tongue.cause(&why),
        reason: if why.cause.is_none() || why.words != reply { why.words } else { String::new() },
        reply,
        accepted: moment(delivery.accepted_at),
        answer: (delivery.answer != Answer::None).then(|| tongue.answer(delivery.answer)),
        answered: moment(delivery.answered_at),
        path: (delivery.attempts > 0).then(|| format!("/recipients/{key}/letter/{}", delivery.round)),
        message_id: delivery.message_id.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

fn mail(tongue: Tongue, known: &AboutMail) -> Mail {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Mail {
        subject: text(&known.subject),
        sender: text(&known.sender),
        kind: known.kind.clone(),
        at: tongue.moment(known.said_at.unwrap_or(known.read_at)),
        first_line: text(&known.first_line),
        effect: text(&known.effect),
        why: text(&known.why),
        waits: known.waits.is_some(),
        is_taken_back: known.is_taken_back,
    }
}
