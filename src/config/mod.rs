//! `campaign.toml`: read, checked, and turned into types. Every fault is found at once and has its place.

mod calendar;
mod dkim;
mod duration;
mod inbox;
pub mod keyring;
mod ledger;
mod letter;
mod list_rules;
mod oauth;
mod pace;
mod presets;
mod publish;
mod quoted;
mod record;
mod redaction;
mod retention;
mod secret;
mod secret_source;
mod section;
mod sender;
mod sheets;
mod signatories;
mod smtp;
mod unknown;

use std::path::Path;

use toml::de::DeTable;

use crate::model::calendar::After;
use crate::model::{CampaignId, Fault, Faults, ListFormat, ListRules, Place, RollStyle, Round};
use crate::workspace::{PathError, Workspace};
use section::{Document, Section};
use sheets::{read_encoding, read_sheets};

pub use calendar::CalendarSpec;
pub use dkim::DkimSpec;
pub use inbox::{Imap, Inbox};
pub use ledger::{LedgerServer, LedgerSpec};
pub use letter::{LetterSpec, OwnPdf, PdfFor};
pub use oauth::{CLIENT_ID_TO_COME, Kind as ProviderKind, OauthSpec, Provider};
pub use pace::{Counts, PER_DOMAIN, Pace, Retry, StopAfter};
pub use presets::{PRESETS, Preset};
pub use publish::{PublicAddressee, PublishSpec};
pub use redaction::Redaction;
pub use retention::{KeptFor, Retention};
pub use secret::{Asked, KeepsTokens, Secret};
pub use secret_source::{SecretError, SecretSource};
pub use sender::{AddressPattern, Sender};
pub use smtp::{Auth, Security, Smtp};
pub use unknown::Unknown;

/// One public letter, its lists, and how it is sent: a checked `campaign.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The file it was read from, as messages name it.
    pub file: String,
    /// Its name for ever.
    pub id: CampaignId,
    /// Its name for people.
    pub name: String,
    /// An earlier campaign in the same ledger: letters to the same addresses go on in its threads.
    pub continues: Option<CampaignId>,
    /// In whose name letters go.
    pub sender: Sender,
    /// The key with which letters are signed, where they are.
    pub dkim: Option<DkimSpec>,
    /// What is sent.
    pub letter: LetterSpec,
    /// How those who signed are printed.
    pub signatories: RollStyle,
    /// To whom, and signed by whom.
    pub lists: ListSpec,
    /// Through which server; a campaign without one can be tried in the sandbox only.
    pub smtp: Option<Smtp>,
    /// Who signs in, and where; `None` where there is no `[oauth]`.
    pub oauth: Option<OauthSpec>,
    /// How fast, and when.
    pub pace: Pace,
    /// When a deferred delivery is tried again.
    pub retry: Retry,
    /// On which days follow-ups are counted.
    pub calendar: CalendarSpec,
    /// The follow-ups: round 1, 2, ….
    pub follow_ups: Vec<FollowUpSpec>,
    /// Where reports and answers arrive; `None` where there is no `[inbox]`.
    pub inbox: Option<Inbox>,
    /// The host whose `Authentication-Results` are believed (RFC 8601), in lower case.
    pub trusted: Option<String>,
    /// The letter for everybody: `None` where there is no `[publish]`.
    pub publish: Option<PublishSpec>,
    /// Where the ledger is kept.
    pub ledger: LedgerSpec,
    /// Whether a connection goes on before the outcome of its last letter is on disk.
    pub outcomes: Outcomes,
    /// How long the ledger keeps what nobody needs any more.
    pub retention: Retention,
}

/// The lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSpec {
    /// The recipients.
    pub recipients: String,
    /// The signatories.
    pub signatories: String,
    /// Who must not be written to; `None` where neither the file names a list nor the usual one is there.
    pub suppressions: Option<String>,
    /// How the lists are to be read.
    pub format: ListFormat,
    /// What the columns and rows of the recipients list mean.
    pub rules: ListRules,
}

/// A follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpSpec {
    /// Its template.
    pub template: String,
    /// How long after the letter before it.
    pub after: After,
    /// Whether the first letter stands below its own text, as it was sent.
    pub quote: bool,
    /// Whether its letter goes along as a PDF.
    pub pdf: OwnPdf,
    /// The files that go with it, and where each is named; nothing where it does not say, and then those of `[letter]`.
    pub attachments: Option<Vec<(String, Place)>>,
}

/// The usual list of suppressions, which need not be there.
const SUPPRESSIONS: &str = "lists/suppressions.csv";

