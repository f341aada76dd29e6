//! A round is sent from the desk, as the terminal sends it: prepared, looked at, agreed to by its number, begun, sent.

use super::job::{Outcome, Phase, Report};
use crate::campaign::desk::Part;
use crate::campaign::person::Said;
use crate::campaign::send::follow_up::{Today, ledger_of, today};
use crate::campaign::send::{Agreed, Concluded, Drain, Happening, Outlook, Patience, Planned, Prepared, Verdict, Wish};
use crate::campaign::sync::{self, InboxRead, News};
use crate::campaign::{Campaign, Error, Folder, Note, Realm};
use crate::clock::Clock;
use crate::model::{DeliveryState, Round, mask_addresses, printable};
use crate::web::tongue::Tongue;
use crate::web::words::fill;

/// What a person wishes to send, and the number that they typed.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) folder: Folder,
    pub(super) round: Round,
    pub(super) part: Part,
    pub(super) typed: String,
    /// The mark of the plan that the page showed.
    pub(super) looked_at: String,
    pub(super) accepts_changes: bool,
    /// Who says that it is sent from here now.
    pub(super) takes_over: Option<Said>,
    pub(super) inbox: Inbox,
}

/// Whether the inbox is read before a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inbox {
    /// It is, and where that fails nothing is sent.
    First,
    /// It is not.
    NotNow,
}

/// Why nothing was sent.
enum Refusal {
    Campaign(Box<Error>),
    /// In the words of whoever asked.
    Said(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Campaign(Box::new(error))
    }
}

/// Sends it, and says how that ended.
pub(super) async fn send(order: Order, tongue: Tongue, clock: Clock, report: Report, drain: Drain) -> Outcome {
    let refused = |refusal| match refusal {
        Refusal::Campaign(error) => Outcome::Refused(super::in_full(&error)),
        Refusal::Said(text) => Outcome::Refused(text),
    };
    let prepared = match prepare(order, tongue, &clock, &report).await {
        Ok(prepared) => prepared,
        Err(refusal) => return refused(refusal),
    };
    match Box::pin(run(prepared, &clock, &report, drain)).await {
        Ok(concluded) => conclude(tongue, &concluded),
        Err(error) => refused(error.into()),
    }
}

/// Looks at what would be sent, and whether the number is that.
async fn prepare(order: Order, tongue: Tongue, clock: &Clock, report: &Report) -> Result<(Prepared, Agreed), Refusal> {
    if order.round > Round(0) {
        read_inbox_first(&order, tongue, clock, report).await?;
    }
    report.tell(|progress| progress.phase = Phase::Looking);
    look(order, tongue, clock, report)
}

/// As `follow-up` does: nobody is reminded who has answered.
async fn read_inbox_first(order: &Order, tongue: Tongue, clock: &Clock, report: &Report) -> Result<(), Refusal> {
    let words = tongue.words();
    let inbox = (order.inbox == Inbox::First).then(|| sync::inbox_to_read(&order.folder)).flatten();
    if let Some(inbox) = inbox {
        report.tell(|progress| progress.phase = Phase::Reading);
        let mut watch = |news: News<'_>| {
            if let News::Note(note) = news {
                say(report, &note.to_string());
            }
            Ok(())
        };
        match sync::read_before_follow_up(&order.folder, inbox, clock, &mut watch).await? {
            InboxRead::ToItsEnd(found) => say(report, &format!("inbox: {found}")),
            InboxRead::Withheld { found, .. } => {
                say(report, &format!("inbox: {found}"));
                return Err(Refusal::Said(words.inbox_withholds.to_owned()));
            }
            InboxRead::NotToItsEnd { why, .. } => {
                let why = mask_addresses(&why.in_full());
                return Err(Refusal::Said(fill(words.inbox_not_read, &[("why", &why)])));
            }
        }
    }
    if sync::held(&order.folder)?.is_empty() { Ok(()) } else { Err(Refusal::Said(words.mails_are_held.to_owned())) }
}

fn look(order: Order, tongue: Tongue, clock: &Clock, report: &Report) -> Result<(Prepared, Agreed), Refusal> {
    let Order { folder, round, part, typed, looked_at, accepts_changes, takes_over, .. } = order;
    let campaign = match round {
        Round(0) => Campaign::read(folder, round, clock).map_err(Error::from)?,
        _ => due(&folder, round, tongue, clock)?,
    };
    let wish = Wish { limit: part.limit, only: part.only, patience: Patience::Wait, accepts_changes, takes_over };
    let mut tell = |note: Note| say(report, &note.to_string());
    let prepared = campaign.prepare(wish, clock, &mut tell)?;
    let planned = prepared.survey(&mut tell)?;
    let agreed = Agreed::by_number(&planned, &typed).map_err(|_| other_number(tongue, &planned))?;
    if prepared.mark(&planned).to_string() != looked_at {
        return Err(Refusal::Said(tongue.words().another_plan.to_owned()));
    }
    Ok((prepared, agreed))
}

