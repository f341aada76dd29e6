//! `[letter]`: what is sent.

use jiff::civil::Date;
use toml::de::DeValue;

use super::section::{Found, Section};
use super::{path, within};
use crate::attachment::judge_name;
use crate::model::{InlineElement, Language, NamedFile, Place};
use crate::workspace::Workspace;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterSpec {
    /// The template in the campaign's language.
    pub template: String,
    /// The page around the letter's HTML, where it is not the program's own.
    pub layout: Option<String>,
    /// The letter's date.
    pub date: Option<Date>,
    /// The language of the template, and of whoever has no other.
    pub language: Language,
    /// The elements of HTML that the letter may have; none unless named.
    pub html: Vec<InlineElement>,
    /// Files that go with every letter, and where each is named.
    pub attachments: Vec<(String, Place)>,
    /// A picture at the top of the page, and the text that stands for it.
    pub header: Option<(NamedFile, String)>,
    /// Private columns of the signatories list that a letter may name, and where each is named.
    pub show: Vec<(String, Place)>,
    /// Whether the letter goes along as a PDF, and where that is said.
    pub pdf: Option<(PdfFor, Place)>,
    /// The folder of fonts for the PDF.
    pub fonts: Option<String>,
}

/// For whom a PDF of the letter is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PdfFor {
    /// One for each recipient: the letter as it is addressed to them.
    Each,
    /// One for everybody, in each language.
    All,
}

impl LetterSpec {
    /// Reads the section; without it, everything is as usual.
    pub(super) fn read(section: &Section<'_>, workspace: &Workspace) -> Option<Self> {
        let language = section.parsed("language", |text| text.parse::<Language>().map_err(|error| error.to_string()));
        let language = match language {
            Some(found) => Some(found.value),
            None => "en".parse().ok(),
        };
        let attachments = read_attachments(section, workspace);
        let show = section.texts("show").into_iter();
        let show = show.map(|found| (found.value.to_owned(), section.document().place(&found.at))).collect();
        let html = section.texts("html").into_iter().filter_map(|found| {
            let element = found.value.trim_matches(['<', '>']).parse::<InlineElement>();
            if let Err(why) = &element {
                section.document().fault(&found.at, format!("`html`: `{}`: {why}", found.value.escape_debug()));
            }
            element.ok()
        });
        let html = html.collect();
        Some(Self {
            template: path(section, workspace, "template").unwrap_or_else(|| "templates/letter.md".to_owned()),
            layout: path(section, workspace, "layout"),
            date: section.date("date"),
            language: language?,
            html,
            attachments,
            header: read_header(section, workspace),
            show,
            pdf: read_pdf(section),
            fonts: path(section, workspace, "fonts"),
        })
    }
}

fn read_header(section: &Section<'_>, workspace: &Workspace) -> Option<(NamedFile, String)> {
    let header = section.parsed("header", |text| within(workspace, text));
    let alt = section.parsed("header_alt", |text| match text {
        "" => Err("write what the picture says to those who see it".to_owned()),
        text if text.chars().any(char::is_control) => Err("it has a control character".to_owned()),
        text => Ok(text.to_owned()),
    });
    match (header, alt) {
        (Some(header), Some(alt)) => {
            Some((NamedFile { path: header.value, place: section.document().place(&header.at) }, alt.value))
        }
        (Some(header), None) if section.value("header_alt").is_none() => {
            let message = "`header` needs `header_alt` beside it: what the picture says, for those who do not see it";
            section.document().fault(&header.at, message);
            None
        }
        (None, Some(alt)) if section.value("header").is_none() => {
            section.document().fault(&alt.at, "`header_alt` stands for a picture; name it with `header`");
            None
        }
        _ => None,
    }
}

/// `attachments`: files of the workspace, and where each is named.
pub(super) fn read_attachments(section: &Section<'_>, workspace: &Workspace) -> Vec<(String, Place)> {
    let attachments = section.texts("attachments").into_iter().filter_map(|found: Found<&str>| {
        let path = within(workspace, found.value);
        let path = path.and_then(|path| judge_name(&path).map(|()| path).map_err(|error| error.to_string()));
        if let Err(why) = &path {
            section.document().fault(&found.at, format!("`attachments`: {why}"));
        }
        Some((path.ok()?, section.document().place(&found.at)))
    });
    attachments.collect()
}

/// Whether the letter of a follow-up goes along as a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnPdf {
    /// It does not say: as `[letter]` says.
    AsLetter,
    /// It does not.
    None,
    /// It does, as this says.
    Of((PdfFor, Place)),
}

/// `pdf`: `true` or `"each"`, or `"all"`.
fn read_pdf(section: &Section<'_>) -> Option<(PdfFor, Place)> {
    match read_own_pdf(section) {
        OwnPdf::Of(pdf) => Some(pdf),
        OwnPdf::AsLetter | OwnPdf::None => None,
    }
}

/// `pdf` where it may be left out.
pub(super) fn read_own_pdf(section: &Section<'_>) -> OwnPdf {
    let Some(found) = section.value("pdf") else { return OwnPdf::AsLetter };
    let pdf = match found.get_ref() {
        DeValue::Boolean(false) => return OwnPdf::None,
        DeValue::Boolean(true) => PdfFor::Each,
        DeValue::String(text) if text == "each" => PdfFor::Each,
        DeValue::String(text) if text == "all" => PdfFor::All,
        _ => {
            let message = "`pdf` must be `true` or `\"each\"` (one for each recipient), `\"all\"` (one for everybody), or `false`";
            section.document().fault(&found.span(), message);
            return OwnPdf::None;
        }
    };
    OwnPdf::Of((pdf, section.document().place(&found.span())))
}
