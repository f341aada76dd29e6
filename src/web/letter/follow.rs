//! Tells the page of a letter that the campaign's files have changed: server-sent events (HTML, "Server-sent events").
//! Without them, the page shows the same when it is loaded again.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::time::sleep;

use crate::campaign;
use crate::campaign::Folder;
use crate::campaign::desk::stamp;
use crate::web::desk::Desk;
use crate::web::problem::in_lines;
use crate::web::visit::Visit;

/// How often the files are looked at.
const GLANCE: Duration = Duration::from_millis(700);

/// Who follows the files, and how they were when the page was made, or when a change was told last.
struct Following {
    desk: Arc<Desk>,
    last: String,
}

/// Tells of each change, until the desk is closed or the page is.
pub(in crate::web) async fn follow(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    let following = Following { desk, last: visit.query.one("seen").unwrap_or_default().to_owned() };
    Sse::new(stream::unfold(following, next)).keep_alive(KeepAlive::default()).into_response()
}

async fn next(mut following: Following) -> Option<(Result<Event, Infallible>, Following)> {
    loop {
        let desk = Arc::clone(&following.desk);
        let now = tokio::task::spawn_blocking(move || look(&desk.folder())).await.ok()?;
        if following.last != now {
            // Whoever has loaded the page anew says by this what they compare with.
            let event = Event::default().event("changed").data(&now);
            following.last = now;
            return Some((Ok(event), following));
        }
        let closing = following.desk.closing();
        tokio::select! {
            () = sleep(GLANCE) => {}
            () = closing => return None,
        }
    }
}

/// How the files are, in a word: that of their stamp, or of why the campaign cannot be opened.
pub(super) fn look(folder: &campaign::Result<Folder>) -> String {
    match folder {
        Ok(folder) => stamp(folder, &[]).map_or_else(String::new, |stamp| stamp.to_string()),
        Err(error) => {
            let mut hasher = DefaultHasher::new();
            in_lines(error).hash(&mut hasher);
            format!("{:016x}", hasher.finish())
        }
    }
}
