//! What a mail was found to be.

use jiff::Timestamp;
use jiff::civil::Date;

use super::original::Original;
use super::structure::Mail;
use super::{Permanence, Reason, Rule, address, authentication};
use crate::model::EnhancedStatus;

/// What a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mail system says what became of a letter.
    Report,
    /// Somebody complained of a letter to their provider (RFC 5965).
    Complaint,
    /// A reader's mail program says that a letter was displayed, deleted … (RFC 8098).
    Receipt,
    /// A program answered, such as an out-of-office (RFC 3834).
    AutoReply,
    /// A registry or a ticket system says that it has the letter.
    Acknowledgement,
    /// A person wrote it.
    Message,
    /// It is no mail.
    Unreadable,
}

impl Kind {
    /// The word of the interface.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Complaint => "complaint",
            Self::Receipt => "receipt",
            Self::AutoReply => "auto-reply",
            Self::Acknowledgement => "acknowledgement",
            Self::Message => "message",
            Self::Unreadable => "unreadable",
        }
    }
}

/// How plainly somebody asks not to be written to again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wish {
    /// A mail program's button did, or nothing else is said than that, in a word or a sentence.
    Plain,
    /// It is said among other things.
    Perhaps,
}

/// What became of a letter on its way to one recipient (RFC 3464, 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It will not be delivered.
    Failed,
    /// It is not delivered yet.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It was handed to a system that gives no reports.
    Relayed,
    /// It was delivered, and handed on to several addresses.
    Expanded,
}

impl Action {
    /// The word of RFC 3464 and of the interface.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// What a mail says of one recipient of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedRecipient {
    /// The address as the mail has it, such as `ana@example.org`.
    pub address: String,
    /// The address that was written to, where the report says that it was another (RFC 3464, 2.3.1).
    pub original_address: Option<String>,
    /// What became of the letter; nothing in a complaint.
    pub action: Option<Action>,
    /// The sending system has given up since the time for trying ran out: see [`Rule::TimeRanOut`].
    pub given_up: bool,
    /// Whether to write again; nothing where the letter arrived.
    pub permanence: Option<Permanence>,
    /// The most specific enhanced status code that the mail gives.
    pub status: Option<EnhancedStatus>,
    /// The code of the server's reply, such as 550.
    pub reply_code: Option<u16>,
    /// Why.
    pub reason: Option<Reason>,
    /// The server's words, or the report's where it has none of a server.
    pub diagnostic: Option<String>,
    /// Where the person moved to, where the server says so (RFC 5321, 3.4: code 551).
    pub moved_to: Option<String>,
}

impl ReportedRecipient {
    /// A recipient of whom nothing is known but the address.
    pub(super) fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            original_address: None,
            action: None,
            given_up: false,
            permanence: None,
            status: None,
            reply_code: None,
            reason: None,
            diagnostic: None,
            moved_to: None,
        }
    }

    /// See [`Rule::TimeRanOut`].
    pub(super) fn note_timeout(&mut self) {
        if self.action == Some(Action::Failed) {
            // A permanent status of some other thing than the network says that more than the time was in the way.
            let permanent = self.status.is_some_and(|status| status.class == 5 && !matches!(status.subject, 0 | 4));
            self.given_up = self.reason == Some(Reason::Expired) && !permanent;
        }
    }

    /// How bad the news is, as a number to compare.
    fn badness(&self) -> u8 {
        match self.action {
            Some(Action::Failed) => 2,
            Some(Action::Delayed) => 1,
            _ => 0,
        }
    }
}

