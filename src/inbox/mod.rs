//! Mail in → what it is: a report, a complaint, a receipt, an auto-reply, an acknowledgement, or a person's answer.
//!
//! Pure over the bytes of one mail: nothing here opens a file, a socket or the ledger, and no byte of a mail is
//! trusted. What is read is bounded: the first [`MAX_READ`] bytes, parts nested eight deep, and so on; all work is
//! linear in them.
//!
//! The order matters, and is that of [`classify`]: a delivery report may look like an auto-reply (Exim's carries
//! `References` and `Auto-Submitted`), and an acknowledgement is an auto-reply that names a reference.

mod acknowledgement;
mod address;
mod aggregate;
mod authentication;
mod auto_reply;
mod bare_receipt;
mod clues;
mod complaint;
mod diagnosis;
mod diagnostic;
mod effects;
mod fields;
mod fingerprint;
mod grams;
mod header;
mod hit;
mod in_words;
mod list_manager;
mod matching;
mod notification;
mod opt_out;
mod original;
mod own_words;
mod passed_on;
mod permanence;
mod phrases;
mod reading;
mod reason;
mod receipt;
mod refusal;
mod report;
mod report_text;
mod return_date;
mod rule;
mod sent_by_hand;
mod sent_words;
mod sign;
mod status;
mod structure;
mod subject;
mod ticket;
#[cfg(test)]
mod unseen;
mod wishes;
mod words;

pub use clues::{Clues, Doubt};
pub use diagnosis::reason_of_reply;
pub use effects::{Told, effects, suggestions};
pub use fingerprint::{earlier_fingerprint, fingerprint, header_digest};
pub use hit::{By, Hit, Matched};
pub use matching::Incoming;
pub use permanence::Permanence;
pub use reading::{Action, Kind, Reading, ReportedRecipient, Wish};
pub use reason::Reason;
pub use rule::Rule;
pub use sent_by_hand::{SentByHand, sent_by_hand};
pub use sent_words::SentWords;

use structure::Mail;

/// How many bytes of a mail are looked at. What a report says of its recipients stands before the returned message, and
/// a returned message's header before its body: a megabyte holds both, whatever was attached.
pub const MAX_READ: usize = 1024 * 1024;

/// Takes what a campaign's letters say themselves out of what somebody wrote in an answer, in whatever form it is
/// quoted: a wish that stands in the letter is not its reader's.
pub fn take_out_sent(reading: &mut Reading, sent: &SentWords) {
    wishes::take_out_sent(reading, sent);
}

/// Says what a mail is, and by which rules.
///
/// Never fails: what has no header field at all is [`Kind::Unreadable`]. The same bytes always give the same reading.
#[must_use]
pub fn classify(bytes: &[u8]) -> Reading {
    let cut = bytes.len() > MAX_READ;
    let whole = structure::normalise(&bytes[..bytes.len().min(MAX_READ)]);
    let mail = Mail::parse(&whole);
    let mut reading = Reading::of(&mail);
    reading.cut = cut;
    if mail.headers.is_empty() {
        reading.kind = Kind::Unreadable;
        reading.rules.push(Rule::NoHeader);
        return reading;
    }
    let found = wishes::is_by_button(&mail, &mut reading)
        || aggregate::read(&mail, &mut reading)
        || report::read(&mail, &mut reading)
        || complaint::read(&mail, &mut reading)
        || receipt::read(&mail, &mut reading)
        || notification::read(&mail, &mut reading)
        || in_words::read(&mail, &mut reading)
        || list_manager::read(&mail, &mut reading)
        || passed_on::read(&mail, &mut reading)
        || {
            let signs = auto_reply::signs(&mail, reading.subject.as_deref().unwrap_or_default());
            refusal::read(&mail, &signs, &mut reading)
                || acknowledgement::read(&mail, &signs, &mut reading)
                || auto_reply::read(signs, &mut reading)
        };
    if !found {
        reading.kind = Kind::Message;
        reading.rules.push(Rule::Person);
    }
    wishes::read(&mail, &mut reading);
    reading
}
