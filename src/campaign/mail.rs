//! What a mail is, whatever campaign it is about.

use std::io::{self, Read};

use crate::inbox;

pub use crate::inbox::{Kind, Reading};

/// Reads the first megabyte of a mail, and says what it is. What is no mail is [`Kind::Unreadable`].
///
/// # Errors
/// Where its bytes cannot be had.
pub fn read(mail: impl Read) -> io::Result<Reading> {
    // One byte more than is looked at, so that what was cut is known.
    let mut bytes = Vec::new();
    mail.take(inbox::MAX_READ as u64 + 1).read_to_end(&mut bytes)?;
    Ok(inbox::classify(&bytes))
}
