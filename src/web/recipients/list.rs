//! The table of recipients.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::several;
use super::sought::{ORDERS, ROWS, Sought, Turn};
use crate::campaign::desk::{self, Delivery, DeliveryId, LeftUndone, Page, REACH, Seat};
use crate::model::{Answer, DeliveryState, Language};
use crate::report::Why;
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::form::Form;
use crate::web::key::Keys;
use crate::web::layout::{Frame, Section, page};
use crate::web::overview::round_name;
use crate::web::problem::answered;
use crate::web::read::{Answered, read};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::fill;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/recipients/list.html")]
struct Table {
    frame: Frame,
    sought: Sought,
    rounds: Vec<Choice>,
    states: Vec<Choice>,
    answers: Vec<Choice>,
    orders: Vec<Choice>,
    rows: Vec<Row>,
    /// How many there are, where that is known.
    total: Option<String>,
    place: String,
    previous: Option<String>,
    next: Option<String>,
    /// Where the first page is, where this one has nothing to show.
    first: Option<String>,
    /// What was left undone, and where it is done.
    left_undone: Option<LeftUndoneShown>,
    /// Where the log of them is.
    log: String,
    /// Where the form for those that are chosen goes to, and its token.
    action: String,
    token: String,
}

/// What a page left undone, since there are so many letters.
pub(in crate::web) struct LeftUndoneShown {
    pub(in crate::web) text: String,
    /// Where one can go, and what that does.
    pub(in crate::web) ways: Vec<(String, &'static str)>,
}

/// A choice of a filter.
pub(in crate::web) struct Choice {
    pub(in crate::web) value: String,
    pub(in crate::web) name: String,
    pub(in crate::web) is_chosen: bool,
}

/// A delivery.
struct Row {
    key: String,
    name: String,
    organisation: String,
    round: String,
    state: &'static str,
    class: &'static str,
    /// Why, in the desk's language; and what was said of it, in whatever language.
    cause: String,
    said: String,
    answer: Option<&'static str>,
    last: String,
}

/// Shows the table.
pub(in crate::web) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, table(&desk, &visit).await)
}

/// Takes what is said of those that were chosen.
pub(in crate::web) async fn take(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    let back = Sought::of(&visit.query).here();
    answered(&desk, &visit, several::say(&desk, &visit, &form.fields, &back).await)
}

async fn table(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let sought = Sought::of(&visit.query);
    let asked = sought.clone();
    let spoken = visit.tongue.language();
    let found = read(desk, move |folder| {
        let languages: Vec<Language> = spoken.into_iter().chain([folder.settings.letter.language.clone()]).collect();
        desk::page(folder, |key| {
            let keys = Keys::new(key.clone());
            asked.look(&languages, |row| keys.read(row).map(|Seat(number)| DeliveryId(number)))
        })
    });
    let found = found.await?;
    if found.rounds.is_empty() {
        return super::expected::list(desk, visit, sought).await;
    }
    let tongue = visit.tongue;
    let words = tongue.words();
    let keys = found.key.clone().map(Keys::new);
    let row = |(seat, delivery): &(Seat, Delivery)| shown(tongue, keys.as_ref(), *seat, delivery);
    let page_of = |total: u64| total.div_ceil(ROWS.into()).max(1);
    let place = match found.total.map(page_of) {
        Some(pages) => fill(words.page_of, &[("n", &tongue.number(sought.page)), ("pages", &tongue.number(pages))]),
        None => fill(words.page_n, &[("n", &tongue.number(sought.page))]),
    };
    Ok(page(&Table {
        frame: Frame::new(desk, visit, Section::Recipients, words.recipients).of(&found.name),
        rounds: rounds(tongue, &sought, &found),
        states: states(tongue, &sought),
        answers: answers(tongue, &sought),
        orders: orders(tongue, &sought),
        rows: found.rows.iter().map(row).collect(),
        total: found.total.map(|total| tongue.counted(total, &words.letters_counted)),
        place,
        previous: previous(&sought, &found, keys.as_ref()),
        next: next(&sought, &found, keys.as_ref()),
        left_undone: left_undone(
            tongue,
            found.left_undone,
            keys.as_ref(),
            |turn| match turn {
                Some((page, turn)) => sought.path(page, &turn),
                None => sought.patient_path(),
            },
            sought.page,
        ),
        first: (sought.page > 1 && found.rows.is_empty()).then(|| sought.path(1, &Turn::Numbered)),
        log: sought.log_path(),
        action: sought.here(),
        token: desk.gate.form_token("/recipients", desk.clock.now()),
        sought,
    }))
}

