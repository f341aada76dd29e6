//! What an outcome means: for the recipient, or for the whole run.
//!
//! A recipient is marked by an answer to its own RCPT or to its message, and by nothing else. What the server holds
//! against the login, the sender, the size of the letter or the account's quota would be the same for everybody: it
//! stops the run and marks nobody.

use std::fmt;

use super::outcome::{Outcome, Stage, Unsendable};
use crate::model::Reply;

/// What an attempt means for its delivery, and for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The server took it.
    Accepted,
    /// It was not taken, and will be tried again.
    Deferred,
    /// It was not taken, and never will be.
    Failed,
    /// Nobody knows.
    InDoubt,
    /// The run must stop; the delivery was certainly not taken and stays to be sent.
    Stop(StopReason),
}

/// Why a run must stop. Its text says what the server said and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The server wants a login, or another one.
    LoginRefused(Reply),
    /// The server does not take mail from this sender.
    SenderRefused(Reply),
    /// The server does not take a letter of this size, or the account may not send one.
    TooLarge(Reply),
    /// The account has sent as much as it may.
    QuotaUsedUp(Reply),
    /// The letter cannot be sent through this server at all.
    Unsendable(Unsendable),
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoginRefused(reply) => write!(
                f,
                "the server wants a login, or another one: `{reply}`; check `url`, `password` and `auth` in `[smtp]`"
            ),
            Self::SenderRefused(reply) => write!(
                f,
                "the server refused the sender: `{reply}`; check `from` and `bounce_to` in `[sender]`, and what this account may send as"
            ),
            Self::TooLarge(reply) => {
                write!(f, "the server refused the letter for its size: `{reply}`; make its attachments smaller")
            }
            Self::QuotaUsedUp(reply) => write!(
                f,
                "the account has sent as much as it may: `{reply}`; go on when the provider allows it, with a slower `[pace]`"
            ),
            Self::Unsendable(why) => why.fmt(f),
        }
    }
}

/// A sign that the trouble is with the run and not with a recipient: one means little, several alike in a row mean that
/// the run must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strain {
    /// 452 or X.3.1: storage, or a number of messages, is used up for now.
    Quota,
    /// X.7.x, or 554 to a recipient: policy, such as too many messages in a short time, or a relay that is denied.
    Policy,
    /// 4xx to MAIL, or 4.1.7 and 4.1.8 to a recipient: something about the sender, such as a domain that cannot be
    /// found just now.
    Sender,
    /// 5xx to the message: what is refused to one will be refused to all.
    Content,
    /// The connection broke, or the server ended it with 421.
    Connection,
}

/// What an outcome means.
///
/// | answer to | 4xx | 5xx |
/// |---|---|---|
/// | MAIL | deferred | stop: login, size, quota, otherwise the sender |
/// | RCPT | deferred | failed; stop where it speaks of the login, the sender or the quota |
/// | DATA, message, final dot | deferred | failed; stop at login, size and quota |
///
/// A login is wanted by 530, 534, 535 and 538 (RFC 4954, 6), and by a 5.7.x whose text asks to authenticate: many
/// servers say `550 5.7.1` for both "this recipient is not ours" and "log in first". The sender is meant at RCPT by
/// 5.1.7 and 5.1.8 (RFC 3463, 3.2), and by texts that say so: servers that check the sender late answer RCPT. Every
/// other refusal at RCPT, a relay that is denied included, concerns that recipient.
#[must_use]
pub fn verdict(outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Accepted(_) => Verdict::Accepted,
        Outcome::Broken { .. } => Verdict::Deferred,
        Outcome::InDoubt { .. } => Verdict::InDoubt,
        Outcome::Unsendable(Unsendable::Recipient | Unsendable::Copy) => Verdict::Failed,
        Outcome::Unsendable(why) => Verdict::Stop(StopReason::Unsendable(why.clone())),
        Outcome::Refused { stage, reply } => refusal(*stage, reply),
    }
}

