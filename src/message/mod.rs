//! A merged letter → the envelope, the Message-ID and the exact bytes that go over the wire. Pure.
//!
//! Everything goes out as `multipart/alternative`, plain text first (RFC 2046, 5.1.4), in `multipart/mixed` where there
//! are attachments. Where the page has pictures, it stands with them in `multipart/related` (RFC 2387). Nothing in it
//! tells its sender that it was opened, and no header hides out-of-office answers.

mod attachment;
mod dkim;
mod encoding;
mod head;
mod mime;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{self, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes};

use self::head::{Last, word, written};
use crate::config::Sender;
use crate::letter::Merged;
use crate::model::{
    CampaignId, EmailAddress, Envelope, Language, MessageId, Recipient, RecipientId, Round, Token, TokenKey,
};

pub use attachment::Attachment;
pub use dkim::{DkimError, Signer};
pub use mime::estimate;

/// What is the same for all messages of a round.
#[derive(Debug)]
pub struct Composer {
    campaign: CampaignId,
    round: Round,
    sender: Sender,
    key: TokenKey,
    signer: Option<Arc<Signer>>,
    shared: Box<Shared>,
}

/// Headers as they are written: what is the same in all messages, and what was written last.
#[derive(Debug)]
struct Shared {
    from: String,
    version: String,
    subject: Last<String>,
    /// Of a second since 1970.
    date: Last<u64>,
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
    /// Its subject.
    pub subject: String,
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
    /// It could not be signed.
    #[error(transparent)]
    Dkim(#[from] DkimError),
}

/// What makes one message.
#[derive(Debug)]
pub struct Draft<'a> {
    /// To whom, with the copies it really goes to.
    pub recipient: &'a Recipient,
    /// The delivery's name in the ledger.
    pub id: &'a RecipientId,
    /// The Message-ID that the ledger has for it, where it was attempted before: it may have arrived under it.
    pub known_as: Option<&'a MessageId>,
    /// The merged letter.
    pub merged: &'a Merged,
    /// The letter's language.
    pub language: &'a Language,
    /// The files that go with it, in this order.
    pub attachments: &'a [&'a Attachment],
    /// The Message-IDs of the letters before it in its thread, the oldest first.
    pub thread: &'a [MessageId],
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
        let shared = Shared {
            from: written(header::From::from(Mailboxes::from(from))),
            version: written(header::MIME_VERSION_1_0),
            subject: Last::default(),
            date: Last::default(),
        };
        Ok(Self { campaign, round, sender: sender.clone(), key, signer: None, shared: Box::new(shared) })
    }

    /// The same composer, whose tokens and Message-IDs another key makes.
    #[must_use]
    pub fn with_key(self, key: TokenKey) -> Self {
        Self { key, ..self }
    }

    /// The same composer, which signs what it makes.
    #[must_use]
    pub fn signed_by(self, signer: Option<Arc<Signer>>) -> Self {
        Self { signer, ..self }
    }

    /// Whether it signs what it makes, by a key that takes its time.
    #[must_use]
    pub fn signs_slowly(&self) -> bool {
        self.signer.as_ref().is_some_and(|signer| signer.is_slow())
    }

    /// The Message-ID of a delivery that was never attempted.
    #[must_use]
    pub fn message_id(&self, recipient: &RecipientId) -> MessageId {
        MessageId::of(&self.key, &self.campaign, self.round, recipient, self.sender.address.domain())
    }

    /// Makes sure that the addresses of a recipient can stand in a message.
    ///
    /// # Errors
    /// Names the first that cannot.
    pub fn judge(&self, recipient: &Recipient) -> Result<(), ComposeError> {
        recipient.addresses().try_for_each(|address| mailbox(None, address).map(|_| ()))
    }

    /// Writes a message. The same draft gives the same bytes.
    ///
    /// # Errors
    /// Where a header cannot be written.
    pub fn compose(&self, draft: &Draft<'_>) -> Result<Composed, ComposeError> {
        let message_id = draft.known_as.cloned().unwrap_or_else(|| self.message_id(draft.id));
        let token = Token::of(&self.key, &self.campaign, self.round, draft.id);
        let recipient = draft.recipient;
        let head = self.head(draft, &message_id, &token)?;
        let bytes = mime::message(&head, &message_id, draft.merged, draft.attachments);
        let bytes = match &self.signer {
            Some(signer) => signer.sign(&bytes)?,
            None => bytes,
        };
        let bounce_to = self.sender.bounce_to.as_ref().and_then(|pattern| pattern.with(&token));
        Ok(Composed {
            envelope: Envelope {
                from: bounce_to.unwrap_or_else(|| self.sender.address.clone()),
                to: recipient.to.clone(),
                copies: recipient.cc.iter().chain(&recipient.bcc).cloned().collect(),
                id: Some(token.clone()),
            },
            message_id,
            token,
            subject: draft.merged.subject.clone(),
            bytes,
        })
    }

    /// The headers of the message itself, in their order.
    fn head(&self, draft: &Draft<'_>, message_id: &MessageId, token: &Token) -> Result<String, ComposeError> {
        let recipient = draft.recipient;
        let mut head = String::with_capacity(1_024);
        head.push_str(&self.shared.from);
        head.push_str(&written(header::To::from(Mailboxes::from(mailbox(recipient.name(), &recipient.to)?))));
        self.shared.subject.write(&mut head, &draft.merged.subject, header::Subject::from);
        let second = u64::try_from(draft.at.as_second()).unwrap_or_default();
        let date = |second| header::Date::new(SystemTime::UNIX_EPOCH + Duration::from_secs(second));
        self.shared.date.write(&mut head, &second, date);
        word(&mut head, message_id, header::MessageId::from);
        // The message before it, and the whole thread (RFC 5322, 3.6.4).
        if let Some(last) = draft.thread.last() {
            let ids: Vec<String> = draft.thread.iter().map(ToString::to_string).collect();
            head.push_str(&written(header::InReplyTo::from(last.to_string())));
            head.push_str(&written(header::References::from(ids.join(" "))));
        }
        word(&mut head, draft.language, ContentLanguage);
        if !recipient.cc.is_empty() {
            let copies: Result<Mailboxes, _> = recipient.cc.iter().map(|copy| mailbox(None, copy)).collect();
            head.push_str(&written(header::Cc::from(copies?)));
        }
        if let Some(reply_to) = self.sender.reply_to.as_ref().and_then(|pattern| pattern.with(token)) {
            head.push_str(&written(header::ReplyTo::from(Mailboxes::from(mailbox(None, &reply_to)?))));
        }
        if let Some(url) = &self.sender.list_unsubscribe {
            let url = format!("<{}>", url.replace("{token}", token.as_str()));
            word(&mut head, url, ListUnsubscribe);
        }
        head.push_str(&self.shared.version);
        Ok(head)
    }
}

fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, ComposeError> {
    let refused = |why: lettre::address::AddressError| ComposeError::Address(address.clone(), why.to_string());
    // The library takes few letters besides ASCII, and no mark: of these, `EmailAddress::parse` has decided. What the
    // rest of the address may be is asked in any case.
    let judged = if address.needs_smtputf8() {
        let ascii: String = address.local().chars().map(|c| if c.is_ascii() { c } else { 'x' }).collect();
        Address::new(ascii, address.domain()).map(|_| Address::new_dangerous(address.local(), address.domain()))
    } else {
        Address::new(address.local(), address.domain())
    };
    Ok(Mailbox::new(name.map(str::to_owned), judged.map_err(refused)?))
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
