//! Why a file gives no picture.

use image::ImageError;

use super::{MOST_BYTES, MOST_PIXELS};
use crate::workspace::PathError;

/// Why a file gives no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// There is no file that may be read.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The file is too large to be read.
    #[error("`{0}` has {1} bytes; a picture may have {MOST_BYTES}: export it smaller")]
    TooManyBytes(String, u64),
    /// It would be too large in memory; it was not decoded.
    #[error("`{0}` has {1} × {2} pixels; a picture may have {MOST_PIXELS} in all: export it smaller")]
    TooManyPixels(String, u32, u32),
    /// A vector graphic.
    #[error("`{0}` is SVG, which mail programs do not show and which may hold a script; export it as PNG")]
    Svg(String),
    /// Something else, or a picture of a kind that mail programs do not show.
    #[error("`{0}` is not a picture that mail programs show; save it as PNG, JPEG, GIF or WebP")]
    NotAPicture(String),
    /// A picture that its decoder refuses.
    #[error("`{0}` cannot be read as a picture: {1}; save it anew")]
    Broken(String, String),
}

impl PictureError {
    pub(super) fn broken(path: &str, error: &ImageError) -> Self {
        // A decoder's words may be several lines.
        let words: Vec<String> = error.to_string().split_whitespace().map(str::to_owned).collect();
        Self::Broken(path.to_owned(), words.join(" "))
    }
}
