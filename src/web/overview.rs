//! The overview: where the campaign stands, and what needs a person now, each with the next step.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::tz::TimeZone;

use super::desk::Desk;
use super::drawn::drawn;
use super::filters;
use super::layout::{Frame, Section, page};
use super::looked::found;
use super::problem::{answered, faults_in_lines};
use super::read::{Answered, read};
use super::tongue::Tongue;
use super::visit::Visit;
use super::words::fill;
use crate::campaign::desk::{Halt, Need, RoundStanding, Standing, needs, standing};
use crate::model::{DeliveryState, Round};
use crate::report::Course;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/overview.html")]
struct Overview {
    frame: Frame,
    needs: Vec<Needed>,
    /// What is as it is: that a run is under way, who stopped the campaign.
    facts: Vec<String>,
    rounds: Vec<RoundShown>,
    suppressed: Option<String>,
    /// What was sent and answered over time, as the report shows it.
    picture: Option<String>,
    /// Of when that is, or that it is being made.
    picture_of: Option<String>,
}

/// Something that needs a person.
struct Needed {
    text: String,
    /// What is wrong, a line each, in English.
    details: Vec<String>,
    /// Where the next step is taken, and what it is called.
    step: Option<(String, &'static str)>,
}

/// A round.
struct RoundShown {
    name: String,
    total: String,
    states: Vec<Row>,
    answers: Vec<Row>,
    next_attempt: Option<String>,
}

/// A number of letters, with the way to them.
struct Row {
    name: &'static str,
    class: &'static str,
    number: String,
    share: String,
    count: u64,
    total: u64,
    path: String,
}

/// Shows the page.
pub(super) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, overview(&desk, &visit).await)
}

async fn overview(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let standing = read(desk, standing).await?;
    let files = found(desk, &standing).await?;
    let are_known = files.is_some();
    let (clock, at) = (desk.clock.clone(), standing.clone());
    let needs = read(desk, move |folder| needs(folder, &at, &files.unwrap_or_default(), &clock)).await?;
    let seen = drawn(desk, &standing).await?;
    let tongue = visit.tongue;
    let mut needs: Vec<Needed> = needs.into_iter().map(|need| needed(tongue, need)).collect();
    if !are_known {
        // Without them it is not known that nothing needs anybody.
        needs.push(Needed { text: tongue.words().files_are_looked_at.to_owned(), details: Vec::new(), step: None });
    }
    let picture_of = match (&seen.course, seen.as_of) {
        (None, _) => Some(tongue.words().picture_is_made.to_owned()),
        (Some(_), at) => at.map(|at| fill(tongue.words().picture_of, &[("when", &tongue.moment(at))])),
    };
    let frame = Frame::new(desk, visit, Section::Overview, tongue.words().overview).of(&standing.name);
    Ok(page(&Overview {
        frame,
        needs,
        facts: facts(tongue, &standing),
        rounds: standing.rounds.iter().map(|round| shown(tongue, round)).collect(),
        suppressed: (standing.suppressions > 0)
            .then(|| tongue.counted(standing.suppressions, &tongue.words().suppressed_counted)),
        picture: seen.course.and_then(|course| figure(tongue, &course)),
        picture_of,
    }))
}

/// The picture, in the words of the report.
fn figure(tongue: Tongue, course: &Course) -> Option<String> {
    course.figure_in(&tongue.language()?, &TimeZone::system())
}

