//! The letters of a round as their readers get them: one, two, or all of them in a folder. Nothing is sent, and the
//! ledger is only read.

mod folder;
mod form;
mod letter;

use self::letter::{Attempted, Forms};
use super::error::{Error, Result};
use super::folder::{Folder, Ledger};
use super::load::Campaign;
use super::past::foresight::Foresight;
use super::past::{NO_KEY, earlier, edition};
use super::recipients::Pass;
use crate::clock::Clock;
use crate::ledger::ReadLedger;
use crate::model::{EmailAddress, Round, TokenKey, lookup_key};
use crate::plan::{Decision, Entry, Planner, Row};

pub use folder::{Written, WrittenLetter};
pub use form::Form;
pub use letter::{Letter, Sought};

/// The letters of a round, wherever they stand: they can be looked at after they were sent, too.
pub struct Preview {
    folder: Folder,
    planner: Planner,
    round: Round,
    ledger: Option<Ledger>,
    forms: Forms,
    rows: u64,
}

impl Preview {
    /// Reads what the letters of the campaign's round are made of, to be looked at in these forms.
    ///
    /// # Errors
    /// Where the ledger or a font cannot be read, what the letters quote is not there, or the program makes no PDF and
    /// is asked for one.
    pub fn open(campaign: Campaign, forms: &[Form], clock: &Clock) -> Result<Self> {
        let (folder, round, rows) = (campaign.folder.clone(), campaign.round, campaign.rows);
        let mut planner = campaign.planner.clone();
        planner.look_ahead();
        let ledger = folder.known_ledger()?;
        let key = ledger.as_ref().map_or(Ok(TokenKey::new(NO_KEY)), ReadLedger::token_key)?;
        let foresight = Foresight::before(round, &campaign, ledger.as_ref(), &key, clock.now())?;
        let mut earlier = earlier::read(&campaign, round, ledger.as_ref())?;
        if let Some(quote) = &mut earlier.quote {
            edition::add_unsent(&campaign, ledger.as_ref(), quote)?;
        }
        let maker = campaign.into_maker(key, earlier)?;
        let attempted = Attempted { ledger: ledger.clone(), campaign: folder.settings.id.clone(), round };
        let forms = Forms::new(&folder, maker, foresight, attempted, clock.now(), forms)?;
        Ok(Self { folder, planner, round, ledger, forms, rows })
    }

    /// How many rows the recipients list has.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The letter to the first recipient who gets one.
    ///
    /// # Errors
    /// Where nobody gets one, and where the list, the ledger or a letter cannot be read.
    pub fn first(&self) -> Result<Letter<'_>> {
        let mut first = None;
        self.each(|entry| {
            if first.is_none() && entry.decision == Decision::Send {
                first = Some(entry);
            }
            Ok(())
        })?;
        self.forms.letter(first.ok_or(Error::NobodyGetsOne)?)
    }

    /// The letter that is sought, of those that are to be sent or were; with it how many fit. Where fewer do than its
    /// number, it is the last.
    ///
    /// # Errors
    /// Where the list, the ledger or a letter cannot be read.
    pub fn sought(&self, sought: &Sought) -> Result<(Option<Letter<'_>>, u64)> {
        let (mut found, mut total) = (None, 0);
        self.each(|entry| {
            if self.forms.fits(&entry, sought) {
                total += 1;
                if total <= sought.number.max(1) {
                    found = Some(entry);
                }
            }
            Ok(())
        })?;
        Ok((found.map(|entry| self.forms.letter(entry)).transpose()?, total))
    }

    /// The letter to the recipient with an id or address.
    ///
    /// # Errors
    /// Where there is no such recipient, and where the list, the ledger or a letter cannot be read.
    pub fn one(&self, id: &str) -> Result<Letter<'_>> {
        let [letter] = self.find([id])?;
        letter
    }

    /// The letters to two recipients, each with an id or address.
    ///
    /// # Errors
    /// As for [`one`](Self::one).
    pub fn two(&self, ids: [&str; 2]) -> Result<[Letter<'_>; 2]> {
        let [one, other] = self.find(ids)?;
        Ok([one?, other?])
    }

    /// Refuses an address that stands in the list, be it for a letter or for a copy.
    ///
    /// # Errors
    /// Where it is there, and where the list or the ledger cannot be read.
    pub(in crate::campaign) fn refuse_listed(&self, address: &EmailAddress) -> Result<()> {
        let key = address.key();
        let mut found = None;
        self.each(|entry| {
            let left_out = entry.left_out.iter().map(|(address, _)| address);
            if entry.recipient.addresses().chain(left_out).any(|listed| listed.key() == key) {
                found.get_or_insert(entry.id);
            }
            Ok(())
        })?;
        found.map_or(Ok(()), |id| Err(Error::TestToRecipient { address: address.to_string(), id }))
    }

    /// Goes through the list once for all that are looked for.
    fn find<const N: usize>(&self, ids: [&str; N]) -> Result<[Result<Letter<'_>>; N]> {
        let mut wanted = ids.map(|id| (id, lookup_key(id), None));
        self.each(|entry| {
            for (_, key, found) in &mut wanted {
                if found.is_none() && (entry.id.as_str() == key || entry.recipient.to.key() == *key) {
                    *found = Some(entry.clone());
                }
            }
            Ok(())
        })?;
        Ok(wanted.map(|(id, _, found)| match found {
            Some(entry) => self.forms.letter(entry),
            None => Err(Error::NoSuchRecipient(id.to_owned())),
        }))
    }

    /// Goes through the list once.
    fn each(&self, mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
        let mut planner = self.planner.clone();
        for batch in Pass::anew(&self.folder, &mut planner, self.round, self.ledger.as_ref())? {
            batch?.into_iter().filter_map(Row::into_entry).try_for_each(&mut each)?;
        }
        Ok(())
    }
}
