//! Sends a round, or goes on with it: `send` the first letter, `follow-up` one of the others.

use std::collections::HashSet;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use tokio::runtime::Runtime;

use super::campaign::{Loaded, changed};
use super::confirm;
use super::contacted::refuse_older_ledger;
use super::ledgers::{Realm, SANDBOX};
use super::log::write_contacted;
use super::plan::summary;
use super::progress::{Progress, in_words};
use super::recipients::entries;
use super::stage::{Planned, Stage};
use super::stop::{refuse_stopped, undone_by};
use super::terminal::{report_error, say, say_faults, warn};
use super::{Context, Exit, earlier, open_files, server, signal};
use crate::cli::Send;
use crate::config::Pace;
use crate::dispatch::{self, Assignment, End, Finished, Patience, Stop, StopHandle};
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{FrozenFile, Lease, LedgerError, ReadLedger, RunLedger, StageLedger, Tally};
use crate::model::{DeliveryState, Round, lookup_key, mask_addresses};
use crate::report::counted;
use crate::transport::Server;
use crate::transport::sandbox::{Journal, Options, Sandbox, Sink};

/// Sends the first letter.
pub(super) fn run(context: &Context, args: &Send) -> Result<Exit> {
    refuse_unasked(args)?;
    let loaded = Loaded::read(context.workspace()?, &context.config, Round(0), &context.clock)?;
    send_round(context, args, Round(0), loaded)
}

/// Refuses to send where nobody can be asked, and `--yes` was not said.
pub(super) fn refuse_unasked(args: &Send) -> Result<()> {
    if !args.yes && !std::io::stdin().is_terminal() {
        bail!("nobody is there to be asked; look at the plan, and send with `--yes`");
    }
    Ok(())
}

/// Sends a round, for which the campaign was loaded.
pub(super) fn send_round(context: &Context, args: &Send, round: Round, loaded: Loaded) -> Result<Exit> {
    if !context.quiet {
        say_faults(loaded.warnings.iter());
    }
    let realm = Realm::of(args.sandbox);
    if let Some(known) = realm.open_existing(&loaded.workspace, &loaded.campaign)? {
        refuse_stopped(&known, &loaded.campaign.id, realm)?;
    }
    // The password is fetched before there is a runtime: a command that asks for one needs the terminal for itself.
    let real = match realm {
        Realm::Real => Some(server::real(&loaded.workspace, &loaded.campaign)?),
        Realm::Sandbox => None,
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime cannot be started")?;
    let ledger = realm.open(&loaded.workspace, &loaded.campaign)?;
    let (lease, doubtful) = runtime.block_on(ledger.take_lease(&loaded.campaign.id, &context.clock))?;
    if doubtful > 0 {
        warn(format_args!(
            "{doubtful} of the letters that an earlier run had on the wire are in doubt; `undersigned log --state in-doubt` lists them"
        ));
    }
    let sending = Sending { context, args, round, realm, runtime, ledger, lease };
    let result = sending.send(loaded, real);
    if let Err(error) = sending.wait(sending.ledger.release(&sending.lease, context.clock.now())) {
        // It ends with the process all the same.
        warn(format_args!("the campaign's lease could not be given back: {error:#}"));
    }
    result
}

/// A run, once it holds the campaign's lease.
pub(super) struct Sending<'a> {
    pub(super) context: &'a Context,
    pub(super) args: &'a Send,
    pub(super) round: Round,
    realm: Realm,
    runtime: Runtime,
    pub(super) ledger: SqliteLedger,
    pub(super) lease: Lease,
}

