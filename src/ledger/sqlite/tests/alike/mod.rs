//! The ledger in memory, with which the protocol is explored, answers as this one does, whatever happens in whatever
//! order.

mod looks;
mod place;
mod rows;
mod shared;
mod step;
mod together;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use self::place::{Folder, OnServer, Place};
use self::step::{Mailboxes, RECIPIENTS, SECOND, Step, step};
use super::mails::mail;
use super::*;
use crate::ledger::memory::Disk;
use crate::ledger::{
    ClaimCopy, CopiesOf, CopyEnd, CopyId, CopyLedger, DueCopy, Elsewhere, KeptLetter, LedgerError, MailLedger, Mark,
    Ruling, ToConfirm,
};
use crate::model::window::{Window, Windows};
use crate::model::{Addressee, SentLetter, Suppression, Target, Thread};

/// A run, and what it has under way.
struct Run<L> {
    ledger: L,
    lease: Lease,
    under_way: Vec<(DeliveryId, AttemptId)>,
    over: Vec<(DeliveryId, AttemptId)>,
    copies: Vec<(CopyId, DeliveryId, AttemptId)>,
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
        Ok((Self { ledger, lease, under_way: Vec::new(), over: Vec::new(), copies: Vec::new() }, in_doubt))
    }

    async fn claim(&mut self, round: Round, who: usize, second: i64) -> String {
        let is_it = |it: &&Delivery| it.round == round && it.recipient.as_str() == RECIPIENTS[who];
        let Some(id) = self.deliveries().iter().find(is_it).map(|it| it.id) else {
            return "not there".to_owned();
        };
        // The letter to the first of them has a copy.
        let copy = EmailAddress::parse("desk@example.net").unwrap();
        let claim = Claim { copies: Vec::from_iter((who == 0).then_some(copy)), ..claim(id, second) };
        match self.ledger.claim(&self.lease, claim).await {
            Ok(Claimed::Yes(attempt)) => {
                self.under_way.push((id, attempt));
                "yes".to_owned()
            }
            Ok(refused) => format!("{refused:?}"),
            Err(error) => refusal(&error),
        }
    }

    /// What waits takes effect, or what took effect is taken back.
    async fn believe(&self, step: Step, second: i64) -> String
    where
        L: MailLedger,
    {
        let (ledger, word) = (&self.ledger, word(at(second)));
        let (numbers, all_of) = match step {
            Step::Confirm(number) => (vec![number], Vec::new()),
            Step::ConfirmAll(mail) => (Vec::new(), vec![mail]),
            Step::TakeBackMail(mail) => return said(ledger.take_back_mail(mail, &word).await),
            _ => return said(ledger.let_pass(at(second)).await),
        };
        said(ledger.confirm(ToConfirm { numbers, all_of, ..ToConfirm::default() }, &word).await)
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

    async fn settle(&mut self, state: DeliveryState, copies: Option<(DeliveryState, i64)>, second: i64) -> String {
        let Some(started) = self.under_way.first().or(self.over.first()).copied() else {
            return "nothing".to_owned();
        };
        let mut settlement = settlement(started, second, state);
        let has_left = matches!(state, DeliveryState::Accepted | DeliveryState::InDoubt);
        if let Some((apart, later)) = copies.filter(|(apart, _)| has_left && *apart != DeliveryState::Planned) {
            let end = |address: &str, state| CopyEnd {
                address: EmailAddress::parse(address).unwrap(),
                state,
                reply: (state == apart).then(|| Reply::new(450, ["4.2.0 later"])),
                next_attempt_at: (state == DeliveryState::Deferred).then(|| at(second + later)),
            };
            settlement.copies = vec![end("office@example.net", state), end("bo@example.org", apart)];
            let sender = EmailAddress::parse("letters@coalition.example").unwrap();
            settlement.kept = Some(KeptLetter { sender, message: b"Dear all".to_vec() });
        }
        let outcome = self.ledger.settle(&self.lease, settlement).await;
        if outcome.is_ok() {
            self.under_way.retain(|known| *known != started);
            self.over.push(started);
        }
        said(outcome)
    }

    async fn claim_copy(&mut self, second: i64) -> String {
        let due = self.ledger.due_copies(&all_copies(FIRST), at(second), 1).await.unwrap();
        let Some(DueCopy { id, delivery, address, .. }) = due.into_iter().next() else { return "none".to_owned() };
        let claim = ClaimCopy { copy: id, at: at(second), domain: address.domain().to_owned() };
        match self.ledger.claim_copy(&self.lease, claim).await {
            Ok(Claimed::Yes(attempt)) => {
                self.copies.push((id, delivery, attempt));
                "yes".to_owned()
            }
            Ok(refused) => format!("{refused:?}"),
            Err(error) => refusal(&error),
        }
    }

    /// Settles the copy that was claimed first, which may be over.
    async fn settle_copy(&mut self, state: DeliveryState, second: i64) -> String {
        let Some((id, delivery, attempt)) = self.copies.first().copied() else { return "nothing".to_owned() };
        let settled = self.ledger.settle_copy(&self.lease, id, settlement((delivery, attempt), second, state)).await;
        if settled.is_ok() && self.copies.len() > 1 {
            self.copies.remove(0);
        }
        said(settled)
    }

    async fn limit(&self, limit: u32) -> String {
        let windows = Windows { overall: vec![Window { limit, span: Duration::from_mins(1) }], per_domain: None };
        let sent = self.ledger.limit(&self.lease, "letters", windows).await;
        said(sent.map(|mut sent| {
            sent.attempts.sort_by_key(|attempt| attempt.ended_at);
            sent
        }))
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
            Step::Plan(round, listed, skips, mailboxes) => {
                let rows = run.rows(round, &listed, &skips, mailboxes);
                run.ledger.begin_plan(&run.lease, round, &Columns::new(["id", "email"])).await.unwrap();
                run.ledger.plan(&run.lease, round, rows).await.unwrap();
                said(run.ledger.finish_plan(&run.lease, round, at(second)).await)
            }
            Step::Claim(round, who) => run.claim(round, who, second).await,
            Step::Settle(state) => run.settle(state, None, second).await,
            Step::SettleWithCopies(state, copy, later) => run.settle(state, Some((copy, later)), second).await,
            Step::ClaimCopy => run.claim_copy(second).await,
            Step::SettleCopy(state) => run.settle_copy(state, second).await,
            Step::Renew => said(run.ledger.renew(&run.lease, at(second)).await),
            Step::Limit(limit) => run.limit(limit).await,
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
            Step::LostSettle(state) => self.runs[0].settle(state, None, second).await,
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
            step @ (Step::LetPass | Step::Confirm(_) | Step::ConfirmAll(_) | Step::TakeBackMail(_)) => {
                run.believe(step, second).await
            }
            Step::Unbounce(who) => {
                let recipient = RecipientId::new(RECIPIENTS[who]);
                said(run.ledger.unbounce(&recipient, &word(at(second))).await)
            }
            step @ (Step::Dismiss(_) | Step::LetWait(_) | Step::Doubt(_) | Step::Agree(_)) => {
                looks::make_of(&run.ledger, step, second).await
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
            shown.push(format!("{:?}", ledger.copies(&campaign(), round).unwrap()));
            shown.push(format!("{:?}", ledger.copied(&campaign(), round).unwrap()));
            for due in ledger.due_copies(&all_copies(round), now, 9).await.unwrap() {
                let sent = ledger.as_sent(due.delivery).await.unwrap().map(|sent| (sent.letter, sent.subject));
                shown.push(format!("{sent:?} {:?}", DueCopy { id: CopyId(0), delivery: DeliveryId(0), ..due }));
            }
            shown.push(format!("{:?}", ledger.next_copy_at(&all_copies(round), now).await.unwrap()));
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
            to("cy", "office@example.org", "Name of cy"),
            to("new", "office@example.org", "Name of bo"),
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
        shown.extend(looks::shown(ledger));
        let holder = ledger.holder(&campaign()).unwrap();
        shown.push(format!("{:?}", holder.map(|holder| (holder.host == "elsewhere.example", holder.since))));
        shown
    }
}

/// The copies of all letters of a round.
fn all_copies(round: Round) -> CopiesOf {
    CopiesOf { campaign: campaign(), round, only: HashSet::new() }
}

/// What a ledger knows of mail, but for keys.
fn mail_shown(ledger: &impl MailLedger) -> Vec<String> {
    let mut shown = Vec::new();
    for letter in ledger.letters() {
        let letter = SentLetter { message_id: String::new(), token: String::new(), ..letter.unwrap() };
        shown.push(format!("{letter:?}"));
    }
    shown.sort_unstable();
    shown.extend(ledger.unmatched().map(|mail| format!("{:?}", mail.unwrap())));
    shown.push(format!("{:?}", ledger.held().unwrap()));
    shown.extend((0..6).map(|number| ledger.has_counted(&format!("mail {number}")).unwrap().to_string()));
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
        LedgerError::Elsewhere(Elsewhere::TakenBack(_)) => "taken back".to_owned(),
        other => other.to_string(),
    }
}

