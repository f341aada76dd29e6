//! The letter to one recipient, ready to be looked at in any form.

use jiff::Timestamp;

use super::form::Form;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::past::foresight::Foresight;
use crate::dispatch::LetterMaker;
use crate::ledger::ReadLedger;
use crate::letter::{Choice, Merged};
use crate::message::Composed;
use crate::model::{
    Addressee, CampaignId, EmailAddress, Language, MessageId, Place, Recipient, RecipientId, Round, Thread,
};
use crate::pdf::Press;
use crate::plan::{Decision, Entry, SkipReason};
use crate::report::printable;

/// What makes letters in all forms.
pub(super) struct Forms {
    maker: LetterMaker,
    /// Whatever the campaign attaches, its letters can be looked at as PDFs.
    press: Option<Press>,
    foresight: Foresight,
    attempted: Attempted,
    now: Timestamp,
}

/// The letters of the round that were attempted: they are shown under the Message-IDs that they have.
pub(super) struct Attempted {
    /// Nothing, where nothing was sent yet.
    pub(super) ledger: Option<Ledger>,
    pub(super) campaign: CampaignId,
    pub(super) round: Round,
}

impl Attempted {
    fn message_id(&self, recipient: &Recipient) -> Result<Option<MessageId>> {
        let Some(ledger) = &self.ledger else { return Ok(None) };
        let before = Round(self.round.0.saturating_add(1));
        let thread = Thread { campaign: self.campaign.clone(), before, continues: None, quotes: false };
        let histories = ledger.histories(&thread, &[Addressee::from(recipient)])?;
        let mut rounds = histories.into_iter().flat_map(|history| history.rounds);
        Ok(rounds.find(|past| past.round == self.round).and_then(|past| past.message_id))
    }
}

impl Forms {
    /// With a press where one of the forms needs it.
    ///
    /// # Errors
    /// Where the program has none, or a font cannot be used.
    pub(super) fn new(
        Folder { workspace, settings, .. }: &Folder,
        maker: LetterMaker,
        foresight: Foresight,
        attempted: Attempted,
        now: Timestamp,
        forms: &[Form],
    ) -> Result<Self> {
        let fonts = settings.letter.fonts.as_deref();
        let open = || Press::open(workspace, fonts, Place::file(&settings.file));
        let press = forms.contains(&Form::Pdf).then(open).transpose()?;
        Ok(Self { maker, press, foresight, attempted, now })
    }

    /// Whether the letter of a row is sought.
    pub(super) fn fits(&self, entry: &Entry, sought: &Sought) -> bool {
        let recipient = &entry.recipient;
        let is_shown = !matches!(entry.decision, Decision::Skip(_)) || !sought.text.is_empty();
        let language = self.maker.letters().choose(recipient.lang.as_ref()).letter.language();
        let text = sought.text.to_lowercase();
        let has = |value: &str| value.to_lowercase().contains(&text);
        let named =
            || ["name", "organisation", "country"].iter().any(|column| recipient.fields.get(column).is_some_and(has));
        is_shown
            && sought.language.as_ref().is_none_or(|wanted| wanted == language)
            && (text.is_empty() || has(entry.id.as_str()) || has(&recipient.to.to_string()) || named())
    }

    /// The letter of a row, which knows what will have gone to its recipient before.
    ///
    /// # Errors
    /// Where a letter before it cannot be made for this recipient.
    pub(super) fn letter(&self, mut entry: Entry) -> Result<Letter<'_>> {
        let foreseen = self.foresight.complete(&entry.id, &entry.recipient, &mut entry.history)?;
        Ok(Letter { forms: self, entry, is_foreseen: foreseen > 0 })
    }
}

/// Which letter is sought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// The first, the second …
    pub number: u64,
    /// In this language alone.
    pub language: Option<Language>,
    /// To whom this is found in the id, the address, the name, the organisation or the country; in any case.
    pub text: String,
}

/// The letter to one recipient.
pub struct Letter<'f> {
    forms: &'f Forms,
    pub(super) entry: Entry,
    is_foreseen: bool,
}

