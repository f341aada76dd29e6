//! What colleagues must agree to before a letter is sent, and who did.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::campaign::contacted::witnessed_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::{Folder, Ledger};
use crate::campaign::how_long::Load;
use crate::campaign::load::Campaign;
use crate::campaign::past::{NO_KEY, earlier};
use crate::campaign::person::Said;
use crate::campaign::recipients::Pass;
use crate::clock::Clock;
use crate::dispatch::Enclosure;
use crate::ledger::{Approval, ApprovalLedger, FrozenFile};
use crate::letter::{Forms, Letter, PublicRecipient};
use crate::model::{Columns, Faults, Language, Place, Recipient, Round, TokenKey};
use crate::plan::{Decision, Entry, Row, Totals};
use crate::report::{ApprovalFacts, ApprovalLetter, Sample, SampleBody, approval_page, summary};

/// So many letters are shown in each language.
const SAMPLES: usize = 2;
/// The version of a letter is told by so many characters of its digest.
const VERSION: usize = 12;

/// What a page for approval was made of.
#[derive(Debug)]
pub struct ForApproval {
    /// The page.
    pub page: String,
    /// The version of the letter that it shows.
    pub version: String,
    /// What is worth a look in the campaign and stops nothing.
    pub warnings: Faults,
}

/// Which version of a letter this is: by all that it is sent with.
fn version_of(files: &[FrozenFile]) -> String {
    let mut lines: Vec<String> = files.iter().map(|file| format!("{}  {}\n", file.sha256, file.path)).collect();
    lines.sort();
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(lines.concat()));
    digest.chars().take(VERSION).collect()
}

impl Campaign {
    /// Which version of the letter this is: by all that it is sent with.
    #[must_use]
    pub fn version(&self) -> String {
        version_of(&self.files)
    }
}

/// Notes that somebody agreed to the letter as it is now; gives its version.
///
/// # Errors
/// All faults of the campaign's files, and where the ledger cannot be written.
pub async fn agree(campaign: &Campaign, person: &str, note: Option<String>, said: &Said) -> Result<String> {
    let folder = &campaign.folder;
    let version = version_of(&campaign.files);
    let (person, noted_by) = (person.trim().to_owned(), said.by.clone());
    let approval = Approval { person, version: version.clone(), at: said.at, noted_by, note };
    witnessed_ledger(folder)?.agree(approval, &said.of(&folder.settings.id)).await?;
    Ok(version)
}

/// Takes back that somebody agreed; gives what stood.
///
/// # Errors
/// [`Error::NotApproved`] where they had not, and where the ledger cannot be written.
pub async fn withdraw(folder: &Folder, person: &str, said: &Said) -> Result<Approval> {
    let ledger = witnessed_ledger(folder)?;
    let stood = ledger.withdraw(person.trim(), &said.of(&folder.settings.id)).await?;
    stood.ok_or_else(|| Error::NotApproved(person.trim().to_owned()))
}

/// What is to be agreed to, as a page.
///
/// # Errors
/// Where the list or the ledger cannot be read.
pub fn for_approval(mut campaign: Campaign, clock: &Clock) -> Result<ForApproval> {
    let folder = campaign.folder.clone();
    let ledger = folder.known_ledger()?;
    let approvals = ledger.as_ref().map(|ledger| ledger.approvals(&folder.settings.id)).transpose()?;
    let plan = Planned::read(&mut campaign, &folder, ledger.as_ref())?;
    let version = version_of(&campaign.files);
    let published: Vec<String> = {
        let public = campaign.signatories.signatories.iter().filter(|row| row.publish);
        public.map(|row| row.name_in(&folder.settings.letter.language).to_owned()).collect()
    };
    let unnamed = campaign.signatories.signatories.len() - published.len();
    let mut attachments: Vec<String> =
        campaign.attachments.iter().flat_map(Enclosure::paths).map(str::to_owned).collect();
    if campaign.press.is_some() {
        attachments.push("PDF".to_owned());
    }
    let warnings = campaign.warnings.clone();
    let letters = plan.letters(campaign, ledger.as_ref(), clock)?;
    let page = approval_page(&ApprovalFacts {
        name: &folder.settings.name,
        sender: folder.settings.sender.name.as_deref().unwrap_or_default(),
        language: &folder.settings.letter.language,
        version: &version,
        plan: &summary(&plan.totals),
        pace: &plan.load.how_long(&folder.settings.pace, clock.now()).into_takes().words,
        countries: &plan.countries,
        attachments: &attachments,
        letters: &letters,
        signatories: &published,
        unnamed: unnamed as u64,
        approvals: &approvals.unwrap_or_default(),
    });
    Ok(ForApproval { page, version, warnings })
}

