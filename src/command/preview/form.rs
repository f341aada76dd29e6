//! A letter in one of its forms.

use anyhow::Result;
use jiff::Timestamp;

use crate::cli::PreviewFormat;
use crate::dispatch::LetterMaker;
use crate::model::EmailAddress;
use crate::plan::Entry;
use crate::report::printable;

/// All forms that there are, in the order in which they are shown; a PDF has its place here.
pub(super) const ALL: [PreviewFormat; 3] = [PreviewFormat::Html, PreviewFormat::Text, PreviewFormat::Eml];

/// A letter in a form.
pub(super) fn bytes(maker: &LetterMaker, entry: &Entry, form: PreviewFormat, now: Timestamp) -> Result<Vec<u8>> {
    match form {
        PreviewFormat::Eml => Ok(maker.make(&entry.id, &entry.recipient, now)?.bytes),
        PreviewFormat::Html => html(maker, entry),
        PreviewFormat::Text => Ok(text(maker, entry)?.into_bytes()),
    }
}

/// How a file's name ends that holds a form.
pub(super) fn ending(form: PreviewFormat) -> &'static str {
    match form {
        PreviewFormat::Text => "txt",
        PreviewFormat::Html => "html",
        PreviewFormat::Eml => "eml",
    }
}

/// The page, as a file that shows everything by itself.
pub(super) fn html(maker: &LetterMaker, entry: &Entry) -> Result<Vec<u8>> {
    Ok(maker.merge(&entry.recipient)?.to_page().into_bytes())
}

/// The headers that a reader sees, and the plain text.
pub(super) fn text(maker: &LetterMaker, entry: &Entry) -> Result<String> {
    let recipient = &entry.recipient;
    let merged = maker.merge(recipient)?;
    let list = |addresses: &[EmailAddress]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let to = recipient.name().map_or_else(|| recipient.to.to_string(), |name| format!("{name} <{}>", recipient.to));
    let headers = [
        ("To", to),
        ("Cc", list(&recipient.cc)),
        ("Bcc", list(&recipient.bcc)),
        ("Subject", merged.subject.clone()),
        ("Attachments", attachments(maker, entry)?.join(", ")),
    ];
    let mut text = String::new();
    for (name, value) in headers {
        if !value.is_empty() {
            text.extend([name, ": ", &printable(&value), "\n"]);
        }
    }
    text.push('\n');
    for line in merged.text.to_text().lines() {
        text.push_str(&printable(line));
        text.push('\n');
    }
    Ok(text)
}

/// The names of the files that go with a letter.
pub(super) fn attachments(maker: &LetterMaker, entry: &Entry) -> Result<Vec<String>> {
    Ok(maker.attachments(&entry.recipient)?.iter().map(|file| file.name().to_owned()).collect())
}