impl Letter<'_> {
    /// The recipient's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.entry.id.as_str()
    }

    /// Why it is not to be sent, where that is so: it is shown all the same.
    #[must_use]
    pub fn skipped(&self) -> Option<&SkipReason> {
        match &self.entry.decision {
            Decision::Skip(reason) => Some(reason),
            Decision::Send | Decision::Settled(_) => None,
        }
    }

    /// Whether the recipient has no letter of a round before it yet, and this one is shown as if that had been sent
    /// now.
    #[must_use]
    pub fn is_foreseen(&self) -> bool {
        self.is_foreseen
    }

    /// The language of its text.
    #[must_use]
    pub fn language(&self) -> &Language {
        self.choice().letter.language()
    }

    /// Which of the campaign's letters it is.
    pub(super) fn choice(&self) -> Choice<'_> {
        self.forms.maker.letters().choose(self.entry.recipient.lang.as_ref())
    }

    /// The letter in a form.
    ///
    /// # Errors
    /// All faults of the letter, and where a file that goes with it cannot be read.
    pub fn bytes(&self, form: Form) -> Result<Vec<u8>> {
        match form {
            Form::Eml => self.eml(),
            Form::Html => self.html().map(String::into_bytes),
            Form::Text => self.text().map(String::into_bytes),
            Form::Pdf => self.pdf(),
        }
    }

    fn eml(&self) -> Result<Vec<u8>> {
        let Forms { maker, attempted, now, .. } = self.forms;
        let Entry { id, recipient, history, .. } = &self.entry;
        let known_as = attempted.message_id(recipient)?;
        Ok(maker.make(id, known_as.as_ref(), recipient, history, *now)?.bytes)
    }

    /// The page, which shows everything by itself.
    ///
    /// # Errors
    /// All faults of the letter.
    pub fn html(&self) -> Result<String> {
        Ok(self.merge()?.to_page())
    }

    fn pdf(&self) -> Result<Vec<u8>> {
        let Forms { maker, now, press, .. } = self.forms;
        let Entry { recipient, history, .. } = &self.entry;
        let press = press.as_ref().ok_or(Error::NoPdf)?;
        let previous = maker.previous(recipient, history, *now)?;
        Ok(press.print(&self.choice().letter.to(recipient, previous.as_ref()))?)
    }

    /// The headers that a reader sees, and the plain text, both safe for a terminal.
    ///
    /// # Errors
    /// All faults of the letter, and where a file that goes with it cannot be read.
    pub fn text(&self) -> Result<String> {
        let recipient = &self.entry.recipient;
        let merged = self.merge()?;
        let list =
            |addresses: &[EmailAddress]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let to = recipient.name().map_or_else(|| recipient.to.to_string(), |name| format!("{name} <{}>", recipient.to));
        let headers = [
            ("To", to),
            ("Cc", list(&recipient.cc)),
            ("Bcc", list(&recipient.bcc)),
            ("Subject", merged.subject.clone()),
            ("Attachments", self.attachments()?.join(", ")),
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

    /// The letter as it goes to somebody else for a look: under an id of its own, so that no answer or report is taken
    /// for the recipient's, and to nobody besides.
    ///
    /// # Errors
    /// All faults of the letter, and where a file that goes with it cannot be read.
    pub(in crate::campaign) fn for_a_look(&self, to: EmailAddress, id: &RecipientId) -> Result<Composed> {
        let Forms { maker, now, .. } = self.forms;
        let Entry { recipient, history, .. } = &self.entry;
        let looked_at = Recipient { to, cc: Vec::new(), bcc: Vec::new(), further: 0, ..recipient.clone() };
        Ok(maker.make(id, None, &looked_at, history, *now)?)
    }

    /// Whether it goes along as a PDF when it is sent.
    pub(super) fn encloses_pdf(&self) -> bool {
        self.forms.maker.encloses_pdf()
    }

    /// The letter, merged.
    pub(super) fn merge(&self) -> Result<Merged> {
        let Entry { recipient, history, .. } = &self.entry;
        Ok(self.forms.maker.merge(recipient, history, self.forms.now)?)
    }

    /// The names of the files that go with it.
    pub(super) fn attachments(&self) -> Result<Vec<String>> {
        Ok(self.forms.maker.attachment_names(&self.entry.recipient)?)
    }
}
