//! The pictures that a letter embeds: its header, the logos of its signatories.
//!
//! A picture is read within bounds, made as small as it is shown, and written anew: of the file nothing but its pixels
//! goes into a letter, neither its name nor where the photograph was taken. It never fetches anything.

mod error;
mod frame;
mod pixels;

use std::sync::OnceLock;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

pub use error::PictureError;
pub use frame::Frame;

use crate::workspace::Workspace;

/// A file with more bytes is not read.
const MOST_BYTES: u64 = 10_000_000;

/// A picture with more pixels is not decoded: a few kilobytes may claim billions.
const MOST_PIXELS: u64 = 25_000_000;

/// A picture, ready to be embedded.
#[derive(Debug)]
pub struct Picture {
    id: String,
    content_type: &'static str,
    bytes: Vec<u8>,
    width: u32,
    height: u32,
    encoded: OnceLock<Vec<u8>>,
}

impl Picture {
    /// Reads a PNG, JPEG, GIF (its first frame) or WebP file of the workspace, to be shown within a frame; gives the
    /// file's bytes too.
    ///
    /// # Errors
    /// Says why there is no picture to show: the path, what the file is, how large it is.
    pub fn open(workspace: &Workspace, path: &str, frame: Frame) -> Result<(Self, Vec<u8>), PictureError> {
        let size = workspace.path(path)?.metadata().map_or(0, |found| found.len());
        if size > MOST_BYTES {
            return Err(PictureError::TooManyBytes(path.to_owned(), size));
        }
        let file = workspace.read(path)?;
        let picture = Self::read(path, &file, frame)?;
        Ok((picture, file))
    }

    fn read(path: &str, file: &[u8], frame: Frame) -> Result<Self, PictureError> {
        let pixels = pixels::read(path, file)?;
        let (width, height) = frame.fit(pixels.width(), pixels.height());
        // Fine screens have twice the pixels, or more.
        let pixels = pixels::shrink(pixels, 2 * width, 2 * height);
        let (content_type, bytes) = pixels::write(&pixels).map_err(|error| PictureError::broken(path, &error))?;
        let digest = HEXLOWER.encode(&Sha256::digest(&bytes));
        let id = format!("{}@picture", &digest[..32]);
        Ok(Self { id, content_type, bytes, width, height, encoded: OnceLock::new() })
    }

    /// Its content id (RFC 2392): the same for the same picture.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `image/png` or `image/jpeg`.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// The bytes of the picture as it is embedded.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How wide it is shown, in CSS pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// How high it is shown, in CSS pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Its URL within the message that embeds it (RFC 2392).
    #[must_use]
    pub fn cid(&self) -> String {
        format!("cid:{}", self.id)
    }

    /// A URL that holds the picture itself (RFC 2397), for a page that stands alone.
    #[must_use]
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.content_type, BASE64.encode(&self.bytes))
    }

    /// The picture in the form in which it is sent: written by `encode` the first time, and kept.
    pub fn encoded(&self, encode: impl FnOnce(&Self) -> Vec<u8>) -> &[u8] {
        self.encoded.get_or_init(|| encode(self))
    }
}
#[cfg(test)]
mod tests;
