//! Reports that somebody passes on, as a file.

use super::structure::{Mail, Role};
use super::{Reading, in_words, report, subject};

/// Reads the report that somebody passes on, if that is all that they attached.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let is_passed_on = mail.headers.text("subject").as_deref().is_some_and(subject::is_passed_on);
    let mut parts = mail.with_role(Role::Message);
    let (Some(part), None, true) = (parts.next(), parts.next(), is_passed_on) else { return false };
    let bytes = part.message();
    let inner = Mail::parse(bytes);
    let mut found = Reading::of(&inner);
    if !report::read(&inner, &mut found) && !in_words::read(&inner, &mut found) {
        return false;
    }
    reading.kind = found.kind;
    reading.recipients = found.recipients;
    reading.rules = found.rules;
    reading.original_message_id = found.original_message_id;
    reading.original_subject = found.original_subject;
    reading.original_envelope_id = found.original_envelope_id;
    reading.original_to = found.original_to;
    true
}
