//! What goes over the wire, told as a trace: commands and replies, with addresses masked. Never a message, and never a secret.

use super::reply::Lines;
use crate::model::EmailAddress;

/// Tells a command, or several that are written at once.
pub(super) fn sent(commands: &str) {
    if tracing::enabled!(tracing::Level::TRACE) {
        for command in commands.lines() {
            tracing::trace!("> {}", masked(command));
        }
    }
}

/// Tells that a step of the login was written; what it holds is nobody's business.
pub(super) fn sent_secret() {
    tracing::trace!("> (a step of the login)");
}

/// Tells that a message was written, with its final dot.
pub(super) fn sent_message(bytes: usize) {
    tracing::trace!("> (the message, {bytes} bytes)");
}

/// Tells a reply.
pub(super) fn received(reply: &Lines) {
    if tracing::enabled!(tracing::Level::TRACE) {
        for line in &reply.text {
            tracing::trace!("< {} {}", reply.code, masked(line));
        }
    }
}

/// A line with its addresses masked, wherever they stand in it: servers repeat them in their replies.
fn masked(line: &str) -> String {
    let edge = |c: char| c.is_whitespace() || "<>()[]\"',;:=".contains(c);
    let mask = |word: &str| {
        let (text, end) = word.split_at(word.trim_end_matches(edge).len());
        match EmailAddress::parse(text) {
            Ok(address) => format!("{}{end}", address.masked()),
            Err(_) if text.contains('@') => format!("***{end}"),
            Err(_) => word.to_owned(),
        }
    };
    line.split_inclusive(edge).map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_masked_wherever_it_stands() {
        assert_eq!(masked("RCPT TO:<ana@example.org>"), "RCPT TO:<a***@example.org>");
        assert_eq!(
            masked("MAIL FROM:<bounces+7f@coalition.example> SIZE=10"),
            "MAIL FROM:<b***@coalition.example> SIZE=10"
        );
        assert_eq!(masked("2.1.5 ana@example.org, recipient ok"), "2.1.5 a***@example.org, recipient ok");
        assert_eq!(masked("no \"a b\"@here"), "no \"a b\"***");
        assert_eq!(masked("PIPELINING"), "PIPELINING");
    }
}
