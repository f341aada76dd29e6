//! From what a report says of a recipient to a status, a reason, and whether to write again.

use std::borrow::Cow;
use std::cell::LazyCell;

use super::diagnostic::{Codes, Command, codes, command};
use super::phrases::{self, Said};
use super::status::{Meaning, meaning, most_specific};
use super::{Action, Reason, ReportedRecipient, words};
use crate::model::{EnhancedStatus, Reply};

/// How much is read of a report's text.
const MAX_CONTEXT: usize = 8 * 1024;

/// How much is kept of a diagnostic.
const MAX_DIAGNOSTIC: usize = 1000;

/// A text that is put together where it is wanted.
pub(super) type Context<'t> = LazyCell<Cow<'t, str>, Box<dyn FnOnce() -> Cow<'t, str> + 't>>;

/// What a report says of one recipient.
#[derive(Debug)]
pub(super) struct Evidence<'t> {
    /// The status of the report's field.
    pub(super) status: Option<EnhancedStatus>,
    /// The comment beside that status, such as `(mailbox full)`.
    pub(super) comment: &'t str,
    /// The server's words.
    pub(super) diagnostic: &'t str,
    /// What the report's text says, of this recipient as far as can be told. Most reports need none of it: the fields
    /// say enough.
    pub(super) context: Context<'t>,
}

impl Evidence<'_> {
    fn context(&self) -> &str {
        &self.context[..self.context.floor_char_boundary(MAX_CONTEXT)]
    }

    /// The command that the server refused, by its words or the report's.
    fn command(&self) -> Option<Command> {
        command(self.diagnostic).or_else(|| command(self.context()))
    }
}

/// What a server's refusal of a letter means, as it would in a report.
#[must_use]
pub fn reason_of_reply(reply: &Reply) -> Reason {
    let mut refused = ReportedRecipient::new("");
    refused.action = Some(Action::Failed);
    let said = reply.to_string();
    let context: Context<'_> = LazyCell::new(Box::new(|| Cow::Borrowed("")));
    settle(&mut refused, &Evidence { status: reply.enhanced, comment: "", diagnostic: &said, context });
    refused.reason.unwrap_or(Reason::Undefined)
}

/// Settles status, reason, permanence and diagnostic of a recipient whose action is known.
pub(super) fn settle(recipient: &mut ReportedRecipient, evidence: &Evidence<'_>) {
    let mut said = codes(evidence.diagnostic);
    if said == Codes::default() {
        said = codes(evidence.context());
    }
    // Among equals the server's own code counts, and not what the sending system made of it.
    let listed = said.enhanced.iter().copied().chain(evidence.status);
    let arrived = matches!(recipient.action, Some(Action::Delivered | Action::Relayed | Action::Expanded));
    // A status of success among failures is some other command's.
    let listed = listed.filter(|status| (status.class == 2) == arrived);
    recipient.status = most_specific(listed, said.reply);
    recipient.reply_code = said.reply.filter(|code| (*code < 300) == arrived);
    let no_words = evidence.diagnostic.trim().is_empty();
    recipient.diagnostic =
        Some(shorten(if no_words { evidence.context() } else { evidence.diagnostic })).filter(|text| !text.is_empty());
    if arrived {
        recipient.reason = Some(Reason::Delivered);
        return;
    }
    let reason = decide(evidence, recipient);
    recipient.reason = Some(reason);
    recipient.permanence = reason.permanence(recipient.status.map(|status| status.class));
    if reason == Reason::HasMoved {
        recipient.moved_to = moved_to(evidence.diagnostic, &recipient.address);
    }
}

