//! EHLO and STARTTLS at a sandbox: what it offers, and TLS.

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;

use super::Encryption;
use super::lines::Peer;
use super::script::At;
use super::session::{Greeted, LoggedIn, Session, Transfer, is_positive, over};

impl Session {
    pub(super) async fn hello(&mut self, verb: &str, name: &str) -> io::Result<()> {
        self.transaction = None;
        if name.trim().is_empty() {
            self.peer.say(b"501 5.5.4 say who you are\r\n");
            return Ok(());
        }
        let offers = &self.shared.options.offers;
        let mut lines = vec!["localhost".to_owned()];
        if verb == "EHLO" {
            for (keyword, offered) in [
                ("PIPELINING", offers.pipelining),
                ("8BITMIME", offers.eight_bit_mime),
                ("SMTPUTF8", offers.smtputf8),
                ("DSN", offers.dsn),
                ("ENHANCEDSTATUSCODES", offers.enhanced_status_codes),
                ("STARTTLS", offers.starttls && self.encryption == Transfer::Plain),
            ] {
                if offered {
                    lines.push(keyword.to_owned());
                }
            }
            lines.extend(offers.size.map(|size| format!("SIZE {size}")));
            if !offers.auth.is_empty() {
                lines.push(format!("AUTH {}", offers.auth.join(" ")));
            }
        }
        let text = ehlo_reply(&lines);
        if is_positive(self.reply(At::Ehlo, &text).await?) {
            self.greeted = Greeted::Yes;
        }
        Ok(())
    }

    pub(super) async fn start_tls(mut self) -> io::Result<Self> {
        let config = match &self.shared.options.encryption {
            Encryption::StartTls(config) if self.encryption == Transfer::Plain => Arc::clone(config),
            _ => {
                self.peer.say(b"502 5.5.1 no STARTTLS here\r\n");
                return Ok(self);
            }
        };
        let code = self.reply(At::StartTls, "220 2.0.0 go on\r\n").await?;
        if code != 220 {
            return Ok(self);
        }
        self.peer.flush().await?;
        // What came in plaintext after STARTTLS must not be taken for something said under TLS (RFC 3207, 6).
        let (socket, more) = self.peer.into_socket();
        if more {
            return over();
        }
        let stream = TlsAcceptor::from(config).accept(socket).await?;
        Ok(Self {
            peer: Peer::new(Box::new(stream)),
            encryption: Transfer::Encrypted,
            greeted: Greeted::NotYet,
            login: LoggedIn::No,
            transaction: None,
            ..self
        })
    }
}

/// Many lines as one reply.
fn ehlo_reply(lines: &[String]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let mark = if at + 1 == lines.len() { ' ' } else { '-' };
        text.extend(["250", &mark.to_string(), line, "\r\n"]);
    }
    text
}
