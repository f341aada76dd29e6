//! A letter on paper → a PDF, by typst: PDF/A-2a, tagged, with its fonts in it, and the same bytes for the same letter.
//! Nothing is fetched, and no font of the system is used.
//!
//! The cargo feature `pdf` has it. Without the feature a [`Press`] cannot be had, and whoever asks for one is told so.

mod name;

#[cfg(feature = "pdf")]
mod fonts;
#[cfg(feature = "pdf")]
mod press;
#[cfg(feature = "pdf")]
mod world;

#[cfg(not(feature = "pdf"))]
mod absent;

#[cfg(not(feature = "pdf"))]
pub use absent::Press;
pub use name::file_name;
#[cfg(feature = "pdf")]
pub use press::Press;

/// What a program without the feature says.
pub const ABSENT: &str = "this program was built without PDF; take the released one, or build it with `--features pdf`";
