//! How many of what, in words.

/// `1 letter`, `2 letters`: a number with the noun that goes with it.
#[must_use]
pub fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// A number of bytes, rounded up, in the unit that keeps it short.
#[must_use]
pub fn bytes(count: u64) -> String {
    match count {
        0..1_024 => counted(count, "byte", "bytes"),
        1_024..1_048_576 => format!("{} KB", count.div_ceil(1_024)),
        _ => format!("{} MB", count.div_ceil(1_048_576)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_several() {
        assert_eq!(counted(0, "letter", "letters"), "0 letters");
        assert_eq!(counted(1, "letter", "letters"), "1 letter");
        assert_eq!(counted(2, "letter", "letters"), "2 letters");
    }

    #[test]
    fn a_size_is_never_shown_as_nothing() {
        assert_eq!(bytes(1_000), "1000 bytes");
        assert_eq!(bytes(1_025), "2 KB");
        assert_eq!(bytes(26_214_400), "25 MB");
    }
}