impl Settings {
    /// The files that go with every letter of a round, and where each is named.
    #[must_use]
    pub fn attachments(&self, round: Round) -> &[(String, Place)] {
        let own = self.follow_up(round).and_then(|spec| spec.attachments.as_deref());
        own.unwrap_or(&self.letter.attachments)
    }

    /// Whether the letters of a round go along as a PDF, and where that is said.
    #[must_use]
    pub fn pdf(&self, round: Round) -> Option<&(PdfFor, Place)> {
        let own = self.follow_up(round).map(|spec| &spec.pdf);
        match own {
            None | Some(OwnPdf::AsLetter) => self.letter.pdf.as_ref(),
            Some(OwnPdf::None) => None,
            Some(OwnPdf::Of(pdf)) => Some(pdf),
        }
    }

    /// Reads a campaign's file.
    ///
    /// # Errors
    /// All its faults, with their places.
    pub fn load(workspace: &Workspace, file: &str) -> Result<(Self, Faults), Faults> {
        // A shell completes whole paths: one that leads into the workspace is as good as its rest.
        let within = Path::new(file).strip_prefix(workspace.root()).ok().and_then(Path::to_str);
        let file = within.unwrap_or(file);
        let unreadable = |why: String| Fault::error(Place::file(file), why);
        let bytes = workspace.read(file).map_err(|error| {
            unreadable(match error {
                PathError::Missing(_) => {
                    format!("{error}; `undersigned init` starts a campaign, and `-C DIR` names the folder of one")
                }
                _ => error.to_string(),
            })
        })?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8; save it as UTF-8".to_owned()))?;
        let (settings, faults) = Self::parse(file, text.trim_start_matches('\u{feff}'), workspace);
        match settings {
            Some(settings) if !faults.has_errors() => Ok((settings, faults)),
            _ => Err(faults),
        }
    }

    /// What it says of the follow-up of a round; nothing of the first letter.
    #[must_use]
    pub fn follow_up(&self, round: Round) -> Option<&FollowUpSpec> {
        self.follow_ups.get(round.0.checked_sub(1)? as usize)
    }

    /// The last round: that of the last follow-up, or the first letter where there is none.
    #[must_use]
    pub fn last_round(&self) -> Round {
        Round(u32::try_from(self.follow_ups.len()).unwrap_or(u32::MAX))
    }

    /// Whether the letters of a round quote the first.
    #[must_use]
    pub fn quotes(&self, round: Round) -> bool {
        self.follow_up(round).is_some_and(|follow_up| follow_up.quote)
    }

    fn parse(file: &str, text: &str, workspace: &Workspace) -> (Option<Self>, Faults) {
        let document = Document::new(file, text);
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().unwrap_or(0..0);
                let message = match quoted::quoted(text, at.start) {
                    Some(line) => format!("the value has no quotes; write `{line}`"),
                    None => format!("it is not TOML: {}", error.message().trim()),
                };
                document.fault(&at, message);
                return (None, document.into_faults());
            }
        };
        let top = Section::new(&document, "", Some(table.get_ref()), 0..0);
        let settings = read(&top, workspace);
        top.finish();
        (settings, document.into_faults())
    }
}

fn read(top: &Section<'_>, workspace: &Workspace) -> Option<Settings> {
    let id = top.parsed("id", CampaignId::parse);
    let id = top.required("id", id);
    let name = top.parsed("name", read_name);
    let continues = top.parsed("continues", CampaignId::parse);
    if let (Some(id), Some(continues)) = (&id, &continues)
        && id.value == continues.value
    {
        top.document().fault(&continues.at, "`continues` names this campaign; write the `id` of an earlier one");
    }
    let sections =
        ["sender", "letter", "signatories", "lists", "smtp", "oauth", "pace", "retry", "calendar", "inbox", "ledger"]
            .map(|key| top.section(key));
    let [sender, letter, signatories, lists, smtp, oauth, pace, retry, calendar, inbox, ledger] = &sections;

    let dkim = DkimSpec::read(sender, workspace);
    let sender = Sender::read(sender);
    let letter = LetterSpec::read(letter, workspace);
    let signatories = signatories::read(signatories);
    let lists = read_lists(lists, workspace);
    let pace = Pace::read(pace);
    let retry = Retry::read(retry);
    let calendar = CalendarSpec::read(calendar, workspace);
    let trusted = inbox::trusted(inbox);
    let (smtp, inbox, oauth) = read_servers([smtp, inbox, oauth], workspace);
    let publish = PublishSpec::read(top.section("publish"));
    let awaited = ledger.flag("wait_for_outcomes").is_some_and(|found| found.value);
    let retention = Retention::read(ledger);
    let ledger = LedgerSpec::read(ledger, workspace);
    for section in sections {
        section.finish();
    }
    let follow_ups = top.sections("follow_up").into_iter();
    let follow_ups = follow_ups.filter_map(|section| read_follow_up(section, letter.as_ref(), workspace)).collect();

    let id = id?.value;
    Some(Settings {
        file: top.document().name().to_owned(),
        name: name.map_or_else(|| id.to_string(), |found| found.value),
        id,
        continues: continues.map(|found| found.value),
        sender: sender?,
        dkim,
        letter: letter?,
        signatories,
        lists,
        smtp,
        oauth,
        pace,
        retry,
        calendar,
        follow_ups,
        inbox,
        trusted,
        publish,
        ledger,
        outcomes: if awaited { Outcomes::Awaited } else { Outcomes::Queued },
        retention,
    })
}

