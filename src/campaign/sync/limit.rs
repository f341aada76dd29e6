//! How much of a mail is read.

/// How much is read of a mail: one byte more than is looked at, so that what was cut is known.
pub(super) const LIMIT: u64 = crate::inbox::MAX_READ as u64 + 1;
