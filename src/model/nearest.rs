//! What somebody may have meant who wrote an unknown name: a key, a helper, a column.

/// The known name that is nearest to what was written, where one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = written.to_lowercase();
    let furthest = (plain.chars().count() / 3).max(2);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&plain, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= furthest && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What to do about an unknown name: the nearest known one, or all of them.
#[must_use]
pub fn advice(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", quoted(known)),
    }
}

/// Names in backticks, with commas.
#[must_use]
pub fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
