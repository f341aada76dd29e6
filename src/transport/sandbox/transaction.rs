//! One message at a sandbox: MAIL, RCPT, DATA and the message itself.

use std::io;
use std::time::Instant;

use super::lines::Line;
use super::record::Received;
use super::script::{Act, At, Context};
use super::session::{Greeted, LoggedIn, Session, Transaction, is_positive, over};

/// A line of a message, without the dot that is doubled (RFC 5321, 4.5.3.1.6).
const TEXT_LINE: usize = 1000;

/// How a message came in.
enum Body {
    Whole(Vec<u8>),
    TooLarge,
    LineTooLong,
    BareLineBreak,
}

impl Session {
    pub(super) async fn mail(&mut self, rest: &str) -> io::Result<()> {
        let offers = &self.shared.options.offers;
        let refusal = if self.greeted == Greeted::NotYet || self.transaction.is_some() {
            Some("503 5.5.1 not now\r\n")
        } else if !self.shared.options.logins.is_empty() && self.login == LoggedIn::No {
            Some("530 5.7.0 authentication required\r\n")
        } else {
            None
        };
        if let Some(refusal) = refusal {
            self.peer.say(refusal.as_bytes());
            return Ok(());
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            self.peer.say(b"501 5.5.4 MAIL FROM:<address>\r\n");
            return Ok(());
        };
        let mut usual = "250 2.1.0 ok\r\n";
        let mut international = false;
        for parameter in parameters.split_whitespace() {
            let (keyword, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match keyword.to_ascii_uppercase().as_str() {
                "SIZE" if offers.size.is_some() => {
                    if value.parse::<u64>().map_or(true, |size| !offers.takes(size)) {
                        usual = "552 5.3.4 too large\r\n";
                    }
                }
                "BODY" if offers.eight_bit_mime => {}
                "SMTPUTF8" if offers.smtputf8 => international = true,
                "RET" | "ENVID" if offers.dsn => {}
                _ => usual = "555 5.5.4 parameter not known\r\n",
            }
        }
        if !from.is_ascii() && !international {
            usual = "553 5.6.7 not without SMTPUTF8\r\n";
        }
        self.begun += 1;
        self.transaction = Some(Transaction {
            number: self.shared.begin_transaction(),
            from: from.to_owned(),
            parameters: parameters.trim().to_owned(),
            recipients: Vec::new(),
        });
        if !is_positive(self.reply(At::Mail, usual).await?) {
            self.transaction = None;
        }
        Ok(())
    }

    pub(super) async fn rcpt(&mut self, rest: &str) -> io::Result<()> {
        let Some(transaction) = &self.transaction else {
            self.peer.say(b"503 5.5.1 MAIL first\r\n");
            return Ok(());
        };
        let Some((to, _)) = path(rest, "TO:").filter(|(to, _)| !to.is_empty()) else {
            self.peer.say(b"501 5.5.4 RCPT TO:<address>\r\n");
            return Ok(());
        };
        let international = transaction.parameters.to_ascii_uppercase().contains("SMTPUTF8");
        let usual =
            if to.is_ascii() || international { "250 2.1.5 ok\r\n" } else { "553 5.6.7 not without SMTPUTF8\r\n" };
        let to = to.to_owned();
        let act = self.fault(At::Rcpt, std::slice::from_ref(&to));
        if is_positive(self.act(act, usual).await?)
            && let Some(transaction) = &mut self.transaction
        {
            transaction.recipients.push(to);
        }
        Ok(())
    }

    pub(super) async fn data(&mut self) -> io::Result<()> {
        let usual = match &self.transaction {
            None => "503 5.5.1 MAIL first\r\n",
            Some(transaction) if transaction.recipients.is_empty() => "554 5.5.1 no valid recipients\r\n",
            Some(_) => "354 go on\r\n",
        };
        if self.reply(At::Data, usual).await? != 354 {
            return Ok(());
        }
        let body = self.body().await?;
        let Some(transaction) = self.transaction.take() else {
            self.peer.say(b"554 5.5.1 no transaction\r\n");
            return Ok(());
        };
        let act = {
            let context = Context {
                connection: self.number,
                transaction: Some(transaction.number),
                begun: self.begun,
                recipients: &transaction.recipients,
            };
            self.shared.fault(At::FinalDot, &context)
        };
        let usual = match body {
            Body::TooLarge => "552 5.3.4 too large\r\n",
            Body::LineTooLong => "554 5.6.0 a line is too long\r\n",
            Body::BareLineBreak => "554 5.6.0 a line break is not CRLF\r\n",
            Body::Whole(_) if !is_kept(act.as_ref()) => "250 2.0.0 ok\r\n",
            Body::Whole(message) => {
                let received = Received {
                    connection: self.number,
                    from: transaction.from,
                    parameters: transaction.parameters,
                    recipients: transaction.recipients,
                    message,
                    at: Instant::now(),
                };
                match self.shared.store.keep(received).await {
                    Ok(()) => "250 2.0.0 ok\r\n",
                    Err(_) => "451 4.3.0 cannot be kept\r\n",
                }
            }
        };
        self.act(act, usual).await?;
        Ok(())
    }

    /// Reads a message up to its final dot.
    async fn body(&mut self) -> io::Result<Body> {
        let limit = self.shared.options.offers.size.filter(|limit| *limit > 0);
        let recipients = self.transaction.as_ref().map(|transaction| transaction.recipients.clone());
        let fault = self.fault(At::Body, &recipients.unwrap_or_default());
        let mut message = Vec::with_capacity(16 * 1024);
        let mut line = Vec::with_capacity(TEXT_LINE);
        let mut flaw = None;
        // Only what follows a whole line break can be a final dot or a doubled one (RFC 5321, 4.1.1.4).
        let mut before = Line::Whole;
        loop {
            let read = self.peer.line(&mut line, TEXT_LINE + 1).await?;
            if fault == Some(Act::Silence) {
                // Nothing more is read either, until the sandbox ends.
                std::future::pending::<()>().await;
            }
            if let Some(act) = fault {
                self.act(Some(act), "250 2.0.0 ok\r\n").await?;
                self.peer.flush().await?;
                return over();
            }
            if before == Line::Whole && line == b".\r\n" {
                return Ok(flaw.unwrap_or(Body::Whole(message)));
            }
            match read {
                Line::TooLong => flaw = Some(Body::LineTooLong),
                Line::Bare => flaw = Some(Body::BareLineBreak),
                Line::Whole if line[..line.len() - 2].contains(&b'\r') => flaw = Some(Body::BareLineBreak),
                Line::Whole => {}
            }
            let doubled = before == Line::Whole && line.first() == Some(&b'.');
            let text = &line[usize::from(doubled)..];
            if text.len() > TEXT_LINE {
                flaw = Some(Body::LineTooLong);
            }
            if limit.is_some_and(|limit| (message.len() + text.len()) as u64 > limit) {
                flaw = Some(Body::TooLarge);
            }
            if flaw.is_none() {
                message.extend_from_slice(text);
            }
            before = read;
        }
    }
}

/// Whether a message is kept, by what was ordered for its final dot.
fn is_kept(act: Option<&Act>) -> bool {
    match act {
        Some(Act::Close) => false,
        Some(Act::Reply(text)) => text.starts_with('2'),
        Some(Act::Raw(bytes)) => bytes.first() == Some(&b'2'),
        _ => true,
    }
}

/// The address and the parameters of MAIL or RCPT.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (word, rest) = rest.split_at_checked(keyword.len())?;
    if !word.eq_ignore_ascii_case(keyword) {
        return None;
    }
    rest.trim_start().strip_prefix('<')?.split_once('>')
}
