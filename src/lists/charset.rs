//! The encodings that a text file can be in: those of the WHATWG Encoding Standard, the code pages of MS-DOS, and UTF-8
//! that was encoded twice.

use std::io::{self, BufReader, Read};

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};
use oem_cp::code_table::{
    DECODING_TABLE_CP437, DECODING_TABLE_CP737, DECODING_TABLE_CP775, DECODING_TABLE_CP850, DECODING_TABLE_CP852,
    DECODING_TABLE_CP855, DECODING_TABLE_CP858, DECODING_TABLE_CP860, DECODING_TABLE_CP861, DECODING_TABLE_CP862,
    DECODING_TABLE_CP863, DECODING_TABLE_CP865, DECODING_TABLE_CP869,
};

/// How much is read at a time, in bytes.
const CHUNK: usize = 16 * 1024;

/// The name of UTF-8 that was read as windows-1252 and saved as UTF-8 once more.
pub(super) const TWICE: &str = "utf-8-twice";

/// Code pages of MS-DOS that the standard does not have.
static CODE_PAGES: [(&str, &[char; 128]); 13] = [
    ("IBM437", &DECODING_TABLE_CP437),
    ("IBM737", &DECODING_TABLE_CP737),
    ("IBM775", &DECODING_TABLE_CP775),
    ("IBM850", &DECODING_TABLE_CP850),
    ("IBM852", &DECODING_TABLE_CP852),
    ("IBM855", &DECODING_TABLE_CP855),
    ("IBM858", &DECODING_TABLE_CP858),
    ("IBM860", &DECODING_TABLE_CP860),
    ("IBM861", &DECODING_TABLE_CP861),
    ("IBM862", &DECODING_TABLE_CP862),
    ("IBM863", &DECODING_TABLE_CP863),
    ("IBM865", &DECODING_TABLE_CP865),
    ("IBM869", &DECODING_TABLE_CP869),
];

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// One of the standard's.
    Standard(&'static Encoding),
    /// A code page of MS-DOS: its name, and what the bytes from 0x80 on are.
    CodePage(&'static str, &'static [char; 128]),
    /// UTF-8 that was encoded twice.
    Twice,
}

impl Charset {
    /// The encoding that a label names, where a text can be in it: a label of the standard, `cp850`, `utf-8-twice`.
    pub(super) fn for_label(label: &str) -> Option<Self> {
        let plain = label.trim().to_ascii_lowercase();
        if plain == TWICE {
            return Some(Self::Twice);
        }
        let digits = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | ' '));
        let is_code_page = ["", "cp", "ibm", "dos", "oem"]
            .contains(&plain[..plain.len() - digits.len()].trim_end_matches(['-', '_', ' ']));
        let found = CODE_PAGES.iter().find(|(name, _)| is_code_page && name[3..] == *digits);
        match found {
            Some((name, table)) => Some(Self::CodePage(name, table)),
            None => Encoding::for_label(label.as_bytes()).filter(|it| *it != REPLACEMENT).map(Self::Standard),
        }
    }

    /// The name, as `encoding` under `[lists]` takes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Standard(encoding) => encoding.name(),
            Self::CodePage(name, _) => name,
            Self::Twice => TWICE,
        }
    }

    /// The encoding of what [`reader`](Self::reader) gives.
    pub(super) fn decoder(self) -> &'static Encoding {
        match self {
            Self::Standard(encoding) => encoding,
            Self::CodePage(..) | Self::Twice => UTF_8,
        }
    }

    /// The file's bytes as the standard's decoders can read them.
    pub(super) fn reader<R: Read + Send + 'static>(self, source: R) -> Box<dyn Read + Send> {
        match self {
            Self::Standard(_) => Box::new(source),
            Self::CodePage(_, table) => Box::new(Recoded::new(source, Recoding::Table(table))),
            Self::Twice => Box::new(Recoded::new(source, Recoding::Once)),
        }
    }

    /// A few bytes as text.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let mut text = Vec::new();
        match self {
            Self::Standard(encoding) => return encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Self::CodePage(_, table) => Recoding::Table(table).recode(bytes, &mut text),
            Self::Twice => Recoding::Once.recode(bytes, &mut text),
        };
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// The byte that a character of windows-1252 is; for those that it does not define, the control character of the same
/// number, as programs have it.
fn byte_of(c: char) -> Option<u8> {
    // Below U+0100 the numbers are the same; the other characters of windows-1252 are above.
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut one = [0; 4];
    let (bytes, _, failed) = WINDOWS_1252.encode(c.encode_utf8(&mut one));
    match bytes.as_ref() {
        [byte] if !failed => Some(*byte),
        _ => None,
    }
}

