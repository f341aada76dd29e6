//! What is known of the inbox, in words.

use jiff::Timestamp;

/// When the inbox was last read to its end.
#[must_use]
pub fn last_read(at: Option<Timestamp>) -> String {
    match at {
        Some(at) => format!("it was last read on {}", at.strftime("%F %T UTC")),
        None => "it was never read".to_owned(),
    }
}
