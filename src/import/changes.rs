//! Changes of a text, each at its place.

use std::ops::Range;

use super::escape;

/// Makes changes, in whatever order they were found; of two in one place the first is made.
pub(super) fn apply(body: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(range, _)| (range.start, range.end));
    let mut mended = String::with_capacity(body.len());
    let mut done = 0;
    for (range, new) in changes {
        if range.start >= done {
            mended.push_str(&body[done..range.start]);
            mended.push_str(&new);
            done = range.end;
        }
    }
    mended.push_str(&body[done..]);
    mended.chars().filter(|c| !escape::is_private(*c)).collect()
}
