//! The ledger in memory, with which the protocol is explored, answers as this one does, whatever happens in whatever
//! order.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use super::mails::{Says, mail, says};
use super::*;
use crate::ledger::memory::{Commits, Disk, MemoryLedger};
use crate::ledger::{Elsewhere, LedgerError, MailLedger, Mark, Resolution, Ruling};
use crate::model::window::{Window, Windows};
use crate::model::{Addressee, Answer, SentLetter, Suppression, Target, Thread};

const SECOND: Round = Round(1);

/// The third has the address of the first.
static RECIPIENTS: [&str; 3] = ["ana", "bo", "ana2"];

/// Something that a run, a second run, a person or a power cut does.
#[derive(Debug, Clone)]
enum Step {
    /// Plans a round with these recipients of the three; those of the second list are skipped.
    Plan(Round, Vec<bool>, Vec<bool>),
    Claim(Round, usize),
    /// Settles the oldest attempt that is under way, or else one that is over.
    Settle(DeliveryState),
    Renew,
    /// So many a minute.
    Limit(u32),
    /// The process dies, and another takes the lease.
    Restart,
    /// A process elsewhere tries to take the lease, and has it where its time is over and a person says so.
    Steal(bool),
    /// The ledger is handed over, with the lease given back, or while a run has it; and taken back.
    HandOver(bool),
    /// The run that lost its lease claims one, and settles what it had under way.
    LostClaim(Round, usize),
    LostSettle(DeliveryState),
    /// Says of the delivery whose attempt ended last what becomes of it.
    Rule(DeliveryState),
    LostRule(DeliveryState),
    /// With the lease given back, or while a run has it.
    Resolve(Round, usize, Resolution, bool),
    /// A person or a mail says something of a recipient.
    Mark(usize, Option<Answer>, Option<&'static str>, Voice),
    Suppress(&'static str, Option<&'static str>, Voice),
    Lift(&'static str),
    /// A mail by a number comes in, once or again.
    Mail(u32, Vec<Says>),
    ReadInbox,
    Unbounce(usize),
    Stop(Option<&'static str>),
    Resume,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let flags = || proptest::collection::vec(proptest::bool::weighted(0.7), 3);
    let who = || 0..RECIPIENTS.len();
    let round = || proptest::bool::weighted(0.3).prop_map(|follows| if follows { SECOND } else { FIRST });
    let state = || {
        use DeliveryState::{Accepted, Deferred, Failed, InDoubt, Planned};
        proptest::sample::select(vec![
            Accepted, Deferred, Deferred, Deferred, Failed, InDoubt, InDoubt, InDoubt, Planned,
        ])
    };
    let resolution = || proptest::sample::select(vec![Resolution::Accepted, Resolution::NotSent]);
    let voice = || {
        let (person, mail) = (Voice::Person("ana".to_owned()), Voice::Mail { id: "m@example.org".to_owned() });
        proptest::sample::select(vec![person, mail])
    };
    let answer = || proptest::option::weighted(0.8, proptest::sample::select(Answer::ALL.to_vec()));
    let text = || proptest::sample::select(vec![None, Some("by phone"), Some("")]);
    let target = || proptest::sample::select(vec!["bo@example.org", "ana@example.org", "@example.org"]);
    prop_oneof![
        1 => (round(), flags(), flags()).prop_map(|(round, listed, sent)| Step::Plan(round, listed, sent.iter().map(|sent| !sent).collect())),
        6 => (round(), who()).prop_map(|(round, who)| Step::Claim(round, who)),
        5 => state().prop_map(Step::Settle),
        1 => Just(Step::Renew),
        1 => (1..4_u32).prop_map(Step::Limit),
        1 => Just(Step::Restart),
        1 => proptest::bool::weighted(0.7).prop_map(Step::Steal),
        1 => proptest::bool::weighted(0.7).prop_map(Step::HandOver),
        1 => (round(), who()).prop_map(|(round, who)| Step::LostClaim(round, who)),
        1 => state().prop_map(Step::LostSettle),
        2 => state().prop_map(Step::Rule),
        1 => state().prop_map(Step::LostRule),
        3 => (round(), who(), resolution(), proptest::bool::weighted(0.8)).prop_map(|(round, who, word, alone)| Step::Resolve(round, who, word, alone)),
        3 => (who(), answer(), text(), voice()).prop_map(|(who, answer, note, by)| Step::Mark(who, answer, note, by)),
        1 => (target(), proptest::sample::select(vec![None, Some("asked")]), voice())
            .prop_map(|(target, reason, by)| Step::Suppress(target, reason, by)),
        1 => target().prop_map(Step::Lift),
        4 => (0..6_u32, proptest::collection::vec(says(&RECIPIENTS), 0..3)).prop_map(|(number, says)| Step::Mail(number, says)),
        1 => Just(Step::ReadInbox),
        2 => who().prop_map(Step::Unbounce),
        1 => proptest::sample::select(vec![None, Some("the minister resigned")]).prop_map(Step::Stop),
        2 => Just(Step::Resume),
        4 => proptest::sample::select(vec![1, 20, 28, 40, 1_000, 1_000]).prop_map(Step::Wait),
    ]
}

/// A place where a ledger can be opened more than once.
trait Place {
    type Ledger: ReadLedger + RunLedger + StageLedger + PersonLedger + MailLedger + PlaceLedger + Send + Sync;

    fn open(&self) -> Self::Ledger;

    /// As a machine that the locks of this one do not reach.
    fn open_elsewhere(&self) -> Self::Ledger;

    /// What was opened elsewhere has gone without the lease.
    fn closed_elsewhere(&self) {}

    fn kill(ledger: Self::Ledger);
}

struct Folder(TempDir);

impl Folder {
    fn path(&self) -> PathBuf {
        self.0.path().join("ledger.db")
    }

    fn rename(&self, from: &str, to: &str) {
        for entry in std::fs::read_dir(self.0.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == from) {
                std::fs::rename(&path, path.with_extension(to)).unwrap();
            }
        }
    }
}

impl Place for Folder {
    type Ledger = SqliteLedger;

    fn open(&self) -> SqliteLedger {
        // No disk fails here, and a flush for each command takes long.
        SqliteLedger::open_as(&self.path(), "here.example", "PRAGMA synchronous = OFF").unwrap()
    }

    fn open_elsewhere(&self) -> SqliteLedger {
        // Each machine has a lock file of its own.
        self.rename("lock", "here");
        open_elsewhere(&self.path())
    }

    fn closed_elsewhere(&self) {
        self.rename("here", "lock");
    }

    fn kill(ledger: SqliteLedger) {
        drop(ledger);
    }
}

impl Place for Arc<Mutex<Disk>> {
    type Ledger = MemoryLedger;

    fn open(&self) -> MemoryLedger {
        MemoryLedger::open(self, "here.example", Commits::AtOnce)
    }

    fn open_elsewhere(&self) -> MemoryLedger {
        MemoryLedger::open(self, "elsewhere.example", Commits::AtOnce)
    }

    fn kill(ledger: MemoryLedger) {
        ledger.die();
    }
}

/// A run, and what it has under way.
struct Run<L> {
    ledger: L,
    lease: Lease,
    under_way: Vec<(DeliveryId, AttemptId)>,
    over: Vec<(DeliveryId, AttemptId)>,
}

/// One of the two ledgers.
struct Side<P: Place> {
    place: P,
    /// The one that holds the lease is the last; before it stands the one that lost it.
    runs: Vec<Run<P::Ledger>>,
    second: i64,
}

impl<L: ReadLedger + RunLedger> Run<L> {
    /// Takes the lease, where the last run was elsewhere by a person's word.
    async fn take_over(ledger: L, second: i64) -> Result<(Self, u64)>
    where
        L: PlaceLedger,
    {
        if ledger.elsewhere(&campaign()).unwrap().is_some() {
            ledger.take_over(&word(at(second))).await?;
        }
        Self::take(ledger, second).await
    }

    async fn take(ledger: L, second: i64) -> Result<(Self, u64)> {
        let (lease, in_doubt) = ledger.take_lease(&campaign(), &clock(second)).await?;
        Ok((Self { ledger, lease, under_way: Vec::new(), over: Vec::new() }, in_doubt))
    }

    async fn claim(&mut self, round: Round, who: usize, second: i64) -> String {
        let is_it = |it: &&Delivery| it.round == round && it.recipient.as_str() == RECIPIENTS[who];
        let Some(id) = self.deliveries().iter().find(is_it).map(|it| it.id) else {
            return "not there".to_owned();
        };
        match self.ledger.claim(&self.lease, claim(id, second)).await {
            Ok(Claimed::Yes(attempt)) => {
                self.under_way.push((id, attempt));
                "yes".to_owned()
            }
            Ok(refused) => format!("{refused:?}"),
            Err(error) => refusal(&error),
        }
    }

    /// Hands the ledger over, is refused everything, and takes it back.
    async fn hand_over(&mut self, alone: bool, second: i64) -> String
    where
        L: PlaceLedger + PersonLedger,
    {
        let (ledger, word) = (&self.ledger, word(at(second)));
        if alone {
            ledger.release(&self.lease, at(second)).await.unwrap();
        }
        let mut told = vec![said(ledger.take_back(&word).await)];
        let handed = ledger.hand_over(Some("bo".to_owned()), &word).await;
        let is_handed_over = handed.is_ok();
        told.push(said(handed.map(|handed| (handed.at, handed.is_here))));
        if is_handed_over {
            told.push(said(ledger.hand_over(None, &word).await));
            told.push(said(ledger.stop(None, &word).await));
            told.push(said(ledger.take_over(&word).await));
            told.push(said(ledger.take_lease(&campaign(), &clock(second)).await));
            told.push(said(ledger.take_back(&word).await.map(|handed| handed.to)));
        }
        if alone {
            let (taken, in_doubt) = ledger.take_lease(&campaign(), &clock(second)).await.unwrap();
            self.lease = taken;
            self.over.append(&mut self.under_way);
            told.push(format!("{in_doubt} in doubt"));
        }
        told.join("; ")
    }

    async fn settle(&mut self, state: DeliveryState, second: i64) -> String {
        let Some(started) = self.under_way.first().or(self.over.first()).copied() else {
            return "nothing".to_owned();
        };
        let outcome = self.ledger.settle(&self.lease, settlement(started, second, state)).await;
        if outcome.is_ok() {
            self.under_way.retain(|known| *known != started);
            self.over.push(started);
        }
        said(outcome)
    }

    async fn rule(&self, state: DeliveryState, second: i64) -> String {
        let Some((delivery, attempt)) = self.over.last().copied() else { return "nothing".to_owned() };
        let reason = "as others were".to_owned();
        said(self.ledger.rule(&self.lease, Ruling { delivery, attempt, at: at(second), state, reason }).await)
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.ledger.deliveries(&campaign(), &Selection::default()).collect::<Result<_>>().unwrap()
    }
}

impl<P: Place> Side<P> {
    async fn new(place: P) -> Self {
        let (run, _) = Run::take(place.open(), 0).await.unwrap();
        Self { place, runs: vec![run], second: 0 }
    }

    /// Does something, and gives the answer.
    async fn carry_out(&mut self, step: Step) -> String {
        self.second += 1;
        let (second, robbed) = (self.second, self.runs.len() > 1);
        let Some(run) = self.runs.last_mut() else { unreachable!("one run always holds the lease") };
        match step {
            Step::Plan(round, listed, skips) => {
                // Two rows of one address are not for here: a plan with them is refused before it is one.
                let email = |n: usize| EmailAddress::parse(&format!("{}@example.org", RECIPIENTS[n])).unwrap();
                let planned = |n: usize| {
                    let skip = skips[n].then(|| "suppressed".to_owned());
                    PlannedRow { skip, email: email(n), ..row(RECIPIENTS[n]) }
                };
                let rows: Vec<_> = (0..3).filter(|n| listed[*n]).map(planned).collect();
                run.ledger.begin_plan(&run.lease, round, &Columns::new(["id", "email"])).await.unwrap();
                run.ledger.plan(&run.lease, round, rows).await.unwrap();
                said(run.ledger.finish_plan(&run.lease, round, at(second)).await)
            }
            Step::Claim(round, who) => run.claim(round, who, second).await,
            Step::Settle(state) => run.settle(state, second).await,
            Step::Renew => said(run.ledger.renew(&run.lease, at(second)).await),
            Step::Limit(limit) => {
                let span = Duration::from_mins(1);
                let windows = Windows { overall: vec![Window { limit, span }], per_domain: None };
                let sent = run.ledger.limit(&run.lease, "letters", windows).await;
                said(sent.map(|mut sent| {
                    sent.attempts.sort_by_key(|attempt| attempt.ended_at);
                    sent
                }))
            }
            Step::Restart => {
                // The lease of another machine's run is over by then.
                self.second += 60;
                self.runs.drain(..).for_each(|run| P::kill(run.ledger));
                let (run, in_doubt) = Run::take_over(self.place.open(), self.second).await.unwrap();
                self.runs.push(run);
                format!("{in_doubt} in doubt")
            }
            Step::Steal(_) if robbed => "stolen already".to_owned(),
            Step::Steal(told) => {
                let ledger = self.place.open_elsewhere();
                let taken = if told { Run::take_over(ledger, second).await } else { Run::take(ledger, second).await };
                match taken {
                    Ok((thief, in_doubt)) => {
                        self.runs.push(thief);
                        format!("{in_doubt} in doubt")
                    }
                    Err(error) => {
                        self.place.closed_elsewhere();
                        refusal(&error)
                    }
                }
            }
            Step::HandOver(alone) => run.hand_over(alone, second).await,
            Step::Rule(state) => run.rule(state, second).await,
            Step::LostClaim(..) | Step::LostSettle(_) | Step::LostRule(_) if !robbed => "nobody".to_owned(),
            Step::LostClaim(round, who) => self.runs[0].claim(round, who, second).await,
            Step::LostSettle(state) => self.runs[0].settle(state, second).await,
            Step::LostRule(state) => self.runs[0].rule(state, second).await,
            Step::Resolve(round, who, resolution, alone) => {
                let Run { ledger, lease, .. } = run;
                if alone {
                    ledger.release(lease, at(second)).await.unwrap();
                }
                let recipient = RecipientId::new(RECIPIENTS[who]);
                let resolved = ledger.resolve(round, &recipient, resolution, &word(at(second))).await;
                let answer = said(resolved);
                if alone {
                    let (taken, in_doubt) = ledger.take_lease(&campaign(), &clock(second)).await.unwrap();
                    *lease = taken;
                    run.over.append(&mut run.under_way);
                    return format!("{answer}, {in_doubt} in doubt");
                }
                answer
            }
            Step::Mark(who, answer, note, by) => {
                let mark = Mark { answer, note: note.map(str::to_owned), said_at: at(second - 9) };
                said(run.ledger.mark(&RecipientId::new(RECIPIENTS[who]), mark, &word_by(by, at(second))).await)
            }
            Step::Suppress(key, reason, by) => {
                let reason = reason.map(str::to_owned);
                let suppression = Suppression { target: Target::from_key(key.to_owned()), reason };
                said(run.ledger.suppress(suppression, &word_by(by, at(second))).await)
            }
            Step::Lift(key) => said(run.ledger.lift(Target::from_key(key.to_owned()), &word(at(second))).await),
            Step::Mail(number, says) => said(run.ledger.count(mail(number, &says, second)).await),
            Step::Unbounce(who) => {
                let recipient = RecipientId::new(RECIPIENTS[who]);
                said(run.ledger.unbounce(&recipient, &word(at(second))).await)
            }
            Step::ReadInbox => said(run.ledger.inbox_was_read(&campaign(), at(second)).await),
            Step::Stop(reason) => said(run.ledger.stop(reason.map(str::to_owned), &word(at(second))).await),
            Step::Resume => said(run.ledger.resume(&word(at(second))).await),
            Step::Wait(seconds) => {
                self.second += seconds;
                String::new()
            }
        }
    }

    /// Everything that can be read, but for keys.
    async fn shown(&self) -> Vec<String> {
        let Some(run) = self.runs.last() else { return Vec::new() };
        let (ledger, now) = (&run.ledger, at(self.second));
        let mut shown = Vec::new();
        for delivery in run.deliveries() {
            let message_id = delivery.message_id.is_some().then(|| MessageId::from_text("known"));
            shown.push(format!("{:?}", Delivery { id: DeliveryId(0), message_id, ..delivery }));
        }
        for round in [FIRST, SECOND] {
            for due in ledger.due(&campaign(), round, None, now, 2).await.unwrap() {
                let message_id = due.message_id.is_some().then(|| MessageId::from_text("known"));
                shown.push(format!("{:?}", Due { id: DeliveryId(0), message_id, ..due }));
            }
            shown.push(format!("{:?}", ReadLedger::next_attempt_at(ledger, &campaign(), round).unwrap()));
            let only = HashSet::from(["bo".to_owned(), "ana2@example.org".to_owned()]);
            for only in [HashSet::new(), only] {
                let next = RunLedger::next_attempt_at(ledger, &campaign(), round, &only).await.unwrap();
                shown.push(format!("{next:?}"));
            }
            shown.push(format!("{:?}", ledger.tally(&campaign(), round).unwrap()));
            shown.push(format!("{:?}", ledger.columns(&campaign(), round).unwrap()));
            for id in RECIPIENTS {
                let recipient = RecipientId::new(id);
                let standing = ledger.standing(&campaign(), round, &recipient, "ana@example.org").unwrap();
                shown.push(format!("{standing:?}"));
            }
        }
        shown.push(format!("{:?}", ledger.rounds(&campaign()).unwrap()));
        // Somebody of the list, somebody who moved, and somebody who got another's id.
        let to = |id: &str, address: &str, name: &str| Addressee {
            id: RecipientId::new(id),
            address: address.to_owned(),
            name: name.to_owned(),
        };
        let recipients = [
            to("ana", "ana@example.org", "Name of ana"),
            to("bo", "bo@elsewhere.example", "Name of bo"),
            to("bo", "new@example.org", "Somebody new"),
        ];
        let thread = Thread { campaign: campaign(), before: Round(2), continues: Some(campaign()), quotes: false };
        for mut history in ReadLedger::histories(ledger, &thread, &recipients).unwrap() {
            for past in history.rounds.iter_mut().chain(&mut history.continued) {
                past.message_id = past.message_id.take().map(|_| MessageId::from_text("known"));
            }
            shown.push(format!("{history:?}"));
        }
        shown.push(format!("{:?}", ledger.answers(&campaign(), FIRST).unwrap()));
        shown.push(format!("{:?}", ledger.suppressions().unwrap()));
        let asked = ["ana@example.org", "bo@elsewhere.example", "carl@nowhere.example"].map(str::to_owned);
        shown.push(format!("{:?}", ledger.suppressed(asked.to_vec()).await.unwrap()));
        shown.push(format!("{:?}", RunLedger::halt(ledger, &campaign()).await.unwrap()));
        shown.extend(mail_shown(ledger));
        let holder = ledger.holder(&campaign()).unwrap();
        shown.push(format!("{:?}", holder.map(|holder| (holder.host == "elsewhere.example", holder.since))));
        shown
    }
}

/// What a ledger knows of mail, but for keys.
fn mail_shown(ledger: &impl MailLedger) -> Vec<String> {
    let mut shown = Vec::new();
    for letter in ledger.letters() {
        let letter = SentLetter { message_id: String::new(), token: String::new(), ..letter.unwrap() };
        shown.push(format!("{letter:?}"));
    }
    shown.sort_unstable();
    shown.extend(ledger.unmatched().map(|mail| mail.unwrap().fingerprint));
    shown.extend((0..6).map(|number| ledger.has_counted(&format!("mail {number}")).unwrap().to_string()));
    shown.push(format!("{:?}", ledger.uids("INBOX").unwrap()));
    shown.push(format!("{:?}", ledger.inbox_read_at(&campaign()).unwrap()));
    shown
}

/// An answer without keys and paths.
fn said<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &LedgerError) -> String {
    match error {
        LedgerError::Held(_) => "held".to_owned(),
        LedgerError::Store { .. } => "refused".to_owned(),
        LedgerError::Elsewhere(Elsewhere::SentFrom(run)) => format!("{:?} {:?}", run.began, run.ended),
        LedgerError::Elsewhere(Elsewhere::HandedOver(_)) => "handed over".to_owned(),
        other => other.to_string(),
    }
}

async fn compare(steps: Vec<Step>) {
    let mut file = Side::new(Folder(tempfile::tempdir().unwrap())).await;
    let mut memory = Side::new(Arc::<Mutex<Disk>>::default()).await;
    let all = Step::Plan(FIRST, vec![true; 3], vec![false; 3]);
    for step in std::iter::once(all).chain(steps) {
        let (first, second) = (file.carry_out(step.clone()).await, memory.carry_out(step.clone()).await);
        assert_eq!(first, second, "the answers to {step:?}");
        assert_eq!(file.shown().await, memory.shown().await, "after {step:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_in_memory_answers_as_the_one_in_a_file(steps in proptest::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(compare(steps));
    }
}
