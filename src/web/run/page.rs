//! The page of the run: how far it is while one goes on, and otherwise what one would do.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::job::{Outcome, Phase, Progress, Task};
use super::runs::runs_shown;
use crate::campaign::desk::{self, Agenda, FollowUp, Outline, Part, Standing, whose};
use crate::campaign::{self, Folder};
use crate::clock::until;
use crate::model::{DeliveryState, Round};
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::form::Fields;
use crate::web::layout::{Frame, Section, page};
use crate::web::overview::{round_name, stopped_by};
use crate::web::problem::{Trouble, answered, faults_in_lines};
use crate::web::read::{Answered, read};
use crate::web::recipients::seat;
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::{Words, fill};

/// More letters than this are not chosen one by one.
const MOST_CHOSEN: usize = 500;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/run/page.html")]
struct Run {
    frame: Frame,
    shown: Shown,
    /// What could be begun; nothing, while something goes on.
    agenda: Option<AgendaShown>,
    /// That it is looked at some recipients alone.
    only_these: Option<String>,
    begin: String,
    drain: String,
    cut_off: String,
    inbox: String,
    halt: String,
    resume: String,
}

/// What could be begun.
struct AgendaShown {
    rounds: Vec<RoundShown>,
    /// What is said of the follow-up where there is none to send.
    later: Option<String>,
    has_inbox: bool,
    halt: Option<String>,
    elsewhere: Option<String>,
}