fn refusal(stage: Stage, reply: &Reply) -> Verdict {
    if reply.is_transient() {
        return Verdict::Deferred;
    }
    let stop = |reason: fn(Reply) -> StopReason| Verdict::Stop(reason(reply.clone()));
    if is_about_login(stage, reply) {
        return stop(StopReason::LoginRefused);
    }
    if is_about_quota(reply) {
        return stop(StopReason::QuotaUsedUp);
    }
    match stage {
        Stage::Mail if is_about_size(reply) || is_code_of_size(reply) => stop(StopReason::TooLarge),
        Stage::Mail => stop(StopReason::SenderRefused),
        Stage::Rcpt if is_about_sender(reply) => stop(StopReason::SenderRefused),
        Stage::Data | Stage::Body | Stage::FinalDot if is_about_size(reply) => stop(StopReason::TooLarge),
        _ => Verdict::Failed,
    }
}

/// Whether an outcome shows strain.
#[must_use]
pub fn strain(outcome: &Outcome) -> Option<Strain> {
    let (stage, reply) = match outcome {
        Outcome::Refused { stage, reply } => (*stage, reply),
        Outcome::Broken { .. } => return Some(Strain::Connection),
        _ => return None,
    };
    match (reply.code, status(reply)) {
        // The recipient's own mailbox is full: nothing that concerns anybody else.
        (_, Some((4, 2, _))) => None,
        (_, Some((_, 7, _))) => Some(Strain::Policy),
        // The server says goodbye (RFC 5321, 3.8).
        (421, _) => Some(Strain::Connection),
        (452, _) | (_, Some((4, 3, 1))) => Some(Strain::Quota),
        (_, Some((4, 1, 7 | 8))) => Some(Strain::Sender),
        (400..500, _) if stage == Stage::Mail => Some(Strain::Sender),
        (554, None) if stage == Stage::Rcpt => Some(Strain::Policy),
        (500..600, _) if matches!(stage, Stage::Data | Stage::Body | Stage::FinalDot) => Some(Strain::Content),
        _ => None,
    }
}

fn status(reply: &Reply) -> Option<(u8, u16, u16)> {
    reply.enhanced.map(|status| (status.class, status.subject, status.detail))
}

fn says(reply: &Reply, phrases: &[&str]) -> bool {
    let text = reply.text.to_lowercase();
    phrases.iter().any(|phrase| text.contains(phrase))
}

fn is_about_login(stage: Stage, reply: &Reply) -> bool {
    if matches!(reply.code, 530 | 534 | 535 | 538) {
        return true;
    }
    // After the message, "authentication" is as likely to mean SPF, DKIM or DMARC.
    matches!(stage, Stage::Mail | Stage::Rcpt)
        && matches!(status(reply), None | Some((5, 7, _)))
        && says(
            reply,
            &[
                "authentication required",
                "authentication is required",
                "authentication needed",
                "not authenticated",
                "must authenticate",
                "authenticate first",
                "auth first",
                "must log in",
                "please log in",
                "login required",
            ],
        )
}

fn is_about_sender(reply: &Reply) -> bool {
    match status(reply) {
        Some((5, 1, 7 | 8)) => true,
        None | Some((5, 1, 0) | (5, 7, _)) => says(
            reply,
            &[
                "sender address rejected",
                "sender address refused",
                "sender rejected",
                "sender verify failed",
                "not allowed to send as",
                "not owned by user",
            ],
        ),
        _ => false,
    }
}

/// 5.3.4 (RFC 3463, 3.4), and a 552 without a status that speaks of size.
fn is_about_size(reply: &Reply) -> bool {
    match status(reply) {
        Some((5, 3, 4)) => true,
        None => reply.code == 552 && says(reply, &["size", "too large", "too big"]),
        _ => false,
    }
}

/// At MAIL, 523 and a bare 552 mean the declared size (RFC 1870, 6.1); later, a bare 552 can mean a full mailbox as
/// well.
fn is_code_of_size(reply: &Reply) -> bool {
    reply.code == 523 || (reply.code == 552 && reply.enhanced.is_none())
}

/// Whether a refusal says that the recipient does not exist: 5.1.1, 5.1.2, 5.1.3, 5.1.6 and 5.1.10 (RFC 3463, 3.2, and
/// RFC 7505), or a 550 that says so in words.
#[must_use]
pub fn is_unknown_recipient(reply: &Reply) -> bool {
    match status(reply) {
        Some((5, 1, 1 | 2 | 3 | 6 | 10)) => true,
        None => {
            reply.code == 550
                && says(reply, &["unknown", "no such", "not found", "does not exist", "doesn't exist", "invalid"])
        }
        _ => false,
    }
}

