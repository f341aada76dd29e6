//! The fonts of a letter on paper: those of the campaign's folder, and those that are built in.
//!
//! Built in are Libertinus Serif (Latin, Greek, Cyrillic and Hebrew) for text and `DejaVu` Sans Mono for code.

use icu::locale::LocaleExpander;
use sha2::{Digest, Sha256};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::model::{Fault, Faults, Language, Place};
use crate::workspace::Workspace;

/// Text that needs no font of the campaign's.
const TEXT: &str = "Libertinus Serif";
/// Code.
const CODE: &str = "DejaVu Sans Mono";

/// What a folder of fonts may hold. A collection for Chinese, Japanese and Korean has some 20 MB.
const MOST_FILES: usize = 100;
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
const LARGEST_FOLDER: u64 = 256 * 1024 * 1024;

/// The fonts that there are, and no others.
pub(super) struct Fonts {
    pub(super) book: LazyHash<FontBook>,
    pub(super) faces: Vec<Font>,
    /// The families of the campaign's folder, by the names of their files.
    own: Vec<String>,
    /// The files that were read, with the SHA-256 of each.
    pub(super) sources: Vec<(String, [u8; 32])>,
}

impl Fonts {
    /// Reads the fonts of a folder of the workspace, where the campaign names one.
    pub(super) fn read(workspace: &Workspace, folder: Option<&str>, place: &Place) -> Result<Self, Faults> {
        let (mut faces, mut own, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (path, bytes) in folder.map(|folder| files(workspace, folder, place)).transpose()?.unwrap_or_default() {
            sources.push((path.clone(), Sha256::digest(&bytes).into()));
            let before = faces.len();
            faces.extend(Font::iter(Bytes::new(bytes)));
            let Some(found) = faces.get(before..).filter(|found| !found.is_empty()) else {
                return Err(Fault::error(Place::file(path), "it is not a font; take it out").into());
            };
            for font in found {
                if !own.contains(&font.info().family) {
                    own.push(font.info().family.clone());
                }
            }
        }
        // A family of the folder takes the place of one of the same name.
        let built_in = typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes)));
        let wanted = |font: &Font| [TEXT, CODE].contains(&font.info().family.as_str());
        faces.extend(built_in.filter(|font| wanted(font) && !own.contains(&font.info().family)));
        Ok(Self { book: LazyHash::new(FontBook::from_fonts(&faces)), faces, own, sources })
    }

    /// The families for text in a language, those that are tried first before the others.
    ///
    /// A family of the folder that has the Latin alphabet is the house's own and comes before the built-in one; one
    /// that has not is there for what the others lack. Where the language is not written in an alphabet that is built
    /// in, all of the folder come first.
    pub(super) fn for_text(&self, language: &Language) -> Vec<&str> {
        let mut id = language.locale().id;
        LocaleExpander::new_extended().maximize(&mut id);
        let script = id.script.map(|script| script.as_str().to_owned()).unwrap_or_default();
        let is_built_in = ["Latn", "Grek", "Cyrl", "Hebr"].contains(&script.as_str());
        let (first, last): (Vec<&str>, Vec<&str>) =
            self.own.iter().map(String::as_str).partition(|family| !is_built_in || self.has_latin(family));
        let mut families = first;
        if !families.contains(&TEXT) && !last.contains(&TEXT) {
            families.push(TEXT);
        }
        families.extend(last);
        families
    }

    /// The families for code in a language.
    pub(super) fn for_code(&self, language: &Language) -> Vec<&str> {
        std::iter::once(CODE).chain(self.for_text(language).into_iter().filter(|family| *family != CODE)).collect()
    }

    fn of<'a>(&'a self, family: &'a str) -> impl Iterator<Item = &'a Font> {
        self.faces.iter().filter(move |font| font.info().family == family)
    }

    fn has_latin(&self, family: &str) -> bool {
        let mut faces = self.of(family).peekable();
        faces.peek().is_some() && faces.all(|face| ('a'..='z').all(|c| face.info().coverage.contains(u32::from(c))))
    }

    /// Whether these families have everything in a text for sure: each character in all faces of one family, and
    /// combining marks in the family that has all the rest too. Where it says no, the layout itself has to tell.
    pub(super) fn surely_have(&self, families: &[&str], text: &str) -> bool {
        let has = |family: &str, c: char| {
            let mut faces = self.of(family).peekable();
            faces.peek().is_some() && faces.all(|face| face.info().coverage.contains(u32::from(c)))
        };
        let shown: Vec<char> = text.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
        let Some(first) = shown.first() else { return true };
        let alone = shown.iter().all(|c| stands_alone(*c) && families.iter().any(|family| has(family, *c)));
        // A mark at the beginning would join what stands before the value.
        let together = || families.iter().any(|family| shown.iter().all(|c| has(family, *c)));
        alone || (first.is_alphanumeric() && !shown.iter().any(|c| is_private(*c)) && together())
    }

    /// Whether any of these families has a character.
    pub(super) fn have(&self, families: &[&str], c: char) -> bool {
        let contains = |face: &Font| face.info().coverage.contains(u32::from(c));
        families.iter().any(|family| self.of(family).any(contains))
    }
}