/// The plan in numbers, and whose letters are shown.
struct Planned {
    totals: Totals,
    load: Load,
    /// How many letters go to which country.
    countries: Vec<(String, u64)>,
    /// By the template: its language, how many get it, and the first of them.
    chosen: BTreeMap<String, (Language, u64, Vec<Entry>)>,
}

impl Planned {
    fn read(campaign: &mut Campaign, folder: &Folder, ledger: Option<&Ledger>) -> Result<Self> {
        let forms = Forms::of(&folder.settings.letter.language);
        let country = campaign.columns.position("country");
        let mut counts = BTreeMap::<String, u64>::new();
        let mut plan =
            Self { totals: Totals::default(), load: Load::default(), countries: Vec::new(), chosen: BTreeMap::new() };
        let Campaign { planner, letters, .. } = campaign;
        for batch in Pass::over(folder, planner, Round(0), ledger)? {
            for row in batch? {
                plan.totals.add_row(&row);
                let Row::Entry(entry) = row else { continue };
                plan.load.add(&entry);
                // After the letter was sent, the page shows it still.
                if !matches!(entry.decision, Decision::Send | Decision::Settled(_)) {
                    continue;
                }
                if let Some(at) = country {
                    let cell = entry.recipient.fields.cells().get(at).map_or("", String::as_str);
                    *counts.entry(forms.country(cell)).or_default() += 1;
                }
                let letter = letters.choose(entry.recipient.lang.as_ref()).letter;
                let new = || (letter.language().clone(), 0, Vec::new());
                let (_, count, samples) = plan.chosen.entry(letter.path().to_owned()).or_insert_with(new);
                *count += 1;
                if samples.len() < SAMPLES {
                    samples.push(*entry);
                }
            }
        }
        plan.countries = counts.into_iter().collect();
        plan.countries.sort_by_key(|(name, count)| (name.is_empty(), Reverse(*count)));
        Ok(plan)
    }

    /// The letters that are shown.
    fn letters(&self, campaign: Campaign, ledger: Option<&Ledger>, clock: &Clock) -> Result<Vec<ApprovalLetter>> {
        let columns = Arc::clone(&campaign.columns);
        let file = campaign.folder.settings.lists.recipients.clone();
        let mut shown = Vec::new();
        for (path, (language, count, entries)) in &self.chosen {
            let letter = campaign.letters.iter().find(|letter| letter.path() == path.as_str());
            let pages: Vec<Option<SampleBody>> = entries
                .iter()
                .map(|entry| letter.and_then(|it| as_page(it, &entry.recipient, &columns, &file)))
                .collect();
            shown.push((language, *count, entries, pages));
        }
        // A letter that prints an address is shown as text. Nothing that the key makes is shown.
        let earlier = earlier::read(&campaign, Round(0), ledger)?;
        let maker = campaign.into_maker(TokenKey::new(NO_KEY), earlier)?;
        let mut letters = Vec::new();
        for (language, count, entries, pages) in shown {
            let mut samples = Vec::new();
            for (entry, page) in entries.iter().zip(pages) {
                let merged = maker.merge(&entry.recipient, &entry.history, clock.now())?;
                let body = page.unwrap_or_else(|| SampleBody::Text(merged.text.to_text()));
                samples.push(Sample { to: named(&entry.recipient), subject: merged.subject, body });
            }
            letters.push(ApprovalLetter { language: language.clone(), count, samples });
        }
        Ok(letters)
    }
}

/// The letter to somebody, as it looks; nothing where it prints an address.
fn as_page(letter: &Letter, to: &Recipient, columns: &Arc<Columns>, file: &str) -> Option<SampleBody> {
    let cells: Vec<(usize, &str)> = to.fields.cells().iter().map(String::as_str).enumerate().collect();
    let recipient = PublicRecipient::new(columns, &cells, &Place::line(file, to.line), "lists".to_owned());
    letter.publish(&recipient).ok().map(|article| SampleBody::Page(Box::new(article)))
}

/// Who somebody is, without the address.
fn named(recipient: &Recipient) -> String {
    let parts = ["name", "role", "organisation", "country"];
    let parts: Vec<&str> = parts.into_iter().filter_map(|column| recipient.fields.filled(column)).collect();
    if parts.is_empty() { "…".to_owned() } else { parts.join(", ") }
}
