//! What a run waits for, in words.

use std::fmt;

use super::Cause;

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Limit => "a limit of the pace is reached",
            Self::Hours => "outside the sending hours",
            Self::Deferred => "deferred letters are tried again later",
        })
    }
}
