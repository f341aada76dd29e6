//! How long each step of a connection may take.

use std::time::Duration;

/// Time limits. The defaults are those of RFC 5321, 4.5.3.2; the limit for the final reply is
/// [`Server::timeout`](super::Server).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Finding the server's addresses and connecting to one of them: for each address.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// The greeting (4.5.3.2.1).
    pub greeting: Duration,
    /// EHLO, STARTTLS and each step of AUTH.
    pub command: Duration,
    /// MAIL (4.5.3.2.2).
    pub mail: Duration,
    /// MAIL where it was offered ahead: a server that takes no commands from behind a message says nothing to it, and
    /// would be waited for in vain. One that is merely slow is asked again over another connection.
    pub ahead: Duration,
    /// Each RCPT (4.5.3.2.3).
    pub rcpt: Duration,
    /// DATA (4.5.3.2.4).
    pub data: Duration,
    /// Each block of the message (4.5.3.2.5).
    pub block: Duration,
    /// RSET after a refusal.
    pub reset: Duration,
    /// QUIT: nothing depends on its reply.
    pub quit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            tls: Duration::from_mins(1),
            greeting: Duration::from_mins(5),
            command: Duration::from_mins(5),
            mail: Duration::from_mins(5),
            ahead: Duration::from_secs(5),
            rcpt: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            reset: Duration::from_mins(1),
            quit: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// The same limits, none of them above `most`: whoever waits no longer for the final reply waits no longer for
    /// anything else.
    #[must_use]
    pub fn at_most(self, most: Duration) -> Self {
        Self {
            connect: self.connect.min(most),
            tls: self.tls.min(most),
            greeting: self.greeting.min(most),
            command: self.command.min(most),
            mail: self.mail.min(most),
            ahead: self.ahead.min(most),
            rcpt: self.rcpt.min(most),
            data: self.data.min(most),
            block: self.block.min(most),
            reset: self.reset.min(most),
            quit: self.quit.min(most),
        }
    }
}
