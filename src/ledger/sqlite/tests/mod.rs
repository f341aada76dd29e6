//! What the SQLite ledger promises, each promise by name.

mod addresses;
mod alike;
mod answers;
mod bulk;
mod clocks;
mod crash;
mod files;
mod leases;
mod mailboxes;
mod mails;
mod pace;
mod plans;
mod random;
mod rounds;
mod selections;
mod sending;
#[path = "../../../../tests/servers/postgres.rs"]
mod server;
mod snapshots;
mod standings;
mod windows;
mod witnesses;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

use super::SqliteLedger;
use crate::clock::Clock;
use crate::ledger::{
    AttemptId, Claim, Claimed, Delivery, DeliveryId, Due, Event, Lease, PersonLedger, PlaceLedger, PlannedRow,
    ReadLedger, Result, RunLedger, Selection, Settlement, StageLedger, Tally, Voice, Word,
};
use crate::model::{CampaignId, Columns, DeliveryState, EmailAddress, MessageId, Person, RecipientId, Reply, Round};

/// A second of the tests' time.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// The clock of a run that begins in that second.
fn clock(second: i64) -> Clock {
    Clock::fixed(at(second))
}

fn campaign() -> CampaignId {
    CampaignId::parse("2024-06-dialogue").unwrap()
}

const FIRST: Round = Round(0);

/// That a person says something.
fn word(at: Timestamp) -> Word {
    word_by(Voice::Person("ana".to_owned()), at)
}

fn word_by(by: Voice, at: Timestamp) -> Word {
    Word { campaign: campaign(), by, at }
}

/// A ledger in a folder of its own.
struct Bench {
    folder: TempDir,
    ledger: SqliteLedger,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = SqliteLedger::open(&folder.path().join("logs/ledger.db")).unwrap();
        Self { folder, ledger }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("logs/ledger.db")
    }

    /// A connection of the test's own, to look and to meddle.
    fn sql(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// A lease, and a plan with these recipients.
    async fn planned(ids: &[&str]) -> (Self, Lease) {
        let bench = Self::new();
        let (lease, _) = bench.ledger.take_lease(&campaign(), &clock(0)).await.unwrap();
        bench.plan(&lease, ids).await;
        (bench, lease)
    }

    async fn plan(&self, lease: &Lease, ids: &[&str]) -> Tally {
        self.plan_rows(lease, FIRST, ids.iter().map(|id| row(id)).collect()).await.unwrap()
    }

    async fn plan_rows(&self, lease: &Lease, round: Round, rows: Vec<PlannedRow>) -> Result<Tally> {
        let header = Columns::new(["id", "email"]);
        self.ledger.begin_plan(lease, round, &header).await?;
        self.ledger.plan(lease, round, rows).await?;
        self.ledger.finish_plan(lease, round, at(0)).await
    }

    async fn due(&self, second: i64) -> Vec<Due> {
        self.ledger.due(&campaign(), FIRST, None, at(second), 100).await.unwrap()
    }

    async fn due_ids(&self, second: i64) -> Vec<String> {
        self.due(second).await.into_iter().map(|due| due.recipient.to_string()).collect()
    }

    fn delivery(&self, id: &str) -> Delivery {
        self.deliveries(&Selection { recipient: Some(id.to_owned()), ..Selection::default() }).remove(0)
    }

    fn deliveries(&self, selection: &Selection) -> Vec<Delivery> {
        self.ledger.deliveries(&campaign(), selection).collect::<Result<_>>().unwrap()
    }

    fn id(&self, recipient: &str) -> DeliveryId {
        self.delivery(recipient).id
    }

    async fn claim(&self, lease: &Lease, recipient: &str, second: i64) -> Result<Claimed> {
        self.ledger.claim(lease, claim(self.id(recipient), second)).await
    }

    async fn start(&self, lease: &Lease, recipient: &str, second: i64) -> (DeliveryId, AttemptId) {
        match self.claim(lease, recipient, second).await.unwrap() {
            Claimed::Yes(attempt) => (self.id(recipient), attempt),
            refused => panic!("{recipient}: {refused:?}"),
        }
    }

    /// Sends one letter, which ends so.
    async fn send(&self, lease: &Lease, recipient: &str, second: i64, state: DeliveryState) {
        let started = self.start(lease, recipient, second).await;
        self.ledger.settle(lease, settlement(started, second + 1, state)).await.unwrap();
    }

    fn events(&self) -> Vec<Event> {
        self.ledger.events(&campaign()).collect::<Result<_>>().unwrap()
    }

    /// `kind recipient` of every event.
    fn story(&self) -> Vec<String> {
        let told = |event: Event| match event.delivery {
            Some((_, recipient)) => format!("{} {recipient}", event.kind),
            None => event.kind,
        };
        self.events().into_iter().map(told).collect()
    }

    /// Fails where the tally is not what one counts.
    fn check_tally(&self) {
        self.check_tally_of(FIRST);
    }

    fn check_tally_of(&self, round: Round) {
        let mut counted = Tally::default();
        for delivery in self.deliveries(&Selection { round: Some(round), ..Selection::default() }) {
            counted.add(delivery.state, 1);
        }
        assert_eq!(self.ledger.tally(&campaign(), round).unwrap(), counted);
    }
}

fn row(id: &str) -> PlannedRow {
    let email = format!("{id}@example.org");
    PlannedRow {
        recipient: RecipientId::new(id),
        email: Some(EmailAddress::parse(&email).unwrap()),
        person: Person::default(),
        name: format!("Name of {id}"),
        organisation: "Registry of Joint Letters".to_owned(),
        skip: None,
        line: 2,
        cells: vec![id.to_owned(), email],
        left_out: Vec::new(),
    }
}

fn skipped(id: &str, reason: &str) -> PlannedRow {
    PlannedRow { skip: Some(reason.to_owned()), ..row(id) }
}

fn claim(delivery: DeliveryId, second: i64) -> Claim {
    Claim {
        delivery,
        at: at(second),
        domain: "example.org".to_owned(),
        weight: 1,
        message_id: MessageId::from_text(format!("{}@coalition.example", delivery.0)),
        token: format!("token{}", delivery.0),
        subject: "A letter".to_owned(),
        copies: Vec::new(),
        to_file: None,
    }
}

fn settlement((delivery, attempt): (DeliveryId, AttemptId), second: i64, state: DeliveryState) -> Settlement {
    let code = match state {
        DeliveryState::Accepted => Some((250, "2.0.0 queued as 7F3A")),
        DeliveryState::Deferred => Some((451, "4.3.0 come back later")),
        DeliveryState::Failed => Some((550, "5.1.1 no such user")),
        _ => None,
    };
    Settlement {
        delivery,
        attempt,
        at: at(second),
        state,
        reply: code.map(|(code, text)| Reply::new(code, [text])),
        reason: None,
        next_attempt_at: (state == DeliveryState::Deferred).then(|| at(second + 900)),
        copies: Vec::new(),
        kept: None,
    }
}

/// Opens the ledger as another machine would.
fn open_elsewhere(path: &Path) -> SqliteLedger {
    SqliteLedger::open_as(path, "elsewhere.example", "").unwrap()
}
