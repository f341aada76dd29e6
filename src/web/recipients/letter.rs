//! A letter as it was sent: as a page in a frame that runs nothing, as text, and as its source.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::response::{IntoResponse as _, Response};

use super::one::seat;
use crate::campaign::desk::{self, AsSent, NotShown};
use crate::model::Round;
use crate::web::desk::Desk;
use crate::web::problem::{Trouble, answered};
use crate::web::read::{Answered, read};
use crate::web::visit::Visit;

/// What a letter may do in its frame: nothing but look as it does. The frame is a sandbox of its own.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'self'";

/// Shows the letter as its reader sees it.
pub(in crate::web) async fn html(
    State(desk): State<Arc<Desk>>,
    Path(of): Path<(String, u32)>,
    visit: Visit,
) -> Response {
    answered(&desk, &visit, as_html(&desk, &visit, of).await)
}

/// Shows the plain text.
pub(in crate::web) async fn text(
    State(desk): State<Arc<Desk>>,
    Path(of): Path<(String, u32)>,
    visit: Visit,
) -> Response {
    answered(&desk, &visit, as_text(&desk, of, |letter| letter.text.into_bytes()).await)
}

/// Shows the source.
pub(in crate::web) async fn source(
    State(desk): State<Arc<Desk>>,
    Path(of): Path<(String, u32)>,
    visit: Visit,
) -> Response {
    answered(&desk, &visit, as_text(&desk, of, |letter| letter.source).await)
}

/// Gives the letter on paper.
pub(in crate::web) async fn pdf(
    State(desk): State<Arc<Desk>>,
    Path(of): Path<(String, u32)>,
    visit: Visit,
) -> Response {
    answered(&desk, &visit, as_pdf(&desk, of).await)
}

async fn as_pdf(desk: &Arc<Desk>, (key, round): (String, u32)) -> Answered {
    let clock = desk.clock.clone();
    let printed = read(desk, move |folder| match seat(folder, &key)? {
        Some(seat) => desk::sent_pdf(folder, seat, Round(round), &clock),
        None => Ok(Err(NotShown::NeverLeft)),
    });
    let Ok(pdf) = printed.await? else { return Err(Trouble::NotFound) };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"letter.pdf\"")),
    ];
    Ok((headers, pdf).into_response())
}

async fn as_html(desk: &Arc<Desk>, visit: &Visit, of: (String, u32)) -> Answered {
    let words = visit.tongue.words();
    let page = match letter(desk, of).await? {
        Ok(letter) => letter.html,
        Err(NotShown::NeverLeft) => return Err(Trouble::NotFound),
        Err(NotShown::Changed) => {
            let text = crate::model::printable(words.letter_not_shown);
            format!("<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\"><p>{text}</p></html>", visit.tongue.tag())
        }
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    Ok((headers, page).into_response())
}

async fn as_text(desk: &Arc<Desk>, of: (String, u32), part: fn(AsSent) -> Vec<u8>) -> Answered {
    let Ok(letter) = letter(desk, of).await? else { return Err(Trouble::NotFound) };
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], part(letter)).into_response())
}

async fn letter(desk: &Arc<Desk>, (key, round): (String, u32)) -> Result<Result<AsSent, NotShown>, Trouble> {
    let clock = desk.clock.clone();
    read(desk, move |folder| match seat(folder, &key)? {
        Some(seat) => desk::sent_letter(folder, seat, Round(round), &clock),
        None => Ok(Err(NotShown::NeverLeft)),
    })
    .await
}
