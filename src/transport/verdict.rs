//! What an outcome means: for the recipient, or for the whole run.
//!
//! A recipient is marked by an answer that is about it, and by nothing else. What the server holds against the login,
//! the sender, the size of the letter or the account's quota would be the same for everybody: it stops the run and
//! marks nobody. What may be either is held back until letters to others show whose it is.

use std::time::Duration;

use super::outcome::{Outcome, Stage, Unsendable};
use super::stop::StopReason;
use crate::model::Reply;
use crate::model::refusal::{Matter, matter_of, wait_of};

/// What an attempt means for its delivery, and for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The server took it.
    Accepted,
    /// It was not taken, and will be tried again.
    Deferred,
    /// It was not taken yet: whoever comes again is taken, after this time where the server said one.
    Greylisted(Option<Duration>),
    /// The account sends faster than the server takes: the letter is the next again, after this time where the server
    /// said one, and the run goes slower.
    Slowed(Option<Duration>),
    /// It was refused for good, and nothing tells whether the recipient is meant: letters to others will show.
    HeldBack,
    /// It was not taken, and never will be.
    Failed,
    /// Nobody knows.
    InDoubt,
    /// The run must stop; the delivery was certainly not taken and stays to be sent.
    Stop(StopReason),
}

/// What an outcome means.
///
/// | what is refused is about | 4xx | 5xx |
/// |---|---|---|
/// | the recipient | deferred | failed; stop at MAIL |
/// | login, sender, size | deferred | stop |
/// | how much the account sends | slowed | stop |
/// | greylisting | greylisted | – |
/// | anything else | deferred | held back; stop at MAIL |
///
/// A refusal of MAIL names no recipient, so for good it is the account's, whatever it says.
#[must_use]
pub fn verdict(outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Accepted(_) => Verdict::Accepted,
        Outcome::Broken { .. } => Verdict::Deferred,
        Outcome::InDoubt { .. } => Verdict::InDoubt,
        Outcome::Unsendable(Unsendable::Recipient | Unsendable::Copy) => Verdict::Failed,
        Outcome::Unsendable(why) => Verdict::Stop(StopReason::Unsendable(why.clone())),
        Outcome::Refused { stage, reply } if reply.is_transient() => put_off(*stage, reply),
        Outcome::Refused { stage, reply } => refusal(*stage, reply),
    }
}

fn put_off(stage: Stage, reply: &Reply) -> Verdict {
    match matter_of(reply) {
        Some(Matter::Quota) => Verdict::Slowed(wait_of(&reply.text)),
        // At MAIL it is not known yet to whom.
        Some(Matter::Greylisting) if stage != Stage::Body => Verdict::Greylisted(wait_of(&reply.text)),
        _ => Verdict::Deferred,
    }
}

fn refusal(stage: Stage, reply: &Reply) -> Verdict {
    let stop = |reason: fn(Reply) -> StopReason| Verdict::Stop(reason(reply.clone()));
    match matter_of(reply) {
        Some(Matter::Login) => stop(StopReason::LoginRefused),
        Some(Matter::Quota | Matter::Connection) => stop(StopReason::QuotaUsedUp),
        Some(Matter::Size) => stop(StopReason::TooLarge),
        Some(Matter::Sender) => stop(StopReason::SenderRefused),
        // A bare 552 means the declared size (RFC 1870, 6.1).
        None if stage == Stage::Mail && is_code_of_size(reply) => stop(StopReason::TooLarge),
        _ if stage == Stage::Mail => stop(StopReason::SenderRefused),
        Some(Matter::Recipient) => Verdict::Failed,
        Some(Matter::Letter | Matter::Greylisting) | None => Verdict::HeldBack,
    }
}

fn is_code_of_size(reply: &Reply) -> bool {
    reply.code == 552 && reply.enhanced.is_none()
}

/// Whether a refusal says that the recipient does not exist: 5.1.1, 5.1.2, 5.1.3, 5.1.6 and 5.1.10 (RFC 3463, 3.2, and
/// RFC 7505), or words that say so. A full or closed mailbox exists.
#[must_use]
pub fn is_unknown_recipient(reply: &Reply) -> bool {
    match reply.enhanced.map(|status| (status.class, status.subject, status.detail)) {
        Some((5, 1, 1 | 2 | 3 | 6 | 10)) => true,
        Some((5, 2, _)) => false,
        _ => reply.code != 552 && reply.is_permanent() && matter_of(reply) == Some(Matter::Recipient),
    }
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
            Verdict::Greylisted(_) => "greylisted",
            Verdict::Slowed(_) => "slowed",
            Verdict::HeldBack => "held back",
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
            (Rcpt, "550", "held back"),
            (Rcpt, "552 5.2.2 mailbox full", "failed"),
            (Rcpt, "552 5.3.4 too large for this mailbox", "failed"),
            (Rcpt, "554 5.7.1 <ana@example.org>: Relay access denied", "held back"),
            (Rcpt, "550 5.7.1 rejected by the recipient's rules", "held back"),
            (Rcpt, "530 5.7.0 log in", "login"),
            (Rcpt, "535 no", "login"),
            (Rcpt, "550 5.7.1 Relaying denied. Proper authentication required.", "login"),
            (Rcpt, "550 5.1.1 authentication required desk is gone", "failed"),
            (Rcpt, "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c", "sender"),
            (Rcpt, "550 Sender verify failed", "sender"),
            (Rcpt, "550 5.1.8 bad sender domain", "sender"),
            (Rcpt, "550 5.4.5 daily sending limit exceeded", "quota"),
            (Data, "451 later", "deferred"),
            (Data, "554 5.5.1 no valid recipients", "held back"),
            (Data, "552 5.3.4 too large", "size"),
            (Data, "530 5.7.0 log in", "login"),
            (Body, "552 5.3.4 too large", "size"),
            (Body, "421 bye", "deferred"),
            (FinalDot, "452 4.3.1 no space", "deferred"),
            (FinalDot, "421 4.7.0 bye", "deferred"),
            (FinalDot, "471 odd", "deferred"),
            (FinalDot, "554 5.7.1 spam", "held back"),
            (FinalDot, "550 5.7.26 unauthenticated mail is refused: authentication required by DMARC", "sender"),
            (FinalDot, "552 5.3.4 too large", "size"),
            (FinalDot, "552 message size exceeds limit", "size"),
            (FinalDot, "552 5.2.2 mailbox full", "failed"),
            (FinalDot, "552 content refused", "held back"),
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
