//! The campaign is stopped by a person, and goes on by a person's word: whoever sends it, here or elsewhere.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::campaign::person::{self, Recorded};
use crate::web::desk::Desk;
use crate::web::form::Form;
use crate::web::notice::{Notice, Undo};
use crate::web::read::read;
use crate::web::said::{Said, told};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;

/// The page of the run.
const PAGE: &str = "/run";
/// Where the form that stops it is sent to.
const STOP: &str = "/run/halt";
/// Where the form is sent to that lets it go on.
const RESUME: &str = "/run/resume";

/// Stops the campaign: nothing of it is sent any more.
pub(in crate::web) async fn stop(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    let reason = form.fields.one("reason").map(str::to_owned);
    let said = stopped(&desk, visit.tongue, reason).await;
    told(&desk, &visit, PAGE, said)
}

/// Lets it go on.
pub(in crate::web) async fn resume(State(desk): State<Arc<Desk>>, visit: Visit, _form: Form) -> Response {
    let said = resumed(&desk, visit.tongue).await;
    told(&desk, &visit, PAGE, said)
}

async fn stopped(desk: &Arc<Desk>, tongue: Tongue, reason: Option<String>) -> Said {
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let Recorded { what, note } = person::stop(&folder, reason, &desk.said()).await?;
    let mut notice = Notice::done(tongue.words().is_stopped_now.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    // Where somebody had stopped it before, an undo would let go on what they stopped.
    notice.undo = what.before.is_none().then(|| Undo { path: RESUME.to_owned(), fields: Vec::new() });
    Ok(notice)
}

async fn resumed(desk: &Arc<Desk>, tongue: Tongue) -> Said {
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let Recorded { what, note } = person::resume(&folder, &desk.said()).await?;
    let mut notice = Notice::done(tongue.words().is_resumed.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    notice.undo =
        Some(Undo { path: STOP.to_owned(), fields: what.reason.map(|why| ("reason", why)).into_iter().collect() });
    Ok(notice)
}
