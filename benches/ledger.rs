//! How fast the SQLite ledger is: plan rows, claims and settlements a second, and what they cost the thread that
//! writes.
//!
//! ```text
//! cargo bench --bench ledger                       # 100,000 letters, 32 at once
//! cargo bench --bench ledger -- ROWS TASKS FOLDER  # a folder on the disk in question
//! ```

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Mutex;
use undersigned::clock::Clock;
use undersigned::ledger::sqlite::SqliteLedger;
use undersigned::ledger::{
    Claim, Claimed, Due, Lease, PlannedRow, ReadLedger, RunLedger, Selection, Settlement, StageLedger,
};
use undersigned::model::window::{Window, Windows};
use undersigned::model::{
    CampaignId, Columns, DeliveryState, EmailAddress, MessageId, RecipientId, Reply, Round, Token,
};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many rows one call of `plan` brings, and how many deliveries one of `due` fetches.
const PAGE: usize = 1_000;

const ROUND: Round = Round(0);

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let number = |at: usize, or: u64| arguments.get(at).map_or(Ok(or), |text| text.parse());
    let (rows, tasks) = (number(0, 100_000)?, number(1, 32)?);
    let folder = match arguments.get(2) {
        Some(folder) => tempfile::tempdir_in(PathBuf::from(folder))?,
        None => tempfile::tempdir()?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let ledger = SqliteLedger::open(&folder.path().join("ledger.db"))?;
    runtime.block_on(run(ledger, rows, tasks))
}

async fn run(ledger: SqliteLedger, rows: u64, tasks: u64) -> Outcome<()> {
    let campaign = CampaignId::parse("bench")?;
    let now = Timestamp::UNIX_EPOCH;
    let (lease, _) = ledger.take_lease(&campaign, &Clock::fixed(now)).await?;
    for what in ["plan", "the same plan again"] {
        let (begun, cpu) = (Instant::now(), writer_cpu());
        plan(&ledger, &lease, rows, now).await?;
        say(what, rows, begun.elapsed(), writer_cpu().saturating_sub(cpu));
    }
    let span = Duration::from_hours(24);
    let windows =
        Windows { overall: vec![Window { limit: u32::MAX, span }], per_domain: Some(Window { limit: u32::MAX, span }) };
    ledger.limit(&lease, "letters", windows).await?;
    let (begun, cpu, bytes) = (Instant::now(), writer_cpu(), written());
    let source = Arc::new(Mutex::new(Source { due: Vec::new(), after: None }));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..tasks {
        senders.spawn(send(ledger.clone(), lease.clone(), Arc::clone(&source)));
    }
    let mut sent = 0;
    while let Some(ended) = senders.join_next().await {
        sent += ended??;
    }
    say(&format!("claim and settle, {tasks} at once"), sent, begun.elapsed(), writer_cpu().saturating_sub(cpu));
    println!("  bytes written for each: {}", (written() - bytes) / sent.max(1));

    let begun = Instant::now();
    let tally = ledger.tally(&campaign, ROUND)?;
    println!("tally of {}: {:?}", tally.total(), begun.elapsed());
    let begun = Instant::now();
    let mut read = 0_u64;
    for delivery in ledger.deliveries(&campaign, &Selection::default()) {
        delivery?;
        read += 1;
    }
    say("deliveries read", read, begun.elapsed(), Duration::ZERO);
    println!("most memory: {}", peak_memory());
    Ok(())
}

async fn plan(ledger: &SqliteLedger, lease: &Lease, rows: u64, now: Timestamp) -> Outcome<()> {
    ledger
        .begin_plan(lease, ROUND, &Columns::new(["id", "email", "name", "salutation", "organisation", "country"]))
        .await?;
    let mut page = Vec::with_capacity(PAGE);
    for n in 0..rows {
        page.push(row(n)?);
        if page.len() == PAGE {
            ledger.plan(lease, ROUND, std::mem::replace(&mut page, Vec::with_capacity(PAGE))).await?;
        }
    }
    ledger.plan(lease, ROUND, page).await?;
    let begun = Instant::now();
    ledger.finish_plan(lease, ROUND, now).await?;
    println!("  of which finishing: {:?}", begun.elapsed());
    Ok(())
}

/// A row whose id is in no order, as addresses are.
fn row(n: u64) -> Outcome<PlannedRow> {
    let id = format!("office{}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
    let email = format!("{id}@example.org");
    let name = format!("Office of Representative {n}");
    Ok(PlannedRow {
        recipient: RecipientId::new(&id),
        email: Some(EmailAddress::parse(&email)?),
        person: undersigned::model::Person::default(),
        organisation: "A Parliament of Some Country".to_owned(),
        skip: None,
        line: n + 2,
        cells: [&id, &email, &name, "Dear Representative", "A Parliament of Some Country", "Belgium"]
            .map(str::to_owned)
            .to_vec(),
        left_out: Vec::new(),
        name,
    })
}

/// The deliveries that are due, fetched a page at a time.
struct Source {
    due: Vec<Due>,
    after: Option<u64>,
}

async fn send(ledger: SqliteLedger, lease: Lease, source: Arc<Mutex<Source>>) -> Outcome<u64> {
    let mut sent = 0;
    let key = ledger.token_key()?;
    loop {
        let next = {
            let mut source = source.lock().await;
            if source.due.is_empty() {
                source.due = ledger.due(&lease.campaign, ROUND, source.after, Timestamp::UNIX_EPOCH, PAGE).await?;
                source.after = source.due.last().map(|due| due.place).or(source.after);
                source.due.reverse();
            }
            source.due.pop()
        };
        let Some(due) = next else {
            return Ok(sent);
        };
        let claim = Claim {
            delivery: due.id,
            at: Timestamp::UNIX_EPOCH,
            domain: "example.org".to_owned(),
            weight: 1,
            message_id: MessageId::of(&key, &lease.campaign, ROUND, &due.recipient, "coalition.example"),
            token: Token::of(&key, &lease.campaign, ROUND, &due.recipient).to_string(),
            copies: Vec::new(),
            subject: "A letter".to_owned(),
            to_file: None,
        };
        let Claimed::Yes(attempt) = ledger.claim(&lease, claim).await? else {
            return Err("a claim was refused".into());
        };
        // The outcome rides in the next commit.
        drop(ledger.settle(
            &lease,
            Settlement {
                delivery: due.id,
                attempt,
                at: Timestamp::UNIX_EPOCH,
                state: DeliveryState::Accepted,
                reply: Some(Reply::new(250, ["2.0.0 Ok: queued as 4bTq5Y2xYzz1"])),
                reason: None,
                next_attempt_at: None,
                copies: Vec::new(),
                kept: None,
            },
        ));
        sent += 1;
    }
}

fn say(what: &str, count: u64, time: Duration, cpu: Duration) {
    let each = u32::try_from(count).unwrap_or(u32::MAX).max(1);
    let rate = u128::from(count) * 1_000_000 / time.as_micros().max(1);
    println!("{what}: {count} in {time:.2?}, {rate} a second, {:?} of the writer's CPU each", cpu / each);
}

/// How many bytes this process has written, in the log and in the file itself: Linux tells it, elsewhere it is zero.
fn written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    io.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok()).unwrap_or_default()
}

/// The CPU time of the thread that writes: Linux tells it, elsewhere it is zero.
fn writer_cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = tasks
        .filter(|task| std::fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.trim() == "ledger"))
        .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
        .filter_map(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    Duration::from_nanos(nanoseconds.sum())
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}
