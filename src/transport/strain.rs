//! Signs that the trouble is with the run and not with a recipient.

use super::outcome::{Outcome, Stage};
use super::verdict::{Verdict, verdict};
use crate::model::Reply;
use crate::model::refusal::{Matter, matter_of};

/// A sign that the trouble is with the run and not with a recipient: one means little, several alike in a row mean that
/// the run must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strain {
    /// 452 or X.3.1: storage, or a number of messages, is used up for now.
    Quota,
    /// 4.7.x: policy that asks for something that nobody knows.
    Policy,
    /// 4xx to MAIL, or 4.1.7 and 4.1.8 to a recipient: something about the sender, such as a domain that cannot be
    /// found just now.
    Sender,
    /// 5xx to RCPT in words that do not say whose refusal it is.
    Unclear,
    /// 5xx to the message: what is refused to one will be refused to all.
    Content,
    /// The connection broke, or the server ended it with 421.
    Connection,
    /// The server takes fewer letters at a time than it was sent. The run finds out how many, and goes on.
    Rate,
}

/// Whether an outcome shows strain. Greylisting does not: whoever comes again is taken.
#[must_use]
pub fn strain(outcome: &Outcome) -> Option<Strain> {
    let (stage, reply) = match outcome {
        Outcome::Refused { stage, reply } => (*stage, reply),
        Outcome::Broken { .. } => return Some(Strain::Connection),
        _ => return None,
    };
    match verdict(outcome) {
        Verdict::Slowed(_) => Some(Strain::Rate),
        Verdict::HeldBack if matches!(stage, Stage::Mail | Stage::Rcpt) => Some(Strain::Unclear),
        Verdict::HeldBack => Some(Strain::Content),
        Verdict::Deferred => of_deferral(stage, reply),
        _ => None,
    }
}

fn of_deferral(stage: Stage, reply: &Reply) -> Option<Strain> {
    let matter = matter_of(reply);
    match (reply.code, reply.enhanced.map(|status| (status.class, status.subject, status.detail))) {
        _ if matter == Some(Matter::Recipient) && stage != Stage::Mail => None,
        // The server says goodbye (RFC 5321, 3.8).
        (421, _) => Some(Strain::Connection),
        _ if matter == Some(Matter::Connection) => Some(Strain::Connection),
        (_, Some((4, 7, _))) => Some(Strain::Policy),
        (452, _) | (_, Some((4, 3, 1))) => Some(Strain::Quota),
        (_, Some((4, 1, 7 | 8))) => Some(Strain::Sender),
        _ if stage == Stage::Mail => Some(Strain::Sender),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Cause;
    use super::*;

    fn refused(stage: Stage, text: &str) -> Outcome {
        let (code, text) = text.split_once(' ').unwrap_or((text, ""));
        Outcome::Refused { stage, reply: Reply::new(code.parse().unwrap(), [text]) }
    }

    #[test]
    fn strain_is_the_servers_and_neither_a_full_mailbox_nor_greylisting() {
        for (text, expected) in [
            ("452 4.3.1 no space", Some(Strain::Quota)),
            ("452", Some(Strain::Quota)),
            ("451 4.3.1 no space", Some(Strain::Quota)),
            ("452 4.2.2 mailbox full", None),
            ("421 4.7.0 too fast", Some(Strain::Rate)),
            ("421 4.3.2 shutting down", Some(Strain::Connection)),
            ("450 4.7.1 greylisted", None),
            ("450 4.7.1 later", Some(Strain::Policy)),
            ("450 4.1.1 later", None),
            ("450 4.1.8 sender's domain not found", Some(Strain::Sender)),
            ("550 5.1.1 no such user", None),
            ("550 no such user", None),
            ("552 5.2.2 mailbox full", None),
            ("550 5.7.1 relaying denied", Some(Strain::Unclear)),
            ("554 relaying denied", Some(Strain::Unclear)),
        ] {
            assert_eq!(strain(&refused(Stage::Rcpt, text)), expected, "{text}");
        }
        assert_eq!(strain(&refused(Stage::Mail, "451 later")), Some(Strain::Sender));
        assert_eq!(strain(&refused(Stage::FinalDot, "554 no")), Some(Strain::Content));
        assert_eq!(strain(&Outcome::Broken { stage: Stage::Data, cause: Cause::Closed }), Some(Strain::Connection));
        assert_eq!(strain(&Outcome::InDoubt { cause: Cause::Closed }), None);
    }
}
