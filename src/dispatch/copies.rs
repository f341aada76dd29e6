//! Copies: what becomes of each when its letter ends, and those that are sent by themselves, each in a transaction of
//! its own.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::job::{Job, Key};
use super::{Assignment, End};
use crate::clock::later;
use crate::config::Retry;
use crate::ledger::{AsSent, CopiesOf, CopyEnd, Due, DueCopy, RunLedger};
use crate::message::Composed;
use crate::model::{Columns, DeliveryState, EmailAddress, Envelope, Fields, History, Recipient, Reply};
use crate::transport::{Outcome, Stage, Verdict, verdict};

/// How many due copies are read from the ledger at once.
const BATCH: usize = 64;

/// What became of the copies of a letter that ended in a state at `at`; nothing, where it did not leave. `jitter` is
/// between 0 and 1.
pub(super) fn ends(
    envelope: &Envelope,
    refused: &[(EmailAddress, Reply)],
    (state, at): (DeliveryState, Timestamp),
    retry: &Retry,
    jitter: f64,
) -> Vec<CopyEnd> {
    if !matches!(state, DeliveryState::Accepted | DeliveryState::InDoubt) {
        return Vec::new();
    }
    let end = |address: &EmailAddress| {
        let reply = refused.iter().find(|(known, _)| known == address).map(|(_, reply)| reply.clone());
        let (state, next_attempt_at) = match &reply {
            None => (state, None),
            Some(reply) if is_too_many(reply) => (DeliveryState::Deferred, Some(at)),
            Some(reply) if is_refused(reply) => (DeliveryState::Failed, None),
            Some(_) => {
                let wait = retry.wait_after(1).mul_f64(1.0 + jitter / 4.0);
                (DeliveryState::Deferred, Some(later(at, wait)))
            }
        };
        CopyEnd { address: address.clone(), state, reply, next_attempt_at }
    };
    envelope.copies.iter().map(end).collect()
}

/// Why a letter failed, and that its copies went nowhere with it: nobody else says so of those.
pub(super) fn left_behind(reason: Option<String>, envelope: &Envelope) -> Option<String> {
    let copies: Vec<String> = envelope.copies.iter().map(|address| format!("`{address}`")).collect();
    if copies.is_empty() {
        return reason;
    }
    let said = match copies.as_slice() {
        [one] => format!("the copy to {one} did not go out either"),
        several => format!("the copies to {} did not go out either", several.join(", ")),
    };
    Some(reason.map_or(said.clone(), |reason| format!("{reason}; {said}")))
}

/// Whether a reply to a RCPT says that the letter has too many recipients, of which others were taken: 452 without a
/// status, 4.5.3 (RFC 3463, 3.6), 431 (Courier), and 552 by the words, which is an old code for the same (RFC 5321,
/// 4.5.3.1.10).
fn is_too_many(reply: &Reply) -> bool {
    let status = reply.enhanced.map(|status| (status.subject, status.detail));
    match (reply.code, status) {
        (_, Some((5, 3))) | (431 | 452, None) => true,
        _ => reply.text.to_lowercase().contains("too many recipients"),
    }
}

/// Whether a refusal is this copy's for good. What the server holds against the account will be said to the next letter
/// too.
fn is_refused(reply: &Reply) -> bool {
    let refused = Outcome::Refused { stage: Stage::Rcpt, reply: reply.clone() };
    // Others were taken in the same transaction.
    matches!(verdict(&refused), Verdict::Failed | Verdict::HeldBack)
}

/// The message of a copy: that of its letter.
pub(super) fn compose(sent: AsSent, to: EmailAddress) -> Composed {
    let AsSent { letter, token, message_id, subject } = sent;
    let envelope = Envelope { from: letter.sender, to, copies: Vec::new(), id: Some(token.clone()) };
    Composed { envelope, message_id, token, subject, bytes: letter.message }
}

/// Copies that are to be sent.
#[derive(Debug)]
pub(super) struct Copies {
    ready: VecDeque<Box<Job>>,
    /// When the ledger is to be looked at; `None` while no copy is deferred there that was not seen.
    look_at: Option<Timestamp>,
}

impl Default for Copies {
    /// It is not known whether there are any.
    fn default() -> Self {
        Self { ready: VecDeque::new(), look_at: Some(Timestamp::MIN) }
    }
}

impl Copies {
    /// A letter or a copy has ended: there may be another copy to be sent.
    pub(super) fn take_in(&mut self, job: &Job) {
        let at = if job.copy.is_some() { Some(Timestamp::MIN) } else { job.copies_at };
        self.look_at = self.look_at.into_iter().chain(at).min();
    }

