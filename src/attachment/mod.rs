//! The files that go along with letters: which may, and what they tell besides what they show.
//!
//! A program, and a file whose name shows another ending than it has, are refused: mail systems refuse them too, and no
//! reader should learn to open such things. What a file tells of who made it, where, and on which machine, is found for
//! a person to see; nothing is taken out of a file that others made. It opens no file and changes none.

mod archive;
mod content;
mod iptc;
mod look;
mod name;
mod office;
mod pdf;
mod picture;
mod png;
#[cfg(test)]
mod tests;
mod trace;
mod xml;
mod xmp;

pub use content::{ContentError, as_message};
pub use look::traces;
pub use name::{NameError, judge_name};
pub use trace::{Kind, Looked, Subject, Trace};

/// Why a file does not go along.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// For what it is called.
    #[error(transparent)]
    Name(#[from] NameError),
    /// For what it holds.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// It is a ZIP file, and holds a file that does not.
    #[error("in `{0}`, {1}")]
    Within(String, NameError),
}

/// Whether a file may go along.
///
/// # Errors
/// Says what is wrong with it, and what to do.
pub fn judge(path: &str, content: &[u8]) -> Result<(), Unfit> {
    judge_name(path)?;
    content::judge_content(path, content)?;
    archive::inside(content).map_err(|error| Unfit::Within(path.to_owned(), error))
}
