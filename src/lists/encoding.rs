//! Which encoding a text file is in.
//!
//! A byte order mark decides; without one, UTF-16 is known by its zero bytes and UTF-8 by being valid to the last byte
//! of the file. Only what is neither is guessed.

use std::io::{self, Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::charset::Charset;
use super::encoding_guess::{self, Guessed};
use super::origin::Evidence;

/// How much is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// How much of the file, from its first byte that is not ASCII on, a guess is made from.
const GUESSED_FROM: usize = 4 * 1024 * 1024;

/// How much of that is weighed by how its words look, in bytes.
const WEIGHED_FROM: usize = 256 * 1024;

/// How many bytes at the start tell UTF-16 without a byte order mark.
const FIRST_BYTES: usize = 256;

/// An encoding, and where the text begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Detected {
    pub(super) charset: Charset,
    pub(super) evidence: Evidence,
    /// The length of the byte order mark.
    pub(super) skip: u64,
    /// Where it is guessed, what people need to judge the guess.
    pub(super) guessed: Option<Guessed>,
}

/// Finds the encoding of a file; reads all of it where it must, in pieces.
pub(super) fn detect(file: &mut (impl Read + Seek), configured: Option<Charset>) -> io::Result<Detected> {
    let mut start = Vec::with_capacity(FIRST_BYTES);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(FIRST_BYTES as u64).read_to_end(&mut start)?;
    let marked = Encoding::for_bom(&start);
    let known = |charset, evidence, skip| Detected { charset, evidence, skip, guessed: None };

    if let Some(charset) = configured {
        // `utf-16` says nothing of the byte order; the mark does.
        let is_it = |marked: &'static Encoding| match charset {
            Charset::Standard(encoding) => marked == encoding || (is_utf16(marked) && is_utf16(encoding)),
            // No list begins with these three signs of a code page.
            Charset::Twice | Charset::CodePage(..) => marked == UTF_8,
        };
        return Ok(match marked {
            Some((marked, length)) if is_it(marked) => {
                let charset = if charset == Charset::Twice { charset } else { Charset::Standard(marked) };
                known(charset, Evidence::Configured, length as u64)
            }
            _ => known(charset, Evidence::Configured, 0),
        });
    }
    if let Some((encoding, length)) = marked {
        return Ok(known(Charset::Standard(encoding), Evidence::Declared, length as u64));
    }
    Ok(match unmarked_utf16(&start) {
        Some(encoding) => known(Charset::Standard(encoding), Evidence::Recognised, 0),
        None if is_meant_as_utf8(file)? => known(Charset::Standard(UTF_8), Evidence::Recognised, 0),
        None => {
            let guessed = guess(file)?;
            Detected { charset: guessed.charset, evidence: Evidence::Guessed, skip: 0, guessed: Some(guessed) }
        }
    })
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// UTF-16 without a mark: a header has many ASCII characters, and every one of them has a zero byte on the same side.
fn unmarked_utf16(start: &[u8]) -> Option<&'static Encoding> {
    let pairs = start.len() / 2;
    let ascii = |little: usize, big: usize| {
        let is_ascii = |pair: &&[u8]| pair[big] == 0 && (1..0x80).contains(&pair[little]);
        start.chunks_exact(2).filter(is_ascii).count()
    };
    let (little, big) = (ascii(0, 1), ascii(1, 0));
    // A quarter, so that a stray NUL in another encoding stays what it is: a fault.
    let decides = |one: usize, other: usize| one >= 2 && one * 4 >= pairs && one > other * 4;
    if decides(little, big) {
        Some(UTF_16LE)
    } else if decides(big, little) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether a file is UTF-8 to its last byte, or nearly so: where valid multi-byte characters are at least as many as
/// bytes that break the rules, it is a damaged UTF-8 file. Read as anything else, all of its good characters would be
/// wrong.
fn is_meant_as_utf8(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let (mut valid, mut invalid) = (0_u64, 0_u64);
    let mut held = Vec::with_capacity(CHUNK + 4);
    file.seek(SeekFrom::Start(0))?;
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut held)?;
        let mut rest = held.as_slice();
        let kept = loop {
            let (good, bad) = match std::str::from_utf8(rest) {
                Ok(_) => (rest, None),
                Err(error) => (&rest[..error.valid_up_to()], Some(error.error_len())),
            };
            valid += good.iter().filter(|byte| **byte >= 0xC0).count() as u64;
            match bad {
                None => break 0,
                Some(Some(length)) => {
                    invalid += 1;
                    rest = &rest[good.len() + length..];
                }
                // A sequence that the end of the piece cuts off is looked at again with the next piece.
                Some(None) if read > 0 => break rest.len() - good.len(),
                Some(None) => {
                    invalid += 1;
                    break 0;
                }
            }
        };
        if read == 0 {
            return Ok(invalid == 0 || (valid > 0 && valid >= invalid));
        }
        held.drain(..held.len() - kept);
    }
}

fn guess(file: &mut (impl Read + Seek)) -> io::Result<Guessed> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut chunk = Vec::with_capacity(CHUNK);
    let (mut fed, mut weighed) = (0, Vec::new());
    file.seek(SeekFrom::Start(0))?;
    while fed < GUESSED_FROM {
        chunk.clear();
        if file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            break;
        }
        // Pieces of pure ASCII before the first other byte tell nothing.
        if fed > 0 || !chunk.is_ascii() {
            detector.feed(&chunk, false);
            fed += chunk.len();
            if weighed.len() < WEIGHED_FROM {
                weighed.extend_from_slice(&chunk);
            }
        }
    }
    detector.feed(&[], true);
    Ok(encoding_guess::guess(&weighed, detector.guess(None, Utf8Detection::Deny)))
}
