//! A letter in one of its forms.

use std::cell::Cell;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;

use crate::campaign::Folder;
use crate::campaign::past::foresight::Foresight;
use crate::cli::PreviewFormat;
use crate::command::Context;
use crate::dispatch::LetterMaker;
use crate::letter::Merged;
use crate::model::{EmailAddress, Place};
use crate::pdf::{ABSENT, Press};
use crate::plan::Entry;
use crate::report::printable;

/// All forms that this program can make, in the order in which they are shown.
pub(super) const ALL: &[PreviewFormat] = if cfg!(feature = "pdf") {
    &[PreviewFormat::Html, PreviewFormat::Text, PreviewFormat::Pdf, PreviewFormat::Eml]
} else {
    &[PreviewFormat::Html, PreviewFormat::Text, PreviewFormat::Eml]
};

/// How a file's name ends that holds a form.
pub(super) fn ending(form: PreviewFormat) -> &'static str {
    match form {
        PreviewFormat::Text => "txt",
        PreviewFormat::Html => "html",
        PreviewFormat::Eml => "eml",
        PreviewFormat::Pdf => "pdf",
    }
}

/// What makes letters in all forms.
pub(super) struct Forms {
    maker: Arc<LetterMaker>,
    /// Whatever the campaign attaches, its letters can be looked at as PDFs.
    press: Option<Press>,
    foresight: Foresight,
    /// How many recipients have no letter of the round before yet.
    foreseen: Cell<u64>,
    now: Timestamp,
}

impl Forms {
    /// With a press where one of the forms needs it.
    ///
    /// # Errors
    /// Where the program has none, or a font cannot be used.
    pub(super) fn new(
        context: &Context,
        Folder { workspace, settings, .. }: &Folder,
        maker: Arc<LetterMaker>,
        foresight: Foresight,
        forms: &[PreviewFormat],
    ) -> Result<Self> {
        let place = || Place::file(&settings.file);
        let needs_press = forms.contains(&PreviewFormat::Pdf);
        let press =
            needs_press.then(|| Press::open(workspace, settings.letter.fonts.as_deref(), place())).transpose()?;
        Ok(Self { maker, press, foresight, foreseen: Cell::new(0), now: context.clock.now() })
    }

    /// A row with what will have gone to the recipient before.
    pub(super) fn complete(&self, mut entry: Entry) -> Result<Entry> {
        if self.foresight.complete(&entry.id, &entry.recipient, &mut entry.history)? > 0 {
            self.foreseen.set(self.foreseen.get() + 1);
        }
        Ok(entry)
    }

    /// To how many recipients the letters before were still to be sent.
    pub(super) fn foreseen(&self) -> u64 {
        self.foreseen.get()
    }

    pub(super) fn maker(&self) -> &LetterMaker {
        &self.maker
    }

    /// A letter, merged.
    pub(super) fn merge(&self, entry: &Entry) -> Result<Merged> {
        Ok(self.maker.merge(&entry.recipient, &entry.history, self.now)?)
    }

    /// A letter in a form.
    pub(super) fn bytes(&self, entry: &Entry, form: PreviewFormat) -> Result<Vec<u8>> {
        match form {
            PreviewFormat::Eml => Ok(self.maker.make(&entry.id, &entry.recipient, &entry.history, self.now)?.bytes),
            PreviewFormat::Html => self.html(entry),
            PreviewFormat::Text => Ok(self.text(entry)?.into_bytes()),
            PreviewFormat::Pdf => self.pdf(entry),
        }
    }

    /// The page, as a file that shows everything by itself.
    pub(super) fn html(&self, entry: &Entry) -> Result<Vec<u8>> {
        Ok(self.merge(entry)?.to_page().into_bytes())
    }

    fn pdf(&self, entry: &Entry) -> Result<Vec<u8>> {
        let letter = self.maker.letters().choose(entry.recipient.lang.as_ref()).letter;
        let press = self.press.as_ref().ok_or_else(|| anyhow::anyhow!(ABSENT))?;
        let previous = self.maker.previous(&entry.recipient, &entry.history, self.now)?;
        Ok(press.print(&letter.to(&entry.recipient, previous.as_ref()))?)
    }

    /// The headers that a reader sees, and the plain text.
    pub(super) fn text(&self, entry: &Entry) -> Result<String> {
        let recipient = &entry.recipient;
        let merged = self.merge(entry)?;
        let list =
            |addresses: &[EmailAddress]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let to = recipient.name().map_or_else(|| recipient.to.to_string(), |name| format!("{name} <{}>", recipient.to));
        let headers = [
            ("To", to),
            ("Cc", list(&recipient.cc)),
            ("Bcc", list(&recipient.bcc)),
            ("Subject", merged.subject.clone()),
            ("Attachments", self.attachments(entry)?.join(", ")),
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
    pub(super) fn attachments(&self, entry: &Entry) -> Result<Vec<String>> {
        Ok(self.maker.attachment_names(&entry.recipient)?)
    }
}