/// The campaign, read for the follow-up that is due, where it is the one that was looked at.
fn due(folder: &Folder, round: Round, tongue: Tongue, clock: &Clock) -> Result<Campaign, Refusal> {
    let ledger = ledger_of(folder)?;
    match today(folder, &ledger, clock)? {
        Today::Due { campaign, .. } if campaign.round == round => Ok(*campaign),
        Today::Due { .. } | Today::Nobody { .. } => Err(Refusal::Said(tongue.words().nobody_is_due_now.to_owned())),
    }
}

fn other_number(tongue: Tongue, planned: &Planned) -> Refusal {
    let letters = tongue.counted(planned.letters, &tongue.words().letters_counted);
    Refusal::Said(fill(tongue.words().another_number, &[("letters", &letters)]))
}

async fn run(
    (prepared, agreed): (Prepared, Agreed),
    clock: &Clock,
    report: &Report,
    drain: Drain,
) -> Result<Concluded, Error> {
    let run = prepared.begin(agreed, &mut |note| say(report, &note.to_string())).await?;
    let outlook = Outlook::of(&run.pace, &run.planned.totals);
    report.tell(|progress| {
        progress.phase = Phase::Sending;
        progress.sending_since = Some(clock.now());
        progress.total = run.planned.letters;
    });
    let mut watch = |happening: &Happening| observe(report, &outlook, clock, happening);
    run.send(drain, &mut watch).await
}

/// Takes note of what happened.
fn observe(report: &Report, outlook: &Outlook, clock: &Clock, happening: &Happening) {
    report.tell(|progress| {
        progress.course.observe(happening);
        progress.waits = None;
        match happening {
            Happening::Waiting { until, cause } => {
                let left = progress.total.saturating_sub(progress.course.done());
                progress.waits = Some(mask_addresses(&outlook.wait(*cause, Some(*until), left)));
            }
            Happening::Unreachable { error, again_at } => {
                let wait = crate::clock::until(clock.now(), *again_at).as_secs_f32().round();
                progress.waits = Some(shown(&format!("{error}; trying again in {wait} s")));
            }
            Happening::Draining { .. } => progress.is_stopping = true,
            _ => {}
        }
        if let Some(line) = line(happening) {
            progress.say(shown(&line));
        }
    });
}

/// What is said of it, as the terminal says it; nothing of what is told otherwise.
fn line(happening: &Happening) -> Option<String> {
    let said = |reply: &Option<_>, reason: &Option<String>| {
        let said = [reply.as_ref().map(ToString::to_string), reason.clone()];
        said.into_iter().flatten().collect::<Vec<String>>().join("; ")
    };
    Some(match happening {
        Happening::Attempted { recipient, state, reply, reason } => {
            format!("{state} {recipient} {}", said(reply, reason))
        }
        Happening::Copied { recipient, state, reply, reason } => {
            format!("{state} {recipient}, a copy {}", said(reply, reason))
        }
        Happening::Decided { recipient, state, reply, reason } => {
            format!("{state} {recipient} {}", said(reply, &Some(reason.clone())))
        }
        Happening::Withheld { recipient, state } => format!("not sent: {recipient} is {state} now"),
        Happening::Unmade { recipient, why } => format!("not made: {recipient}: {why}"),
        Happening::FewerConnections { error, .. } => format!("going on with fewer connections: {error}"),
        Happening::Waiting { .. } | Happening::Unreachable { .. } | Happening::Draining { .. } => return None,
    })
}

/// Keeps a line for the pages.
pub(super) fn say(report: &Report, text: &str) {
    let line = shown(text);
    report.tell(|progress| progress.say(line));
}

fn shown(text: &str) -> String {
    mask_addresses(&printable(text))
}

/// How the run ended, in words.
fn conclude(tongue: Tongue, concluded: &Concluded) -> Outcome {
    let mut told = Vec::new();
    if let Some(tally) = &concluded.tally {
        let counts = DeliveryState::ALL.into_iter().filter(|state| tally.of(*state) > 0);
        let counts = counts.map(|state| format!("{}: {}", tongue.state(state), tongue.number(tally.of(state))));
        told.push(counts.collect::<Vec<_>>().join(" · "));
    }
    told.extend(concluded.why(Realm::Real).map(|why| mask_addresses(&why)));
    told.extend(concluded.kept.iter().map(ToString::to_string));
    told.extend(concluded.trouble.iter().map(Error::in_full));
    let text = told.join("\n");
    match concluded.verdict() {
        Verdict::Done => Outcome::Done(text),
        Verdict::WithFailures | Verdict::Stopped => Outcome::Stopped(text),
    }
}
