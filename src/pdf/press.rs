//! The press: letters on paper become PDFs, and are tried out before.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Smart};
use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::fonts::Fonts;
use super::world::{LetterWorld, Pictures};
use crate::letter::{Addressed, Paper, file_name, quote};
use crate::model::{Fault, Faults, Place};
use crate::picture::Picture;
use crate::workspace::Workspace;

/// After how many letters typst forgets what none of them needed: a campaign's letters take turns in a few languages.
const REMEMBERED: usize = 12;

/// Makes PDFs, from several threads at once.
pub struct Press {
    fonts: Fonts,
    standards: PdfStandards,
    /// How large the PDF of each shape was that could be made.
    proven: Mutex<HashMap<(String, Vec<u8>), u64>>,
    /// The pictures of all letters so far: typst knows them again, and does not read them anew.
    pictures: Mutex<Pictures>,
}

/// A picture that typst reads where it lies.
struct Shown(Arc<Picture>);

impl AsRef<[u8]> for Shown {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Press").field("fonts", &self.fonts.sources).finish_non_exhaustive()
    }
}

impl Press {
    /// A press with the built-in fonts and those of a folder of the workspace. `place` is where the campaign asks for
    /// it.
    ///
    /// # Errors
    /// Where a font cannot be used.
    pub fn open(workspace: &Workspace, fonts: Option<&str>, place: Place) -> Result<Self, Faults> {
        let fonts = Fonts::read(workspace, fonts, &place)?;
        let standards = PdfStandards::new(&[PdfStandard::A_2a])
            .map_err(|error| Fault::error(place, format!("PDF/A cannot be made: {}", error.message())))?;
        Ok(Self { fonts, standards, proven: Mutex::default(), pictures: Mutex::default() })
    }

    /// The fonts of the folder: the path of each file, and its SHA-256.
    #[must_use]
    pub fn sources(&self) -> &[(String, [u8; 32])] {
        &self.fonts.sources
    }

    /// Makes the PDF of a letter. The same letter gives the same bytes.
    ///
    /// # Errors
    /// Where it cannot be merged for its recipient, and for each character that no font has, with the place it comes
    /// from.
    pub fn print(&self, letter: &Addressed<'_>) -> Result<Vec<u8>, Faults> {
        self.make(&letter.paper()?, letter)
    }

    /// Makes sure that the PDF of a letter can be made, and says about how many bytes it has.
    ///
    /// Letters of one shape differ in their values alone, and these are strings: once one of them was made, what can
    /// still fail is a character that no font has. Only where the fonts do not have all of them for sure the PDF itself
    /// is made.
    ///
    /// # Errors
    /// As for [`print`](Press::print).
    pub fn try_out(&self, letter: &Addressed<'_>) -> Result<u64, Faults> {
        let paper = letter.paper()?;
        let families = self.fonts.for_text(&paper.language);
        let key = (paper.template.clone(), paper.shape.clone());
        let known = self.proven.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(size) = known
            && paper.values.iter().all(|value| self.fonts.surely_have(&families, value))
        {
            return Ok(size);
        }
        let made = self.make(&paper, letter)?;
        let size = made.len() as u64;
        self.proven.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(size);
        Ok(size)
    }

    fn make(&self, paper: &Paper, letter: &Addressed<'_>) -> Result<Vec<u8>, Faults> {
        let pictures = self.pictures(paper);
        let source = self.source(paper);
        let options = self.options(&source);
        let world = LetterWorld::new(&self.fonts, &pictures, source);
        let made = typst::compile::<PagedDocument>(&world).output.map_err(|errors| failed(paper, &errors));
        let made = made.and_then(|document| {
            self.look_for_gaps(&document, paper, letter)?;
            typst_pdf::pdf(&document, &options).map_err(|errors| failed(paper, &errors))
        });
        typst::comemo::evict(REMEMBERED);
        made
    }

    /// What a PDF is to be. Its identifier comes from all that it says: the same letter has the same one, and another
    /// has another.
    fn options(&self, source: &str) -> PdfOptions {
        PdfOptions {
            ident: Smart::Custom(HEXLOWER.encode(&Sha256::digest(source))),
            creator: Smart::Custom(Some(env!("CARGO_PKG_NAME").to_owned())),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        }
    }

    /// The pictures of a letter.
    fn pictures(&self, paper: &Paper) -> Pictures {
        let mut known = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        let pictures = paper.pictures.iter().map(|picture| {
            let name = file_name(picture);
            let bytes = known.entry(name.clone()).or_insert_with(|| Bytes::new(Shown(Arc::clone(picture))));
            (name, bytes.clone())
        });
        pictures.collect()
    }

    /// The whole source of a letter: how it looks, then what it says.
    fn source(&self, paper: &Paper) -> String {
        let families = |families: Vec<&str>| {
            families.into_iter().fold(String::new(), |mut list, family| {
                quote(family, &mut list);
                list.push(',');
                list
            })
        };
        let locale = paper.language.locale().id;
        let region = locale.region.map_or("none".to_owned(), |region| format!("\"{region}\""));
        let mut source = String::with_capacity(paper.content.len() + 1_024);
        source.push_str("#import \"paper.typ\": *\n#show: paper.with(\n  title: ");
        quote(&paper.title, &mut source);
        source.push_str(",\n  author: ");
        quote(paper.author.as_deref().unwrap_or_default(), &mut source);
        let (year, month, day) = (paper.date.year(), paper.date.month(), paper.date.day());
        // Writing into memory cannot fail.
        let _ = writeln!(
            source,
            ",\n  date: datetime(year: {year}, month: {month}, day: {day}),\n  language: \"{}\", region: {region}, \
             direction: {},\n  fonts: ({}),\n  code: ({}),\n)\n",
            locale.language,
            if paper.is_right_to_left { "rtl" } else { "ltr" },
            families(self.fonts.for_text(&paper.language)),
            families(self.fonts.for_code(&paper.language)),
        );
        source.push_str(&paper.content);
        source
    }

    /// A glyph that no font has is number 0, and would be printed as a box.
    fn look_for_gaps(&self, document: &PagedDocument, paper: &Paper, letter: &Addressed<'_>) -> Result<(), Faults> {
        let mut missing = BTreeSet::new();
        let families = self.fonts.for_code(&paper.language);
        for page in document.pages() {
            gaps(&page.frame, &mut |cluster| {
                let lacked = cluster.chars().filter(|c| !self.fonts.have(&families, *c));
                let before = missing.len();
                missing.extend(lacked);
                // Each font has a part of it, and none has it whole.
                if missing.len() == before {
                    missing.extend(cluster.chars().next_back());
                }
            });
        }
        let mut faults = Faults::new();
        for c in missing {
            let what = format!(
                "no font has the character U+{:04X} `{c}`, so that the PDF cannot show it; put a font that has it into \
                 a folder and name that as `fonts` in [letter]",
                u32::from(c)
            );
            faults.push(letter.fault_of(c, &what));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// Tells the text of every glyph that is missing.
fn gaps(frame: &Frame, tell: &mut impl FnMut(&str)) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => gaps(&group.frame, tell),
            FrameItem::Text(text) => {
                for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                    tell(text.text.get(glyph.range()).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
}

/// What typst has to say, as faults of the letter.
fn failed(paper: &Paper, errors: &[SourceDiagnostic]) -> Faults {
    let mut faults = Faults::new();
    faults.extend(errors.iter().map(|error| {
        Fault::error(
            Place::file(paper.template.clone()),
            format!("the PDF of this letter cannot be made: {}", error.message),
        )
    }));
    faults
}
