//! Why a letter that was offered is not one that the server refused: it has not so much as begun to take it, and the
//! letter goes again at once over another connection.

use super::outcome::Stage;
use super::reply::Lines;
use crate::model::Reply;

/// Why a server has nothing of a letter that it was offered. The connection is over; nobody can be in doubt of the
/// letter, since no byte of its message has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untaken {
    /// The server hung up behind the letter before.
    HungUp,
    /// The connection, which has taken letters, takes no more of them: 421 at MAIL (RFC 5321, 3.8), or 4xx in words
    /// that [`names_a_limit`] knows.
    Full(Reply),
    /// What was offered ahead was thrown away, or is refused for where it stood: Courier 1.4 and Haraka 3.3.4 take
    /// nothing that stands behind a final dot, though they offer PIPELINING (RFC 2920, 3.1 allows it).
    Forgotten,
}

/// Whether a reply to MAIL, on a connection that has taken letters, says that it takes no more.
pub(super) fn is_full(lines: &Lines) -> bool {
    lines.code == 421 || ((400..500).contains(&lines.code) && names_a_limit(&lines.to_reply()))
}

/// Whether a reply says that one connection takes so many letters: `421 too many messages in this connection` (Exim),
/// `452 4.5.3 … Too many messages sent` (`OpenSMTPD`), `421 Too many messages per session`.
#[must_use]
pub fn names_a_limit(reply: &Reply) -> bool {
    let text = reply.text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    says(&["message", "mails", "transaction"])
        && says(&["too many", "limit", "maximum", "max "])
        && says(&["connection", "session", "messages sent"])
        && !says(&["second", "minute", "hour", "day", "rate"])
}

/// Whether a reply to what was offered ahead is about the order of commands, and not about the letter: what is said of
/// the letter itself is said when it is offered alone.
///
/// MAIL cannot be wrong in its form: it is that of every letter. A server that lost a part of what it was sent calls
/// the rest unknown or out of order (RFC 5321, 4.2.2: 500 to 504).
pub(super) fn is_out_of_order(stage: Stage, lines: &Lines) -> bool {
    let text = lines.to_reply().text.to_lowercase();
    match (stage, lines.code) {
        (Stage::Mail | Stage::Data, 500..=504) | (Stage::Rcpt, 503) => true,
        (_, 400..600) => text.contains("pipelin") || text.contains("synchroni"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Lines {
        let (code, text) = text.split_once(' ').unwrap();
        Lines { code: code.parse().unwrap(), text: vec![text.to_owned()] }
    }

    #[test]
    fn a_connection_that_takes_no_more_says_so_with_421_or_in_words() {
        for (text, full, in_words) in [
            ("421 too many messages in this connection", true, true),
            ("452 4.5.3 Too many messages sent", true, true),
            ("452 4.5.3 Error: too many messages sent on this connection", true, true),
            ("421 4.7.0 Message limit per session reached", true, true),
            ("421 4.3.2 Service shutting down", true, false),
            ("452 4.3.1 Insufficient system storage", false, false),
            ("450 4.7.1 Error: too much mail from 192.0.2.1", false, false),
            ("451 4.7.1 too many messages per hour in this session", false, false),
            ("550 5.7.1 too many messages in this connection", false, true),
            ("250 2.1.0 ok", false, false),
        ] {
            assert_eq!((is_full(&lines(text)), names_a_limit(&lines(text).to_reply())), (full, in_words), "{text}");
        }
    }

    #[test]
    fn a_reply_about_the_order_of_commands_says_nothing_of_the_letter() {
        use Stage::{Data, Mail, Rcpt};
        for (stage, text, out_of_order) in [
            (Mail, "503 Bad sequence of commands - pipelined after end of DATA", true),
            (Mail, "500 5.5.2 unknown command", true),
            (Mail, "554 SMTP synchronization error", true),
            (Mail, "550 5.7.1 not allowed to send as", false),
            (Mail, "451 4.3.0 later", false),
            (Mail, "250 2.1.0 ok", false),
            (Rcpt, "503 5.5.1 MAIL first", true),
            (Rcpt, "501 5.1.3 bad address", false),
            (Rcpt, "550 5.1.1 no such user", false),
            (Data, "503 5.5.0 improper use of SMTP command pipelining", true),
            (Data, "354 go on", false),
        ] {
            assert_eq!(is_out_of_order(stage, &lines(text)), out_of_order, "{stage}: {text}");
        }
    }
}
