//! Whether somebody who asks not to be written to asks it of one of their addresses, and names the other one: "not to
//! my personal address, use the office one".

use std::sync::LazyLock;

use super::super::phrases::Phrases;
use super::super::words;

/// What a phrase of `elsewhere.txt` says, in one of its languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// One address of several, at which nothing is wanted.
    Place(usize),
    /// Which one to write to.
    Rather(usize),
}

static PARTS: LazyLock<Phrases<Part>> = LazyLock::new(|| {
    let mut languages: Vec<String> = Vec::new();
    Phrases::read(&[include_str!("../phrases/elsewhere.txt")], |key| {
        let (language, part) = key.rsplit_once(' ')?;
        let place = languages.iter().position(|known| known == language).unwrap_or(languages.len());
        if place == languages.len() {
            languages.push(language.to_owned());
        }
        match part {
            "place" => Some(Part::Place(place)),
            "rather" => Some(Part::Rather(place)),
            _ => None,
        }
    })
});

/// Whether a wish, in its own words, is meant of one address, and the words behind it or the `others` beside it name
/// which one to write to.
pub(super) fn is_meant(wish: &str, others: &[&str]) -> bool {
    let said = words::of(wish);
    let others: Vec<String> = others.iter().map(|other| words::of(other)).collect();
    PARTS.find(&said).iter().any(|found| match found.key {
        Part::Place(language) => {
            // The blank that ends the place begins what follows.
            let behind = &said[found.at + found.length - usize::from(said[..found.at + found.length].ends_with(' '))..];
            std::iter::once(behind).chain(others.iter().map(String::as_str)).any(|text| names_another(text, language))
        }
        Part::Rather(_) => false,
    })
}

fn names_another(words: &str, language: usize) -> bool {
    PARTS.find(words).iter().any(|found| found.key == Part::Rather(language))
}