/// What a text says that is UTF-8 read as windows-1252; nothing where it is no such text.
pub(super) fn undone(text: &str) -> Option<String> {
    // What is not ASCII begins with the first byte of a character: of two bytes, three, or four (RFC 3629, 3).
    let first = text.find(|c: char| !c.is_ascii())?;
    // Each of its bytes is a character that is not ASCII: one beside another.
    let beside = text[first..].chars().nth(1).is_some_and(|c| !c.is_ascii());
    let first = text[first..].chars().next().filter(|_| beside).and_then(byte_of)?;
    if !matches!(first, 0xC2..=0xF4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

/// How bytes become UTF-8.
#[derive(Clone, Copy)]
enum Recoding {
    /// By a table of what the bytes from 0x80 on are.
    Table(&'static [char; 128]),
    /// From UTF-8 that was encoded twice.
    Once,
}

impl Recoding {
    /// Adds what the bytes are, and gives how many of them are used up.
    fn recode(self, bytes: &[u8], into: &mut Vec<u8>) -> usize {
        match self {
            Self::Table(table) => {
                for byte in bytes {
                    let c = byte.checked_sub(0x80).map_or(char::from(*byte), |high| table[usize::from(high)]);
                    into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                bytes.len()
            }
            Self::Once => {
                let mut used = 0;
                while used < bytes.len() {
                    let valid = match std::str::from_utf8(&bytes[used..]) {
                        Ok(text) => text,
                        Err(error) => std::str::from_utf8(&bytes[used..used + error.valid_up_to()]).unwrap_or_default(),
                    };
                    for c in valid.chars() {
                        match byte_of(c) {
                            Some(byte) => into.push(byte),
                            None => into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                        }
                    }
                    used += valid.len();
                    // A character that the end of the piece cuts off waits; a byte that is none stays what it is.
                    if used < bytes.len() {
                        if bytes.len() - used < 4 {
                            break;
                        }
                        into.push(bytes[used]);
                        used += 1;
                    }
                }
                used
            }
        }
    }
}

/// Reads bytes as UTF-8 that are in another form.
struct Recoded<R> {
    source: BufReader<R>,
    recoding: Recoding,
    held: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Recoded<R> {
    fn new(source: R, recoding: Recoding) -> Self {
        let source = BufReader::with_capacity(CHUNK, source);
        Self { source, recoding, held: Vec::new(), ready: Vec::new(), given: 0 }
    }
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
            let read = self.source.by_ref().take(CHUNK as u64).read_to_end(&mut self.held)?;
            let used = self.recoding.recode(&self.held, &mut self.ready);
            self.held.drain(..used);
            if read == 0 {
                self.ready.append(&mut self.held);
                if self.ready.is_empty() {
                    return Ok(0);
                }
            }
        }
        let length = into.len().min(self.ready.len() - self.given);
        into[..length].copy_from_slice(&self.ready[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_code_page_or_one_of_the_standard() {
        let name = |label| Charset::for_label(label).map(Charset::name);
        for label in ["cp850", "CP-850", "ibm850", "IBM 850", "850", "dos_850"] {
            assert_eq!(name(label), Some("IBM850"), "{label}");
        }
        assert_eq!(name("windows-1250"), Some("windows-1250"));
        assert_eq!(name("cp1250"), Some("windows-1250"));
        assert_eq!(name("macintosh"), Some("macintosh"));
        assert_eq!(name("cp866"), Some("IBM866"));
        assert_eq!(name("utf-8-twice"), Some("utf-8-twice"));
        assert_eq!(name("klingon"), None);
        assert_eq!(name("replacement"), None);
    }

    #[test]
    fn what_was_encoded_twice_is_read_wherever_a_piece_ends() {
        let meant = "Ana Lévêque, Østergård, Łódź, “à” €, 日本 ".repeat(2_000);
        let twice: String =
            meant.bytes().map(|byte| WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned()).collect();
        let mut read = String::new();
        Charset::Twice.reader(io::Cursor::new(twice.into_bytes())).read_to_string(&mut read).unwrap();
        assert_eq!(read, meant);
    }

    #[test]
    fn only_what_was_encoded_twice_is_taken_for_it() {
        assert_eq!(undone("LÃ©vÃªque").as_deref(), Some("Lévêque"));
        assert_eq!(undone("Lévêque"), None);
        assert_eq!(undone("Łódź"), None);
        assert_eq!(undone("plain"), None);
    }
}
