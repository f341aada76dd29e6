//! What a person says of a recipient: recorded as the terminal records it, under their name.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::one::seat;
use super::words::{marked_in_words, resolved_in_words};
use crate::campaign::Folder;
use crate::campaign::desk;
use crate::campaign::person::{self, Entry, Recorded, Remark, Resolution, Which, Whom, lift};
use crate::model::{Answer, Round};
use crate::web::desk::Desk;
use crate::web::form::{Fields, Form};
use crate::web::notice::{Notice, Undo};
use crate::web::problem::Trouble;
use crate::web::read::read;
use crate::web::said::{Said, told};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::fill;

/// Whom a form speaks of.
pub(super) struct Meant {
    pub(super) folder: Folder,
    /// Their id.
    id: String,
    /// The address of their last letter.
    pub(super) email: String,
}

/// Records an answer, or takes one back.
pub(in crate::web) async fn mark(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    visit: Visit,
    form: Form,
) -> Response {
    let said = marked(&desk, visit.tongue, &key, &form.fields).await;
    told(&desk, &visit, &page_of(&key), said)
}

/// Records a note.
pub(in crate::web) async fn note(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    visit: Visit,
    form: Form,
) -> Response {
    let said = noted(&desk, visit.tongue, &key, &form.fields).await;
    told(&desk, &visit, &page_of(&key), said)
}

/// Records what became of a letter in doubt, or has one that failed tried again.
pub(in crate::web) async fn resolve(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    visit: Visit,
    form: Form,
) -> Response {
    let said = resolved(&desk, visit.tongue, &key, &form.fields).await;
    told(&desk, &visit, &page_of(&key), said)
}

/// Records that somebody is written to no more, or takes that back.
pub(in crate::web) async fn suppress(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    visit: Visit,
    form: Form,
) -> Response {
    let said = suppressed(&desk, visit.tongue, &key, &form.fields).await;
    told(&desk, &visit, &page_of(&key), said)
}

/// The page of a recipient.
pub(super) fn page_of(key: &str) -> String {
    format!("/recipients/{key}")
}

/// Whom a key means.
pub(super) async fn meant(desk: &Arc<Desk>, key: &str) -> Result<Meant, Trouble> {
    let key = key.to_owned();
    let found = read(desk, move |folder| {
        let Some(seat) = seat(folder, &key)? else { return Ok(None) };
        let Some(person) = desk::person(folder, seat)? else { return Ok(None) };
        let email = person.deliveries.last().map(|delivery| delivery.email.clone()).unwrap_or_default();
        Ok(Some(Meant { folder: folder.clone(), id: person.recipient.to_string(), email }))
    });
    found.await?.ok_or(Trouble::NotFound)
}

async fn marked(desk: &Arc<Desk>, tongue: Tongue, key: &str, fields: &Fields) -> Said {
    let Meant { folder, id, .. } = meant(desk, key).await?;
    let Some(remark) = remark(fields.one("status").unwrap_or_default()) else {
        return Ok(Notice::refused(tongue.words().choose_an_answer.to_owned()));
    };
    let on = match fields.one("on").map(str::parse) {
        Some(Err(_)) => return Ok(Notice::refused(tongue.words().no_day.to_owned())),
        Some(Ok(day)) => Some(day),
        None => None,
    };
    let note = fields.one("note").map(str::to_owned);
    if remark == Remark::NoteAlone && note.is_none() {
        return Ok(Notice::refused(tongue.words().write_a_note.to_owned()));
    }
    // The day on which they answered belongs to an answer alone.
    let on = if matches!(remark, Remark::Answered(_)) { on } else { None };
    let Recorded { what, note } = person::mark(&folder, &id, Entry { remark, note, on }, &desk.said()).await?;
    let mut notice = Notice::done(marked_in_words(tongue, &what));
    notice.text.extend(note.map(|note| format!("\n{note}")));
    let can_be_undone = matches!(remark, Remark::Answered(_));
    notice.undo = can_be_undone
        .then(|| Undo { path: format!("/recipients/{key}/mark"), fields: vec![("status", "undo".to_owned())] });
    Ok(notice)
}

