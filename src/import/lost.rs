//! What could not be kept, told in words.

/// How many of something there are, and what is said of one and of more than one.
pub(super) type Counted = (usize, &'static str, &'static str);

/// A sentence for each of which there is one at the least.
pub(super) fn told(all: impl IntoIterator<Item = Counted>) -> Vec<String> {
    let met = all.into_iter().filter(|(count, ..)| *count > 0);
    met.map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more })).collect()
}