/// What a page left undone, with the ways to what it did not show. `path` gives the address of another page, or that
/// under which all is done.
pub(in crate::web) fn left_undone(
    tongue: Tongue,
    left_undone: LeftUndone,
    keys: Option<&Keys>,
    path: impl Fn(Option<(u64, Turn)>) -> String,
    page: u64,
) -> Option<LeftUndoneShown> {
    let words = tongue.words();
    let all = (path(None), words.look_through_all);
    Some(match left_undone {
        LeftUndone::Nothing => return None,
        LeftUndone::Others => LeftUndoneShown { text: words.this_is_them.to_owned(), ways: vec![all] },
        LeftUndone::Order => {
            LeftUndoneShown { text: words.not_in_order.to_owned(), ways: vec![(path(None), words.put_in_order)] }
        }
        LeftUndone::Beyond(seat) => {
            let further = keys.map(|keys| Turn::After(keys.of(seat)));
            let further = further.map(|turn| (path(Some((page.saturating_add(1), turn))), words.look_further));
            LeftUndoneShown {
                text: tongue.counted(REACH.into(), &words.looked_through),
                ways: further.into_iter().chain([all]).collect(),
            }
        }
    })
}

/// The key by which a row is turned at.
pub(in crate::web) fn row_key(keys: Option<&Keys>, row: Option<&(Seat, Delivery)>) -> Option<String> {
    keys.zip(row).map(|(keys, (_, delivery))| keys.of(Seat(delivery.id.0)))
}

/// The address of the page before this one.
fn previous(sought: &Sought, found: &Page, keys: Option<&Keys>) -> Option<String> {
    let is_there = sought.page > 1 && (!matches!(sought.turn, Turn::Before(_)) || found.has_more);
    let turn = match row_key(keys, found.rows.first()) {
        Some(key) if !sought.is_everything() && sought.page > 2 => Turn::Before(key),
        _ => Turn::Numbered,
    };
    is_there.then(|| sought.path(sought.page - 1, &turn))
}

/// The address of the page after this one.
fn next(sought: &Sought, found: &Page, keys: Option<&Keys>) -> Option<String> {
    let is_there = found.has_more || matches!(sought.turn, Turn::Before(_));
    let turn = match row_key(keys, found.rows.last()) {
        Some(key) if !sought.is_everything() => Turn::After(key),
        _ => Turn::Numbered,
    };
    is_there.then(|| sought.path(sought.page.saturating_add(1), &turn))
}

fn shown(tongue: Tongue, keys: Option<&Keys>, seat: Seat, delivery: &Delivery) -> Row {
    let name = if delivery.name.is_empty() { &delivery.email } else { &delivery.name };
    let is_told = !matches!(delivery.state, DeliveryState::Accepted | DeliveryState::Planned);
    let why = if is_told { Why::of(delivery) } else { Why::default() };
    Row {
        key: keys.map(|keys| keys.of(seat)).unwrap_or_default(),
        name: if name.is_empty() { delivery.recipient.to_string() } else { name.clone() },
        organisation: delivery.organisation.clone(),
        round: round_name(tongue, delivery.round),
        state: tongue.state(delivery.state),
        class: delivery.state.as_str(),
        cause: tongue.cause(&why),
        said: why.words,
        answer: (delivery.answer != Answer::None).then(|| tongue.answer(delivery.answer)),
        last: delivery.last_attempt_at.map(|at| tongue.moment(at)).unwrap_or_default(),
    }
}

pub(in crate::web) fn rounds(tongue: Tongue, sought: &Sought, found: &Page) -> Vec<Choice> {
    let choice = |round: &crate::model::Round| Choice {
        value: round.to_string(),
        name: round_name(tongue, *round),
        is_chosen: sought.round == Some(round.0),
    };
    found.rounds.iter().map(choice).collect()
}

pub(in crate::web) fn states(tongue: Tongue, sought: &Sought) -> Vec<Choice> {
    let choice = |state: DeliveryState| Choice {
        value: state.to_string(),
        name: tongue.state(state).to_owned(),
        is_chosen: sought.states.contains(&state),
    };
    DeliveryState::ALL.into_iter().map(choice).collect()
}

pub(in crate::web) fn answers(tongue: Tongue, sought: &Sought) -> Vec<Choice> {
    let choice = |answer: Answer| Choice {
        value: answer.to_string(),
        name: tongue.answer(answer).to_owned(),
        is_chosen: sought.answers.contains(&answer),
    };
    Answer::ALL.into_iter().map(choice).collect()
}

fn orders(tongue: Tongue, sought: &Sought) -> Vec<Choice> {
    let words = tongue.words();
    let names = [words.as_in_the_list, words.name, words.organisation, words.last_attempt, words.last_answer];
    let choice = |((value, order), name): ((&str, _), &str)| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        is_chosen: sought.order == order,
    };
    ORDERS.into_iter().zip(names).map(choice).collect()
}
