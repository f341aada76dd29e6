//! The public letter as files for a web server: a page for each language, the signatories as a table, and checksums.
//! Pure: the same facts give the same bytes, whatever the machine and the time.
//!
//! A page holds everything that it shows. It runs nothing, and nothing is fetched for it.

mod page;
mod signatories;
mod signing;
mod sums;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::letter::Article;
use crate::model::{Language, Signatory};
use crate::picture::Picture;

pub use sums::{SUMS, Sums};

/// What is published.
#[derive(Debug)]
pub struct Edition<'a> {
    /// In whose name the letter goes: the head of each page.
    pub sender: &'a str,
    /// Where the folder of the pages will be on the web, with `/` at its end.
    pub url: Option<&'a str>,
    /// The letter in each language, that of the campaign first.
    pub letters: &'a [Version],
    /// The day that the letter bears: whoever signed after it is marked.
    pub date: Option<Date>,
    /// Everyone on the signatories list; those who are not to be published are left out here.
    pub signatories: &'a [Signatory],
}

/// The public letter in one language.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its language.
    pub language: Language,
    /// What it says.
    pub article: Article,
    /// What others show of the page beside its title: one line, which may be empty.
    pub description: String,
    /// The letter on paper, as a PDF.
    pub paper: Option<Vec<u8>>,
}

/// A file to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFile {
    /// Its name in the folder.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// All files of an edition. The checksums are the last, and the page in the campaign's language the one before them:
/// who finds these two finds the others.
#[must_use]
pub fn files(edition: &Edition<'_>) -> Vec<PublicFile> {
    let mut files = vec![PublicFile { name: signatories::NAME.to_owned(), content: signatories::csv(edition) }];
    // Pages have their pictures in them; others who show a link to one fetch a picture by its own address.
    let header = edition.letters.first().and_then(|version| version.article.header.as_ref());
    if let (Some((picture, _)), Some(_)) = (header, edition.url) {
        files.push(PublicFile { name: banner(picture).to_owned(), content: picture.bytes().to_vec() });
    }
    for (place, version) in edition.letters.iter().enumerate().rev() {
        if let Some(paper) = &version.paper {
            files.push(PublicFile { name: name("letter", place, version, "pdf"), content: paper.clone() });
        }
        let content = page::write(edition, place, version).into_bytes();
        files.push(PublicFile { name: name("index", place, version, "html"), content });
    }
    files.push(PublicFile { name: SUMS.to_owned(), content: Sums::of(&files).to_string().into_bytes() });
    files
}

/// The name of the file of the picture at the letter's head.
fn banner(picture: &Picture) -> &'static str {
    if picture.content_type() == "image/jpeg" { "header.jpg" } else { "header.png" }
}

/// The name of a file of one language: `index.html` in the campaign's, `index.fr.html` in another.
fn name(stem: &str, place: usize, version: &Version, ending: &str) -> String {
    match place {
        0 => format!("{stem}.{ending}"),
        _ => format!("{stem}.{}.{ending}", version.language),
    }
}
