//! What a letter shows of one signatory.

use std::sync::Arc;

use crate::letter::gallery::Gallery;
use crate::letter::program::SignatoryField;
use crate::model::{Language, Place, Signatory, SignatoryKind};
use crate::picture::Picture;

/// What a letter shows of a signatory.
#[derive(Debug)]
pub(crate) struct Row {
    /// The line of the list.
    pub(crate) line: u64,
    pub(crate) kind: SignatoryKind,
    pub(crate) logo: Option<Arc<Picture>>,
    name: String,
    acronym: String,
    country: String,
    url: String,
    title: String,
    affiliation: String,
    representative: String,
    representative_title: String,
    signed_at: String,
    /// The private columns that the campaign allows, in its order.
    shown: Vec<String>,
}

impl Row {
    pub(super) fn of(signatory: &Signatory, show: &[(String, Place)], gallery: &Gallery, language: &Language) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let shown = show.iter().map(|(column, _)| signatory.fields.get(column).unwrap_or_default().to_owned());
        Self {
            line: signatory.line,
            kind: signatory.kind,
            logo: gallery.logo(signatory.line).cloned(),
            name: signatory.name_in(language).to_owned(),
            acronym: text(&signatory.acronym),
            country: text(&signatory.country),
            url: text(&signatory.url),
            title: text(&signatory.title),
            affiliation: text(&signatory.affiliation),
            representative: text(&signatory.representative),
            representative_title: text(&signatory.representative_title),
            signed_at: signatory.signed_at.map(|date| date.to_string()).unwrap_or_default(),
            shown: shown.collect(),
        }
    }

    /// The text of a field; empty where the list has none.
    pub(crate) fn field(&self, field: SignatoryField) -> &str {
        match field {
            SignatoryField::Name => &self.name,
            SignatoryField::Acronym => &self.acronym,
            SignatoryField::Country => &self.country,
            SignatoryField::Url => &self.url,
            SignatoryField::Person if self.kind == SignatoryKind::Person => "yes",
            SignatoryField::Person => "",
            SignatoryField::Title => &self.title,
            SignatoryField::Affiliation => &self.affiliation,
            SignatoryField::Representative => &self.representative,
            SignatoryField::RepresentativeTitle => &self.representative_title,
            SignatoryField::SignedAt => &self.signed_at,
            SignatoryField::Shown(at) => self.shown.get(at).map_or("", String::as_str),
        }
    }

    /// The name in the letter's language.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What is printed behind the name: ` (MSF)`, unless the name has it already; of a person `, title, affiliation`.
    pub(crate) fn detail(&self) -> String {
        match self.kind {
            SignatoryKind::Organisation if self.acronym.is_empty() || has_word(&self.name, &self.acronym) => {
                String::new()
            }
            SignatoryKind::Organisation => format!(" ({})", self.acronym),
            SignatoryKind::Person => {
                let parts = [&self.title, &self.affiliation].into_iter().filter(|part| !part.is_empty());
                parts.flat_map(|part| [", ", part]).collect()
            }
        }
    }
}

/// Whether a name has a word in it, as `MSF Belgium` has `MSF`.
fn has_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| {
        let ends_before = name[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let begins_after = name[at + word.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        ends_before && begins_after
    })
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn a_word_is_found_whole_only() {
        for (name, word, found) in [
            ("MSF Belgium", "MSF", true),
            ("Médecins Sans Frontières (MSF)", "MSF", true),
            ("Water & Wings", "W&W", false),
            ("AMSFA and MSF-B", "MSF", true),
            ("AMSFA", "MSF", false),
            ("Écho", "cho", false),
            ("Msf Belgium", "MSF", false),
        ] {
            assert_eq!(has_word(name, word), found, "{name}");
        }
    }
}
