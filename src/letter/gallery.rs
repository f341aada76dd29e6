//! The pictures of a round's letters: the header and the logos of the signatories, each read once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::LetterFacts;
use super::source::Source;
use crate::model::{Fault, Faults, Logos, NamedFile, Signatory};
use crate::picture::{Frame, Picture};
use crate::workspace::Workspace;

/// All pictures of a letter together may have so many bytes: more is a burden for whoever gets it.
const MOST_BYTES: usize = 2_000_000;

/// The files of all pictures together may have so many bytes: they are kept with the letter.
const MOST_FILED: usize = 60_000_000;

/// The header of a letter: a picture and what it says.
#[derive(Debug, Clone, Copy)]
pub struct Letterhead<'a> {
    /// The picture.
    pub file: &'a NamedFile,
    /// The text for those who do not see it.
    pub alt: &'a str,
}

/// The pictures of a round's letters.
#[derive(Debug, Default)]
pub(super) struct Gallery {
    /// The header, and the text that stands for it.
    pub(super) header: Option<(Arc<Picture>, String)>,
    /// The logos, by the lines of their signatories ([`Signatory::line`](crate::model::Signatory::line)).
    logos: HashMap<u64, Arc<Picture>>,
    /// How many bytes each has, by content id: two files with one picture are embedded as one.
    distinct: BTreeMap<String, usize>,
    filed: usize,
}

impl Gallery {
    /// Reads the pictures of a campaign; what is wrong with them goes to `faults`, and their files to `sources`.
    pub(super) fn open(
        workspace: &Workspace,
        facts: &LetterFacts<'_>,
        sources: &mut Vec<Source>,
        faults: &mut Faults,
    ) -> Self {
        let mut gallery = Self::default();
        let mut read = HashMap::new();
        let mut picture = |gallery: &mut Self, file: &NamedFile, frame| {
            let known = read.entry((file.path.clone(), frame));
            let picture = known.or_insert_with(|| gallery.read(workspace, file, frame, sources));
            picture.clone().map_err(|message| faults.push(Fault::error(file.place.clone(), message))).ok()
        };
        if let Some(Letterhead { file, alt }) = facts.header {
            gallery.header = picture(&mut gallery, file, Frame::HEADER).map(|picture| (picture, alt.to_owned()));
        }
        // A signature that is not to be published is not shown by its logo either.
        let shown = |signatory: &&Signatory| signatory.publish && facts.roll.logos == Logos::Shown;
        for signatory in facts.signatories.iter().filter(shown) {
            if let Some(file) = &signatory.logo
                && let Some(picture) = picture(&mut gallery, file, Frame::LOGO)
            {
                gallery.logos.insert(signatory.line, picture);
            }
        }
        gallery
    }

    fn read(
        &mut self,
        workspace: &Workspace,
        file: &NamedFile,
        frame: Frame,
        sources: &mut Vec<Source>,
    ) -> Result<Arc<Picture>, String> {
        let (picture, bytes) = Picture::open(workspace, &file.path, frame).map_err(|error| error.to_string())?;
        self.filed += bytes.len();
        if self.filed > MOST_FILED {
            return Err(format!(
                "with `{}`, the files of the pictures have {} bytes in all; they may have {MOST_FILED}: export them smaller",
                file.path, self.filed
            ));
        }
        self.distinct.insert(picture.id().to_owned(), picture.bytes().len());
        if self.size() > MOST_BYTES {
            return Err(format!(
                "with `{}`, the pictures of a letter have {} bytes in all; they may have {MOST_BYTES}: leave some out",
                file.path,
                self.size()
            ));
        }
        if sources.iter().all(|source| source.path != file.path) {
            sources.push(Source { path: file.path.clone(), bytes });
        }
        Ok(Arc::new(picture))
    }

    /// How many bytes the pictures have, each counted once.
    pub(super) fn size(&self) -> usize {
        self.distinct.values().sum()
    }

    /// The logo of the signatory on a line of the list.
    pub(super) fn logo(&self, line: u64) -> Option<&Arc<Picture>> {
        self.logos.get(&line)
    }
}
