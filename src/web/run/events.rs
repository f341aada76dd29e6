//! How far a run is, as it happens: server-sent events (HTML, "Server-sent events"), each with the part of the page
//! that shows it. Without them, the page shows the same when it is loaded again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template as _;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::time::sleep;

use super::page::{Shown, shown};
use crate::web::desk::Desk;
use crate::web::visit::Visit;

/// How often the page is told, at the most.
const PERIOD: Duration = Duration::from_millis(500);

/// How often the ledger is asked about a run of somebody else.
const GLANCE: Duration = Duration::from_secs(2);

/// What has been told, and what is to be told next.
struct Telling {
    desk: Arc<Desk>,
    visit: Visit,
    last: String,
    is_over: bool,
}

/// Tells of the run that goes on, until it is over or the desk is closed.
pub(in crate::web) async fn follow(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    let telling = Telling { desk, visit, last: String::new(), is_over: false };
    Sse::new(stream::unfold(telling, next)).keep_alive(KeepAlive::default()).into_response()
}

async fn next(mut telling: Telling) -> Option<(Result<Event, Infallible>, Telling)> {
    while !telling.is_over {
        let closing = telling.desk.closing();
        let shown = shown(&telling.desk, &telling.visit).await;
        let is_own = matches!(shown, Ok(Shown { is_own: true, .. }));
        telling.is_over = !matches!(shown, Ok(Shown { goes_on: true, .. }));
        let part = shown.ok().and_then(|shown| shown.render().ok()).unwrap_or_default();
        let wait = if is_own { PERIOD } else { GLANCE };
        if part != telling.last {
            // The first is told at once: what the page shows may be old already.
            if !telling.last.is_empty() {
                sleep(PERIOD.min(wait)).await;
            }
            telling.last.clone_from(&part);
            let event = Event::default().event(if telling.is_over { "over" } else { "progress" });
            // A line of the part is a line of the event's data.
            return Some((Ok(event.data(part.replace('\r', ""))), telling));
        }
        tokio::select! {
            () = sleep(wait) => {}
            () = closing => return None,
        }
    }
    None
}
