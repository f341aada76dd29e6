//! Who a message is from and who it goes to, as SMTP sees it.

use super::{EmailAddress, Token};

/// The envelope of one message (RFC 5321, 2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where failure reports go: the address of `MAIL FROM`.
    pub from: EmailAddress,
    /// Whom the letter is addressed to. What the server says of this address alone decides what becomes of the
    /// delivery.
    pub to: EmailAddress,
    /// Cc and Bcc, in their order.
    pub copies: Vec<EmailAddress>,
    /// By what reports know the letter again, where the server can be told (RFC 3461, 4.4).
    pub id: Option<Token>,
}

impl Envelope {
    /// For how many recipients the message counts.
    #[must_use]
    pub fn recipients(&self) -> usize {
        1 + self.copies.len()
    }
}