    /// Whether some wait for room in the pace.
    pub(super) fn are_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// When the next one is due, as far as is known.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.look_at
    }

    /// One that was not sent is the next again.
    pub(super) fn put_back(&mut self, job: Box<Job>) {
        self.ready.push_front(job);
    }

    /// The next one, where one is due.
    pub(super) fn next(&mut self) -> Option<Box<Job>> {
        self.ready.pop_front()
    }

    /// One that cannot go now, and lets others go before it.
    pub(super) fn put_behind(&mut self, job: Box<Job>) {
        self.ready.push_back(job);
    }

    /// How many are ready.
    pub(super) fn len(&self) -> usize {
        self.ready.len()
    }

    /// Looks into the ledger where it is time to.
    pub(super) async fn look<L: RunLedger>(
        &mut self,
        assignment: &Assignment<L>,
        on_the_wire: &HashMap<Key, u64>,
        now: Timestamp,
    ) -> Result<(), End> {
        if !self.ready.is_empty() || self.look_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        let Assignment { ledger, campaign, round, only, .. } = assignment;
        let of = CopiesOf { campaign: campaign.clone(), round: *round, only: only.clone() };
        let due = ledger.due_copies(&of, now, BATCH).await.map_err(End::Ledger)?;
        let is_all = due.len() < BATCH;
        let here = due.into_iter().map(|copy| Box::new(job(copy))).filter(|job| !on_the_wire.contains_key(&job.key()));
        self.ready.extend(here);
        // Those on the wire say themselves what became of them.
        self.look_at = if is_all || self.ready.is_empty() {
            ledger.next_copy_at(&of, now).await.map_err(End::Ledger)?
        } else {
            Some(now)
        };
        Ok(())
    }
}

/// The work that a copy is. Its recipient is its address, and nothing else: the message is there already.
fn job(copy: DueCopy) -> Job {
    let DueCopy { id, delivery, recipient, address, attempts, first_attempt_at, last_attempt_at, .. } = copy;
    let to = Recipient {
        id: recipient.clone(),
        line: 0,
        to: address,
        cc: Vec::new(),
        further: 0,
        bcc: Vec::new(),
        lang: None,
        tags: Vec::new(),
        attachments: Vec::new(),
        opted_out: None,
        fields: Fields::new(Arc::new(Columns::default()), Vec::new()),
    };
    let due = Due {
        id: delivery,
        recipient,
        place: 0,
        line: 0,
        cells: Vec::new(),
        left_out: Vec::new(),
        attempts,
        first_attempt_at: Some(first_attempt_at),
        last_attempt_at: Some(last_attempt_at),
        message_id: None,
    };
    Job { due, recipient: to, history: History::default(), zone: None, weight: 1, copy: Some(id), copies_at: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        let (code, text) = text.split_once(' ').unwrap_or((text, ""));
        Reply::new(code.parse().unwrap(), [text])
    }

    #[test]
    fn a_copy_that_is_one_too_many_goes_at_once_and_one_that_is_put_off_goes_later() {
        let address = EmailAddress::parse("copy@example.org").unwrap();
        let from = EmailAddress::parse("letters@coalition.example").unwrap();
        let envelope = Envelope { from: from.clone(), to: from, copies: vec![address.clone()], id: None };
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let retry = Retry::default();
        let later = Some(later(at, retry.wait_after(1)));
        for (text, state, next) in [
            ("452 4.5.3 Too many recipients", DeliveryState::Deferred, Some(at)),
            ("431 Too many recipients.", DeliveryState::Deferred, Some(at)),
            ("452", DeliveryState::Deferred, Some(at)),
            ("552 too many recipients", DeliveryState::Deferred, Some(at)),
            ("550 5.5.3 too many recipients", DeliveryState::Deferred, Some(at)),
            ("452 4.2.2 mailbox full", DeliveryState::Deferred, later),
            ("450 4.2.0 Greylisted", DeliveryState::Deferred, later),
            ("550 5.4.5 daily sending limit exceeded", DeliveryState::Deferred, later),
            ("550 5.1.1 no such user", DeliveryState::Failed, None),
        ] {
            let refused = [(address.clone(), reply(text))];
            for letter in [DeliveryState::Accepted, DeliveryState::InDoubt] {
                let ends = ends(&envelope, &refused, (letter, at), &retry, 0.0);
                assert_eq!((ends[0].state, ends[0].next_attempt_at), (state, next), "{text}");
                let taken = super::ends(&envelope, &[], (letter, at), &retry, 0.0);
                assert_eq!((taken[0].state, taken[0].next_attempt_at), (letter, None));
            }
            assert!(super::ends(&envelope, &refused, (DeliveryState::Failed, at), &retry, 0.0).is_empty());
        }
    }
}