/// Whether a character joins no other: Latin, Greek, Cyrillic, kana, ideographs, Hangul syllables, punctuation and
/// currencies.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{1e00}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{202f}'..='\u{205e}' | '\u{20a0}'..='\u{20cf}'
        | '\u{2100}'..='\u{214f}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}')
}

/// Whether a character means nothing to anybody else, so that PDF/A does not have it (ISO 19005-2, 6.2.11.7).
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// The fonts in a folder, by their names.
fn files(workspace: &Workspace, folder: &str, place: &Place) -> Result<Vec<(String, Vec<u8>)>, Faults> {
    let fault = |what: String| Faults::from(Fault::error(place.clone(), format!("`fonts = \"{folder}\"`: {what}")));
    let path = workspace.path(folder).map_err(|error| fault(error.to_string()))?;
    let entries = path.read_dir().map_err(|error| fault(format!("the folder cannot be read: {error}")))?;
    let is_font = |name: &String| {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str())
    };
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).filter(is_font).collect();
    names.sort();
    if names.is_empty() {
        return Err(fault("there is no font in it; it takes `.ttf`, `.otf` and `.ttc`".to_owned()));
    }
    if names.len() > MOST_FILES {
        return Err(fault(format!("it has {} fonts; {MOST_FILES} are enough for any letter", names.len())));
    }
    let (mut files, mut faults, mut total) = (Vec::new(), Faults::new(), 0);
    for name in names {
        let path = format!("{}/{name}", folder.trim_end_matches('/'));
        let size = workspace.path(&path).ok().and_then(|path| path.metadata().ok()).map_or(0, |found| found.len());
        total += size;
        if size > LARGEST_FILE || total > LARGEST_FOLDER {
            let message = format!("it is too large for a font, with {size} bytes; take it out");
            faults.push(Fault::error(Place::file(path), message));
            continue;
        }
        match workspace.read(&path) {
            Ok(bytes) => files.push((path, bytes)),
            Err(error) => faults.push(Fault::error(place.clone(), error.to_string())),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_joins_its_neighbours_is_left_to_the_layout() {
        let folder = tempfile::tempdir().unwrap();
        let fonts = Fonts::read(&Workspace::open(folder.path()).unwrap(), None, &Place::file("campaign.toml")).unwrap();
        let families = fonts.for_text(&"en".parse().unwrap());
        assert_eq!(families, [TEXT]);
        for text in ["", "Ana Ödegård – “x” & 12 €", "Ἀθῆναι", "Москва", "line\r\nbreak\ttab"] {
            assert!(fonts.surely_have(&families, text), "{text}");
        }
        for text in ["水", "🦩", "\u{301}a", "\u{e000}", "A\u{f8ff}", "\u{200d}", "الوزيرة"] {
            assert!(!fonts.surely_have(&families, text), "{text:?}");
        }
    }

    #[test]
    fn what_is_built_in_is_text_and_code_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let fonts = Fonts::read(&Workspace::open(folder.path()).unwrap(), None, &Place::file("campaign.toml")).unwrap();
        assert_eq!(fonts.of(TEXT).count(), 6);
        assert_eq!(fonts.of(CODE).count(), 4);
        assert_eq!(fonts.faces.len(), 10);
        let has = |c| fonts.have(&[TEXT], c);
        assert!(['é', 'ő', 'Ș', 'ế', 'Ω', 'Ж', 'א', '€', '–', '…'].into_iter().all(has));
        assert!(!['ع', '水', 'क', '한'].into_iter().any(has));
    }
}
