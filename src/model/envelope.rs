//! Who a message is from and who it goes to, as SMTP sees it.

use super::EmailAddress;

/// The envelope of one message (RFC 5321, 2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where failure reports go: the address of `MAIL FROM`.
    pub from: EmailAddress,
    /// Whom the letter is addressed to. What the server says of this address alone decides what becomes of the delivery.
    pub to: EmailAddress,
    /// Cc and Bcc, in their order.
    pub copies: Vec<EmailAddress>,
}

impl Envelope {
    /// For how many recipients the message counts.
    #[must_use]
    pub fn recipients(&self) -> usize {
        1 + self.copies.len()
    }
}