/// Does the same in both.
async fn compare(one: impl Place, other: impl Place, steps: impl IntoIterator<Item = Step>) {
    let (mut one, mut other) = (Side::new(one).await, Side::new(other).await);
    let all = Step::Plan(FIRST, vec![true; 3], vec![false; 3], Mailboxes::Own);
    for step in std::iter::once(all).chain(steps) {
        let (first, second) = (one.carry_out(step.clone()).await, other.carry_out(step.clone()).await);
        assert_eq!(first, second, "the answers to {step:?}");
        assert_eq!(one.shown().await, other.shown().await, "after {step:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_in_memory_answers_as_the_one_in_a_file(steps in proptest::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let file = Folder(tempfile::tempdir().unwrap());
        runtime.block_on(compare(file, Arc::<Mutex<Disk>>::default(), steps));
    }
}

proptest! {
    // Each answer comes over a socket, and there are thousands.
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn and_so_does_the_one_on_a_server(steps in proptest::collection::vec(step(), 1..80)) {
        let Some(server) = OnServer::new() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        // A lease there goes with its session: nobody can take it by a deadline.
        let is_stolen = |step: &Step| {
            matches!(step, Step::Steal(_) | Step::LostClaim(..) | Step::LostSettle(_) | Step::LostRule(_))
        };
        let steps = steps.into_iter().filter(|step| !is_stolen(step));
        runtime.block_on(compare(server, Arc::<Mutex<Disk>>::default(), steps));
    }
}