fn needed(tongue: Tongue, need: Need) -> Needed {
    let words = tongue.words();
    let letters = |state: DeliveryState| Some((format!("/recipients?state={state}"), words.look_at_them));
    let inbox = Some(("/run".to_owned(), words.read_the_inbox));
    let plain = |text: String, step| Needed { text, details: Vec::new(), step };
    match need {
        Need::InDoubt(count) => plain(tongue.counted(count, &words.in_doubt_counted), letters(DeliveryState::InDoubt)),
        Need::Failed(count) => plain(tongue.counted(count, &words.failed_counted), letters(DeliveryState::Failed)),
        Need::Bounced(count) => plain(tongue.counted(count, &words.bounced_counted), letters(DeliveryState::Bounced)),
        Need::Waiting(count) => {
            let step = Some(("/inbox".to_owned(), words.look_at_them));
            plain(tongue.counted(count, &words.waiting_counted), step)
        }
        Need::Changed(files) => {
            let text = fill(words.letter_changed, &[("files", &files.join(", "))]);
            plain(text, Some(("/run".to_owned(), words.to_the_run)))
        }
        Need::InboxUnread(None) => plain(words.inbox_never_read.to_owned(), inbox),
        Need::InboxUnread(Some(at)) => plain(fill(words.inbox_read_at, &[("when", &tongue.moment(at))]), inbox),
        Need::Faults(faults) => {
            Needed { text: words.lists_have_faults.to_owned(), details: faults_in_lines(&faults), step: None }
        }
        Need::Unlisted(found) => Needed {
            text: words.some_are_unlisted.to_owned(),
            details: found.iter().map(ToString::to_string).collect(),
            step: None,
        },
        Need::Overdue(found) => Needed {
            text: words.campaigns_are_overdue.to_owned(),
            details: found.iter().map(ToString::to_string).collect(),
            step: None,
        },
    }
}

fn facts(tongue: Tongue, standing: &Standing) -> Vec<String> {
    let words = tongue.words();
    let mut facts = Vec::new();
    facts.extend(standing.halt.as_ref().map(|halt| stopped_by(tongue, halt)));
    match &standing.sending {
        _ if !standing.runs.is_empty() => facts.push(words.being_sent.to_owned()),
        Some(holder) if holder.is_here => facts.push(words.being_sent.to_owned()),
        Some(_) => facts.push(words.unfinished_elsewhere.to_owned()),
        None => {}
    }
    if standing.is_handed_over {
        facts.push(words.handed_over.to_owned());
    }
    facts
}

/// Who stopped the campaign, when, and why.
pub(super) fn stopped_by(tongue: Tongue, halt: &Halt) -> String {
    let text = fill(tongue.words().stopped_by, &[("who", &halt.person), ("when", &tongue.moment(halt.at))]);
    halt.reason.as_ref().map_or_else(|| text.clone(), |reason| format!("{text} ({reason})"))
}

/// What a round is called.
pub(super) fn round_name(tongue: Tongue, round: Round) -> String {
    let words = tongue.words();
    if round == Round(0) { words.first_letter.to_owned() } else { fill(words.follow_up, &[("n", &round.to_string())]) }
}

fn shown(tongue: Tongue, round: &RoundStanding) -> RoundShown {
    let words = tongue.words();
    let total = round.tally.total();
    let row = |name, class, count, path| Row {
        name,
        class,
        number: tongue.number(count),
        share: share(count, total),
        count,
        total,
        path,
    };
    let number = round.round;
    let states = DeliveryState::ALL.into_iter().filter(|state| round.tally.of(*state) > 0);
    let states = states.map(|state| {
        let path = format!("/recipients?round={number}&state={state}");
        row(tongue.state(state), state.as_str(), round.tally.of(state), path)
    });
    let answers = round.answers.iter().map(|(answer, count)| {
        let path = format!("/recipients?round={number}&answer={answer}");
        row(tongue.answer(*answer), answer.as_str(), *count, path)
    });
    RoundShown {
        name: round_name(tongue, number),
        total: tongue.counted(total, &words.recipients_counted),
        states: states.collect(),
        answers: answers.collect(),
        next_attempt: round.next_attempt_at.map(|at| fill(words.next_attempt, &[("when", &tongue.moment(at))])),
    }
}

/// A share in whole percent. What is not all is never shown as all, and what is not nothing never as nothing.
fn share(count: u64, total: u64) -> String {
    match (count * 200 + total) / (total.max(1) * 2) {
        0 if count > 0 => "<1 %".to_owned(),
        rounded if count < total => format!("{} %", rounded.min(99)),
        rounded => format!("{rounded} %"),
    }
}
