//! The page that leads to the previews in a folder, a row for each recipient: written as it comes, however many they are.

use std::io::{self, Write};

use super::cell::printable;
use crate::letter::{PAGE_POLICY, escape};
use crate::model::count::counted;

const STYLE: &str = include_str!("preview.css");

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
        let campaign = html(campaign);
        let title = PreviewIndex::TITLE;
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{PAGE_POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
             {title}{campaign}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>{campaign}</h1>\n<p>The letters as their readers will get them. This page and the files beside it hold addresses: \
             they are for you alone.</p>\n<table>\n<thead>\n<tr>"
        )?;
        for column in ["Recipient", "Organisation", "Language", "Subject", "Attachments", "Letter"] {
            write!(out, "<th scope=\"col\">{column}</th>")?;
        }
        writeln!(out, "</tr>\n</thead>\n<tbody>")?;
        Ok(Self { out, letters: 0, skipped: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn row(&mut self, row: &PreviewRow<'_>) -> io::Result<()> {
        let named = if row.name.is_empty() { row.id } else { row.name };
        let id = if row.name.is_empty() { String::new() } else { format!("<small>{}</small>", html(row.id)) };
        let head = format!("<th scope=\"row\">{}{id}</th>", html(named));
        let organisation = cell("Organisation", &html(row.organisation));
        let out = &mut self.out;
        match row.letter {
            Ok(letter) => {
                self.letters += 1;
                let wanted =
                    letter.fell_back_from.map(|wanted| format!("<small>no letter in {}</small>", html(wanted)));
                let language = format!("{}{}", html(letter.language), wanted.unwrap_or_default());
                let attachments: Vec<String> = letter.attachments.iter().map(|name| html(name)).collect();
                let links = letter.files.iter().map(|(form, file)| {
                    let label = format!("{form}, letter {} to {}", letter.number, printable(named));
                    format!("<a href=\"{}\" aria-label=\"{}\">{form}</a>", html(file), html(&label))
                });
                let links: String = links.collect();
                writeln!(
                    out,
                    "<tr>{head}{organisation}{}<td lang=\"{}\" data-label=\"Subject\">{}</td>{}<td>{links}</td></tr>",
                    cell("Language", &language),
                    html(letter.language),
                    html(letter.subject),
                    cell("Attachments", &attachments.join(", ")),
                )
            }
            Err(why) => {
                self.skipped += 1;
                let why = html(why);
                writeln!(out, "<tr class=\"skipped\">{head}{organisation}<td colspan=\"4\">no letter: {why}</td></tr>")
            }
        }
    }

    /// Ends the page.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let letters = counted(self.letters, "letter", "letters");
        let skipped = match self.skipped {
            0 => String::new(),
            some => format!(", {some} skipped"),
        };
        write!(self.out, "</tbody>\n</table>\n<p>{letters}{skipped}</p>\n</main>\n</body>\n</html>\n")?;
        Ok(self.out)
    }
}

/// A cell with its column's name, which narrow windows show before it.
fn cell(column: &str, content: &str) -> String {
    if content.is_empty() {
        return "<td></td>".to_owned();
    }
    format!("<td data-label=\"{column}\">{content}</td>")
}

/// What others wrote, as HTML that does nothing.
fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(&printable(text), &mut html);
    html
}
