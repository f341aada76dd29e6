//! What a run waits for, and what it leaves open, in words.

use std::fmt;

use super::{Cause, Unclear};

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(Some(key)) => write!(f, "`{key}` in `[pace]`"),
            Self::Limit(None) => f.write_str("a limit of the pace, with what other runs sent"),
            Self::NotBefore => f.write_str("`not_before` in `[pace]`"),
            Self::Hours => f.write_str("`hours` in `[pace]`"),
            Self::Others => f.write_str("other runs send the rest; what they leave behind is taken over"),
            Self::Deferred => f.write_str("deferred letters are tried again later"),
            Self::Unknown => {
                f.write_str("so many addresses that do not exist would have the provider lock the account")
            }
            Self::Rate => f.write_str("the server takes fewer letters at a time"),
        }
    }
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, last } = self;
        let were = if *count == 1 { "letter was" } else { "letters were" };
        write!(
            f,
            "{count} {were} refused (`{last}`), and nothing shows whether the server means the recipient or your account: \
             nobody is marked. Ask the provider, or look at the address; the next run tries again"
        )
    }
}
