//! Why a text cannot be read.

/// A template may have so many bytes: a letter of a hundred pages.
pub(super) const LARGEST_TEMPLATE: usize = 256 * 1024;

/// Why a text cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// Its name says that it is of no kind that is read.
    #[error("`{0}` is not read; save the text as .docx, .md or .txt")]
    Kind(String),
    /// It is not text.
    #[error("it is not text; save it as UTF-8, or name it .docx if it is a Word document")]
    Binary,
    /// There is nothing in it.
    #[error("there is no text in it")]
    Empty,
    /// All its text is in another file within it.
    #[error(
        "its text is in another file within it (altChunk), which Word alone shows; open it in Word and save it anew"
    )]
    Elsewhere,
    /// It is longer than a letter may be.
    #[error("it is longer than a letter may be ({} KiB); shorten it, or attach what is long as a file", LARGEST_TEMPLATE / 1024)]
    Long,
    /// It has a password, or is of Word's old format.
    #[error("it is an old Word file or has a password; save it as .docx without one")]
    OldWord,
    /// It is no Word document.
    #[error("it is not a Word document, whatever its name; save it anew as .docx")]
    NotWord,
    /// It unfolds to more than a document has.
    #[error("it unfolds to more than {} MiB; save its text as a document of its own", .0 / 1024 / 1024)]
    Bomb(u64),
    /// Its parts stand deeper in each other than those of a document.
    #[error("its parts stand more than {0} deep in each other; save its text as a document of its own")]
    Deep(usize),
    /// It declares entities, which documents do not.
    #[error("it has a document type, which no Word document has; save it anew as .docx")]
    DocumentType,
    /// It breaks the rules of its format.
    #[error("it is damaged ({0}); open it in a word processor and save it anew")]
    Damaged(String),
}
