//! What a run waits for, in words.

use std::fmt;

use super::Cause;

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(Some(key)) => write!(f, "`{key}` in `[pace]`"),
            Self::Limit(None) => f.write_str("a limit of the pace, with what other runs sent"),
            Self::Hours => f.write_str("`hours` in `[pace]`"),
            Self::Deferred => f.write_str("deferred letters are tried again later"),
        }
    }
}
