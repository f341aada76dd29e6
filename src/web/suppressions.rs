//! Who is written to no more, in any campaign of the ledger: whoever asks for it can be entered, also where no list has
//! them, and each can be taken out again.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::desk::Desk;
use super::filters;
use super::form::{Fields, Form};
use super::layout::{Frame, Section, page};
use super::notice::{Notice, Undo};
use super::problem::answered;
use super::read::{Answered, read};
use super::said::{Said, told};
use super::tongue::Tongue;
use super::visit::Visit;
use super::words::fill;
use crate::campaign::person::{self, Recorded, Whom, lift, suppressions};

/// Where the page is, and where its forms go to.
const PATH: &str = "/suppressions";

/// So many are shown at once.
const SHOWN: usize = 200;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/suppressions.html")]
struct Page {
    frame: Frame,
    sought: String,
    /// Whom, and why.
    rows: Vec<(String, String)>,
    counted: String,
    /// What is said where there are more.
    more: Option<String>,
    is_empty: bool,
    token: String,
}

/// Shows the page.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, shown(&desk, &visit).await)
}

/// Takes what a form says: somebody is written to no more, or again.
pub(super) async fn take(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    let said = taken(&desk, visit.tongue, &form.fields).await;
    told(&desk, &visit, PATH, said)
}

async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let (tongue, words) = (visit.tongue, visit.tongue.words());
    let sought: String = visit.query.one("q").unwrap_or_default().chars().take(200).collect();
    let known = read(desk, |folder| Ok((folder.settings.name.clone(), suppressions(folder)?)));
    let (name, known) = known.await?;
    let text = sought.to_lowercase();
    let all = known.len() as u64;
    let found = known.iter().filter(|known| known.target.as_key().contains(&text));
    let mut rows: Vec<(String, String)> =
        found.take(SHOWN + 1).map(|known| (known.target.as_key(), known.reason.clone().unwrap_or_default())).collect();
    let shown = tongue.number(SHOWN as u64);
    let more = (rows.len() > SHOWN).then(|| fill(words.only_first_shown, &[("n", &shown)]));
    rows.truncate(SHOWN);
    Ok(page(&Page {
        frame: Frame::new(desk, visit, Section::Recipients, words.suppressions).of(&name),
        sought,
        rows,
        counted: tongue.counted(all, &words.suppressed_counted),
        more,
        is_empty: all == 0,
        token: desk.gate.form_token(PATH, desk.clock.now()),
    }))
}

async fn taken(desk: &Arc<Desk>, tongue: Tongue, fields: &Fields) -> Said {
    let words = tongue.words();
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let whom = Whom::read(fields.one("whom").unwrap_or_default())?;
    let again = |fields: usize| {
        let parts = [("whom", whom.shown.clone()), ("undo", "yes".to_owned())];
        Undo { path: PATH.to_owned(), fields: parts.into_iter().take(fields).collect() }
    };
    if fields.one("undo").is_some() {
        let before = suppressions(&folder)?.into_iter().find(|known| known.target == whom.target);
        let Recorded { what, note } = lift(&folder, &whom, &desk.said()).await?;
        let mut notice = Notice::done(words.is_lifted.to_owned());
        if let Some(list) = &what.listed {
            notice.text.extend(["\n", &fill(words.still_listed, &[("file", list)])]);
        }
        notice.text.extend(note.map(|note| format!("\n{note}")));
        let mut undo = again(1);
        undo.fields.extend(before.and_then(|known| known.reason).map(|reason| ("reason", reason)));
        notice.undo = Some(undo);
        return Ok(notice);
    }
    let reason = fields.one("reason").map(str::to_owned);
    let Recorded { what, note } = person::suppress(&folder, &whom, reason, &desk.said()).await?;
    let mut notice = Notice::done(words.is_suppressed.to_owned());
    notice.text.extend(note.map(|note| format!("\n{note}")));
    // What stood before is not to be taken away by an undo of this.
    notice.undo = what.before.is_none().then(|| again(2));
    Ok(notice)
}
