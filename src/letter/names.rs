//! The names of helpers and blocks that a letter may use.

/// Helpers, which give a value.
pub(super) const HELPERS: [&str; 5] = ["date", "list", "plural", "eq", "default"];

/// Blocks, which stand around a part of the letter.
pub(super) const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];

pub(super) fn is_helper(name: &str) -> bool {
    HELPERS.contains(&name)
}

pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}
