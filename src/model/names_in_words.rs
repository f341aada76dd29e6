//! Several names in a sentence.

use std::fmt::Display;

/// Each name in backticks, one after another.
pub fn names_in_words<N: Display>(names: impl IntoIterator<Item = N>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
