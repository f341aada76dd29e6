//! The way in: a port of this machine, and what lies behind each path.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use super::desk::{Desk, Place};
use super::gate::{Gate, Mode};
use super::run::Aside;
use super::{assets, guard, inbox, letter, log, overview, problem, recipients, report, run, suppressions};
use crate::clock::Clock;

/// No form has more bytes.
const LARGEST_FORM: usize = 256 * 1024;

/// The desk, before anybody sits at it. It is open to this machine alone.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    desk: Arc<Desk>,
}

impl Door {
    /// Opens a port of 127.0.0.1; any that is free, where it is 0. What is done at the desk bears the name of `by`, and
    /// what takes long is done `aside`.
    ///
    /// # Errors
    /// Where the port is taken, or the operating system gives no random numbers.
    pub async fn open(
        place: Place,
        by: String,
        port: u16,
        mode: Mode,
        (clock, aside): (Clock, Aside),
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let gate = Gate::new(listener.local_addr()?.port(), mode)?;
        Ok(Self { listener, desk: Desk::new(place, by, clock, gate, aside) })
    }

    /// The first address: whoever has it may come in.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}/?token={}", self.desk.gate.origin(), self.desk.gate.token())
    }

    /// Answers until `stop`. What was asked before is answered still, and a run that was begun here finishes what is on
    /// the wire.
    ///
    /// # Errors
    /// Where the port is lost.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let desk = Arc::clone(&self.desk);
        let closing = async move {
            stop.await;
            desk.close();
        };
        axum::serve(self.listener, pages(&self.desk)).with_graceful_shutdown(closing).await?;
        self.desk.jobs.end().await;
        Ok(())
    }
}

/// Every path. Whatever is asked for passes the guard first.
fn pages(desk: &Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(overview::show))
        .route("/recipients", get(recipients::show).post(recipients::take))
        .route("/recipients/{key}", get(recipients::show_one))
        .route("/recipients/{key}/letter/{round}", get(recipients::html))
        .route("/recipients/{key}/letter/{round}/text", get(recipients::text))
        .route("/recipients/{key}/letter/{round}/source", get(recipients::source))
        .route("/recipients/{key}/letter/{round}/pdf", get(recipients::pdf))
        .route("/recipients/{key}/mark", post(recipients::mark))
        .route("/recipients/{key}/note", post(recipients::note))
        .route("/recipients/{key}/resolve", post(recipients::resolve))
        .route("/recipients/{key}/suppress", post(recipients::suppress))
        .route("/recipients/{key}/forget", post(recipients::forget))
        .route("/inbox", get(inbox::show).post(inbox::take))
        .route("/letter", get(letter::show))
        .route("/letter/page", get(letter::framed))
        .route("/letter/events", get(letter::follow))
        .route("/run", get(run::show))
        .route("/run/events", get(run::follow))
        .route("/run/send", post(run::begin))
        .route("/run/stop", post(run::drain))
        .route("/run/stop-now", post(run::cut_off))
        .route("/run/sync", post(run::read_inbox))
        .route("/run/test", post(run::test))
        .route("/run/halt", post(run::stop))
        .route("/run/resume", post(run::resume))
        .route("/suppressions", get(suppressions::show).post(suppressions::take))
        .route("/report", get(report::show))
        .route("/report/page", get(report::give))
        .route("/log.csv", get(log::csv))
        .route(assets::SCRIPT_PATH, get(assets::script))
        .fallback(problem::not_found)
        .layer(from_fn_with_state(Arc::clone(desk), guard::watch))
        // The outermost: the guard reads forms.
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(Arc::clone(desk))
}