/// What a run of a round would do.
struct RoundShown {
    round: Round,
    name: String,
    /// Why it cannot be said, a line each, in English.
    faults: Vec<String>,
    letters: u64,
    letters_in_words: String,
    totals: Vec<(&'static str, String)>,
    left_out: Vec<(String, String, String)>,
    server: Option<String>,
    pace: String,
    last_leaves: Option<String>,
    warnings: Vec<String>,
    changed: Vec<String>,
    limit: String,
    only: Vec<String>,
    /// What tells the plan from any other.
    mark: String,
    is_follow_up: bool,
}

/// How far a run is, or how the last one ended: the part of the page that is told anew while it goes on.
#[derive(Template)]
#[template(path = "web/run/progress.html")]
pub(super) struct Shown {
    words: &'static Words,
    pub(super) is_own: bool,
    pub(super) goes_on: bool,
    title: String,
    details: Vec<String>,
    /// The runs that send it, where several may.
    runs: Vec<String>,
    class: &'static str,
    done: u64,
    total: u64,
    counts: Vec<(&'static str, &'static str, String)>,
    pace: Vec<String>,
    waits: Option<String>,
    lines: Vec<String>,
    is_stopping: bool,
    /// Where it is looked at what came of it.
    link: Option<&'static str>,
}

/// Shows the page.
pub(in crate::web) async fn show(State(desk): State<Arc<Desk>>, visit: Visit) -> Response {
    answered(&desk, &visit, run(&desk, &visit).await)
}

async fn run(desk: &Arc<Desk>, visit: &Visit) -> Answered {
    let tongue = visit.tongue;
    let shown = shown(desk, visit).await?;
    let (name, agenda, chosen_of) = if shown.goes_on {
        (read(desk, |folder| Ok(folder.settings.name.clone())).await?, None, 0)
    } else {
        let (query, clock) = (visit.query.clone(), desk.clock.clone());
        let found = read(desk, move |folder| {
            let part = part(folder, &query)?;
            // Where no round is named, those who are chosen are so in each.
            let named = query.one("round").and_then(|round| round.parse().ok()).map(Round);
            let last = if part.only.is_empty() { Round(0) } else { folder.settings.last_round() };
            let rounds: Vec<Round> = named.map_or_else(|| (0..=last.0).map(Round).collect(), |round| vec![round]);
            let wishes: Vec<(Round, Part)> = rounds.iter().map(|round| (*round, part.clone())).collect();
            Ok((desk::agenda(folder, &wishes, &clock)?, rounds, part, chosen(&query)))
        });
        let (agenda, rounds, part, keys) = found.await?;
        let name = agenda.name.clone();
        let chosen_of = part.only.len() as u64;
        (name, Some(agenda_shown(tongue, agenda, (&rounds, &part, &keys))), chosen_of)
    };
    let token = |path: &str| desk.gate.form_token(path, desk.clock.now());
    Ok(page(&Run {
        frame: Frame::new(desk, visit, Section::Run, tongue.words().run).of(&name),
        shown,
        agenda,
        only_these: (chosen_of > 0).then(|| tongue.counted(chosen_of, &tongue.words().chosen_alone)),
        begin: token("/run/send"),
        drain: token("/run/stop"),
        cut_off: token("/run/stop-now"),
        inbox: token("/run/sync"),
        halt: token("/run/halt"),
        resume: token("/run/resume"),
    }))
}

/// The keys of recipients that a form or an address names.
fn chosen(fields: &Fields) -> Vec<String> {
    fields.all("only").take(MOST_CHOSEN).map(str::to_owned).collect()
}

/// Which letters a form or an address wishes to send.
pub(super) fn part(folder: &Folder, fields: &Fields) -> campaign::Result<Part> {
    let limit = fields.one("limit").and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
    let mut only = Vec::new();
    for key in chosen(fields) {
        let Some(seat) = seat(folder, &key)? else { continue };
        only.extend(whose(folder, seat)?.map(|id| id.to_string()));
    }
    Ok(Part { limit, only })
}

/// How far a run is, be it of this desk or of somebody else; or how the last one of this desk ended.
pub(super) async fn shown(desk: &Arc<Desk>, visit: &Visit) -> Result<Shown, Trouble> {
    let tongue = visit.tongue;
    let own = desk.jobs.last().map(|job| job.progress());
    if let Some(progress) = own.as_ref().filter(|progress| !progress.is_over()) {
        let runs = read(desk, desk::runs).await?;
        return Ok(Shown { runs: runs_shown(tongue, &runs), ..going_on(desk, tongue, progress) });
    }
    let standing = read(desk, desk::standing).await?;
    if !standing.runs.is_empty() || standing.sending.as_ref().is_some_and(|holder| holder.is_here) {
        return Ok(of_somebody_else(tongue, &standing));
    }
    Ok(own.map_or_else(|| Shown::nothing(tongue), |progress| ended(tongue, &progress)))
}

impl Shown {
    fn nothing(tongue: Tongue) -> Self {
        Self {
            words: tongue.words(),
            is_own: false,
            goes_on: false,
            title: String::new(),
            details: Vec::new(),
            runs: Vec::new(),
            class: "",
            done: 0,
            total: 0,
            counts: Vec::new(),
            pace: Vec::new(),
            waits: None,
            lines: Vec::new(),
            is_stopping: false,
            link: None,
        }
    }
}

fn going_on(desk: &Desk, tongue: Tongue, progress: &Progress) -> Shown {
    let words = tongue.words();
    let title = match (&progress.phase, progress.task) {
        (Phase::Reading, _) => words.inbox_is_read.to_owned(),
        (Phase::Testing, _) => words.test_goes.to_owned(),
        (_, Task::Send(round)) if progress.phase == Phase::Sending => {
            fill(words.is_sent_now, &[("letter", &round_name(tongue, round))])
        }
        _ => words.is_looked_at.to_owned(),
    };
    let course = &progress.course;
    let counts = [
        (DeliveryState::Accepted, course.accepted),
        (DeliveryState::Deferred, course.deferred),
        (DeliveryState::Failed, course.failed),
        (DeliveryState::InDoubt, course.in_doubt),
    ];
    let counts = counts.into_iter().filter(|(state, count)| *count > 0 || *state == DeliveryState::Accepted);
    Shown {
        is_own: true,
        goes_on: true,
        title,
        done: course.done(),
        total: progress.total,
        counts: counts.map(|(state, count)| (state.as_str(), tongue.state(state), tongue.number(count))).collect(),
        pace: pace(desk, tongue, progress),
        waits: progress.waits.clone(),
        lines: progress.lines.iter().rev().cloned().collect(),
        is_stopping: progress.is_stopping,
        ..Shown::nothing(tongue)
    }
}

/// How fast it goes, and how long the rest takes at that rate.
fn pace(desk: &Desk, tongue: Tongue, progress: &Progress) -> Vec<String> {
    let words = tongue.words();
    let Some(since) = progress.sending_since else { return Vec::new() };
    let seconds = until(since, desk.clock.now()).as_secs().max(1);
    let done = progress.course.done();
    let a_minute = done.saturating_mul(60) / seconds;
    let mut told = vec![fill(words.letters_a_minute, &[("letters", &tongue.number(a_minute))])];
    let left = progress.total.saturating_sub(done);
    if done > 0 && left > 0 {
        let minutes = (left.saturating_mul(seconds) / done).div_ceil(60);
        told.push(tongue.counted(minutes, &words.minutes_left));
    }
    told
}

fn of_somebody_else(tongue: Tongue, standing: &Standing) -> Shown {
    let words = tongue.words();
    let Some(round) = standing.rounds.last() else { return Shown::nothing(tongue) };
    let tally = &round.tally;
    let shown = DeliveryState::ALL.into_iter().filter(|state| tally.of(*state) > 0);
    let open =
        tally.of(DeliveryState::Planned) + tally.of(DeliveryState::Deferred) + tally.of(DeliveryState::Attempting);
    Shown {
        goes_on: true,
        title: fill(words.is_sent_now, &[("letter", &round_name(tongue, round.round))]),
        details: match &standing.sending {
            Some(holder) if standing.runs.is_empty() => vec![holder.to_string()],
            _ => Vec::new(),
        },
        runs: runs_shown(tongue, &standing.runs),
        done: tally.total() - open,
        total: tally.total(),
        counts: shown.map(|state| (state.as_str(), tongue.state(state), tongue.number(tally.of(state)))).collect(),
        ..Shown::nothing(tongue)
    }
}

fn ended(tongue: Tongue, progress: &Progress) -> Shown {
    let words = tongue.words();
    let Phase::Ended(outcome) = &progress.phase else { return Shown::nothing(tongue) };
    // What is said where it was done, where it was stopped or something failed, and where nothing was done.
    let [done, stopped, refused] = match progress.task {
        Task::Send(_) => [words.run_is_done, words.run_has_stopped, words.nothing_was_sent],
        Task::Sync => [words.inbox_was_read, words.inbox_was_read, words.inbox_unreadable],
        Task::Test => [words.test_went, words.test_did_not_go, words.test_did_not_go],
    };
    let (title, text, class) = match outcome {
        Outcome::Done(text) => (done, text, "done"),
        Outcome::Stopped(text) if text.is_empty() => (words.run_was_cut_off, text, "refusal"),
        Outcome::Stopped(text) => (stopped, text, "refusal"),
        Outcome::Refused(text) => (refused, text, "refusal"),
    };
    Shown {
        title: title.to_owned(),
        details: text.lines().map(str::to_owned).collect(),
        class,
        lines: progress.lines.iter().rev().cloned().collect(),
        link: (progress.task == Task::Sync).then_some("/inbox"),
        ..Shown::nothing(tongue)
    }
}

fn agenda_shown(tongue: Tongue, agenda: Agenda, wished: (&[Round], &Part, &[String])) -> AgendaShown {
    let words = tongue.words();
    let mut rounds = vec![round_shown(tongue, Round(0), agenda.first, wished)];
    let mut later = None;
    match agenda.follow_up {
        FollowUp::Due(Ok(outline)) => rounds.push(round_shown(tongue, outline.round, Ok(*outline), wished)),
        FollowUp::Due(Err(error)) => rounds.push(round_shown(tongue, Round(1), Err(error), wished)),
        FollowUp::Later(Some((date, round, count))) => {
            let (name, count) = (round_name(tongue, round), tongue.counted(count, &words.recipients_counted));
            later = Some(fill(
                words.is_due_later,
                &[("letter", &name), ("day", &tongue.day(date)), ("recipients", &count)],
            ));
        }
        FollowUp::Later(None) => later = Some(words.nobody_is_due.to_owned()),
        FollowUp::None => {}
    }
    let halt = agenda.halt.map(|halt| stopped_by(tongue, &halt));
    let elsewhere = agenda.elsewhere.map(|elsewhere| elsewhere.to_string());
    AgendaShown { rounds, later, has_inbox: agenda.has_inbox, halt, elsewhere }
}

fn round_shown(
    tongue: Tongue,
    round: Round,
    outline: campaign::Result<Outline>,
    (wished, part, keys): (&[Round], &Part, &[String]),
) -> RoundShown {
    let is_wished = wished.contains(&round);
    let mut shown = RoundShown {
        round,
        name: round_name(tongue, round),
        faults: Vec::new(),
        letters: 0,
        letters_in_words: String::new(),
        totals: Vec::new(),
        left_out: Vec::new(),
        server: None,
        pace: String::new(),
        last_leaves: None,
        warnings: Vec::new(),
        changed: Vec::new(),
        limit: part.limit.filter(|_| is_wished).map(|limit| limit.to_string()).unwrap_or_default(),
        only: if is_wished { keys.to_vec() } else { Vec::new() },
        mark: String::new(),
        is_follow_up: round > Round(0),
    };
    match outline {
        Err(error) => shown.faults = crate::web::problem::in_lines(&error),
        Ok(outline) => {
            shown.letters = outline.letters;
            shown.letters_in_words = tongue.counted(outline.letters, &tongue.words().letters_counted);
            shown.totals = totals(tongue, &outline);
            let left_out = |left: &desk::LeftOut| {
                (left.recipient.to_string(), tongue.number(left.line), tongue.skipped(&left.why))
            };
            shown.left_out = outline.left_out.iter().map(left_out).collect();
            shown.server.clone_from(&outline.server);
            shown.pace = outline.pace.to_string();
            shown.last_leaves = outline.last_leaves.map(|at| tongue.moment(at));
            shown.warnings = faults_in_lines(&outline.warnings);
            shown.changed = outline.changed;
            shown.mark = outline.mark.to_string();
        }
    }
    shown
}

/// The plan in numbers: what is nothing is left out, but for the letters.
fn totals(tongue: Tongue, outline: &Outline) -> Vec<(&'static str, String)> {
    let (words, totals) = (tongue.words(), &outline.totals);
    let rows = [
        (words.to_be_sent, totals.to_send),
        (words.addresses, totals.addresses),
        (words.settled, totals.settled),
        (words.suppressed, totals.suppressed),
        (words.duplicates, totals.duplicates),
        (words.shared_addresses, totals.shared),
        (words.opted_out_in_the_list, totals.opted_out),
        (words.without_address, totals.no_address),
        (words.have_answered, totals.answered),
        (words.not_due_yet, totals.waiting),
        (words.letter_before_missing, totals.stopped),
        (words.campaign_stopped, totals.halted),
        (words.copies_left_out, totals.copies_left_out),
    ];
    let shown = rows.into_iter().enumerate().filter(|(at, (_, count))| *at == 0 || *count > 0);
    shown.map(|(_, (name, count))| (name, tongue.number(count))).collect()
}
