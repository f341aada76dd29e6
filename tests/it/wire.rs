//! Faults on the wire, and what each one comes to: where the letters stand, the exit status, and what is said. One line
//! of a table is one campaign of three letters, sent by the real program.
//!
//! Certificates, STARTTLS that is stripped or injected, and logins are in `tls`.

mod addresses;
mod cuts;
mod letters;
mod opening;
mod pauses;
mod secured;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::{Campaign, Ran, text};

/// What a fault comes to: where the letters to Ana, Bo and Cy stand, the exit status, and a piece of what is said on
/// stderr.
type Comes = (&'static str, i32, &'static str);

/// Sends without waiting for what is deferred, and compares.
fn comes(name: &str, campaign: &Campaign, (states, exit, said): Comes) -> Ran {
    let ran = campaign.run(&["send", "--yes", "--no-wait"]);
    let stand: Vec<String> = campaign.states().into_values().collect();
    assert_eq!((stand.join(" ").as_str(), ran.status), (states, Some(exit)), "{name}: {ran:#?}");
    assert!(ran.stderr.contains(said), "{name}: not said: {said}\n{ran:#?}");
    if exit == 3 {
        assert!(ran.stderr.contains("left: ") && ran.stderr.contains("`undersigned send` goes on"), "{name}: {ran:#?}");
    }
    arrived_as_recorded(name, campaign);
    ran
}

/// Checks the ledger against the server: what is accepted arrived once, and what is neither that nor in doubt did not
/// arrive.
fn arrived_as_recorded(name: &str, campaign: &Campaign) {
    let reached = campaign.reached();
    for row in campaign.log() {
        let (address, state) = (text(&row["email"]), text(&row["state"]));
        let times = reached.iter().filter(|to| **to == address).count();
        let allowed = match state.as_str() {
            "accepted" => 1..=1,
            "in-doubt" | "attempting" => 0..=1,
            _ => 0..=0,
        };
        assert!(allowed.contains(&times), "{name}: {address} is {state} and got {times}");
    }
}

/// Plays cases, a few at a time: most of them only wait.
fn each<C: Sync>(cases: &[C], play: impl Fn(&C) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    play(case);
                }
            });
        }
    });
}
