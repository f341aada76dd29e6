//! The page that leads to the previews in a folder, a row for each recipient: written as it comes, however many they
//! are.

use std::borrow::Cow;
use std::io::{self, Write};

use askama::Template;

use crate::model::count::counted;
use crate::model::printable;
use crate::page::Head;

/// Writes the page.
pub struct PreviewIndex<W> {
    out: W,
    letters: u64,
    skipped: u64,
}

/// A row of the page: a recipient.
#[derive(Debug, Clone, Copy)]
pub struct PreviewRow<'a> {
    /// The recipient's id.
    pub id: &'a str,
    /// The name; empty where the list has none.
    pub name: &'a str,
    /// The organisation; empty where the list has none.
    pub organisation: &'a str,
    /// The letter, or why there is none.
    pub letter: Result<&'a PreviewLetter<'a>, &'a str>,
}

/// A letter that is in the folder.
#[derive(Debug, Clone, Copy)]
pub struct PreviewLetter<'a> {
    /// Its number among the letters, from 1 on.
    pub number: u64,
    /// The language of its text.
    pub language: &'a str,
    /// The recipient's language, where there is no letter in it.
    pub fell_back_from: Option<&'a str>,
    /// Its subject.
    pub subject: &'a str,
    /// The names of the files that go with it.
    pub attachments: &'a [String],
    /// Its forms and their files in the folder.
    pub files: &'a [(&'static str, String)],
}

impl PreviewIndex<()> {
    /// How the line begins that holds the page's title.
    pub const TITLE: &str = "<title>Preview: ";
}

impl<W: Write> PreviewIndex<W> {
    /// Begins the page of a campaign.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn begin(mut out: W, campaign: &str) -> io::Result<Self> {
        let head = Head { language: "en", direction: None };
        Begin { head, campaign: printable(campaign) }.write_into(&mut out)?;
        writeln!(out)?;
        Ok(Self { out, letters: 0, skipped: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn row(&mut self, row: &PreviewRow<'_>) -> io::Result<()> {
        match row.letter {
            Ok(_) => self.letters += 1,
            Err(_) => self.skipped += 1,
        }
        Row::of(row).write_into(&mut self.out)?;
        writeln!(self.out)
    }

    /// Ends the page.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let letters = counted(self.letters, "letter", "letters");
        End { letters, skipped: self.skipped }.write_into(&mut self.out)?;
        writeln!(self.out)?;
        Ok(self.out)
    }
}

/// The page up to its rows.
#[derive(Template)]
#[template(path = "report/preview/begin.html")]
struct Begin<'a> {
    head: Head<'a>,
    campaign: Cow<'a, str>,
}

/// A row, whose texts move no cursor.
#[derive(Template)]
#[template(path = "report/preview/row.html")]
struct Row<'a> {
    id: Cow<'a, str>,
    name: Cow<'a, str>,
    organisation: Cow<'a, str>,
    letter: Result<Letter<'a>, Cow<'a, str>>,
}

struct Letter<'a> {
    number: u64,
    language: Cow<'a, str>,
    fell_back_from: Option<Cow<'a, str>>,
    subject: Cow<'a, str>,
    attachments: String,
    /// Its forms and their files.
    files: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Row<'a> {
    fn of(row: &PreviewRow<'a>) -> Self {
        Self {
            id: printable(row.id),
            name: printable(row.name),
            organisation: printable(row.organisation),
            letter: row.letter.map(Letter::of).map_err(printable),
        }
    }

    /// Who the recipient is to those who look for one.
    fn named(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

impl<'a> Letter<'a> {
    fn of(letter: &'a PreviewLetter<'a>) -> Self {
        let attachments: Vec<Cow<'_, str>> = letter.attachments.iter().map(|name| printable(name)).collect();
        Self {
            number: letter.number,
            language: printable(letter.language),
            fell_back_from: letter.fell_back_from.map(printable),
            subject: printable(letter.subject),
            attachments: attachments.join(", "),
            files: letter.files.iter().map(|(form, file)| (*form, printable(file))).collect(),
        }
    }
}

/// The page below its rows.
#[derive(Template)]
#[template(path = "report/preview/end.html")]
struct End {
    letters: String,
    skipped: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_line_by_which_it_is_known() {
        let page = PreviewIndex::begin(Vec::new(), "Keep <it>\u{1b}").unwrap().finish().unwrap();
        let page = String::from_utf8(page).unwrap();
        let line = page.lines().find(|line| line.starts_with(PreviewIndex::TITLE));
        assert_eq!(line, Some("<title>Preview: Keep &lt;it&gt;·</title>"), "{page}");
    }
}