/// What a person says, by its word; nothing, where it is none.
pub(super) fn remark(word: &str) -> Option<Remark> {
    match word {
        "undo" => Some(Remark::TakeBack),
        "note" => Some(Remark::NoteAlone),
        word => match word.parse() {
            Ok(answer @ (Answer::Replied | Answer::Acknowledged | Answer::Declined | Answer::OptedOut)) => {
                Some(Remark::Answered(answer))
            }
            _ => None,
        },
    }
}

async fn noted(desk: &Arc<Desk>, tongue: Tongue, key: &str, fields: &Fields) -> Said {
    let Meant { folder, id, .. } = meant(desk, key).await?;
    let before = {
        let (folder, key) = (folder.clone(), key.to_owned());
        read(desk, move |_| {
            let seat = seat(&folder, &key)?;
            let person = seat.map(|seat| desk::person(&folder, seat)).transpose()?.flatten();
            Ok(person.and_then(|person| person.deliveries.iter().rev().find_map(|delivery| delivery.note.clone())))
        })
        .await?
    };
    let note = fields.whole("note").unwrap_or_default().trim().to_owned();
    let entry = Entry { remark: Remark::NoteAlone, note: Some(note), on: None };
    let Recorded { note, .. } = person::mark(&folder, &id, entry, &desk.said()).await?;
    let mut notice = Notice::done(tongue.words().note_recorded.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    notice.undo =
        Some(Undo { path: format!("/recipients/{key}/note"), fields: vec![("note", before.unwrap_or_default())] });
    Ok(notice)
}

async fn resolved(desk: &Arc<Desk>, tongue: Tongue, key: &str, fields: &Fields) -> Said {
    let Meant { folder, id, .. } = meant(desk, key).await?;
    let resolution = match fields.one("as") {
        Some("accepted") => Resolution::Accepted,
        Some("not-sent") => Resolution::NotSent,
        _ => return Ok(Notice::refused(tongue.words().choose_what_became.to_owned())),
    };
    let round = fields.one("round").and_then(|round| round.parse().ok()).map(Round);
    let which = Which::Named(vec![id]);
    let Recorded { what, note } =
        person::resolve(&folder, &which, round, resolution, &desk.said(), &desk.clock).await?;
    let mut notice = Notice::done(resolved_in_words(tongue, &what));
    notice.text.extend(note.map(|note| format!("\n{note}")));
    Ok(notice)
}

async fn suppressed(desk: &Arc<Desk>, tongue: Tongue, key: &str, fields: &Fields) -> Said {
    let words = tongue.words();
    let Meant { folder, email, .. } = meant(desk, key).await?;
    let whom = Whom::read(&email)?;
    let path = format!("/recipients/{key}/suppress");
    if fields.one("undo").is_some() {
        let Recorded { what, note } = lift(&folder, &whom, &desk.said()).await?;
        let mut notice = Notice::done(words.is_lifted.to_owned());
        if let Some(list) = &what.listed {
            notice.text.push('\n');
            notice.text.push_str(&fill(words.still_listed, &[("file", list)]));
        }
        notice.text.extend(note.map(|note| format!("\n{note}")));
        notice.undo = Some(Undo { path, fields: Vec::new() });
        return Ok(notice);
    }
    let reason = fields.one("reason").map(str::to_owned);
    let Recorded { what, note } = person::suppress(&folder, &whom, reason, &desk.said()).await?;
    let mut notice = Notice::done(words.is_suppressed.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    // What stood before is not to be taken away by an undo of this.
    let is_new = what.before.is_none();
    notice.undo = is_new.then(|| Undo { path, fields: vec![("undo", "yes".to_owned())] });
    Ok(notice)
}