/// The answers with which large providers end an account's day. Each comes with 5xx although it passes:
/// 5.4.5 (Google Workspace), 5.1.90, 5.7.232, 5.7.233 (Exchange Online).
fn is_about_quota(reply: &Reply) -> bool {
    matches!(status(reply), Some((5, 4, 5) | (5, 1, 90) | (5, 7, 232 | 233)))
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Cause;
    use super::*;

    fn reply(text: &str) -> Reply {
        let (code, text) = text.split_once(' ').unwrap_or((text, ""));
        Reply::new(code.parse().unwrap(), [text])
    }

    fn refused(stage: Stage, text: &str) -> Outcome {
        Outcome::Refused { stage, reply: reply(text) }
    }

    fn word(outcome: &Outcome) -> &'static str {
        match verdict(outcome) {
            Verdict::Accepted => "accepted",
            Verdict::Deferred => "deferred",
            Verdict::Failed => "failed",
            Verdict::InDoubt => "in doubt",
            Verdict::Stop(StopReason::LoginRefused(_)) => "login",
            Verdict::Stop(StopReason::SenderRefused(_)) => "sender",
            Verdict::Stop(StopReason::TooLarge(_)) => "size",
            Verdict::Stop(StopReason::QuotaUsedUp(_)) => "quota",
            Verdict::Stop(StopReason::Unsendable(_)) => "unsendable",
        }
    }

    #[test]
    fn each_refusal_concerns_the_recipient_or_the_run() {
        use Stage::{Body, Data, FinalDot, Mail, Rcpt};
        for (stage, text, expected) in [
            (Mail, "451 4.3.0 try later", "deferred"),
            (Mail, "452 4.3.1 no space", "deferred"),
            (Mail, "421 4.3.2 closing", "deferred"),
            (Mail, "550 5.7.1 not allowed", "sender"),
            (Mail, "553 5.1.8 domain not found", "sender"),
            (Mail, "501 syntax", "sender"),
            (Mail, "530 5.7.0 authentication required", "login"),
            (Mail, "530", "login"),
            (Mail, "534 5.7.9 too weak", "login"),
            (Mail, "535 5.7.8 no", "login"),
            (Mail, "538 no", "login"),
            (Mail, "550 5.7.57 client not authenticated to send mail", "login"),
            (Mail, "552 5.3.4 too large", "size"),
            (Mail, "552", "size"),
            (Mail, "552 5.2.2 your mailbox is full", "sender"),
            (Mail, "523 the message is too long", "size"),
            (Rcpt, "450 4.2.1 busy", "deferred"),
            (Rcpt, "452 4.5.3 too many", "deferred"),
            (Rcpt, "421 bye", "deferred"),
            (Rcpt, "550 5.1.1 no such user", "failed"),
            (Rcpt, "550", "failed"),
            (Rcpt, "552 5.2.2 mailbox full", "failed"),
            (Rcpt, "552 5.3.4 too large for this mailbox", "failed"),
            (Rcpt, "554 5.7.1 <ana@example.org>: Relay access denied", "failed"),
            (Rcpt, "550 5.7.1 rejected by the recipient's rules", "failed"),
            (Rcpt, "530 5.7.0 log in", "login"),
            (Rcpt, "535 no", "login"),
            (Rcpt, "550 5.7.1 Relaying denied. Proper authentication required.", "login"),
            (Rcpt, "550 5.1.1 authentication required desk is gone", "failed"),
            (Rcpt, "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c", "sender"),
            (Rcpt, "550 Sender verify failed", "sender"),
            (Rcpt, "550 5.1.8 bad sender domain", "sender"),
            (Rcpt, "550 5.4.5 daily sending limit exceeded", "quota"),
            (Data, "451 later", "deferred"),
            (Data, "554 5.5.1 no valid recipients", "failed"),
            (Data, "552 5.3.4 too large", "size"),
            (Data, "530 5.7.0 log in", "login"),
            (Body, "552 5.3.4 too large", "size"),
            (Body, "421 bye", "deferred"),
            (FinalDot, "452 4.3.1 no space", "deferred"),
            (FinalDot, "421 4.7.0 bye", "deferred"),
            (FinalDot, "471 odd", "deferred"),
            (FinalDot, "554 5.7.1 spam", "failed"),
            (FinalDot, "550 5.7.26 unauthenticated mail is refused: authentication required by DMARC", "failed"),
            (FinalDot, "552 5.3.4 too large", "size"),
            (FinalDot, "552 message size exceeds limit", "size"),
            (FinalDot, "552 5.2.2 mailbox full", "failed"),
            (FinalDot, "552 content refused", "failed"),
            (FinalDot, "535 5.7.8 token expired", "login"),
            (FinalDot, "550 5.4.5 daily sending limit exceeded", "quota"),
        ] {
            assert_eq!(word(&refused(stage, text)), expected, "{stage}: {text}");
        }
    }

    #[test]
    fn what_broke_before_the_dot_is_deferred_and_after_it_in_doubt() {
        for cause in [
            Cause::Closed,
            Cause::Unexpected(reply("354 go on")),
            Cause::Unexpected(reply("550 late")),
            Cause::NotAReply("x".to_owned()),
        ] {
            let broken = Outcome::Broken { stage: Stage::Body, cause: cause.clone() };
            assert_eq!(word(&broken), "deferred");
            assert_eq!(word(&Outcome::InDoubt { cause }), "in doubt");
        }
        assert_eq!(word(&Outcome::Accepted(reply("250"))), "accepted");
    }

    #[test]
    fn what_cannot_be_sent_stops_the_run_unless_it_is_the_recipients_address() {
        for why in [Unsendable::Recipient, Unsendable::Copy] {
            assert_eq!(word(&Outcome::Unsendable(why)), "failed");
        }
        for why in [Unsendable::Sender, Unsendable::EightBit, Unsendable::BareLineBreak] {
            assert_eq!(word(&Outcome::Unsendable(why)), "unsendable");
        }
    }

    #[test]
    fn strain_is_the_servers_and_not_a_full_mailbox() {
        for (text, expected) in [
            ("452 4.3.1 no space", Some(Strain::Quota)),
            ("452", Some(Strain::Quota)),
            ("451 4.3.1 no space", Some(Strain::Quota)),
            ("452 4.2.2 mailbox full", None),
            ("421 4.7.0 too fast", Some(Strain::Policy)),
            ("421 4.3.2 shutting down", Some(Strain::Connection)),
            ("450 4.7.1 greylisted", Some(Strain::Policy)),
            ("450 4.1.1 later", None),
            ("450 4.1.8 sender's domain not found", Some(Strain::Sender)),
            ("550 5.1.1 no such user", None),
            ("550 no such user", None),
            ("552 5.2.2 mailbox full", None),
            ("550 5.7.1 relaying denied", Some(Strain::Policy)),
            ("554 relaying denied", Some(Strain::Policy)),
        ] {
            assert_eq!(strain(&refused(Stage::Rcpt, text)), expected, "{text}");
        }
        assert_eq!(strain(&refused(Stage::Mail, "451 later")), Some(Strain::Sender));
        assert_eq!(strain(&refused(Stage::FinalDot, "554 no")), Some(Strain::Content));
        assert_eq!(strain(&Outcome::Broken { stage: Stage::Data, cause: Cause::Closed }), Some(Strain::Connection));
        assert_eq!(strain(&Outcome::InDoubt { cause: Cause::Closed }), None);
    }

    #[test]
    fn an_unknown_recipient_is_told_from_a_refused_one() {
        for text in
            ["550 5.1.1 no", "553 5.1.3 bad address", "550 5.1.10 null MX", "550 No such user here", "550 user unknown"]
        {
            assert!(is_unknown_recipient(&reply(text)), "{text}");
        }
        for text in
            ["550 5.7.1 no such luck", "550 go away", "552 5.2.2 mailbox full", "450 4.1.1 unknown yet", "554 unknown"]
        {
            assert!(!is_unknown_recipient(&reply(text)), "{text}");
        }
    }

    #[test]
    fn a_stop_says_what_the_server_said_and_what_to_do() {
        for text in ["530 5.7.0 log in", "550 5.7.1 no", "552 5.3.4 large", "550 5.4.5 limit"] {
            let Verdict::Stop(reason) = verdict(&refused(Stage::Mail, text)) else {
                panic!("{text}");
            };
            let shown = reason.to_string();
            assert!(shown.contains(&format!("`{text}`")) && shown.contains("; "), "{shown}");
        }
    }
}
