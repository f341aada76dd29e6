//! Serves one client at a sandbox: commands in, replies out, in the order that RFC 5321 wants.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use tokio_rustls::TlsAcceptor;

use super::lines::{Line, Peer};
use super::record::ConnectionRecord;
use super::script::At;
use super::session::{Greeted, LoggedIn, Session, Transfer, is_positive};
use super::{Encryption, Shared};
use crate::transport::stream::Socket;

/// A command line, with room for long addresses and parameters (RFC 5321, 4.5.3.1.4 and the extensions).
const COMMAND_LINE: usize = 2048;

/// Serves a client until it goes. How it went concerns nobody: a test asks the records.
pub(super) async fn serve(socket: Box<dyn Socket>, number: usize, shared: Arc<Shared>) {
    let opened_at = Instant::now();
    shared.record(|connections| {
        connections.push(ConnectionRecord { number, opened_at, closed_at: None, commands: Vec::new() });
    });
    let _ = converse(socket, number, Arc::clone(&shared)).await;
    shared.record(|connections| {
        if let Some(record) = connections.iter_mut().find(|record| record.number == number) {
            record.closed_at = Some(Instant::now());
        }
    });
}

async fn converse(socket: Box<dyn Socket>, number: usize, shared: Arc<Shared>) -> io::Result<()> {
    let (socket, encryption): (Box<dyn Socket>, _) = match &shared.options.encryption {
        Encryption::Implicit(config) => {
            let stream = TlsAcceptor::from(Arc::clone(config)).accept(socket).await?;
            (Box::new(stream), Transfer::Encrypted)
        }
        _ => (socket, Transfer::Plain),
    };
    let session = Session {
        peer: Peer::new(socket),
        shared,
        number,
        encryption,
        greeted: Greeted::NotYet,
        login: LoggedIn::No,
        transaction: None,
        begun: 0,
    };
    session.run().await
}

impl Session {
    async fn run(mut self) -> io::Result<()> {
        if !is_positive(self.reply(At::Greeting, "220 localhost ESMTP sandbox\r\n").await?) {
            return self.peer.close().await;
        }
        let mut line = Vec::with_capacity(512);
        loop {
            let pipelined = self.peer.has_input();
            let read = self.peer.line(&mut line, COMMAND_LINE).await?;
            if read == Line::TooLong {
                self.peer.say(b"500 5.5.2 line too long\r\n");
                continue;
            }
            let Ok(text) = std::str::from_utf8(&line) else {
                self.peer.say(b"500 5.5.2 not UTF-8\r\n");
                continue;
            };
            let text = text.trim_end_matches(['\r', '\n']).to_owned();
            let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
            let verb = verb.to_ascii_uppercase();
            self.log(&verb, &text, pipelined);
            match verb.as_str() {
                "EHLO" | "HELO" => self.hello(&verb, rest).await?,
                "STARTTLS" => self = self.start_tls().await?,
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.rcpt(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.transaction = None;
                    self.reply(At::Reset, "250 2.0.0 ok\r\n").await?;
                }
                "NOOP" => self.peer.say(b"250 2.0.0 ok\r\n"),
                "QUIT" => {
                    self.reply(At::Quit, "221 2.0.0 bye\r\n").await?;
                    return self.peer.close().await;
                }
                _ => self.peer.say(b"502 5.5.1 not known here\r\n"),
            }
        }
    }
}
