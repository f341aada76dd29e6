//! A merged letter → the envelope, the Message-ID and the exact bytes that go over the wire. Pure.
//!
//! Everything goes out as `multipart/alternative`, plain text first (RFC 2046, 5.1.4), in `multipart/mixed` where there are
//! attachments. Nothing in it tells its sender that it was opened, and no header hides out-of-office answers.

mod attachment;
mod encoding;

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body as MimeBody, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use crate::config::Sender;
use crate::letter::{Body, Merged, Piece};
use crate::model::{
    CampaignId, EmailAddress, Envelope, Language, MessageId, Recipient, RecipientId, Round, Token, TokenKey,
};

pub use attachment::Attachment;

/// What is the same for all messages of a round.
#[derive(Debug)]
pub struct Composer {
    campaign: CampaignId,
    round: Round,
    sender: Sender,
    from: Mailbox,
    key: TokenKey,
}

/// A message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Who it is from and who it goes to, as SMTP sees it.
    pub envelope: Envelope,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// What ties answers and reports to it.
    pub token: Token,
    /// The bytes, with CRLF at each line's end (RFC 5322), and not dot-stuffed.
    pub bytes: Vec<u8>,
}

/// Why a message could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// An address that the checks let through and the message library refuses.
    #[error("`{0}` cannot stand in a header: {1}")]
    Address(EmailAddress, String),
    /// A header that cannot be written.
    #[error("the message cannot be written: {0}")]
    Message(String),
}

/// What makes one message.
#[derive(Debug)]
pub struct Draft<'a> {
    /// To whom, with the copies it really goes to.
    pub recipient: &'a Recipient,
    /// The delivery's name in the ledger.
    pub id: &'a RecipientId,
    /// The merged letter.
    pub merged: &'a Merged,
    /// The letter's language.
    pub language: &'a Language,
    /// The files that go with it, in this order.
    pub attachments: &'a [&'a Attachment],
    /// The time of this attempt.
    pub at: Timestamp,
}

impl Composer {
    /// A composer for one round of a campaign. `key` is the ledger's.
    ///
    /// # Errors
    /// Where the sender's address cannot stand in a header.
    pub fn new(campaign: CampaignId, round: Round, sender: &Sender, key: TokenKey) -> Result<Self, ComposeError> {
        let from = mailbox(sender.name.as_deref(), &sender.address)?;
        Ok(Self { campaign, round, sender: sender.clone(), from, key })
    }

    /// The Message-ID of a delivery.
    #[must_use]
    pub fn message_id(&self, recipient: &RecipientId) -> MessageId {
        MessageId::of(&self.campaign, self.round, recipient, self.sender.address.domain())
    }

    /// Writes a message. The same draft gives the same bytes.
    ///
    /// # Errors
    /// Where a header cannot be written.
    pub fn compose(&self, draft: &Draft<'_>) -> Result<Composed, ComposeError> {
        let message_id = self.message_id(draft.id);
        let token = Token::of(&self.key, &self.campaign, self.round, draft.id);
        let recipient = draft.recipient;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(mailbox(recipient.name(), &recipient.to)?)
            .subject(draft.merged.subject.clone())
            .date(SystemTime::from(draft.at))
            .message_id(Some(message_id.to_string()))
            .header(ContentLanguage(draft.language.to_string()));
        for copy in &recipient.cc {
            builder = builder.cc(mailbox(None, copy)?);
        }
        if let Some(reply_to) = self.sender.reply_to.as_ref().and_then(|pattern| pattern.with(&token)) {
            builder = builder.reply_to(mailbox(None, &reply_to)?);
        }
        if let Some(url) = &self.sender.list_unsubscribe {
            builder = builder.header(ListUnsubscribe(format!("<{}>", url.replace("{token}", token.as_str()))));
        }
        // The envelope is ours: lettre's, which needs at least one recipient that it can see, is not used.
        let content = content(draft, &message_id);
        let message = builder.multipart(content).map_err(|error| ComposeError::Message(error.to_string()))?;
        let bounce_to = self.sender.bounce_to.as_ref().and_then(|pattern| pattern.with(&token));
        Ok(Composed {
            envelope: Envelope {
                from: bounce_to.unwrap_or_else(|| self.sender.address.clone()),
                to: recipient.to.clone(),
                copies: recipient.cc.iter().chain(&recipient.bcc).cloned().collect(),
            },
            message_id,
            token,
            bytes: message.formatted(),
        })
    }
}

/// How many bytes a message of this letter and these attachments has, about: for the server's SIZE before anything is sent.
#[must_use]
pub fn estimate(merged: &Merged, attachments: &[&Attachment]) -> u64 {
    // Headers of the message and its parts, generously.
    const HEADERS: usize = 2_048;
    let body = |body: &Body| {
        let pieces = body.pieces().map(|piece| match piece {
            Piece::Fixed(fixed) => fixed.encoded(encoding::quoted_printable).len(),
            Piece::Filled(text) => encoding::quoted_printable(text).len(),
        });
        pieces.sum::<usize>()
    };
    let files: usize = attachments.iter().map(|file| file.encoded_len()).sum();
    (HEADERS + body(&merged.text) + body(&merged.html) + files) as u64
}

fn content(draft: &Draft<'_>, message_id: &MessageId) -> MultiPart {
    let text = part(ContentType::TEXT_PLAIN, &draft.merged.text);
    let html = part(ContentType::TEXT_HTML, &draft.merged.html);
    // `=_` stands in no quoted-printable and no base64 text (RFC 2045, 6.7 and 6.8), so a boundary with it is always one.
    let boundary = |kind: &str| format!("=_{kind}_{}", message_id.as_str().get(..16).unwrap_or_default());
    let letter = MultiPart::alternative().boundary(boundary("letter")).singlepart(text).singlepart(html);
    if draft.attachments.is_empty() {
        return letter;
    }
    let whole = MultiPart::mixed().boundary(boundary("parts")).multipart(letter);
    draft.attachments.iter().fold(whole, |whole, file| whole.singlepart(file.part()))
}

fn part(content_type: ContentType, body: &Body) -> SinglePart {
    let mut encoded = Vec::with_capacity(16 * 1024);
    for piece in body.pieces() {
        match piece {
            Piece::Fixed(fixed) => encoded.extend_from_slice(fixed.encoded(encoding::quoted_printable)),
            Piece::Filled(text) => encoded.extend_from_slice(&encoding::quoted_printable(text)),
        }
    }
    let body = MimeBody::dangerous_pre_encoded(encoded, ContentTransferEncoding::QuotedPrintable);
    SinglePart::builder().header(content_type).body(body)
}

fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, ComposeError> {
    let refused = |why: lettre::address::AddressError| ComposeError::Address(address.clone(), why.to_string());
    let plain = Address::new(address.local(), address.domain()).map_err(refused)?;
    Ok(Mailbox::new(name.map(str::to_owned), plain))
}

/// RFC 3282.
#[derive(Debug, Clone)]
struct ContentLanguage(String);

/// RFC 2369, 3.2.
#[derive(Debug, Clone)]
struct ListUnsubscribe(String);

macro_rules! plain_header {
    ($header:ident, $name:literal) => {
        impl Header for $header {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

plain_header!(ContentLanguage, "Content-Language");
plain_header!(ListUnsubscribe, "List-Unsubscribe");

#[cfg(test)]
mod tests;
