//! Letters of organisations that do not exist, to people who do not exist.

mod branches;
mod cldr;
mod constructs;
mod emphasis;
mod files;
mod handlebars;
mod hostile;
mod inline_html;
mod languages;
mod page;
#[cfg(feature = "pdf")]
mod paper;
mod pictures;
mod places;
mod quoted;
mod refusals;
mod roll;
mod sample;

use std::sync::Arc;

use jiff::civil::date;
use tempfile::TempDir;

use super::{Letter, LetterFacts, Letterhead, Letters, Merged, Previous};
use crate::model::{
    CampaignId, Columns, EmailAddress, Faults, Fields, InlineElement, NamedFile, Place, Recipient, RecipientId,
    RollStyle, Round, Signatory, SignatoryKind,
};
use crate::workspace::Workspace;

/// A workspace with templates, and the facts of a campaign.
pub(super) struct Desk {
    folder: TempDir,
    pub(super) columns: Arc<Columns>,
    pub(super) signatories: Vec<Signatory>,
    pub(super) roll: RollStyle,
    pub(super) show: Vec<(String, Place)>,
    pub(super) round: Round,
    pub(super) language: &'static str,
    pub(super) layout: Option<&'static str>,
    pub(super) header: Option<(NamedFile, String)>,
    pub(super) html: Vec<InlineElement>,
    campaign: CampaignId,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            columns: Arc::new(Columns::new(["email", "name", "salutation", "country", "Job Title", "url", "tags"])),
            signatories: Vec::new(),
            roll: RollStyle::default(),
            show: Vec::new(),
            round: Round(0),
            language: "en",
            layout: None,
            header: None,
            html: Vec::new(),
            campaign: CampaignId::parse("2030-river").unwrap(),
        }
    }

    /// A desk with one letter: a subject and a body.
    pub(super) fn with(body: &str) -> Self {
        let desk = Self::new();
        desk.file("templates/letter.md", &format!("+++\nsubject = \"Subject\"\n+++\n{body}"));
        desk
    }

    pub(super) fn file(&self, path: &str, text: &str) {
        self.bytes(path, text.as_bytes());
    }

    pub(super) fn bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(super) fn load(&self) -> Result<Letters, Faults> {
        let workspace = Workspace::open(self.folder.path()).unwrap();
        let facts = LetterFacts {
            campaign_id: &self.campaign,
            campaign_name: "A river & its people",
            sender_name: Some("River Secretariat"),
            sender_email: "letters@river.example",
            date: date(2030, 6, 12),
            language: self.language.parse().unwrap(),
            round: self.round,
            continues: false,
            recipients_path: "lists/recipients.csv",
            signatories_path: "lists/signatories.csv",
            columns: &self.columns,
            signatories: &self.signatories,
            roll: &self.roll,
            header: self.header.as_ref().map(|(file, alt)| Letterhead { file, alt }),
            show: &self.show,
            html: &self.html,
        };
        Letters::load(&workspace, "templates/letter.md", self.layout, &facts)
    }

    pub(super) fn letters(&self) -> Letters {
        self.load().unwrap_or_else(|faults| panic!("{faults}"))
    }

    /// What is wrong with the letter, one line for each.
    pub(super) fn faults(&self) -> Vec<String> {
        match self.load() {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    pub(super) fn recipient(&self, cells: &[(&str, &str)]) -> Recipient {
        let mut row = vec![String::new(); self.columns.len()];
        for (name, value) in cells {
            let position = self.columns.position(name).unwrap_or_else(|| panic!("{name}"));
            row[position] = (*value).to_owned();
        }
        let tags = cells.iter().find(|(name, _)| *name == "tags").map_or("", |(_, tags)| tags);
        Recipient {
            id: RecipientId::new("ana"),
            line: 14,
            to: EmailAddress::parse("ana@example.org").unwrap(),
            cc: Vec::new(),
            bcc: Vec::new(),
            lang: None,
            tags: tags.split(';').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            attachments: Vec::new(),
            further: 0,
            opted_out: None,
            fields: Fields::new(Arc::clone(&self.columns), row),
        }
    }

    /// The letter merged for one recipient.
    pub(super) fn merge(&self, cells: &[(&str, &str)]) -> Merged {
        let letters = self.letters();
        let recipient = self.recipient(cells);
        let letter = letters.choose(None).letter;
        letter.merge(&recipient, None).unwrap_or_else(|faults| panic!("{faults}"))
    }

    pub(super) fn text(&self, cells: &[(&str, &str)]) -> String {
        self.merge(cells).text.to_text()
    }

    /// The HTML between the opening and the closing of the letter.
    pub(super) fn html(&self, cells: &[(&str, &str)]) -> String {
        content(&self.merge(cells))
    }

    /// What is wrong with the letter to one recipient.
    pub(super) fn row_faults(&self, cells: &[(&str, &str)]) -> Vec<String> {
        let letters = self.letters();
        match letters.choose(None).letter.merge(&self.recipient(cells), None) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The HTML of a letter without its layout, and without styles.
pub(super) fn content(merged: &Merged) -> String {
    let html = merged.html.to_text();
    let start = html.find("<div class=\"letter\"").unwrap();
    let start = start + html[start..].find('\n').unwrap() + 1;
    let end = html.rfind("</div>").unwrap();
    without_styles(&html[start..end])
}

pub(super) fn without_styles(html: &str) -> String {
    let mut plain = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(" style=\"") {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 8..];
        rest = &after[after.find('"').unwrap() + 1..];
    }
    plain + rest
}

pub(super) fn signatory(line: u64, name: &str) -> Signatory {
    let columns = Arc::new(Columns::new(["name", "acronym", "url", "contact"]));
    Signatory {
        line,
        name: name.to_owned(),
        names: Vec::new(),
        kind: SignatoryKind::Organisation,
        title: None,
        affiliation: None,
        acronym: None,
        country: None,
        url: None,
        logo: None,
        representative: None,
        representative_title: None,
        publish: true,
        signed_at: None,
        order: None,
        fields: Fields::new(columns, vec![name.to_owned()]),
    }
}

pub(super) fn previous(lines: &[u64]) -> Previous {
    Previous {
        sent_at: "2030-06-01T00:30:00+02:00[Europe/Brussels]".parse().unwrap(),
        subject: "The first letter".to_owned(),
        days_ago: 11,
        new_signatories: lines.into(),
        first_subject: Some("The first letter".to_owned()),
        quoted: None,
    }
}

pub(super) fn only(letters: &Letters) -> &Letter {
    letters.choose(None).letter
}
