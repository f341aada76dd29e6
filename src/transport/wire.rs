//! What goes over the wire, told as a trace: commands and replies, with addresses masked. Never a message, and never a
//! secret.

use super::reply::Lines;
use crate::model::mask_addresses;

/// Tells a command, or several that are written at once.
pub(super) fn sent(commands: &str) {
    if tracing::enabled!(tracing::Level::TRACE) {
        for command in commands.lines() {
            tracing::trace!("> {}", mask_addresses(command));
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
            tracing::trace!("< {} {}", reply.code, mask_addresses(line));
        }
    }
}
