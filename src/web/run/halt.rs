//! The campaign is stopped by a person, and goes on by a person's word: whoever sends it, here or elsewhere.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::begin::back;
use crate::campaign::person::{self, Recorded};
use crate::web::desk::Desk;
use crate::web::form::Form;
use crate::web::notice::{Notice, Undo};
use crate::web::problem::{Trouble, answered, in_lines};
use crate::web::read::read;
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;

/// Where the form that stops it is sent to.
const STOP: &str = "/run/halt";
/// Where the form is sent to that lets it go on.
const RESUME: &str = "/run/resume";

/// Stops the campaign: nothing of it is sent any more.
pub(in crate::web) async fn stop(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    let reason = form.fields.one("reason").map(str::to_owned);
    told(&desk, &visit, stopped(&desk, visit.tongue, reason).await)
}

/// Lets it go on.
pub(in crate::web) async fn resume(State(desk): State<Arc<Desk>>, visit: Visit, _form: Form) -> Response {
    told(&desk, &visit, resumed(&desk, visit.tongue).await)
}

/// Leads to the page of the run, which tells what was done, or why it was not.
fn told(desk: &Desk, visit: &Visit, said: Result<Notice, Trouble>) -> Response {
    let said = match said {
        Err(Trouble::Campaign(error)) => {
            Ok(Notice::refused(format!("{}: {}", visit.tongue.words().not_recorded, in_lines(&error).join("\n"))))
        }
        said => said,
    };
    answered(desk, visit, said.map(|notice| back(desk, Some(notice))))
}

async fn stopped(desk: &Arc<Desk>, tongue: Tongue, reason: Option<String>) -> Result<Notice, Trouble> {
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let Recorded { what, note } = person::stop(&folder, reason, &desk.said()).await?;
    let mut notice = Notice::done(tongue.words().is_stopped_now.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    // Where somebody had stopped it before, an undo would let go on what they stopped.
    notice.undo = what.before.is_none().then(|| Undo { path: RESUME.to_owned(), fields: Vec::new() });
    Ok(notice)
}

async fn resumed(desk: &Arc<Desk>, tongue: Tongue) -> Result<Notice, Trouble> {
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let Recorded { what, note } = person::resume(&folder, &desk.said()).await?;
    let mut notice = Notice::done(tongue.words().is_resumed.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    notice.undo =
        Some(Undo { path: STOP.to_owned(), fields: what.reason.map(|why| ("reason", why)).into_iter().collect() });
    Ok(notice)
}
