//! What is to be sent, looked at before anybody has agreed to it. Nothing is written.

use std::collections::HashSet;
use std::sync::Arc;

use super::inputs::Inputs;
use super::mark::PlanMark;
use super::open_files;
use super::place::refuse_elsewhere;
use super::planned::Planned;
use super::right_time::refuse_wrong_clock;
use super::server;
use crate::campaign::check::{Sent, left_of_the_sample};
use crate::campaign::contacted::refuse_older_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::filing::Filer;
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::frozen::changed;
use crate::campaign::load::Campaign;
use crate::campaign::note::Note;
use crate::campaign::past::withdrawn::names_gone;
use crate::campaign::past::{NO_KEY, earlier};
use crate::campaign::person::Said;
use crate::campaign::realm::Realm;
use crate::campaign::retention::{continues_expired, refuse_expired};
use crate::campaign::signer::signer;
use crate::clock::Clock;
use crate::config::{Pace, Settings};
use crate::dispatch::{LetterMaker, Patience};
use crate::ledger::{FrozenFile, ReadLedger};
use crate::model::{Columns, Fault, Place, Round, TokenKey, lookup_key};
use crate::plan::Planner;
use crate::transport::{Server, WarmUp};

/// What a person wishes to send of a round.
#[derive(Debug, Clone)]
pub struct Wish {
    /// So many letters at the most; all, where it is not given.
    pub limit: Option<u64>,
    /// To these recipients alone, by id or address; to all, where it is empty.
    pub only: Vec<String>,
    /// Whether to wait for a limit, the hours or a deferred delivery.
    pub patience: Patience,
    /// Whether the rest get the new text, where a file changed since the first letter left.
    pub accepts_changes: bool,
    /// Who says that the campaign is sent from this machine now, where the last run was on another.
    pub takes_over: Option<Said>,
}

impl Wish {
    /// The recipients of [`only`](Self::only), in the forms in which they are compared.
    pub(super) fn only_keys(&self) -> HashSet<String> {
        self.only.iter().flat_map(|id| [id.clone(), lookup_key(id)]).collect()
    }
}

/// Which way the letters go.
#[derive(Debug, Clone)]
pub enum Through {
    /// A server inside this program; nothing leaves this machine.
    Sandbox,
    /// The campaign's server.
    Server {
        /// How it is reached.
        server: Arc<Server>,
        /// The account for which the rolling windows count.
        account: String,
        /// Who puts copies of the letters into the Sent folder, where that is wanted.
        filer: Option<Filer>,
        /// What makes the first connection ready.
        warm_up: Arc<WarmUp>,
    },
}

/// A round that is ready to be looked at, and to be sent once a person has agreed. Nothing was written for it, and
/// nobody else is kept from sending.
#[derive(Debug)]
pub struct Prepared {
    /// The campaign's folder and settings.
    pub folder: Folder,
    /// The round.
    pub round: Round,
    /// What is wished.
    pub wish: Wish,
    /// Which way the letters go.
    pub through: Through,
    /// How fast they go.
    pub pace: Pace,
    /// Decides about each row; the ledger's suppressions are still to be told to it.
    pub(super) planner: Planner,
    pub(super) columns: Arc<Columns>,
    pub(super) files: Vec<FrozenFile>,
    /// That files changed since the first letter left, as it was told.
    pub(super) changes: Option<Note>,
    pub(super) maker: LetterMaker,
    /// The lists that are looked at again while letters leave.
    pub(super) inputs: Inputs,
    /// The ledger, where there was one.
    pub(super) known: Option<Ledger>,
    pub(super) clock: Clock,
}