/// The reason, from the surest sign to the weakest: a code of one meaning, the server's words, its code, the report's
/// text, the command.
fn decide(evidence: &Evidence<'_>, recipient: &ReportedRecipient) -> Reason {
    let status = recipient.status;
    let by_status = status.and_then(meaning);
    if let Some(Meaning::Sure(reason)) = by_status {
        return reason;
    }
    let command = LazyCell::new(|| {
        let vague = status.is_none_or(|status| (status.subject, status.detail) == (0, 0));
        let answers_rcpt = || vague && names_recipient(evidence.diagnostic, &recipient.address);
        evidence.command().or_else(|| answers_rcpt().then_some(Command::Rcpt))
    });
    let said = |text: &str| phrases::reason(&words::of(text)).map(|said| in_view_of(said, status, || *command));
    let own = innermost(evidence.diagnostic);
    let whole = Some(evidence.diagnostic).filter(|whole| whole.len() > own.len());
    if let Some(reason) = said(own).or_else(|| whole.and_then(said)).or_else(|| said(evidence.comment)) {
        return reason;
    }
    // A code of the mail system, the network, the protocol or the content says more than the command does.
    let concerns_sender = status.is_none_or(|status| matches!(status.subject, 0 | 1 | 2 | 7) || status.detail == 0);
    let is_syntax = matches!(recipient.reply_code, Some(500 | 502..=504));
    if concerns_sender
        && !is_syntax
        && let Some(reason) = by_command(*command)
    {
        return reason;
    }
    // 421 closes the connection (RFC 5321, 3.8): that is the system's, whatever mailbox the status speaks of.
    if recipient.reply_code == Some(421) && status.is_some_and(|status| status.subject == 2) {
        return Reason::SystemError;
    }
    let by_context = || said(innermost(evidence.context()));
    match by_status {
        // The text of a report is mostly in a language that can be read, and its status mostly X.0.0 or nothing.
        Some(Meaning::Likely(reason)) if status.is_some_and(|status| status.detail != 0) => {
            // "Delivery time expired" is what became of it; the text may say why.
            if reason == Reason::Expired { by_context().unwrap_or(reason) } else { reason }
        }
        by_status => by_context()
            .or(match by_status {
                Some(Meaning::Likely(reason) | Meaning::Sure(reason)) => Some(reason),
                None => None,
            })
            .or_else(|| by_reply(recipient.reply_code))
            .unwrap_or_else(|| {
                if status.is_none() && evidence.diagnostic.is_empty() { Reason::Undefined } else { Reason::OnHold }
            }),
    }
}

/// Whether a server's answer begins with the recipient: `550 <ana@example.org>: User unknown` answers RCPT.
fn names_recipient(diagnostic: &str, address: &str) -> bool {
    // The local part may be quoted, and then is no plain address.
    if let Some(at) = diagnostic.find(address).filter(|_| address.starts_with('"')) {
        let before = diagnostic[..at].trim_end_matches('<').trim();
        return before.len() >= 3
            && before.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b' '));
    }
    super::address::first_in(diagnostic).is_some_and(|found| {
        let before = diagnostic[..found.start].trim();
        super::address::same(found.address, address)
            && before.len() >= 3
            && before.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b' '))
    })
}

