//! A server that takes so many letters a minute and says so with 4xx, in a time of its own: a run finds out how many,
//! and sends them all.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::time::Instant;

use super::flawed::Flawed;
use super::round::{assignment, campaign, plan_for};
use crate::clock::Clock;
use crate::dispatch::{self, DrainHandle, End, Happening};
use crate::ledger::memory::{Commits, Disk, MemoryLedger};
use crate::ledger::{self, Delivery, ReadLedger, RunLedger, Selection};
use crate::model::DeliveryState;
use crate::transport::memory::dial_through;

const MINUTE: Duration = Duration::from_mins(1);

/// What the server took and refused.
#[derive(Debug)]
struct Rate {
    limit: usize,
    /// When it took a recipient in the last minute.
    taken: Vec<Instant>,
    refused: u32,
    accepted: u32,
}

impl Rate {
    fn reply(&mut self) -> &'static str {
        let now = Instant::now();
        self.taken.retain(|at| now.duration_since(*at) < MINUTE);
        if self.taken.len() < self.limit {
            self.taken.push(now);
            "250 2.1.5 ok\r\n"
        } else {
            self.refused += 1;
            "450 4.7.1 <ana@example.org>: Recipient address rejected: Rate limit reach, retry later\r\n"
        }
    }
}

/// Speaks SMTP over a connection, each reply some milliseconds later.
async fn serve(stream: DuplexStream, rate: Arc<Mutex<Rate>>) -> std::io::Result<()> {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 rated ESMTP\r\n").await?;
    let (mut in_message, mut has_recipient) = (false, false);
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        let reply = if in_message {
            if line != "." {
                continue;
            }
            in_message = false;
            rate.lock().unwrap().accepted += 1;
            "250 2.0.0 queued\r\n"
        } else {
            match verb.as_str() {
                "EHLO" => "250-rated\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 PIPELINING\r\n",
                "RCPT" => {
                    let reply = rate.lock().unwrap().reply();
                    has_recipient = reply.starts_with('2');
                    reply
                }
                "DATA" if has_recipient => {
                    (in_message, has_recipient) = (true, false);
                    "354 go on\r\n"
                }
                "DATA" => "554 5.5.1 no valid recipients\r\n",
                "QUIT" => "221 2.0.0 bye\r\n",
                _ => "250 2.0.0 ok\r\n",
            }
        };
        tokio::time::sleep(Duration::from_millis(3)).await;
        write.write_all(reply.as_bytes()).await?;
    }
    Ok(())
}

/// Sends so many letters to such a server. Gives how many were accepted, how many minutes it took, and how many
/// attempts were refused.
fn send(letters: usize, limit: usize, connections: u32) -> (usize, u64, u32) {
    fastrand::seed(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let rate = Arc::new(Mutex::new(Rate { limit, taken: Vec::new(), refused: 0, accepted: 0 }));
        let served = Arc::clone(&rate);
        let _dialling = dial_through(move |_| {
            let (ours, theirs) = tokio::io::duplex(256 * 1024);
            tokio::spawn(serve(theirs, Arc::clone(&served)));
            ours
        });
        let clock = Clock::fixed("2024-06-12T08:00:00Z".parse().unwrap());
        let ticking = clock.clone();
        let ticks = tokio::spawn(async move {
            const TICK: Duration = Duration::from_millis(50);
            loop {
                tokio::time::sleep(TICK).await;
                ticking.advance(TICK);
            }
        });
        let disk = Arc::<Mutex<Disk>>::default();
        let ledger = MemoryLedger::open(&disk, "here.example", Commits::AtOnce);
        let (lease, _) = ledger.take_lease(&campaign(), &clock).await.unwrap();
        let rows = (0..letters).map(|n| [format!("r{n}"), format!("r{n}@d{}.example.org", n % 7), String::new()]);
        plan_for(&ledger, &lease, clock.now(), rows).await.unwrap();
        let (begun, (_handle, drain)) = (Instant::now(), DrainHandle::new());
        let flawless = Flawed::new(ledger.clone(), None);
        let mut given_up = 0;
        let finished = dispatch::run(assignment(flawless, lease, connections, 0, clock), drain, &mut |happening| {
            given_up += u32::from(matches!(happening, Happening::Attempted { state: DeliveryState::Failed, .. }));
        })
        .await;
        ticks.abort();
        assert!(matches!(finished.end, End::Done), "{:?}", finished.end);
        assert_eq!(given_up, 0);
        let deliveries: Vec<Delivery> =
            ledger.deliveries(&campaign(), &Selection::default()).collect::<ledger::Result<_>>().unwrap();
        let accepted = deliveries.iter().filter(|delivery| delivery.state == DeliveryState::Accepted).count();
        let rate = rate.lock().unwrap();
        assert_eq!(rate.accepted as usize, accepted, "each letter once");
        (accepted, begun.elapsed().as_secs() / 60, rate.refused)
    })
}

#[test]
fn at_ten_a_minute_three_hundred_letters_end_accepted_within_one_run_and_few_attempts_are_wasted() {
    for connections in [1, 8] {
        let (accepted, minutes, refused) = send(300, 10, connections);
        println!("{connections} connections: {minutes} minutes, {refused} refused");
        assert_eq!(accepted, 300);
        assert!(minutes <= 45 && refused <= 30, "{minutes} minutes, {refused} refused");
    }
}

#[test]
fn a_rate_that_is_never_reached_costs_nothing() {
    assert_eq!(send(50, 1_000, 1), (50, 0, 0));
}