impl Sending<'_> {
    fn send(&self, mut loaded: Loaded, real: Option<(Arc<Server>, String)>) -> Result<Exit> {
        let campaign = loaded.campaign.clone();
        let workspace = loaded.workspace.clone();
        let contacted = workspace.path(&self.realm.contacted())?;
        refuse_older_ledger(&self.ledger, &contacted, &campaign.id, self.round)?;
        self.refuse_changes(&loaded.files)?;
        if self.realm == Realm::Sandbox {
            loaded.planner.wait_for_nothing();
        }
        loaded.planner.suppress(self.ledger.suppressions()?);
        let earlier = earlier::read(&loaded, self.round, Some(&self.ledger))?;
        let (mut planner, files) = (loaded.planner.clone(), std::mem::take(&mut loaded.files));
        let columns = Arc::clone(&loaded.columns);
        let maker = loaded.into_maker(self.round, self.ledger.token_key()?, earlier)?;

        let now = || self.context.clock.now();
        self.wait(self.ledger.begin_plan(&self.lease, self.round, &columns))?;
        let mut stage = Stage::new(self, &maker, &campaign.lists.recipients);
        entries(&workspace, &campaign, &mut planner, self.round, Some(&self.ledger), |entry| stage.take(entry))?;
        let planned = stage.finish()?;

        let (server, account, sandbox) = match real {
            Some((server, account)) => (server, account, None),
            None => {
                let folder = workspace.path(&format!("{SANDBOX}/letters"))?;
                let sandbox = self
                    .runtime
                    .block_on(Sandbox::start(letters_into(folder)))
                    .context("the sandbox cannot be started")?;
                (Arc::new(sandbox.server()), "sandbox".to_owned(), Some(sandbox))
            }
        };
        let mut pace = if sandbox.is_some() { Pace::unlimited() } else { campaign.pace.clone() };
        pace.connections = open_files::connections(pace.connections);
        self.announce(&planned, &server, &pace);
        if planned.letters > 0 && !self.args.yes {
            confirm::ask(planned.letters)?;
        }
        self.wait(self.ledger.finish_plan(&self.lease, self.round, now()))?;
        self.wait(self.ledger.freeze(&self.lease, self.round, files, now()))?;

        let assignment = Assignment {
            ledger: self.ledger.clone(),
            lease: self.lease.clone(),
            campaign: campaign.id.clone(),
            round: self.round,
            continues: campaign.continues.clone(),
            letters: maker,
            server,
            account,
            pace,
            retry: campaign.retry,
            outcomes: campaign.outcomes,
            limit: self.args.limit,
            only: self.only(),
            patience: if self.args.no_wait { Patience::NoWait } else { Patience::Wait },
            largest: planned.largest,
            clock: self.context.clock.clone(),
        };
        let finished = self.dispatch(assignment, planned.letters);
        if let Some(sandbox) = sandbox {
            self.runtime.block_on(sandbox.stop());
        }
        let nothing_sent = finished.attempts == 0;
        let written = write_contacted(&contacted, &workspace, &campaign, &self.ledger);
        let tally = self.ledger.tally(&campaign.id, self.round);
        let concluded = tally.map_err(Into::into).and_then(|tally| self.conclude(finished, &tally));
        match concluded.and_then(|exit| written.map(|()| exit)) {
            // Letters have left: whatever went wrong after that, the run was not refused.
            Err(error) if !nothing_sent => {
                report_error(&error);
                Ok(Exit::Stopped)
            }
            result => result,
        }
    }

    /// Waits for what the ledger is asked to do.
    pub(super) fn wait<T>(&self, work: impl Future<Output = crate::ledger::Result<T>>) -> Result<T> {
        Ok(self.runtime.block_on(work)?)
    }

    /// Stops where a file changed since the first letter may have left.
    fn refuse_changes(&self, files: &[FrozenFile]) -> Result<()> {
        let frozen = self.ledger.frozen(&self.lease.campaign, self.round)?;
        if frozen.is_empty() {
            return Ok(());
        }
        let changed = changed(&frozen, files);
        if changed.is_empty() {
            return Ok(());
        }
        let list = changed.join(", ");
        if self.args.accept_changes {
            warn(format_args!("changed since the first letter left: {list}; the rest get the new text"));
            return Ok(());
        }
        bail!(
            "changed since the first letter left: {list}. Go on with the new text for the rest by `--accept-changes`, or put the old one \
             back; if this is another campaign, give it an `id` of its own"
        )
    }

    /// The recipients of `--only`, in the form in which they are compared.
    pub(super) fn only(&self) -> HashSet<String> {
        self.args.only.iter().flat_map(|id| [id.clone(), lookup_key(id)]).collect()
    }

    fn announce(&self, planned: &Planned, server: &Server, pace: &Pace) {
        if self.context.quiet && self.args.yes {
            return;
        }
        say(summary(&planned.totals));
        if planned.letters == 0 {
            if self.realm == Realm::Sandbox {
                say(format_args!("nothing is left to try; remove {SANDBOX} to begin anew"));
            }
            return;
        }
        let place = match self.realm {
            Realm::Sandbox => {
                "the sandbox inside this program; nothing leaves this machine, and the pace does not apply".to_owned()
            }
            Realm::Real => format!("{}:{}; pace: {}", server.host, server.port, pace_in_words(pace)),
        };
        let now = if planned.letters < planned.totals.to_send {
            format!(", {} of them now", planned.letters)
        } else {
            String::new()
        };
        say(format_args!("through {place}{now}"));
    }

    fn dispatch(&self, assignment: Assignment<SqliteLedger>, letters: u64) -> Finished {
        let (handle, stop) = StopHandle::new();
        let mut progress = Progress::new(letters, self.context.quiet, self.context.clock.clone());
        self.runtime.spawn(signal::listen(handle));
        let run = run_with(assignment, stop, &mut progress);
        let finished = self.runtime.block_on(run);
        progress.finish();
        finished
    }

    /// Says how the run ended.
    fn conclude(&self, finished: Finished, tally: &Tally) -> Result<Exit> {
        let left = tally.of(DeliveryState::Planned) + tally.of(DeliveryState::Deferred);
        let shown = DeliveryState::ALL.into_iter().filter(|state| tally.of(*state) > 0);
        let counts: Vec<String> = shown.map(|state| format!("{} {state}", tally.of(state))).collect();
        // Whoever closed the pipe still gets the exit status.
        let _ = writeln!(anstream::stdout(), "{}", counts.join(", "));
        if !self.context.quiet {
            let log = self.realm.contacted();
            match self.realm {
                Realm::Real => {
                    say_who_needs_care(tally);
                    say(format_args!("log: {log}, or `undersigned log`"));
                }
                Realm::Sandbox => {
                    say(format_args!("letters: {SANDBOX}/letters/*.eml\nlog: {log}, or `undersigned log --sandbox`"));
                }
            }
        }
        let nothing_sent = finished.attempts == 0;
        let command = if self.round == Round(0) { "send" } else { "follow-up" };
        let stopped = |why: String| {
            let why = mask_addresses(&why);
            say(format_args!("stopped, with {left} left: {why}; `undersigned {command}` goes on"));
            Ok(Exit::Stopped)
        };
        match finished.end {
            // Nothing that is still open may pass for done.
            End::Done if left > 0 && self.args.limit.is_none() && self.args.only.is_empty() => {
                stopped("no reason is known".to_owned())
            }
            End::Done if tally.of(DeliveryState::Failed) + tally.of(DeliveryState::InDoubt) > 0 => {
                Ok(Exit::WithFailures)
            }
            End::Done => Ok(Exit::Done),
            End::NoWait { cause, until } => {
                let from = until.map(|at| format!(" before {}", at.strftime("%Y-%m-%dT%H:%M:%SZ"))).unwrap_or_default();
                stopped(format!("{}; nothing more may go{from}", in_words(cause)))
            }
            End::Signal => stopped("by a signal".to_owned()),
            End::Server(error) => stopped(error.to_string()),
            End::Refused(reason) => stopped(reason.to_string()),
            End::Streak(streak) => stopped(streak.to_string()),
            End::Ledger(error @ LedgerError::Halted(_)) => {
                say(format_args!("stopped, with {left} left: {error}; {}", undone_by(self.realm)));
                Ok(Exit::Stopped)
            }
            End::Ledger(error) if nothing_sent => Err(error.into()),
            // The next run must wait until a person has put the ledger right.
            End::Ledger(error @ (LedgerError::Displaced { .. } | LedgerError::Unusable { .. })) => {
                say(format_args!("stopped, with {left} left: {error}"));
                Ok(Exit::Stopped)
            }
            End::Ledger(error) => stopped(error.to_string()),
            End::TooLarge { largest, size } => {
                let why = format!(
                    "the largest message has about {largest} bytes, and the server takes {size}; make the attachments smaller, or link to them"
                );
                if nothing_sent {
                    bail!("{why}")
                }
                stopped(why)
            }
            End::Letter(error) if nothing_sent => Err(error.into()),
            End::Letter(error) => {
                report_error(&error.into());
                stopped("a letter cannot be made".to_owned())
            }
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

/// A sandbox that keeps letters as files and nothing else.
fn letters_into(folder: PathBuf) -> Options {
    Options { sink: Sink::Folder(folder), journal: Journal::None, ..Options::default() }
}

async fn run_with(assignment: Assignment<SqliteLedger>, stop: Stop, progress: &mut Progress) -> Finished {
    dispatch::run(assignment, stop, &mut |happening| progress.observe(&happening)).await
}

fn pace_in_words(pace: &Pace) -> String {
    let limits = [
        (pace.per_second, "a second"),
        (pace.per_minute, "a minute"),
        (pace.per_hour, "an hour"),
        (pace.per_day, "a day"),
        (pace.per_domain_per_minute, "a minute to each domain"),
    ];
    let mut words: Vec<String> =
        limits.into_iter().filter_map(|(limit, what)| Some(format!("{} {what}", limit?))).collect();
    if words.is_empty() {
        words.push("no limit".to_owned());
    }
    words.push(counted(u64::from(pace.connections), "connection", "connections"));
    words.extend(pace.hours.as_ref().map(ToString::to_string));
    words.join(", ")
}