/// What the words mean beside the code and the command.
fn in_view_of(said: Said, status: Option<EnhancedStatus>, command: impl Fn() -> Option<Command>) -> Reason {
    let subject = status.map(|status| (status.subject, status.detail));
    let transient = status.is_some_and(|status| status.class == 4);
    let about_address = matches!(subject, Some((1, _)));
    let reason = match said {
        Said::Perhaps(reason) if about_address || command() == Some(Command::Rcpt) => reason,
        Said::Perhaps(Reason::SecurityError) if command() == Some(Command::Mail) => Reason::Rejected,
        Said::Perhaps(Reason::UserUnknown) if command() != Some(Command::Mail) => Reason::Filtered,
        Said::Perhaps(reason) | Said::Plainly(reason) => reason,
    };
    match reason {
        // X.1.1 is the recipient, whatever the command.
        Reason::UserUnknown if subject == Some((1, 1)) => reason,
        // "Does not exist" in the answer to MAIL is the sender.
        Reason::UserUnknown | Reason::HostUnknown if command() == Some(Command::Mail) => Reason::Rejected,
        // "Service not available" instead of a greeting.
        Reason::SystemError if command() == Some(Command::Connect) => Reason::Blocked,
        // X.2.x says that the mailbox is there, and after the message the recipient was accepted before: a filter.
        Reason::UserUnknown if matches!(subject, Some((2, _))) && command() != Some(Command::Rcpt) => Reason::Filtered,
        Reason::UserUnknown if !about_address && command() == Some(Command::Data) => Reason::Filtered,
        // Where there is no way to the domain, nobody was asked for a user; and what the name service says of it for
        // good is no trouble of today.
        Reason::UserUnknown | Reason::NetworkError if subject == Some((4, 4)) && !transient => Reason::NotAccept,
        // X.6.x is the content, also where something in it is too large.
        Reason::MesgTooBig if matches!(subject, Some((6, _))) => Reason::ContentError,
        Reason::Suspend if subject == Some((1, 1)) => Reason::UserUnknown,
        // A name that cannot be found just now is the name service's trouble.
        Reason::HostUnknown if transient => Reason::NetworkError,
        reason => reason,
    }
}

/// The server's own words: what stands from its reply code on, without what the sending system adds before and behind,
/// as in `host mx.example.org said: 550 5.1.1 no such user (in reply to RCPT TO command)` or `5.1.0 - Unknown address
/// error 550-'no such user'`. All of it where there is no code, or no word behind it.
fn innermost(diagnostic: &str) -> &str {
    let mut before = ' ';
    for (at, c) in diagnostic.char_indices() {
        let quoted = diagnostic[at..].get(3..5) == Some("-'");
        let begins_word = before.is_whitespace() || matches!(before, ':' | ';' | '(' | '[' | '>' | '\'' | '"');
        before = c;
        if !begins_word || !matches!(c, '4' | '5') || !is_reply(&diagnostic.as_bytes()[at..]) {
            continue;
        }
        let own = &diagnostic[at..];
        let end = if quoted { own.rfind('\'') } else { own.find("(in reply to ") };
        let own = &own[..end.unwrap_or(own.len())];
        return if own.chars().filter(|c| c.is_alphabetic()).count() > 3 { own } else { diagnostic };
    }
    diagnostic
}

/// Whether a text begins with a code of a refusal (RFC 5321, 4.2).
fn is_reply(text: &[u8]) -> bool {
    let ends = text.get(3).is_none_or(|byte| matches!(byte, b' ' | b'-' | b'\n'));
    ends && text.len() > 2 && text[..3].iter().all(u8::is_ascii_digit)
}

/// What a refusal means that gives no reason, by the command that it answers.
fn by_command(command: Option<Command>) -> Option<Reason> {
    match command? {
        Command::Mail => Some(Reason::Rejected),
        Command::Connect => Some(Reason::Blocked),
        Command::Rcpt | Command::Data => None,
    }
}

/// What a bare reply code means (RFC 5321, 4.2.3; RFC 7504; RFC 4954, 6).
fn by_reply(code: Option<u16>) -> Option<Reason> {
    match code? {
        551 => Some(Reason::HasMoved),
        521 | 556 => Some(Reason::NotAccept),
        452 | 552 => Some(Reason::MailboxFull),
        500..=504 => Some(Reason::SyntaxError),
        530 | 534 | 535 | 538 => Some(Reason::SecurityError),
        _ => None,
    }
}

/// The address that a server says to use instead (RFC 5321, 3.4).
fn moved_to(text: &str, address: &str) -> Option<String> {
    super::address::all_in(text)
        .map(|found| found.address)
        .find(|found| !super::address::same(found, address))
        .map(str::to_owned)
}

/// A diagnostic in one line, no longer than what is kept of it.
fn shorten(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.retain(|c| !c.is_control());
    line.truncate(line.floor_char_boundary(MAX_DIAGNOSTIC));
    line
}