/// Reads the campaign's name for people.
fn read_name(text: &str) -> Result<String, String> {
    match text {
        "" => Err("a campaign needs a name".to_owned()),
        text if text.chars().any(char::is_control) => Err("it has a control character".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// The servers, and who signs in to them.
fn read_servers(
    [smtp_at, inbox_at, oauth]: [&Section<'_>; 3],
    workspace: &Workspace,
) -> (Option<Smtp>, Option<Inbox>, Option<OauthSpec>) {
    let smtp = if smtp_at.is_present() { Smtp::read(smtp_at, workspace) } else { None };
    let inbox = Inbox::read(inbox_at, workspace);
    let users = [
        smtp.as_ref().filter(|smtp| smtp.auth == Auth::Oauth).map(|_| smtp_at.at().clone()),
        inbox.as_ref().filter(|inbox| inbox.signs_in()).map(|_| inbox_at.at().clone()),
    ];
    let oauth = OauthSpec::read(oauth, &users, workspace);
    (smtp, inbox, oauth)
}

/// When a connection goes on to its next letter: `[ledger] wait_for_outcomes`. Intents are waited for in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcomes {
    /// Once the outcome of the last one is on its way to the disk: faster, and a crash may leave two letters of each
    /// connection in doubt.
    #[default]
    Queued,
    /// Once it is there.
    Awaited,
}

/// A path that stays within the workspace.
fn path(section: &Section<'_>, workspace: &Workspace, key: &'static str) -> Option<String> {
    section.parsed(key, |text| within(workspace, text)).map(|found| found.value)
}

fn within(workspace: &Workspace, text: &str) -> Result<String, String> {
    workspace.path(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn read_lists(section: &Section<'_>, workspace: &Workspace) -> ListSpec {
    let list = |key, usual: &str| path(section, workspace, key).unwrap_or_else(|| usual.to_owned());
    let delimiter =
        section.choice("delimiter", &[(",", ','), (";", ';'), ("tab", '\t'), ("comma", ','), ("semicolon", ';')]);
    let usual = || workspace.path(SUPPRESSIONS).is_ok_and(|path| path.exists()).then(|| SUPPRESSIONS.to_owned());
    ListSpec {
        recipients: list("recipients", "lists/recipients.csv"),
        signatories: list("signatories", "lists/signatories.csv"),
        suppressions: path(section, workspace, "suppressions").or_else(usual),
        format: read_sheets(
            section,
            ListFormat { encoding: read_encoding(section), delimiter, ..ListFormat::default() },
        ),
        rules: list_rules::read(section),
    }
}

fn read_follow_up(section: Section<'_>, letter: Option<&LetterSpec>, workspace: &Workspace) -> Option<FollowUpSpec> {
    let template = section.required("template", path(&section, workspace, "template"));
    let after = section.parsed("after", str::parse);
    let after = section.required("after", after).map(|found| found.value);
    let pdf = letter::read_own_pdf(&section);
    let has_attachments = section.value("attachments").is_some();
    let attachments = has_attachments.then(|| letter::read_attachments(&section, workspace));
    let quote = section.flag("quote").filter(|found| found.value);
    if let (Some(quote), Some(LetterSpec { date: None, .. })) = (&quote, letter) {
        let message = "`quote` needs `date` in [letter]: without it, nobody knows later which date a letter bore";
        section.document().fault(&quote.at, message);
    }
    section.finish();
    Some(FollowUpSpec { template: template?, after: after?, quote: quote.is_some(), pdf, attachments })
}

#[cfg(test)]
mod tests;
