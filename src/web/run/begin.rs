//! The forms of the run: begin, stop, stop now, read the inbox.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use tokio::time::timeout;

use super::job::{Job, NotBegun, Phase, Progress, Task};
use super::page::part;
use super::send::{Inbox, Order, send};
use super::sync::sync;
use crate::model::Round;
use crate::web::desk::Desk;
use crate::web::form::Form;
use crate::web::notice::Notice;
use crate::web::problem::answered;
use crate::web::read::{Answered, read};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;

/// Whoever begins something waits so long for its result, before the page shows how far it is.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Begins to send a round.
pub(in crate::web) async fn begin(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    answered(&desk, &visit, begun(&desk, &visit, &form).await)
}

async fn begun(desk: &Arc<Desk>, visit: &Visit, form: &Form) -> Answered {
    let fields = &form.fields;
    let tongue = visit.tongue;
    let Some(round) = fields.one("round").unwrap_or("0").parse().ok().map(Round) else {
        return Ok(back(desk, Some(Notice::refused(tongue.words().no_form_why.to_owned()))));
    };
    let wished = fields.clone();
    let (folder, part) = read(desk, move |folder| Ok((folder.clone(), part(folder, &wished)?))).await?;
    let order = Order {
        folder,
        round,
        part,
        typed: fields.one("number").unwrap_or_default().to_owned(),
        looked_at: fields.one("plan").unwrap_or_default().to_owned(),
        accepts_changes: fields.one("accept_changes").is_some(),
        takes_over: fields.one("take_over").map(|_| desk.said()),
        inbox: if fields.one("no_sync").is_some() { Inbox::NotNow } else { Inbox::First },
    };
    let clock = desk.clock.clone();
    let job = desk.jobs.begin(Task::Send(round), move |report, drain| send(order, tongue, clock, report, drain));
    Ok(on_its_way(desk, tongue, job).await)
}

/// Reads the inbox.
pub(in crate::web) async fn read_inbox(State(desk): State<Arc<Desk>>, visit: Visit, _form: Form) -> Response {
    answered(&desk, &visit, reading(&desk, &visit).await)
}

async fn reading(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let (tongue, clock) = (visit.tongue, desk.clock.clone());
    let job = desk.jobs.begin(Task::Sync, move |report, _| sync(folder, tongue, clock, report));
    Ok(on_its_way(desk, tongue, job).await)
}

/// Has the run finish what is on the wire.
pub(in crate::web) async fn drain(State(desk): State<Arc<Desk>>, _form: Form) -> Response {
    if let Some(job) = desk.jobs.last() {
        job.drain();
        // What is on the wire is finished in a moment, mostly.
        let _ = timeout(PATIENCE, job.watch().wait_for(Progress::is_over)).await;
    }
    back(&desk, None)
}

/// Cuts the run off: what is on the wire is in doubt then.
pub(in crate::web) async fn cut_off(State(desk): State<Arc<Desk>>, _form: Form) -> Response {
    if let Some(job) = desk.jobs.last() {
        job.cut_off();
        let _ = timeout(PATIENCE, job.watch().wait_for(Progress::is_over)).await;
    }
    back(&desk, None)
}

/// Leads to the page of the run, once the job sends, has ended, or takes its time.
pub(super) async fn on_its_way(desk: &Desk, tongue: Tongue, job: Result<Job, NotBegun>) -> Response {
    let words = tongue.words();
    let job = match job {
        Ok(job) => job,
        Err(NotBegun::Busy) => return back(desk, Some(Notice::refused(words.run_goes_on.to_owned()))),
        Err(NotBegun::NoThread) => return back(desk, Some(Notice::refused(words.broke_down.to_owned()))),
    };
    let is_known = |progress: &Progress| matches!(progress.phase, Phase::Ended(_));
    let _ = timeout(PATIENCE, job.watch().wait_for(is_known)).await;
    back(desk, None)
}

pub(super) fn back(desk: &Desk, notice: Option<Notice>) -> Response {
    let path = notice.map(|notice| format!("/run?said={}", desk.notices.keep(notice)));
    Redirect::to(&path.unwrap_or_else(|| "/run".to_owned())).into_response()
}
