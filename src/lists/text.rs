//! A file as text, piece by piece: never more of it in memory than is asked for.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::charset::Charset;

/// How much is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// Bytes that are not valid in the file's encoding. In the text, U+FFFD stands in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    /// Where in the text that is not used up, in bytes.
    pub(super) offset: usize,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
}

/// Decodes a file and keeps the part of its text that is not used up.
pub(super) struct Text<R> {
    source: BufReader<R>,
    decoder: Decoder,
    encoding: &'static str,
    decoded: String,
    /// How much of it is used up.
    used: usize,
    /// In the text, in the order of their offsets.
    malformed: Vec<Malformed>,
    /// The last bytes that were decoded: a malformed sequence may have begun in the piece before.
    recent: Vec<u8>,
    at_end: bool,
}

impl<R: Read> Text<R> {
    /// The text of a source that stands after the byte order mark.
    pub(super) fn new(source: R, charset: Charset) -> Self {
        Self {
            source: BufReader::with_capacity(CHUNK, source),
            decoder: charset.decoder().new_decoder_without_bom_handling(),
            encoding: charset.name(),
            decoded: String::new(),
            used: 0,
            malformed: Vec::new(),
            recent: Vec::new(),
            at_end: false,
        }
    }

    /// The name of the encoding.
    pub(super) fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// The part of the text that is not used up.
    pub(super) fn rest(&self) -> &str {
        &self.decoded[self.used..]
    }

    /// Whether the rest ends where the file ends.
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Uses up the first `length` bytes of the rest, and gives what was malformed in them.
    pub(super) fn consume(&mut self, length: usize) -> Vec<Malformed> {
        let inside = self.malformed.partition_point(|malformed| malformed.offset < self.used + length);
        let mut taken: Vec<Malformed> = self.malformed.drain(..inside).collect();
        for malformed in &mut taken {
            malformed.offset -= self.used;
        }
        self.used += length;
        taken
    }

    /// Decodes another piece onto the rest.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.decoded.drain(..self.used);
        for malformed in &mut self.malformed {
            malformed.offset -= self.used;
        }
        self.used = 0;
        let piece = self.source.fill_buf()?;
        let last = piece.is_empty();
        let length = piece.len();
        let mut at = 0;
        loop {
            let wanted = self.decoder.max_utf8_buffer_length_without_replacement(length - at);
            self.decoded.reserve(wanted.unwrap_or(CHUNK).max(16));
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(&piece[at..], &mut self.decoded, last);
            self.recent.extend_from_slice(&piece[at..at + read]);
            at += read;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, beyond) => {
                    let end = self.recent.len().saturating_sub(usize::from(beyond));
                    let start = end.saturating_sub(usize::from(bad));
                    self.malformed
                        .push(Malformed { offset: self.decoded.len(), bytes: self.recent[start..end].to_vec() });
                    self.decoded.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        // No encoding has longer sequences than four bytes, and none looks further ahead than three.
        let kept = self.recent.len().saturating_sub(8);
        self.recent.drain(..kept);
        self.source.consume(length);
        self.at_end = last;
        Ok(())
    }
}
