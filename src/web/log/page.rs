//! The page of the log: who was contacted, when, with what result, and what comes next.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::asked::Asked;
use super::files::languages;
use crate::campaign::desk::{self, Delivery, DeliveryId, Page as Found, Seat};
use crate::campaign::review::{Ended, Next, Review};
use crate::model::{Answer, DeliveryState};
use crate::report::Why;
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::key::Keys;
use crate::web::layout::{Frame, Section, page};
use crate::web::overview::round_name;
use crate::web::problem::answered;
use crate::web::read::{Answered, read};
use crate::web::recipients::{Choice, LeftUndoneShown, Turn, answers, left_undone, rounds, row_key, states};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::fill;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/log/page.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    rounds: Vec<Choice>,
    states: Vec<Choice>,
    answers: Vec<Choice>,
    columns: Vec<Choice>,
    rows: Vec<Row>,
    has_follow_ups: bool,
    total: Option<String>,
    place: String,
    left_undone: Option<LeftUndoneShown>,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    xlsx: String,
}

/// A delivery.
struct Row {
    key: String,
    name: String,
    organisation: String,
    round: String,
    state: &'static str,
    class: &'static str,
    when: String,
    /// Why, and what the server said.
    /// Why, in the desk's language.
    cause: String,
    said: String,
    answer: String,
    next: String,
    note: String,
}

/// Shows the page.
pub(in crate::web) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, shown(&desk, &visit).await)
}

async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let asked = Asked::of(&visit.query);
    let (tongue, wanted) = (visit.tongue, asked.clone());
    let found = read(desk, move |folder| {
        let languages = languages(tongue, folder);
        let found = desk::page(folder, |key| {
            let keys = Keys::new(key.clone());
            wanted.look(&languages, |row| keys.read(row).map(|Seat(number)| DeliveryId(number)))
        })?;
        let of: Vec<Delivery> = found.rows.iter().map(|(_, delivery)| delivery.clone()).collect();
        let next = Review::open(folder)?.what_comes_next(&of)?;
        Ok((found, next, desk::columns(folder)?, !folder.settings.follow_ups.is_empty()))
    });
    let (found, next, columns, has_follow_ups) = found.await?;
    let words = tongue.words();
    let keys = found.key.clone().map(Keys::new);
    let rows = found.rows.iter().zip(next);
    let rows = rows.map(|((seat, delivery), next)| row(tongue, keys.as_ref(), (*seat, delivery), next));
    let path = |way: Option<(u64, Turn)>| match way {
        Some((page, turn)) => asked.path(page, &turn),
        None => asked.patient_path(),
    };
    let number = asked.sought.page;
    let (previous, following) = around(&asked, &found, keys.as_ref());
    Ok(page(&Page {
        frame: Frame::new(desk, visit, Section::Recipients, words.log).of(&found.name),
        rounds: rounds(tongue, &asked.sought, &found),
        states: states(tongue, &asked.sought),
        answers: answers(tongue, &asked.sought),
        columns: columns.into_iter().map(|name| column(&asked, name)).collect(),
        rows: rows.collect(),
        has_follow_ups,
        total: found.total.map(|total| tongue.counted(total, &words.letters_counted)),
        place: fill(words.page_n, &[("n", &tongue.number(number))]),
        left_undone: left_undone(tongue, found.left_undone, keys.as_ref(), path, number),
        previous,
        next: following,
        csv: asked.file("/log.csv"),
        xlsx: asked.file("/log.xlsx"),
        asked,
    }))
}

fn column(asked: &Asked, name: String) -> Choice {
    Choice { is_chosen: name == asked.column, value: name.clone(), name }
}

/// The addresses of the pages before and after this one.
fn around(asked: &Asked, found: &Found, keys: Option<&Keys>) -> (Option<String>, Option<String>) {
    let (sought, number) = (&asked.sought, asked.sought.page);
    let is_before = matches!(sought.turn, Turn::Before(_));
    let turn = |key: Option<String>, to: fn(String) -> Turn| {
        key.filter(|_| !sought.is_everything() || asked.has_cells()).map_or(Turn::Numbered, to)
    };
    let previous = (number > 1 && (!is_before || found.has_more)).then(|| {
        let turn = if number > 2 { turn(row_key(keys, found.rows.first()), Turn::Before) } else { Turn::Numbered };
        asked.path(number - 1, &turn)
    });
    let next = (found.has_more || is_before)
        .then(|| asked.path(number.saturating_add(1), &turn(row_key(keys, found.rows.last()), Turn::After)));
    (previous, next)
}

fn row(tongue: Tongue, keys: Option<&Keys>, (seat, delivery): (Seat, &Delivery), next: Option<Next>) -> Row {
    let name = if delivery.name.is_empty() { delivery.recipient.to_string() } else { delivery.name.clone() };
    let when = delivery.accepted_at.or(delivery.last_attempt_at);
    let why = Why::of(delivery);
    let taken = || delivery.reply.as_ref().map(ToString::to_string).unwrap_or_default();
    let answer = (delivery.answer != Answer::None).then(|| tongue.answer(delivery.answer).to_owned());
    let answered = delivery.answered_at.map(|at| tongue.moment(at));
    Row {
        key: keys.map(|keys| keys.of(seat)).unwrap_or_default(),
        name,
        organisation: delivery.organisation.clone(),
        round: round_name(tongue, delivery.round),
        state: tongue.state(delivery.state),
        class: delivery.state.as_str(),
        when: when.map(|at| tongue.moment(at)).unwrap_or_default(),
        cause: tongue.cause(&why),
        said: if delivery.state == DeliveryState::Accepted { taken() } else { why.words },
        answer: answer.into_iter().chain(answered).collect::<Vec<_>>().join(", "),
        next: next.map(|next| next_in_words(tongue, next)).unwrap_or_default(),
        note: delivery.note.clone().unwrap_or_default(),
    }
}

/// What comes next, as the column `follow_up` of the log says it.
fn next_in_words(tongue: Tongue, next: Next) -> String {
    let words = tongue.words();
    let why = match next {
        Next::Due(day) => return fill(words.due_from, &[("day", &tongue.day(day))]),
        Next::Sent => return words.follow_up_sent.to_owned(),
        Next::Failed(_) => words.failed,
        Next::Suppressed => words.written_to_no_more,
        Next::Halted => words.a_campaign_is_stopped,
        Next::NotListed => words.a_row_is_gone,
        Next::Ended(Ended::Answered(answer)) => tongue.answer(answer),
        Next::Ended(Ended::Bounced(_)) => words.bounced,
        Next::Ended(Ended::NotAccepted { state, .. }) => tongue.state(state.unwrap_or(DeliveryState::Skipped)),
    };
    fill(words.follow_up_stopped, &[("why", why)])
}
