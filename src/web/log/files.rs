//! The log as files: a CSV as long as it is, a spreadsheet where it is not too long.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;

use super::asked::Asked;
use super::pipe::written;
use crate::campaign::Folder;
use crate::campaign::desk::count;
use crate::campaign::review::Review;
use crate::model::Language;
use crate::report::LogWriter;
use crate::web::desk::Desk;
use crate::web::problem::{Problem, answered, refuse};
use crate::web::read::{Answered, read};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;

/// A spreadsheet is held in memory as a whole: one of more letters is not made here.
const MOST_IN_A_SHEET: u64 = 50_000;

/// Gives the log, as `log --format csv` does.
pub(in crate::web) async fn csv(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, as_csv(&desk, &visit).await)
}

/// Gives the log, as `log --format xlsx` does.
pub(in crate::web) async fn xlsx(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, as_xlsx(&desk, &visit).await)
}

/// The languages in which a country may be named.
pub(super) fn languages(tongue: Tongue, folder: &Folder) -> Vec<Language> {
    tongue.language().into_iter().chain([folder.settings.letter.language.clone()]).collect()
}

async fn as_csv(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let (asked, tongue) = (Asked::of(&visit.query), visit.tongue);
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let body = written(move |pipe| {
        let query = asked.query(&languages(tongue, &folder));
        Review::open(&folder)?.write_log(LogWriter::csv(pipe)?, &query)?;
        Ok(())
    });
    Ok(file(body.await?, "text/csv; charset=utf-8", "attachment; filename=\"log.csv\""))
}

async fn as_xlsx(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let (asked, tongue) = (Asked::of(&visit.query), visit.tongue);
    let found = read(desk, move |folder| {
        if count(folder, &asked.selection())? > MOST_IN_A_SHEET {
            return Ok(None);
        }
        let mut workbook = Vec::new();
        let query = asked.query(&languages(tongue, folder));
        Review::open(folder)?.write_workbook(&mut workbook, &query, &TimeZone::system())?;
        Ok(Some(workbook))
    });
    let Some(workbook) = found.await? else {
        return Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, Problem::TooManyForASheet, tongue));
    };
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(workbook.into(), kind, "attachment; filename=\"log.xlsx\""))
}

fn file(body: Body, kind: &'static str, save: &'static str) -> Response {
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, HeaderValue::from_static(save))];
    (headers, body).into_response()
}
