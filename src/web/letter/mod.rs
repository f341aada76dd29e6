//! A letter before it is sent: in each language, to any recipient, with what `check` says and what has changed.

mod follow;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use axum::response::{Html, IntoResponse as _, Response};

use super::desk::Desk;
use super::filters;
use super::form::Fields;
use super::layout::{Frame, Section, page};
use super::overview::round_name;
use super::problem::{Trouble, answered, faults_in_lines};
use super::read::{Answered, read};
use super::visit::Visit;
use super::words::fill;
use crate::campaign::desk::{
    Change, FileChange, Findings, LetterText, LetterView, LetterWish, Sought, letter, letter_page,
};
use crate::model::Round;

pub(super) use follow::follow;

/// What a letter in a frame may do: nothing, and nothing is fetched for it.
const FRAMED: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// What is on the page.
#[derive(Template)]
#[template(path = "web/letter/page.html")]
struct Page {
    frame: Frame,
    sought: String,
    rounds: Vec<Choice>,
    languages: Vec<Choice>,
    letter: Option<LetterText>,
    place: String,
    /// Where the letter is as it looks.
    framed: String,
    previous: Option<String>,
    next: Option<String>,
    /// What is wrong, a line each, in English.
    wrong: Vec<String>,
    worth_a_look: Vec<String>,
    /// Where `check` looks through all rows, where it did not.
    check: Option<String>,
    is_sound: bool,
    changes: Option<Vec<FileChange>>,
    /// The round, and the token of the form for a test letter.
    round: Round,
    token: String,
    /// How the files were that it was made of.
    seen: String,
}

/// A choice of a filter.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

/// What the address says.
struct Asked {
    wish: LetterWish,
    text: String,
    language: String,
}

impl Asked {
    fn of(query: &Fields) -> Self {
        let number = query.one("n").and_then(|number| number.parse().ok()).unwrap_or(1);
        let round = query.one("round").and_then(|round| round.parse().ok()).map_or(Round(0), Round);
        let text = query.one("q").unwrap_or_default().to_owned();
        let language = query.one("lang").unwrap_or_default().to_owned();
        let sought = Sought { number, language: language.parse().ok(), text: text.clone() };
        Self { wish: LetterWish { round, sought, checks_all: query.one("check").is_some() }, text, language }
    }

    /// The path of another letter of those that fit.
    fn path(&self, page: &str, number: u64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("n", &number.to_string());
        if self.wish.round != Round(0) {
            query.append_pair("round", &self.wish.round.to_string());
        }
        for (name, value) in [("lang", &self.language), ("q", &self.text)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("{page}?{}", query.finish())
    }
}

/// Shows the page.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, shown(&desk, &visit).await)
}

/// Gives a letter as it looks, for the frame of the page.
pub(super) async fn framed(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, as_it_looks(&desk, &visit).await)
}

async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let asked = Asked::of(&visit.query);
    let (wish, clock) = (asked.wish.clone(), desk.clock.clone());
    let view = read(desk, move |folder| {
        // How the files are before they are read: what changes meanwhile is told.
        let seen = follow::look(&Ok(folder.clone()));
        Ok((letter(folder, &wish, &clock)?, seen))
    });
    let (view, seen) = view.await?;
    let (tongue, words) = (visit.tongue, visit.tongue.words());
    let LetterView { name, rounds, languages, letter, total, findings, changes } = view;
    let number = asked.wish.sought.number.clamp(1, total.max(1));
    let (mut wrong, mut worth_a_look, mut check) = (Vec::new(), Vec::new(), None);
    let is_sound = matches!(findings, Findings::Sound(_));
    match findings {
        Findings::NotAsked => check = Some(format!("{}&check=yes", asked.path("/letter", number))),
        Findings::Sound(warnings) => worth_a_look = faults_in_lines(&warnings),
        Findings::Wrong(faults) => wrong = faults_in_lines(&faults),
    }
    let round = |round: u32| Choice {
        value: round.to_string(),
        name: round_name(tongue, Round(round)),
        is_chosen: asked.wish.round == Round(round),
    };
    let language = |language: crate::model::Language| Choice {
        is_chosen: language.as_str() == asked.language,
        name: language.to_string(),
        value: language.to_string(),
    };
    let place = [("n", tongue.number(number)), ("total", tongue.number(total))];
    Ok(page(&Page {
        frame: Frame::new(desk, visit, Section::Letter, words.letter).of(&name),
        sought: asked.text.clone(),
        rounds: (0..=rounds).map(round).collect(),
        languages: languages.into_iter().map(language).collect(),
        letter,
        place: fill(words.letter_of, &place.each_ref().map(|(name, value)| (*name, value.as_str()))),
        framed: asked.path("/letter/page", number),
        previous: (number > 1).then(|| asked.path("/letter", number - 1)),
        next: (number < total).then(|| asked.path("/letter", number + 1)),
        wrong,
        worth_a_look,
        check,
        is_sound,
        changes,
        round: asked.wish.round,
        seen,
        token: desk.gate.form_token("/run/test", desk.clock.now()),
    }))
}

async fn as_it_looks(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let (wish, clock) = (Asked::of(&visit.query).wish, desk.clock.clone());
    let html = read(desk, move |folder| letter_page(folder, &wish, &clock)).await?.ok_or(Trouble::NotFound)?;
    let headers = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED)),
        (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    Ok((headers, Html(html)).into_response())
}
