//! `send`: the first letter. What both rounds of letters share is here too: the question, the progress, and how the run
//! ended.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use anyhow::{Result, bail};

use super::person::said;
use super::progress::Progress;
use super::runtime::wait_for;
use super::terminal::{say, say_error, say_note, say_warnings};
use super::{Context, Exit, signal};
use crate::campaign::person::Said;
use crate::campaign::send::place::elsewhere;
use crate::campaign::send::{
    Agreed, Cause, Concluded, DrainHandle, Held, Outlook, Pace, Patience, Planned, Prepared, Run, Tally, Through,
    Verdict, Wish,
};
use crate::campaign::{Campaign, Folder, Realm, SANDBOX};
use crate::cli::Send;
use crate::clock::until;
use crate::model::{DeliveryState, Round, mask_addresses};
use crate::report::{copies_left, summary};

/// Sends the first letter.
pub(super) fn run(context: &Context, args: &Send) -> Result<Exit> {
    refuse_unasked(args)?;
    let campaign = Campaign::read(context.folder(args.sandbox)?, Round(0), &context.clock)?;
    send_round(context, args, campaign)
}

/// Refuses to send where nobody can be asked, and `--yes` was not said.
pub(super) fn refuse_unasked(args: &Send) -> Result<()> {
    if !args.yes && !io::stdin().is_terminal() {
        bail!("stdin is not a terminal: look at `undersigned plan`, then send with `--yes`");
    }
    Ok(())
}

/// Sends the round for which the campaign was read.
pub(super) fn send_round(context: &Context, args: &Send, campaign: Campaign) -> Result<Exit> {
    let realm = campaign.folder.realm;
    let mut tell = |note| say_note(context, note);
    if !context.quiet {
        say_warnings(context, &campaign.warnings);
    }
    let takes_over = who_takes_over(context, args, &campaign.folder)?;
    // The password is fetched before there is a runtime: a command that asks for one needs the terminal for itself.
    let prepared = campaign.prepare(wish(args, takes_over), &context.clock, &mut tell)?;
    let through = way(&prepared);
    let agreed = if args.yes { Agreed::in_advance() } else { ask(context, &prepared, &through)? };
    let concluded = wait_for(async {
        let run = prepared.begin(agreed, &mut tell).await?;
        if args.yes && !context.quiet {
            announce(context, &run.planned, (&through, &run.pace), realm);
        }
        Box::pin(send(context, run)).await
    })??;
    Ok(conclude(context, &concluded, realm))
}

/// Who says that the campaign is sent from this machine now: whoever gave `--take-over`, or says so when asked. In the
/// sandbox, nobody has to.
fn who_takes_over(context: &Context, args: &Send, folder: &Folder) -> Result<Option<Said>> {
    if args.take_over || args.sandbox {
        return Ok(Some(said(context)));
    }
    match elsewhere(folder)? {
        // With `--yes` nobody is asked: preparing refuses.
        Some(elsewhere) if !args.yes => {
            say(format_args!("{elsewhere}: {}", elsewhere.question()));
            say("Type yes to go on from here, anything else to stop:");
            let mut typed = String::new();
            io::stdin().lock().read_line(&mut typed)?;
            if typed.trim() != "yes" {
                bail!("not confirmed; nothing was sent");
            }
            Ok(Some(said(context)))
        }
        _ => Ok(None),
    }
}

fn wish(args: &Send, takes_over: Option<Said>) -> Wish {
    Wish {
        limit: args.limit,
        only: args.only.clone(),
        patience: if args.no_wait { Patience::NoWait } else { Patience::Wait },
        accepts_changes: args.accept_changes,
        takes_over,
    }
}

/// Shows what would be sent, and asks for the number of letters to be typed in.
fn ask(context: &Context, prepared: &Prepared, through: &str) -> Result<Agreed> {
    let planned = prepared.survey(&mut |note| say_note(context, note))?;
    announce(context, &planned, (through, &prepared.pace), prepared.folder.realm);
    if planned.letters == 0 {
        return Ok(Agreed::by_number(&planned, "0")?);
    }
    let noun = if planned.letters == 1 { "letter" } else { "letters" };
    say(format_args!("Type {0} to send {0} {noun}, anything else to stop:", planned.letters));
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed)?;
    Ok(Agreed::by_number(&planned, &typed)?)
}

