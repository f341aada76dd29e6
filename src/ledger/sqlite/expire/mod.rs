//! What is kept no longer: the people of campaigns that are over for long, and what strangers wrote.
//!
//! Of a campaign stay the numbers, in rows that name nobody, and a mark that keeps it from being sent again. No hash of
//! an address stays: whoever did not ask to be forgotten may be written to by another campaign.

mod campaign;
mod mails;
mod overdue;
mod rows;
mod strangers;

use std::future::Future;
use std::path::Path;

use jiff::Timestamp;

use self::campaign::{Asked, erase};
use self::overdue::overdue;
use self::strangers::EraseStrangers;
use super::campaign::known_campaign;
use super::erase::{campaigns, compact};
use super::failure::Failure;
use super::hold::lock;
use super::timeline::Timeline;
use super::writer::{Command, Store};
use super::{SqliteLedger, expired, file};
use crate::clock::Clock;
use crate::ledger::database::Connection;
use crate::ledger::{Erased, LedgerError, Overdue, Result, Strangers, Word};
use crate::model::CampaignId;

/// The longest rolling window of an account, in microseconds: what counts in it stays as it is.
const LONGEST_WINDOW: i64 = 24 * 60 * 60 * 1_000_000;

impl SqliteLedger {
    /// The campaigns in which nothing has happened since, and that were not erased.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn overdue(&self, before: Timestamp) -> Result<Vec<Overdue>> {
        self.read(|connection| {
            if !expired::are_known(connection)? {
                return Ok(Vec::new());
            }
            Ok(overdue(connection, before)?.into_iter().map(|(_, overdue)| overdue).collect())
        })
    }

    /// Erases the people of campaigns in which nothing has happened since `before`; of all of them, or of none. Whether
    /// that is so is looked at again.
    ///
    /// # Errors
    /// [`LedgerError::Held`] while a run sends one of the ledger's campaigns; [`LedgerError::Kept`] where something
    /// happened in one of these since, or is open; and where the ledger cannot be written.
    pub fn expire(
        &self,
        campaigns: &[CampaignId],
        before: Timestamp,
        clock: &Clock,
        word: &Word,
    ) -> impl Future<Output = Result<Vec<(CampaignId, Erased)>>> + Send + use<> {
        let (campaigns, clock, word) = (campaigns.to_vec(), clock.clone(), word.clone());
        self.ask(Expire { campaigns, before: Some(before), clock, word })
    }

    /// Erases the people of campaigns, whatever is open there: what the sandbox has of them. Those that the ledger does
    /// not know are passed over.
    ///
    /// # Errors
    /// [`LedgerError::Held`] while a run sends one of its campaigns, and where it cannot be written.
    pub fn expire_in_any_case(
        &self,
        campaigns: &[CampaignId],
        clock: &Clock,
        word: &Word,
    ) -> impl Future<Output = Result<Vec<(CampaignId, Erased)>>> + Send + use<> {
        let (campaigns, clock, word) = (campaigns.to_vec(), clock.clone(), word.clone());
        self.ask(Expire { campaigns, before: None, clock, word })
    }

    /// The same in a copy of a ledger that lies elsewhere. Nobody else may use it.
    ///
    /// # Errors
    /// Where it is no ledger, or cannot be written.
    pub fn expire_in_copy(path: &Path, campaigns: &[CampaignId], clock: &Clock, word: &Word) -> Result<()> {
        let (connection, path) = file::open(path)?;
        let connection = Connection::Sqlite(connection);
        let expire = || -> std::result::Result<(), Failure> {
            connection.begin(None)?;
            expire_all(&connection, campaigns, clock, word)?;
            connection.commit()?;
            Ok(compact(&connection)?)
        };
        expire().map_err(|failure| failure.into_error(&path))
    }

    /// Erases what mails say that were read before and are about no letter; what waits for a person stays. That they
    /// were read stays, so that none counts twice.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn erase_strangers(&self, before: Timestamp) -> impl Future<Output = Result<Strangers>> + Send + use<> {
        self.ask(EraseStrangers { before })
    }
}

/// Erases the people of campaigns.
struct Expire {
    campaigns: Vec<CampaignId>,
    /// Only where nothing has happened since, and nothing is open; in any case, where it is not given.
    before: Option<Timestamp>,
    clock: Clock,
    word: Word,
}

impl Command for Expire {
    type Output = Vec<(CampaignId, Erased)>;
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<Self::Output, Failure> {
        // No run may hold any of the campaigns: the file is made anew. Held until the end of this function.
        let mut locks = Vec::new();
        for (key, name) in campaigns(&store.connection)? {
            locks.push(lock(store, &name, key, self.word.at)?);
        }
        if let Some(before) = self.before {
            refuse_kept(&store.connection, &self.campaigns, before)?;
        }
        store.forget_suppressions();
        store.forget_rounds();
        expire_all(&store.connection, &self.campaigns, &self.clock, &self.word)
    }

    fn committed(&mut self, store: &mut Store) {
        if let Err(error) = compact(&store.connection) {
            tracing::warn!(%error, "the ledger may still hold what was erased");
        }
    }
}

/// Refuses campaigns in which something happened since, or is open.
fn refuse_kept(
    connection: &Connection,
    campaigns: &[CampaignId],
    before: Timestamp,
) -> std::result::Result<(), Failure> {
    let overdue = overdue(connection, before)?;
    for campaign in campaigns {
        let why = match overdue.iter().find(|(_, overdue)| overdue.campaign == *campaign) {
            None => "something happened in it meanwhile".to_owned(),
            Some((_, Overdue { open, .. })) => match open.first() {
                None => continue,
                Some(open) => open.to_string(),
            },
        };
        return Err(LedgerError::Kept { campaign: campaign.clone(), why }.into());
    }
    Ok(())
}

fn expire_all(
    connection: &Connection,
    campaigns: &[CampaignId],
    clock: &Clock,
    word: &Word,
) -> std::result::Result<Vec<(CampaignId, Erased)>, Failure> {
    let horizon = Timeline::begin(connection, clock)?.of(clock.now()).saturating_sub(2 * LONGEST_WINDOW);
    let source = word.by.to_string();
    let mut erased = Vec::new();
    for name in campaigns {
        let Some(key) = known_campaign(connection, name)? else { continue };
        if expired::expired(connection, name)?.is_some() {
            continue;
        }
        let asked = Asked { campaign: (key, name), at: word.at, source: &source, horizon };
        erased.push((name.clone(), erase(connection, &asked)?));
    }
    Ok(erased)
}
