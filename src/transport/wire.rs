//! What goes over the wire, told as a trace: commands and replies, with addresses masked. Never a message, and never a
//! secret.

use super::reply::Lines;
use crate::model::{Token, mask_addresses};

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

/// A line without addresses, and without what ties a letter's reports and answers to it: its token, whether it stands
/// after `ENVID=` or is repeated by the server. Of other words that look like one, which are few, nothing is lost.
fn masked(line: &str) -> String {
    let line = mask_addresses(line);
    let mut masked = String::with_capacity(line.len());
    for word in line.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let end = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if Token::is_like(end) {
            masked.push_str("***");
            masked.push_str(&word[end.len()..]);
        } else {
            masked.push_str(word);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CampaignId, RecipientId, Round, TokenKey};

    #[test]
    fn neither_an_address_nor_a_token_is_told() {
        let campaign = CampaignId::parse("2027-03-delta").unwrap();
        for n in 0..50 {
            let token = Token::of(&TokenKey::new([n; 32]), &campaign, Round(0), &RecipientId::new("ana"));
            for line in [
                format!("MAIL FROM:<bounces+{token}@coalition.example> SIZE=9 RET=HDRS ENVID={token}"),
                format!("2.1.0 <replies+{token}@coalition.example>... id={token}, noted"),
                format!("2.1.0 {}", token.as_str().to_ascii_uppercase()),
            ] {
                let shown = masked(&line).to_ascii_lowercase();
                assert!(!shown.contains(token.as_str()) && shown.contains("***"), "{shown}");
            }
        }
        let line = "2.0.0 Ok: queued as 4fXyZ12QpRz9, ORCPT=rfc822;ana+2Bpress@example.org";
        assert_eq!(masked(line), "2.0.0 Ok: queued as 4fXyZ12QpRz9, ORCPT=rfc822;a***@example.org");
    }
}