fn announce(context: &Context, planned: &Planned, (through, pace): (&str, &Pace), realm: Realm) {
    say(summary(&planned.totals));
    if planned.letters == 0 {
        if realm == Realm::Sandbox {
            say(format_args!("nothing is left to try; remove {SANDBOX} to begin anew"));
        }
        return;
    }
    let now = if planned.letters < planned.totals.to_send {
        format!(", {} of them now", planned.letters)
    } else {
        String::new()
    };
    say(format_args!("through {through}{now}"));
    // What was sent before fills windows of which nothing is known here.
    if planned.totals.settled == 0 {
        let outlook = Outlook::of(pace, &planned.totals);
        let now = context.clock.now();
        let last = outlook.last_leaves(planned.letters, now, Held::Nothing);
        if let Some(last) = last.filter(|last| until(now, *last) > Duration::from_mins(2)) {
            let cause = pace.hours.as_ref().map(|_| Cause::Hours);
            say(format_args!("with this pace, the last letter leaves about {}", outlook.moment(last, cause)));
        }
    }
}

/// The server and the pace, in words.
fn way(prepared: &Prepared) -> String {
    match &prepared.through {
        Through::Sandbox => {
            "the sandbox inside this program; nothing leaves this machine, and the pace does not apply".to_owned()
        }
        Through::Server { server, .. } => format!("{}:{}; pace: {}", server.host, server.port, prepared.pace),
    }
}

async fn send(context: &Context, run: Run) -> Result<Concluded> {
    let (handle, drain) = DrainHandle::new();
    tokio::spawn(signal::listen(handle));
    let outlook = Outlook::of(&run.pace, &run.planned.totals);
    let mut progress = Progress::new(run.planned.letters, context.quiet, context.clock.clone(), outlook);
    let concluded = run.send(drain, &mut |happening| progress.observe(happening)).await;
    progress.finish();
    Ok(concluded?)
}

/// Says how the run ended.
fn conclude(context: &Context, concluded: &Concluded, realm: Realm) -> Exit {
    if let Some(tally) = &concluded.tally {
        let shown = DeliveryState::ALL.into_iter().filter(|state| tally.of(*state) > 0);
        let counts: Vec<String> = shown.map(|state| format!("{} {state}", tally.of(state))).collect();
        // Whoever closed the pipe still gets the exit status.
        let _ = writeln!(anstream::stdout(), "{}", counts.join(", "));
        if !context.quiet {
            copies_left(&concluded.copies).iter().for_each(say);
            say_what_is_next(tally, realm);
        }
    }
    if let Some(why) = concluded.why(realm) {
        let why = mask_addresses(&why);
        match concluded.left() {
            Some(0) => say(format_args!("nothing is left to send; the run ended early: {why}")),
            Some(left) => say(format_args!("stopped, with {left} left: {why}")),
            None => say(format_args!("stopped, with an unknown number left: {why}")),
        }
    }
    concluded.kept.iter().chain(&concluded.unfiled).for_each(|note| say_note(context, note.clone()));
    concluded.trouble.iter().for_each(|error| say_error(error));
    match concluded.verdict() {
        Verdict::Done => Exit::Done,
        Verdict::WithFailures => Exit::WithFailures,
        Verdict::Stopped => Exit::Stopped,
    }
}

fn say_what_is_next(tally: &Tally, realm: Realm) {
    let log = realm.contacted();
    match realm {
        Realm::Real => {
            say_who_needs_care(tally);
            say(format_args!("log: {log}, or `undersigned log`"));
        }
        Realm::Sandbox => {
            say(format_args!("letters: {SANDBOX}/letters/*.eml"));
            say(format_args!("log: {log}, or `undersigned log --sandbox`"));
        }
    }
}

/// What a person has to look after once a run has ended.
fn say_who_needs_care(tally: &Tally) {
    if tally.of(DeliveryState::Failed) > 0 {
        say("failed: `undersigned log --state failed` says who, and why");
    }
    if tally.of(DeliveryState::InDoubt) > 0 {
        say(
            "in doubt: `undersigned log --state in-doubt` says who; ask them or the server's log, then `undersigned resolve`",
        );
    }
}
