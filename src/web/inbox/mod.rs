//! The inbox: what waits for a person, to be confirmed or thrown away; and what is about no letter.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::campaign::desk::{Believed, Inbox, Outcome, Unmatched, believe, dismiss, inbox, let_wait};
use crate::campaign::person::{Recorded, doubt};
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::form::{Fields, Form};
use crate::web::layout::{Frame, Section, page};
use crate::web::notice::{Notice, Undo};
use crate::web::problem::answered;
use crate::web::read::{Answered, read};
use crate::web::said::{Said, told};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::fill;

/// Where the page is, and where its form goes to.
const PATH: &str = "/inbox";

/// What is on the page.
#[derive(Template)]
#[template(path = "web/inbox/page.html")]
struct Page {
    frame: Frame,
    read_at: String,
    waiting: Vec<Mail>,
    waiting_counted: String,
    others: Vec<Mail>,
    others_counted: String,
    token: String,
}

/// A mail.
struct Mail {
    number: u64,
    kind: String,
    sender: String,
    subject: String,
    first_line: String,
    /// Why it is about no letter.
    reason: String,
    suggestions: Vec<Suggested>,
}

/// What it may say of a letter.
struct Suggested {
    number: u64,
    recipient: String,
    round: String,
    effect: String,
    why: String,
}

/// Shows the page.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, shown(&desk, &visit).await)
}

/// Takes what a person makes of what waits.
pub(super) async fn take(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    let said = taken(&desk, visit.tongue, &form.fields).await;
    told(&desk, &visit, PATH, said)
}

async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let Inbox { name, read_at, waiting, waiting_in_all, others, others_in_all } = read(desk, inbox).await?;
    let (tongue, words) = (visit.tongue, visit.tongue.words());
    let read_at = match read_at {
        Some(at) => fill(words.inbox_read_at, &[("when", &tongue.moment(at))]),
        // What was read out of a file left its mails here.
        None if waiting_in_all + others_in_all > 0 => String::new(),
        None => words.inbox_never_read.to_owned(),
    };
    let mails = |mails: Vec<Unmatched>| mails.into_iter().map(|mail| listed(tongue, mail)).collect::<Vec<_>>();
    Ok(page(&Page {
        frame: Frame::new(desk, visit, Section::Inbox, words.inbox).of(&name),
        read_at,
        waiting: mails(waiting),
        waiting_counted: tongue.counted(waiting_in_all, &words.mails_counted),
        others: mails(others),
        others_counted: tongue.counted(others_in_all, &words.mails_counted),
        token: desk.gate.form_token(PATH, desk.clock.now()),
    }))
}

fn listed(tongue: Tongue, mail: Unmatched) -> Mail {
    let Unmatched { number, kind, sender, subject, first_line, suggestions, reason, .. } = mail;
    let suggested = |found: crate::campaign::desk::Suggestion| {
        let effect = found.effect.unwrap_or_default();
        let answer = effect.parse().map(|answer| tongue.answer(answer).to_owned());
        Some(Suggested {
            number: found.number?,
            recipient: found.recipient,
            round: super::overview::round_name(tongue, crate::model::Round(found.round)),
            effect: answer.or_else(|_| effect.parse().map(|state| tongue.state(state).to_owned())).unwrap_or(effect),
            why: found.why,
        })
    };
    Mail {
        number,
        kind,
        sender: sender.unwrap_or_default(),
        subject: subject.unwrap_or_default(),
        first_line: first_line.unwrap_or_default(),
        reason: reason.unwrap_or_default(),
        suggestions: suggestions.into_iter().filter_map(suggested).collect(),
    }
}

/// Does what a form says: with one suggestion, by its own button, or with those that were chosen.
async fn taken(desk: &Arc<Desk>, tongue: Tongue, fields: &Fields) -> Said {
    let words = tongue.words();
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let chosen = |what: &str| {
        let one = numbers(fields, what);
        if one.is_empty() && fields.one("chosen") == Some(what) { numbers(fields, "pick") } else { one }
    };
    let (confirm, throw_away) = (chosen("confirm"), chosen("dismiss"));
    let (back, again) = (numbers(fields, "doubt"), numbers(fields, "again"));
    if !confirm.is_empty() {
        let Recorded { what: Believed { confirmed, undo }, note } = believe(&folder, confirm, &desk.said()).await?;
        let early = confirmed.iter().filter(|one| one.outcome == Outcome::TooEarly).count() as u64;
        let mut text = tongue.counted(confirmed.len() as u64 - early, &words.confirmed_counted);
        if early > 0 {
            text.extend(["\n", &tongue.counted(early, &words.too_early_counted)]);
        }
        text.extend(note.map(|note| format!("\n{note}")));
        return Ok(with_undo(Notice::done(text), "doubt", &undo));
    }
    if !throw_away.is_empty() {
        let dismissed = dismiss(&folder, throw_away, &desk.said()).await?;
        let text = tongue.counted(dismissed.len() as u64, &words.dismissed_counted);
        return Ok(with_undo(Notice::done(text), "again", &dismissed));
    }
    if !back.is_empty() {
        let Recorded { what, note } = doubt(&folder, &back, &desk.said()).await?;
        let mut text = tongue.counted(what, &words.waits_again_counted);
        text.extend(note.map(|note| format!("\n{note}")));
        return Ok(Notice::done(text));
    }
    if !again.is_empty() {
        let waiting = let_wait(&folder, again, &desk.said()).await?;
        return Ok(Notice::done(tongue.counted(waiting.len() as u64, &words.waits_again_counted)));
    }
    Ok(Notice::refused(words.choose_some.to_owned()))
}

/// The numbers in a field.
fn numbers(fields: &Fields, name: &str) -> Vec<u64> {
    fields.all(name).filter_map(|number| number.parse().ok()).collect()
}

fn with_undo(mut notice: Notice, what: &'static str, numbers: &[u64]) -> Notice {
    let fields: Vec<_> = numbers.iter().map(|number| (what, number.to_string())).collect();
    notice.undo = (!fields.is_empty()).then(|| Undo { path: PATH.to_owned(), fields });
    notice
}
