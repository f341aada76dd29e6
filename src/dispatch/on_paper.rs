//! The letter itself as a PDF that goes with it.

use std::sync::Arc;

use crate::letter::{Addressed, Letter};
use crate::message::Attachment;
use crate::model::Faults;
use crate::pdf::{self, Press};

/// The letter itself as a PDF that goes with it.
#[derive(Debug)]
pub enum OnPaper {
    /// Each recipient gets a PDF of their own letter.
    Each {
        /// Makes it.
        press: Box<Press>,
        /// What its name is made of.
        title: String,
    },
    /// Everybody gets the same, in the language of their letter: each with the template it was made of.
    All(Vec<(String, Arc<Attachment>)>),
}

impl OnPaper {
    /// A PDF for each recipient, in a file that is named after the `title`.
    #[must_use]
    pub fn each(press: Press, title: &str) -> Self {
        Self::Each { press: Box::new(press), title: title.to_owned() }
    }

    /// One PDF for everybody: for each letter its template, and the PDF.
    #[must_use]
    pub fn all(papers: Vec<(String, Attachment)>) -> Self {
        Self::All(papers.into_iter().map(|(template, paper)| (template, Arc::new(paper))).collect())
    }

    /// The PDF of a letter, as it is addressed; none where there is none for everybody in its language.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(super) fn make(&self, addressed: &Addressed<'_>, letter: &Letter) -> Result<Option<Arc<Attachment>>, Faults> {
        match self {
            Self::Each { press, title } => {
                let content = press.print(addressed)?;
                Ok(Some(Arc::new(Attachment::new(&pdf::file_name(title, letter.language()), &content))))
            }
            Self::All(papers) => Ok(of(papers, letter).cloned()),
        }
    }

    /// Makes sure that the PDF can be made, and says about how many bytes of a message it takes.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(super) fn try_out(&self, addressed: &Addressed<'_>, letter: &Letter) -> Result<u64, Faults> {
        match self {
            // In base64, with a CRLF after 76 characters (RFC 2045, 6.8), and a little for what is not the same in all.
            Self::Each { press, .. } => Ok(press.try_out(addressed)? * 78 / 57 + 4_096),
            Self::All(papers) => Ok(of(papers, letter).map_or(0, |paper| paper.size())),
        }
    }

    /// The name of its file.
    pub(super) fn name(&self, letter: &Letter) -> Option<String> {
        match self {
            Self::Each { title, .. } => Some(pdf::file_name(title, letter.language())),
            Self::All(papers) => of(papers, letter).map(|paper| paper.name().to_owned()),
        }
    }
}

/// The PDF of a letter for everybody.
fn of<'a>(papers: &'a [(String, Arc<Attachment>)], letter: &Letter) -> Option<&'a Arc<Attachment>> {
    papers.iter().find(|(template, _)| template == letter.path()).map(|(_, paper)| paper)
}
