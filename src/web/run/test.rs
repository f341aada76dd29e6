//! A test letter: what a recipient will get, sent to an address of one's own.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::begin::{back, on_its_way};
use super::job::{Outcome, Report, Task};
use super::send::say;
use crate::campaign::test_letter::{How, Tested, send_test};
use crate::campaign::{Campaign, Error, Folder, Note};
use crate::clock::Clock;
use crate::model::Round;
use crate::web::desk::Desk;
use crate::web::form::Form;
use crate::web::notice::Notice;
use crate::web::problem::answered;
use crate::web::read::{Answered, read};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;

/// Which letter is sent, and to whom instead of its recipient.
struct Wish {
    folder: Folder,
    round: Round,
    /// The id of its recipient; that of the first who gets one, where nobody is named.
    of: Option<String>,
    address: String,
}

/// Sends a test letter.
pub(in crate::web) async fn test(State(desk): State<Arc<Desk>>, visit: Visit, form: Form) -> Response {
    answered(&desk, &visit, begun(&desk, &visit, &form).await)
}

async fn begun(desk: &Arc<Desk>, visit: &Visit, form: &Form) -> Answered {
    let (fields, tongue) = (&form.fields, visit.tongue);
    let Some(round) = fields.one("round").unwrap_or("0").parse().ok().map(Round) else {
        return Ok(back(desk, Some(Notice::refused(tongue.words().no_form_why.to_owned()))));
    };
    let folder = read(desk, |folder| Ok(folder.clone())).await?;
    let of = fields.one("as").map(str::to_owned);
    let wish = Wish { folder, round, of, address: fields.one("address").unwrap_or_default().to_owned() };
    let clock = desk.clock.clone();
    let job = desk.jobs.begin(Task::Test, move |report, _| send(wish, tongue, clock, report));
    Ok(on_its_way(desk, tongue, job).await)
}

/// Sends it, and says how that ended.
async fn send(wish: Wish, tongue: Tongue, clock: Clock, report: Report) -> Outcome {
    let words = tongue.words();
    let Wish { folder, round, of, address } = wish;
    let mut tell = |note: Note| say(&report, &note.to_string());
    let tested = match Campaign::read(folder, round, &clock) {
        Ok(campaign) => Box::pin(send_test(campaign, &address, of.as_deref(), &clock, &mut tell)).await,
        Err(faults) => Err(Error::from(faults)),
    };
    match tested {
        Ok(Tested { of, subject, how: How::Taken(reply) }) => {
            Outcome::Done(format!("{subject}\n{of} → {address}\n{reply}"))
        }
        Ok(Tested { how: How::NotTaken { why }, .. }) => Outcome::Refused(why),
        Ok(Tested { how: How::InDoubt { why }, .. }) => Outcome::Stopped(format!("{}\n{why}", words.test_in_doubt)),
        Ok(Tested { how: How::NoRoom { until }, .. }) => {
            let until = until.map(|until| format!("\n{}", tongue.moment(until))).unwrap_or_default();
            Outcome::Refused(format!("{}{until}", words.test_has_no_room))
        }
        Err(error) => Outcome::Refused(super::in_full(&error)),
    }
}
