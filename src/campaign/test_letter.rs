//! A test letter: what a recipient will get, sent to an address of one's own. It is no delivery, it counts in the
//! windows of the account, and it stands among the events.

use std::time::Duration;

use jiff::Timestamp;

use super::contacted::refuse_older_ledger;
use super::error::{Error, Result};
use super::folder::Ledger;
use super::load::Campaign;
use super::note::Note;
use super::preview::{Form, Preview};
use super::send::server;
use super::signer::signer;
use crate::clock::{Clock, later};
use crate::ledger::{Lease, LedgerError, ReadLedger, RunLedger, TestBegun, TestEnd, TestLetter};
use crate::message::Composed;
use crate::model::{DeliveryState, EmailAddress, RecipientId, Reply};
use crate::transport::{Attempt, Cause, Connection, Letter, Offered, OpenError, Outcome, Server, Stage};

/// From its claim on, a test letter has ended after this and the wait for the reply to its final dot: each step before
/// that has minutes (RFC 5321, 4.5.3.2).
const STEPS: Duration = Duration::from_mins(30);

/// What became of a test letter.
#[derive(Debug)]
pub struct Tested {
    /// Whose letter it is.
    pub of: String,
    /// Its subject.
    pub subject: String,
    /// How it went.
    pub how: How,
}

/// How a test letter went.
#[derive(Debug)]
pub enum How {
    /// The server took it.
    Taken(Reply),
    /// The server, or the way to it, did not.
    NotTaken {
        /// What it said, or what went wrong.
        why: String,
    },
    /// Nobody knows.
    InDoubt {
        /// What went wrong.
        why: String,
    },
    /// The limits of the account leave no room for it.
    NoRoom {
        /// Until when, where that is known.
        until: Option<Timestamp>,
    },
}

/// Sends a recipient's letter, or that of the first who gets one, to `address` instead. What is worth a word is told.
///
/// # Errors
/// Where the address is none, stands in the list, is suppressed or was forgotten; where a run sends the campaign; where
/// the letter cannot be made, there is no server, or its secret cannot be had. Nothing was sent then.
pub async fn send_test(
    campaign: Campaign,
    address: &str,
    of: Option<&str>,
    clock: &Clock,
    tell: &mut dyn FnMut(Note),
) -> Result<Tested> {
    let (folder, round) = (campaign.folder.clone(), campaign.round);
    let no_address = |why: String| Error::NoTestAddress { address: address.to_owned(), why };
    let to = EmailAddress::parse(address).map_err(|why| no_address(why.to_string()))?;
    let ledger = folder.ledger()?;
    refuse_older_ledger(Some(&ledger), &folder)?;
    let is_suppressed = ledger.suppressions()?.iter().any(|suppression| suppression.target.covers(&to));
    if is_suppressed || ledger.forgotten()?.has(&to.key()) {
        return Err(Error::TestToSuppressed(to.to_string()));
    }
    let preview = Preview::open(campaign, &[Form::Eml], clock)?;
    preview.refuse_listed(&to)?;
    let letter = of.map_or_else(|| preview.first(), |id| preview.one(id))?;
    // No recipient has an id with a line break: whatever answers this is tied to no delivery.
    let own_id = RecipientId::new(format!("test\n{}", clock.now()));
    let mut composed = letter.for_a_look(to.clone(), &own_id)?;
    if let Some(signer) = signer(&folder)? {
        composed.bytes = signer.sign(&composed.bytes).map_err(Error::Dkim)?;
    }
    let (server, account, _warm_up) = server::real(&folder)?;
    let (lease, in_doubt) = ledger.take_lease(&folder.settings.id, clock).await?;
    if in_doubt > 0 {
        tell(Note::InDoubt(in_doubt));
    }
    let intent = TestLetter {
        round,
        of: letter.id().to_owned(),
        address: to.to_string(),
        domain: to.domain().to_owned(),
        message_id: composed.message_id.as_str().to_owned(),
        at: clock.now(),
        ends_by: later(clock.now(), STEPS + server.timeout),
    };
    let windows = folder.settings.pace.windows();
    let sent = match ledger.limit(&lease, &account, windows).await {
        Ok(_) => send(&ledger, &lease, intent, (&server, &composed), clock).await,
        Err(error) => Err(error),
    };
    if let Err(error) = ledger.release(&lease, clock.now()).await {
        tell(Note::LeaseKept(error.to_string()));
    }
    Ok(Tested { of: letter.id().to_owned(), subject: composed.subject.clone(), how: sent? })
}

/// Claims, sends, and records what became of it.
async fn send(
    ledger: &Ledger,
    lease: &Lease,
    intent: TestLetter,
    (server, composed): (&Server, &Composed),
    clock: &Clock,
) -> std::result::Result<How, LedgerError> {
    let id = match ledger.begin_test(lease, intent).await? {
        TestBegun::Yes(id) => id,
        TestBegun::Full(full) => return Ok(How::NoRoom { until: full.until }),
    };
    let how = match hand_over(server, composed).await {
        Err(error) => How::NotTaken { why: error.to_string() },
        Ok(Attempt { outcome: Outcome::Accepted(reply), .. }) => How::Taken(reply),
        Ok(Attempt { outcome: outcome @ Outcome::InDoubt { .. }, .. }) => How::InDoubt { why: outcome.to_string() },
        Ok(Attempt { outcome, .. }) => How::NotTaken { why: outcome.to_string() },
    };
    let (state, reply, reason) = match &how {
        How::Taken(reply) => (DeliveryState::Accepted, Some(reply.clone()), None),
        How::InDoubt { why } => (DeliveryState::InDoubt, None, Some(why.clone())),
        How::NotTaken { why } => (DeliveryState::Failed, None, Some(why.clone())),
        How::NoRoom { .. } => (DeliveryState::Failed, None, None),
    };
    ledger.end_test(lease, id, TestEnd { at: clock.now(), state, reply, reason }).await?;
    Ok(how)
}

/// Hands the letter to the server, over a connection of its own.
async fn hand_over(server: &Server, composed: &Composed) -> std::result::Result<Attempt, OpenError> {
    let mut connection = Connection::open(server).await?;
    let letter = Letter { envelope: &composed.envelope, message: &composed.bytes };
    let attempt = match connection.offer(letter).await {
        Offered::Welcome => connection.hand_over(&composed.bytes, None).await.0,
        Offered::Ended(attempt) => attempt,
        // It has nothing of it, and this connection is over.
        Offered::Untaken(_) => Outcome::Broken { stage: Stage::Mail, cause: Cause::Closed }.into(),
    };
    connection.close().await;
    Ok(attempt)
}