/// What a mail is, of whom and of which letter it speaks, and the rules that said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// Of whom a report or a complaint speaks.
    pub recipients: Vec<ReportedRecipient>,
    /// The Message-ID of the letter, without angle brackets.
    pub original_message_id: Option<String>,
    /// The subject of the letter.
    pub original_subject: Option<String>,
    /// The envelope id that the letter was sent with (RFC 3461, 4.4), decoded.
    pub original_envelope_id: Option<String>,
    /// Whom the letter was addressed to, in its `To` and `Cc`.
    pub original_to: Vec<String>,
    /// The rules that decided, the most important one first.
    pub rules: Vec<Rule>,
    /// The mail's own Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// The ids in its `In-Reply-To`.
    pub in_reply_to: Vec<String>,
    /// The ids in its `References`.
    pub references: Vec<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Who it says it is from, in `From`.
    pub from: Option<String>,
    /// The addresses that it was sent or delivered to: `To`, `Cc`, `Delivered-To`, `X-Original-To`, `Envelope-To` …
    pub sent_to: Vec<String>,
    /// When it was written.
    pub date: Option<Timestamp>,
    /// The day on which an out-of-office says that its sender is back.
    pub returns_on: Option<Date>,
    /// Where its sender, or the recipient it reports, has moved to.
    pub moved_to: Option<String>,
    /// What its author wrote, without what they quote; of what a mail system wrote, a refusal that names nobody alone.
    pub own_words: String,
    /// Its sender asks not to be written to again.
    pub opted_out: Option<Wish>,
    /// It is the letter itself, passed on: no answer.
    pub passed_on: bool,
    /// The first line of what its sender wrote, in no more than [`clip::FIRST_LINE`](crate::model::clip::FIRST_LINE)
    /// characters.
    pub first_line: Option<String>,
    /// The hosts that say that it failed DMARC, in lower case: whether one of them is to be believed is for others to
    /// say (RFC 8601).
    pub dmarc_failed_at: Vec<String>,
    /// It was longer than what is read of a mail.
    pub cut: bool,
}

impl Reading {
    /// What the header says, before anything is decided.
    pub(super) fn of(mail: &Mail<'_>) -> Self {
        let headers = &mail.headers;
        let sent_to = [
            "to",
            "cc",
            "delivered-to",
            "x-original-to",
            "envelope-to",
            "x-envelope-to",
            "x-delivered-to",
            "x-forwarded-to",
            "x-rcpt-to",
        ];
        Self {
            kind: Kind::Message,
            recipients: Vec::new(),
            original_message_id: None,
            original_subject: None,
            original_envelope_id: None,
            original_to: Vec::new(),
            rules: Vec::new(),
            message_id: headers.ids("message-id").into_iter().next(),
            in_reply_to: headers.ids("in-reply-to"),
            references: headers.ids("references"),
            subject: headers.text("subject"),
            from: headers.addresses("from").into_iter().next(),
            sent_to: sent_to.iter().flat_map(|name| headers.addresses(name)).collect(),
            date: headers.date(),
            returns_on: None,
            moved_to: None,
            own_words: String::new(),
            opted_out: None,
            passed_on: false,
            first_line: None,
            dmarc_failed_at: authentication::dmarc_failed(headers),
            cut: false,
        }
    }

    /// Takes note of a rule, once.
    pub(super) fn decided_by(&mut self, rule: Rule) {
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }

    /// Takes note of what a report says of a recipient. One that is named twice is one: the worse news counts, and
    /// where both are alike, the first.
    pub(super) fn add(&mut self, new: ReportedRecipient) {
        match self.recipients.iter_mut().find(|known| address::same(&known.address, &new.address)) {
            None => self.recipients.push(new),
            Some(known) if new.badness() > known.badness() => *known = new,
            Some(_) => {}
        }
    }

    /// Names the rule, where the time for trying ran out for anybody.
    pub(super) fn say_where_time_ran_out(&mut self) {
        if self.recipients.iter().any(|recipient| recipient.given_up) {
            self.rules.push(Rule::TimeRanOut);
        }
    }

    /// Takes over what was found of the letter itself.
    pub(super) fn take_original(&mut self, original: Original) {
        self.original_message_id = self.original_message_id.take().or(original.message_id);
        self.original_subject = self.original_subject.take().or(original.subject);
        if self.original_to.is_empty() {
            self.original_to = original.to;
        }
    }
}
