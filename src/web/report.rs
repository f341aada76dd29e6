//! The report: one page to hand round, for insiders or for everybody.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};
use axum::response::{Html, IntoResponse as _, Response};

use super::desk::Desk;
use super::filters;
use super::layout::{Frame, Section, page};
use super::problem::{answered, in_lines};
use super::read::{Answered, read};
use super::visit::Visit;
use super::words::fill;
use crate::campaign::Error;
use crate::campaign::review::{Audience, Review};

/// What a report may do: look as it does, and be printed.
pub(super) const POLICY: &str = "sandbox allow-modals; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// What is on the page.
#[derive(Template)]
#[template(path = "web/report.html")]
struct Page {
    frame: Frame,
    by: String,
    /// Behind the addresses of both reports.
    query: String,
    /// What is to be looked at before one is published, or why there is none.
    warnings: Vec<String>,
    is_there: bool,
}

/// Shows which reports there are.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, shown(&desk, &visit).await)
}

/// Gives a report.
pub(super) async fn give(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, given(&desk, &visit).await)
}

/// The column by which people are told apart.
fn by(visit: &Visit) -> Option<String> {
    visit.query.one("by").map(|by| by.chars().take(200).collect())
}

async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let (tongue, words) = (visit.tongue, visit.tongue.words());
    let (by, asked) = (by(visit), by(visit));
    let found = read(desk, move |folder| {
        let review = Review::open(folder)?;
        let found = match review.report(asked.as_deref(), Audience::Everybody) {
            Ok(report) => Ok((report.people(), report.singled_out().map(|(column, count)| (column.to_owned(), count)))),
            Err(error @ (Error::Faults(_) | Error::NoColumn { .. } | Error::PrivateColumn(_))) => Err(in_lines(&error)),
            Err(error) => return Err(error),
        };
        Ok((folder.settings.name.clone(), found))
    });
    let (name, found) = found.await?;
    let (is_there, warnings) = match found {
        Ok((0, _)) => (false, vec![words.nothing_sent.to_owned()]),
        Ok((_, single)) => {
            let told = |(column, count): (String, u64)| {
                fill(words.names_people, &[("n", &tongue.number(count)), ("column", &column)])
            };
            (true, single.map(told).into_iter().collect())
        }
        Err(lines) => (false, lines),
    };
    let by = by.unwrap_or_default();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !by.is_empty() {
        query.append_pair("by", &by);
    }
    let query = query.finish();
    let frame = Frame::new(desk, visit, Section::Overview, words.to_the_report).of(&name);
    Ok(page(&Page { frame, by, query, warnings, is_there }))
}

async fn given(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let asked = by(visit);
    let audience = if visit.query.one("public").is_some() { Audience::Everybody } else { Audience::Insiders };
    let html =
        read(desk, move |folder| Ok(Review::open(folder)?.report(asked.as_deref(), audience)?.page(None))).await?;
    let policy = (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if visit.query.one("save").is_none() {
        return Ok(([policy], Html(html)).into_response());
    }
    let save = match audience {
        Audience::Insiders => "attachment; filename=\"report.html\"",
        Audience::Everybody => "attachment; filename=\"report-public.html\"",
    };
    Ok(([policy, (CONTENT_DISPOSITION, HeaderValue::from_static(save))], Html(html)).into_response())
}
