//! What became of a form, told on the page that one is led to.

use axum::response::{IntoResponse as _, Redirect, Response};

use super::desk::Desk;
use super::notice::Notice;
use super::problem::{Trouble, answered, in_lines};
use super::visit::Visit;

/// What a form did, or what went wrong.
pub(super) type Said = Result<Notice, Trouble>;

/// Leads to a page, which tells what was done, or why the campaign refuses it.
pub(super) fn told(desk: &Desk, visit: &Visit, path: &str, said: Said) -> Response {
    let said = match said {
        Err(Trouble::Campaign(error)) => {
            Ok(Notice::refused(format!("{}: {}", visit.tongue.words().not_recorded, in_lines(&error).join("\n"))))
        }
        said => said,
    };
    answered(desk, visit, said.map(|notice| lead_to(desk, path, notice)))
}

/// Leads to a page, which tells something.
pub(super) fn lead_to(desk: &Desk, path: &str, notice: Notice) -> Response {
    let number = desk.notices.keep(notice);
    let joint = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{joint}said={number}")).into_response()
}
