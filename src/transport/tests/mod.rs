//! The client against the sandbox, over real sockets on loopback.

mod ahead;
mod certificates;
mod faults;
mod login;
mod security;
mod whose;
mod wire;

use std::time::Duration;

use super::sandbox::{Act, At, Fault, Options, Sandbox, When};
use super::*;
use crate::model::{EmailAddress, Envelope};

pub(super) const MESSAGE: &[u8] = b"Subject: A letter\r\n\r\nDear Ana,\r\n.hidden dot\r\n";

/// Long enough for a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// As long as a test waits for what will not come.
pub(super) const SILENCE: Duration = Duration::from_millis(150);

/// Limits that no test reaches, but for the step at which one orders silence.
pub(super) fn patient() -> Limits {
    Limits {
        connect: PATIENCE,
        tls: PATIENCE,
        greeting: PATIENCE,
        command: PATIENCE,
        mail: PATIENCE,
        rcpt: PATIENCE,
        data: PATIENCE,
        block: PATIENCE,
        reset: PATIENCE,
        quit: SILENCE,
    }
}

pub(super) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(super) fn envelope(to: &str, copies: &[&str]) -> Envelope {
    Envelope {
        from: address("letters@coalition.example"),
        to: address(to),
        copies: copies.iter().map(|copy| address(copy)).collect(),
        id: None,
    }
}

pub(super) fn ana() -> Envelope {
    envelope("ana@example.org", &[])
}

pub(super) async fn sandbox(script: Vec<Fault>) -> Sandbox {
    let options = Options { script, ..Options::default() };
    Sandbox::start(options).await.unwrap()
}

/// A server that does not offer PIPELINING.
pub(super) async fn old_sandbox(script: Vec<Fault>) -> Sandbox {
    let mut options = Options { script, ..Options::default() };
    options.offers.pipelining = false;
    Sandbox::start(options).await.unwrap()
}

pub(super) async fn connect(sandbox: &Sandbox) -> Connection {
    Connection::open(&sandbox.server()).await.unwrap()
}

pub(super) fn fault(at: At, act: Act) -> Fault {
    Fault::always(When::Always, at, act)
}

pub(super) fn reply(text: &str) -> Act {
    Act::Reply(text.to_owned())
}

/// What the first connection said after EHLO.
pub(super) fn said(sandbox: &Sandbox) -> Vec<String> {
    let connections = sandbox.connections();
    let commands = connections[0].commands.iter().skip(1);
    commands.map(|command| command.text.clone()).collect()
}

impl Connection {
    /// One letter alone: offered, and handed over where it is welcome.
    pub(super) async fn attempt(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        match self.offer(Letter { envelope, message }).await {
            Offered::Welcome => self.hand_over(message, None).await.0,
            Offered::Ended(attempt) => attempt,
        }
    }
}
