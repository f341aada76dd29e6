//! The files that stand for another in other languages: `letter.fr.md` beside `letter.md`.

use crate::model::{Language, LanguageError};
use crate::workspace::Workspace;

/// The files beside one that differ from it in a language tag before the ending.
#[derive(Debug, Default)]
pub struct Variants {
    /// The language of each and its path, by language.
    pub known: Vec<(Language, String)>,
    /// Those whose tag is none, by path.
    pub unknown: Vec<(String, LanguageError)>,
}

impl Variants {
    /// Looks for those of a file, named relative to the workspace.
    #[must_use]
    pub fn of(workspace: &Workspace, path: &str) -> Self {
        let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
        let mut variants = Self::default();
        let Some((stem, ending)) = name.rsplit_once('.') else {
            return variants;
        };
        let Ok(place) = workspace.path(if folder.is_empty() { "." } else { folder }) else {
            return variants;
        };
        for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
            let Ok(file) = entry.file_name().into_string() else { continue };
            let tag = file.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
            let tag = tag.and_then(|rest| rest.strip_suffix(ending)).and_then(|rest| rest.strip_suffix('.'));
            let path = format!("{folder}{file}");
            match tag.map(str::parse) {
                Some(Ok(language)) => variants.known.push((language, path)),
                Some(Err(error)) => variants.unknown.push((path, error)),
                None => {}
            }
        }
        variants.known.sort();
        variants.unknown.sort_by(|one, other| one.0.cmp(&other.0));
        variants
    }
}
