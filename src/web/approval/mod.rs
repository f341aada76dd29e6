//! What colleagues must agree to before the letter is sent, as a page to hand round, and who did.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};
use axum::response::{Html, IntoResponse as _, Response};

use super::desk::Desk;
use super::filters;
use super::form::{Fields, Form};
use super::layout::{Frame, Section, page};
use super::notice::{Notice, Undo};
use super::problem::{answered, faults_in_lines};
use super::read::{Answered, read};
use super::report::POLICY;
use super::said::{Said, told};
use super::tongue::Tongue;
use super::visit::Visit;
use super::words::fill;
use crate::campaign::desk::{Agreement, Approval, agreement};
use crate::campaign::review::{agree, for_approval, withdraw};
use crate::campaign::{Campaign, Error};
use crate::model::Round;

/// Where the page is, and where its forms go to.
const PATH: &str = "/approval";

/// What is on the page.
#[derive(Template)]
#[template(path = "web/approval/page.html")]
struct Page {
    frame: Frame,
    /// The version of the letter as it is now; none, where something is wrong with it.
    version: String,
    version_in_words: String,
    faults: Vec<String>,
    agreed: Vec<Agreed>,
    token: String,
}

/// Somebody who agreed.
struct Agreed {
    person: String,
    to: String,
    is_to_this: bool,
    noted: String,
    note: String,
}

/// Shows who agreed.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, shown(&desk, &visit).await)
}

/// Gives the page to hand round.
pub(super) async fn give(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, given(&desk, &visit).await)
}

/// Notes that somebody agrees, or takes that back.
pub(super) async fn take(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    let said = taken(&desk, visit.tongue, &form.fields).await;
    told(&desk, &visit, PATH, said)
}

async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let (tongue, clock) = (visit.tongue, desk.clock.clone());
    let Agreement { name, version, approvals } = read(desk, move |folder| agreement(folder, &clock)).await?;
    let words = tongue.words();
    let (version, faults) =
        version.map_or_else(|faults| (String::new(), faults_in_lines(&faults)), |it| (it, Vec::new()));
    Ok(page(&Page {
        frame: Frame::new(desk, visit, Section::Letter, words.approval).of(&name),
        version_in_words: fill(words.version_is, &[("version", &version)]),
        agreed: approvals.into_iter().map(|approval| agreed(tongue, &version, approval)).collect(),
        version,
        faults,
        token: desk.gate.form_token(PATH, desk.clock.now()),
    }))
}

fn agreed(tongue: Tongue, version: &str, approval: Approval) -> Agreed {
    let words = tongue.words();
    let is_to_this = approval.version == version;
    let to = if is_to_this {
        words.to_this_version.to_owned()
    } else {
        fill(words.to_another_version, &[("version", &approval.version)])
    };
    let when = tongue.moment(approval.at);
    let noted = fill(words.noted_by, &[("who", &approval.noted_by), ("when", &when)]);
    Agreed { person: approval.person, to, is_to_this, noted, note: approval.note.unwrap_or_default() }
}

async fn given(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let clock = desk.clock.clone();
    let html = read(desk, move |folder| {
        let campaign = Campaign::read(folder.clone(), Round(0), &clock).map_err(Error::from)?;
        Ok(for_approval(campaign, &clock)?.page)
    });
    let html = html.await?;
    let policy = (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if visit.query.one("save").is_none() {
        return Ok(([policy], Html(html)).into_response());
    }
    let save = HeaderValue::from_static("attachment; filename=\"approval.html\"");
    Ok(([policy, (CONTENT_DISPOSITION, save)], Html(html)).into_response())
}

async fn taken(desk: &Arc<Desk>, tongue: Tongue, fields: &Fields) -> Said {
    let words = tongue.words();
    let Some(person) = fields.one("person").map(str::to_owned) else {
        return Ok(Notice::refused(words.write_a_name.to_owned()));
    };
    let who = [("who", person.as_str())];
    if fields.one("undo").is_some() {
        let folder = read(desk, |folder| Ok(folder.clone())).await?;
        withdraw(&folder, &person, &desk.said()).await?;
        return Ok(Notice::done(fill(words.agrees_no_more, &who)));
    }
    let clock = desk.clock.clone();
    let found = read(desk, move |folder| {
        let known = agreement(folder, &clock)?.approvals;
        Ok((Campaign::read(folder.clone(), Round(0), &clock).map_err(Error::from)?, known))
    });
    let (campaign, known) = found.await?;
    // Whoever agrees has seen a version, and may agree to no other.
    if fields.one("version") != Some(campaign.version().as_str()) {
        return Ok(Notice::refused(words.version_changed.to_owned()));
    }
    agree(&campaign, &person, fields.one("note").map(str::to_owned), &desk.said()).await?;
    let mut notice = Notice::done(fill(words.somebody_agrees, &who));
    // What they agreed to before would not come back.
    let is_new = !known.iter().any(|approval| approval.person == person);
    notice.undo = is_new
        .then(|| Undo { path: PATH.to_owned(), fields: vec![("person", person.clone()), ("undo", "yes".to_owned())] });
    Ok(notice)
}
