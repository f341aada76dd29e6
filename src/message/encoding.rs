//! Quoted-printable (RFC 2045, 6.7) of whole lines.

use quoted_printable::encode_to_str;

/// The longest line, without its end (RFC 2045, 6.7, rule 5).
const LONGEST: usize = 76;

/// Encodes text whose lines end with `\n` onto the end of `encoded`; the lines of the result end with CRLF and have 76
/// characters at the most.
///
/// A line that begins with `From ` is protected from mail stores that would put a `>` before it (RFC 2049, 3).
pub(super) fn quoted_printable(text: &str, encoded: &mut Vec<u8>) {
    for line in text.split_inclusive('\n') {
        let (words, end) = line.strip_suffix('\n').map_or((line, ""), |words| (words, "\r\n"));
        if stands_as_it_is(words) {
            encoded.extend_from_slice(words.as_bytes());
        } else if let Some(rest) = words.strip_prefix("From ") {
            from(rest, encoded);
        } else {
            encoded.extend_from_slice(encode_to_str(words).as_bytes());
        }
        encoded.extend_from_slice(end.as_bytes());
    }
}

/// Whether a line is its own encoding, as most are.
fn stands_as_it_is(words: &str) -> bool {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    words.len() <= LONGEST && words.bytes().all(is_plain) && !words.ends_with(' ') && !words.starts_with("From ")
}

/// A line that begins with `From `, and what follows that.
fn from(rest: &str, encoded: &mut Vec<u8>) {
    let whole = encode_to_str(format!("From {rest}"));
    let (first, others) = whole.split_once("\r\n").map_or((&*whole, ""), |(first, others)| (first, others));
    encoded.extend_from_slice(b"=46rom ");
    // These are two characters more than before; where they do not fit, the line goes on in the next (RFC 2045, 6.7,
    // rule 5).
    if first.len() > LONGEST - 2 {
        encoded.extend_from_slice(b"=\r\n");
    }
    encoded.extend_from_slice(&first.as_bytes()[b"From ".len()..]);
    if !others.is_empty() {
        encoded.extend_from_slice(b"\r\n");
        encoded.extend_from_slice(others.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> String {
        let mut encoded = Vec::new();
        quoted_printable(text, &mut encoded);
        String::from_utf8(encoded).unwrap()
    }

    #[test]
    fn lines_are_short_and_end_with_crlf() {
        let encoded = encode(&format!("{}\nété = summer \n", "long line ".repeat(40)));
        assert!(encoded.split("\r\n").all(|line| line.len() <= 76 && !line.contains('\n')));
        assert!(encoded.ends_with("=C3=A9t=C3=A9 =3D summer=20\r\n"), "{encoded}");
    }

    #[test]
    fn pieces_encode_to_what_the_whole_encodes_to() {
        let (first, second) = ("Dear Ana,\n", "Fünf = five.\n");
        assert_eq!(encode(first) + &encode(second), encode(&format!("{first}{second}")));
    }

    #[test]
    fn a_line_that_begins_with_from_is_protected() {
        for length in 60..90 {
            let encoded = encode(&format!("From {}\n", "é".repeat(length)));
            assert!(encoded.starts_with("=46rom ") && encoded.split("\r\n").all(|line| line.len() <= 76), "{encoded}");
            assert!(encode(&format!("From {}\n", "e".repeat(length))).split("\r\n").all(|line| line.len() <= 76));
        }
        assert_eq!(encode("From here\nFrom the sea\nnot From\n"), "=46rom here\r\n=46rom the sea\r\nnot From\r\n");
    }
}
