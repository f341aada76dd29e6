//! Why a page is not shown, or a change not made, as a page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::desk::Desk;
use super::filters;
use super::layout::{Frame, Section, page_with};
use super::tongue::Tongue;
use super::visit::Visit;
use crate::campaign::Error;
use crate::model::Faults;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// No token and no cookie, or from elsewhere.
    NoEntry,
    /// No form of the desk's own, or an old one.
    NoForm,
    /// Nothing is to be changed.
    ReadOnly,
    /// A value is too long.
    TooLong,
    /// There is no such page.
    NotFound,
    /// So many letters are not put into a spreadsheet here.
    TooManyForASheet,
}

/// What went wrong in a handler.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The campaign cannot be read, or refuses.
    Campaign(Box<Error>),
    /// There is no such thing.
    NotFound,
    /// The work was cut off.
    BrokeDown,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Campaign(Box::new(error))
    }
}

/// A page that says what is wrong.
#[derive(Template)]
#[template(path = "web/problem.html")]
struct ProblemPage {
    frame: Frame,
    /// In the visitor's language.
    text: &'static str,
    /// As `campaign` says it, in English.
    details: Vec<String>,
}

/// Refuses a request.
pub(super) fn refuse(status: StatusCode, problem: Problem, tongue: Tongue) -> Response {
    let words = tongue.words();
    let (title, text) = match problem {
        Problem::NoEntry => (words.no_entry, words.no_entry_why),
        Problem::NoForm => (words.no_form, words.no_form_why),
        Problem::ReadOnly => (words.read_only, words.read_only_why),
        Problem::TooLong => (words.too_long, words.too_long_why),
        Problem::NotFound => (words.not_found, words.not_found_why),
        Problem::TooManyForASheet => (words.too_long, words.too_many_for_xlsx),
    };
    let mut frame = Frame::plain(tongue, Section::Nowhere, title);
    if problem == Problem::NoEntry {
        frame.links.clear();
    }
    page_with(status, &ProblemPage { frame, text, details: Vec::new() })
}

/// There is no such page.
pub(super) async fn not_found(visit: Visit) -> Response {
    refuse(StatusCode::NOT_FOUND, Problem::NotFound, visit.tongue)
}

/// Shows what went wrong in a handler.
pub(super) fn explain(desk: &Desk, visit: &Visit, trouble: &Trouble) -> Response {
    let words = visit.tongue.words();
    let (status, text, details) = match trouble {
        Trouble::NotFound => return refuse(StatusCode::NOT_FOUND, Problem::NotFound, visit.tongue),
        Trouble::BrokeDown => (StatusCode::INTERNAL_SERVER_ERROR, words.broke_down, Vec::new()),
        Trouble::Campaign(error) => (StatusCode::UNPROCESSABLE_ENTITY, words.cannot_be_read, in_lines(error)),
    };
    let frame = Frame::new(desk, visit, Section::Nowhere, words.trouble);
    page_with(status, &ProblemPage { frame, text, details })
}

/// An error, a line for each fault.
pub(super) fn in_lines(error: &Error) -> Vec<String> {
    match error {
        Error::Faults(faults) => faults_in_lines(faults),
        other => vec![other.in_full()],
    }
}

/// Faults, a line each.
pub(super) fn faults_in_lines(faults: &Faults) -> Vec<String> {
    faults.folded().iter().map(ToString::to_string).collect()
}

/// The response of a handler, or a page that says why there is none.
pub(super) fn answered(desk: &Desk, visit: &Visit, answer: Result<Response, Trouble>) -> Response {
    answer.unwrap_or_else(|trouble| explain(desk, visit, &trouble))
}
