//! Quoted-printable (RFC 2045, 6.7) of whole lines.

use encodify::qp;

/// The longest line, without its end (RFC 2045, 6.7, rule 5).
const LONGEST: usize = 76;

/// Encodes text whose lines end with `\n` onto the end of `encoded`; the lines of the result end with CRLF and have 76
/// characters at the most.
///
/// A line that begins with `From ` is protected from mail stores that would put a `>` before it (RFC 2049, 3).
pub(super) fn quoted_printable(text: &str, encoded: &mut Vec<u8>) {
    let start = encoded.len();
    qp::BODY.encode_append(text, encoded);
    if memchr::memmem::find(&encoded[start..], b"From ").is_none() {
        return;
    }
    for line in encoded.split_off(start).split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"From ") {
            Some(rest) => {
                encoded.extend_from_slice(b"=46rom ");
                // These are two characters more than before; where they do not fit, the line goes on in the next (RFC
                // 2045, 6.7, rule 5).
                if line.len() > LONGEST - 2 + b"\r\n".len() {
                    encoded.extend_from_slice(b"=\r\n");
                }
                encoded.extend_from_slice(rest);
            }
            None => encoded.extend_from_slice(line),
        }
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
