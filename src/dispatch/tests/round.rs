//! The round that every schedule is about: one letter, three recipients.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;

use super::flawed::Flawed;
use super::schedule::{COPY, RECIPIENTS, TIMEOUT, address};
use crate::clock::Clock;
use crate::config::{Outcomes, Pace, Retry, Sender};
use crate::dispatch::{Assignment, Filing, LetterMaker, Patience};
use crate::ledger::{self, Lease, PlannedRow, StageLedger};
use crate::letter::{LetterFacts, Letters};
use crate::message::Composer;
use crate::model::{CampaignId, Columns, EmailAddress, Person, RecipientId, RollStyle, Round, TokenKey};
use crate::transport::{Security, Server, Trust};
use crate::workspace::Workspace;

pub(super) const FIRST: Round = Round(0);
const HEADER: [&str; 3] = ["id", "email", "cc"];

pub(super) fn campaign() -> CampaignId {
    CampaignId::parse("2024-06-dialogue").unwrap()
}

/// The ledger's key.
pub(super) fn key() -> TokenKey {
    TokenKey::new([1; 32])
}

/// Plans letters to all recipients, as `send` does. The letter to `copied` has a copy.
pub(super) async fn plan(
    ledger: &impl StageLedger,
    lease: &Lease,
    at: Timestamp,
    copied: Option<usize>,
) -> ledger::Result<()> {
    let copy = |n| if Some(n) == copied { COPY.to_owned() } else { String::new() };
    let rows = RECIPIENTS.iter().enumerate().map(|(n, id)| [(*id).to_owned(), address(n), copy(n)]);
    plan_for(ledger, lease, at, rows).await
}

/// Plans letters to recipients by these ids, addresses and copies.
pub(super) async fn plan_for(
    ledger: &impl StageLedger,
    lease: &Lease,
    at: Timestamp,
    recipients: impl Iterator<Item = [String; 3]>,
) -> ledger::Result<()> {
    let row = |(n, [id, address, copy]): (usize, [String; 3])| PlannedRow {
        recipient: RecipientId::new(id.clone()),
        email: Some(EmailAddress::parse(&address).unwrap()),
        person: Person::default(),
        name: String::new(),
        organisation: String::new(),
        skip: None,
        line: n as u64 + 2,
        cells: vec![id, address, copy],
        left_out: Vec::new(),
    };
    ledger.begin_plan(lease, FIRST, &Columns::new(HEADER)).await?;
    ledger.plan(lease, FIRST, recipients.enumerate().map(row).collect()).await?;
    ledger.finish_plan(lease, FIRST, at).await.map(drop)
}

/// What a run is to send, and how.
pub(super) fn assignment(
    ledger: Flawed,
    lease: Lease,
    connections: u32,
    port: u16,
    clock: Clock,
) -> Assignment<Flawed> {
    static LETTERS: LazyLock<Arc<LetterMaker>> = LazyLock::new(|| Arc::new(letters()));
    let server = Server {
        security: Security::Plain,
        host: "localhost".to_owned(),
        port,
        hello: "localhost".to_owned(),
        login: None,
        timeout: TIMEOUT,
        trust: Trust::Platform,
    };
    Assignment {
        ledger,
        lease,
        campaign: campaign(),
        round: FIRST,
        continues: None,
        letters: Arc::clone(&LETTERS),
        server: Arc::new(server),
        account: "letters".to_owned(),
        pace: Pace { connections, ..Pace::unlimited() },
        retry: Retry { first_after: Duration::from_secs(20), give_up_after: Duration::from_hours(1) },
        outcomes: Outcomes::Queued,
        filing: Filing::NotKept,
        limit: None,
        only: HashSet::new(),
        patience: Patience::Wait,
        largest: 0,
        clock,
    }
}

fn letters() -> LetterMaker {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter.md"), "+++\nsubject = \"To {{recipient.id}}\"\n+++\nDear reader,\n")
        .unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let columns = Arc::new(Columns::new(HEADER));
    let facts = LetterFacts {
        header: None,
        campaign_id: &campaign(),
        campaign_name: "Suspend the dialogue",
        sender_name: None,
        sender_email: "letters@coalition.example",
        date: jiff::civil::date(2024, 6, 12),
        language: "en".parse().unwrap(),
        round: FIRST,
        continues: false,
        recipients_path: "recipients.csv",
        signatories_path: "signatories.csv",
        columns: &columns,
        signatories: &[],
        roll: &RollStyle::default(),
        show: &[],
        html: &[],
    };
    let letters = Letters::load(&workspace, "letter.md", None, &facts).unwrap();
    let address = EmailAddress::parse("letters@coalition.example").unwrap();
    let sender = Sender { name: None, address, reply_to: None, bounce_to: None, list_unsubscribe: None };
    let composer = Composer::new(campaign(), FIRST, &sender, key()).unwrap();
    LetterMaker::new(workspace, "recipients.csv", columns, letters, composer, Vec::new())
}
