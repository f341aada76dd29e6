//! A file that goes with every letter, in the languages in which it is there.

use std::sync::Arc;

use crate::message::Attachment;
use crate::model::Language;

/// A file that goes with every letter: to each reader in their language, where it is there in that language.
#[derive(Debug, Clone)]
pub struct Enclosure {
    plain: Arc<Attachment>,
    others: Vec<(Language, Arc<Attachment>)>,
}

impl Enclosure {
    /// The file that goes where there is no better one, and those in other languages.
    #[must_use]
    pub fn new(plain: Attachment, others: impl IntoIterator<Item = (Language, Attachment)>) -> Self {
        let others = others.into_iter().map(|(language, file)| (language, Arc::new(file)));
        Self { plain: Arc::new(plain), others: others.collect() }
    }

    /// The file for a reader of a language: as letters do, it falls back from `fr-BE` to `fr`, then to the plain one.
    pub(super) fn in_language(&self, language: &Language) -> &Arc<Attachment> {
        let named = |tag: &str| self.others.iter().find(|(known, _)| known.as_str() == tag);
        let found = if self.others.is_empty() { None } else { language.fallbacks().find_map(|tag| named(&tag)) };
        found.map_or(&self.plain, |(_, file)| file)
    }

    /// The paths of all of them.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.plain).chain(self.others.iter().map(|(_, file)| file)).map(|file| file.path())
    }
}
