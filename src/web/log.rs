//! The log as a table.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::desk::Desk;
use super::problem::answered;
use super::read::{Answered, read};
use super::visit::Visit;
use crate::campaign::review::{Review, Selection};
use crate::report::LogWriter;

/// Gives the log, as `log --format csv` does.
pub(super) async fn csv(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, table(&desk).await)
}

async fn table(desk: &Arc<Desk>) -> Answered {
    let table = read(desk, |folder| {
        let mut table = Vec::new();
        Review::open(folder)?.write_log(LogWriter::csv(&mut table)?, &Selection::default())?;
        Ok(table)
    })
    .await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"log.csv\"")),
    ];
    Ok((headers, Body::from(table)).into_response())
}