impl Campaign {
    /// Prepares to send the round for which the campaign was read: server, password, pace. What is worth a word is
    /// told.
    ///
    /// # Errors
    /// Where the ledger was handed over, or the last run was on another machine and the wish does not take that over;
    /// where the campaign is stopped, a file changed since the first letter left and the wish does not accept that, the
    /// ledger is older than its witness, there is no server, or the password cannot be had.
    pub fn prepare(self, wish: Wish, clock: &Clock, tell: &mut dyn FnMut(Note)) -> Result<Prepared> {
        let (folder, round) = (self.folder.clone(), self.round);
        let known = folder.known_ledger()?;
        known.as_ref().map_or(Ok(()), |ledger| refuse_elsewhere(ledger, &folder, wish.takes_over.as_ref()))?;
        refuse_wrong_clock(known.as_ref(), &folder, clock, wish.takes_over.is_some())?;
        refuse_expired(&folder, known.as_ref())?;
        refuse_halted(known.as_ref(), &folder)?;
        continues_expired(&folder, known.as_ref())?.map(Note::Row).into_iter().for_each(&mut *tell);
        let (through, mut pace) = match folder.realm {
            Realm::Real => {
                let sent = Sent::of(&folder.settings.id, known.as_ref())?;
                left_of_the_sample(&self, sent).map(Note::Row).into_iter().for_each(&mut *tell);
                let again =
                    known.as_ref().map(|ledger| sent_before(ledger, &folder, round, &self.files)).transpose()?;
                again.flatten().map(Note::Row).into_iter().for_each(&mut *tell);
                sent_elsewhere(&folder)?.map(Note::Row).into_iter().for_each(&mut *tell);
                let (server, account, warm_up) = server::real(&folder)?;
                let filer = Filer::of(&folder)?;
                (Through::Server { server, account, filer, warm_up: Arc::new(warm_up) }, folder.settings.pace.clone())
            }
            Realm::Sandbox => (Through::Sandbox, Pace::unlimited()),
        };
        refuse_older_ledger(known.as_ref(), &folder)?;
        let changes = known.as_ref().map(|ledger| refuse_changes(ledger, &folder, round, &self.files, &wish));
        let changes = changes.transpose()?.flatten();
        changes.iter().cloned().for_each(&mut *tell);
        let (connections, few) = open_files::connections(pace.connections);
        pace.connections = connections;
        few.into_iter().for_each(&mut *tell);
        folder.shared_ledger()?.map(Note::SharedDisk).into_iter().for_each(&mut *tell);
        let earlier = earlier::read(&self, round, known.as_ref())?;
        let gone = earlier.quote.as_ref().and_then(|quote| names_gone(&folder.settings.lists.signatories, &quote.gone));
        gone.map(Note::Row).into_iter().for_each(tell);
        let key = known.as_ref().map_or(Ok(TokenKey::new(NO_KEY)), ReadLedger::token_key)?;
        let (files, columns, mut planner) = (self.files.clone(), Arc::clone(&self.columns), self.planner.clone());
        if folder.realm == Realm::Sandbox {
            planner.wait_for_nothing();
        }
        let maker = self.into_maker(key, earlier)?;
        // What stays in the sandbox needs no signature.
        let signer = if folder.realm == Realm::Real { signer(&folder)? } else { None };
        let maker = maker.signed_by(signer.map(Arc::new));
        let (clock, inputs) = (clock.clone(), Inputs::of(&folder, &files));
        Ok(Prepared {
            folder,
            round,
            wish,
            through,
            pace,
            planner,
            columns,
            files,
            changes,
            maker,
            inputs,
            known,
            clock,
        })
    }
}

impl Prepared {
    /// What tells the plan that was gone through from any other: a page that was looked at has it too.
    #[must_use]
    pub fn mark(&self, planned: &Planned) -> PlanMark {
        PlanMark::of(&self.folder.settings, (self.round, planned.letters), planned.fingerprint, &self.files)
    }
}

/// What is said where the ledger has sent this very letter as another campaign, and nothing of this one: whoever
/// changed the id of a campaign sends everything again.
fn sent_before(ledger: &impl ReadLedger, folder: &Folder, round: Round, files: &[FrozenFile]) -> Result<Option<Fault>> {
    let Settings { id, file, letter, .. } = &folder.settings;
    if round > Round(0) || ledger.tally(id, round)?.total() > 0 {
        return Ok(None);
    }
    let of_now = files.iter().find(|file| file.path == letter.template);
    for other in ledger.campaigns()?.into_iter().filter(|other| other != id) {
        let frozen = ledger.frozen(&other, round)?;
        if of_now.is_some_and(|now| frozen.iter().any(|then| (&then.path, &then.sha256) == (&now.path, &now.sha256))) {
            let message = format!(
                "the ledger has sent this letter as `{other}`: as `{id}`, it goes to everybody again; take the former `id` back, \
                 unless that is meant"
            );
            return Ok(Some(Fault::warning(Place::file(file), message)));
        }
    }
    Ok(None)
}

/// What is said where this machine remembers letters of the campaign that left by another ledger: whoever copies a
/// folder without its `logs` sends everything again.
fn sent_elsewhere(folder: &Folder) -> Result<Option<Fault>> {
    let Settings { id, file, .. } = &folder.settings;
    Ok(folder.sent_elsewhere()?.map(|sent| {
        let message = format!(
            "nothing of `{id}` was sent by this ledger, and this machine remembers {sent} by another one: they go again to whoever is \
             on the list. If the folder was copied without its `logs`, `undersigned adopt --witness` takes these for sent"
        );
        Fault::warning(Place::file(file), message)
    }))
}

/// Refuses a campaign that a person has stopped.
pub(super) fn refuse_halted(ledger: Option<&impl ReadLedger>, folder: &Folder) -> Result<()> {
    let halt = ledger.map(|ledger| ledger.halt(&folder.settings.id)).transpose()?.flatten();
    halt.map_or(Ok(()), |halt| Err(Error::Halted { halt, realm: folder.realm }))
}

/// Refuses to go on where a file changed since the first letter may have left; gives a word about it where the wish
/// accepts that.
pub(super) fn refuse_changes(
    ledger: &impl ReadLedger,
    folder: &Folder,
    round: Round,
    files: &[FrozenFile],
    wish: &Wish,
) -> Result<Option<Note>> {
    let frozen = ledger.frozen(&folder.settings.id, round)?;
    let changed = if frozen.is_empty() { Vec::new() } else { changed(&frozen, files) };
    let changed: Vec<String> = changed.into_iter().map(str::to_owned).collect();
    match (changed.is_empty(), wish.accepts_changes) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(Note::Changed(changed))),
        (false, false) => Err(Error::Changed(changed)),
    }
}
