//! The way in: a port of this machine, and what lies behind each path.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use tokio::net::TcpListener;

use super::desk::{Desk, Place};
use super::gate::{Gate, Mode};
use super::run::Aside;
use super::{approval, assets, guard, inbox, letter, log, overview, problem, recipients, report, run, suppressions};
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

/// What lies behind a path.
type Behind = fn() -> MethodRouter<Arc<Desk>>;

/// Every path at which something is looked at.
const PAGES: [(&str, Behind); 22] = [
    ("/", || get(overview::show)),
    ("/recipients", || get(recipients::show)),
    ("/recipients/{key}", || get(recipients::show_one)),
    ("/recipients/{key}/letter/{round}", || get(recipients::html)),
    ("/recipients/{key}/letter/{round}/text", || get(recipients::text)),
    ("/recipients/{key}/letter/{round}/source", || get(recipients::source)),
    ("/recipients/{key}/letter/{round}/pdf", || get(recipients::pdf)),
    ("/inbox", || get(inbox::show)),
    ("/letter", || get(letter::show)),
    ("/letter/page", || get(letter::framed)),
    ("/letter/events", || get(letter::follow)),
    ("/approval", || get(approval::show)),
    ("/approval/page", || get(approval::give)),
    ("/run", || get(run::show)),
    ("/run/events", || get(run::follow)),
    ("/suppressions", || get(suppressions::show)),
    ("/report", || get(report::show)),
    ("/report/page", || get(report::give)),
    ("/log", || get(log::show)),
    ("/log.csv", || get(log::csv)),
    ("/log.xlsx", || get(log::xlsx)),
    (assets::SCRIPT_PATH, || get(assets::script)),
];

/// Every path to which a form is sent: nothing is changed at any other.
const FORMS: [(&str, Behind); 16] = [
    ("/recipients", || post(recipients::take)),
    ("/recipients/{key}/mark", || post(recipients::mark)),
    ("/recipients/{key}/note", || post(recipients::note)),
    ("/recipients/{key}/resolve", || post(recipients::resolve)),
    ("/recipients/{key}/suppress", || post(recipients::suppress)),
    ("/recipients/{key}/forget", || post(recipients::forget)),
    ("/inbox", || post(inbox::take)),
    ("/approval", || post(approval::take)),
    ("/run/send", || post(run::begin)),
    ("/run/stop", || post(run::drain)),
    ("/run/stop-now", || post(run::cut_off)),
    ("/run/sync", || post(run::read_inbox)),
    ("/run/test", || post(run::test)),
    ("/run/halt", || post(run::stop)),
    ("/run/resume", || post(run::resume)),
    ("/suppressions", || post(suppressions::take)),
];

/// The paths of all pages, and those to which forms are sent, as patterns: `{…}` is one part of a path. Tests try out
/// each of them.
#[must_use]
pub fn paths() -> (Vec<&'static str>, Vec<&'static str>) {
    let path = |(path, _): &(&'static str, Behind)| *path;
    (PAGES.iter().map(path).collect(), FORMS.iter().map(path).collect())
}

/// Every path. Whatever is asked for passes the guard first.
fn pages(desk: &Arc<Desk>) -> Router {
    let all = PAGES.iter().chain(&FORMS);
    all.fold(Router::new(), |router, (path, behind)| router.route(path, behind()))
        .fallback(problem::not_found)
        .layer(from_fn_with_state(Arc::clone(desk), guard::watch))
        // The outermost: the guard reads forms.
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(Arc::clone(desk))
}
