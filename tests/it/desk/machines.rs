//! Several machines send one campaign, and a desk shows all of them.

use std::time::Duration;

use super::client::Desk;
use super::runs::wait_for;
use crate::postgres::{ledger, machines};

#[test]
fn every_run_is_shown_with_its_machine_and_how_fast_it_is() {
    let Some(ledger) = ledger("desk_of_machines", "ledger") else { return };
    let machines = machines(3, 40, &format!("{ledger}[pace]\nper_minute = 6\n"));
    let mut runs: Vec<_> = machines[..2].iter().map(|machine| machine.start(&["send", "--yes"])).collect();
    while machines[0].sandbox().count() < 6 {
        assert!(runs[0].try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(20));
    }
    let desk = Desk::open(&machines[2], &[]);
    for run in &runs {
        let page = wait_for(&desk, &format!("process {}, since ", run.id()));
        page.shows("First letter is being sent.").hides("action=\"/run/stop\"");
    }
    // One of them may still make its plan.
    let lines = || desk.get("/run").body.matches(": First letter, ").count();
    let both = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        lines() == 2
    });
    assert!(both, "a line for each run: {}", desk.get("/run").body);
    desk.get("/run").shows("of them in the last minute");
    desk.get("/").shows("is being sent");
    for mut run in runs {
        run.kill().unwrap();
        run.wait().unwrap();
    }
}
