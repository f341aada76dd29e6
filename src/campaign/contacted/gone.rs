//! Of whom a ledger keeps nothing any more, though an older log may tell of them.

use super::told::Told;
use crate::campaign::error::Result;
use crate::ledger::ReadLedger;
use crate::model::Forgotten;

/// People who were forgotten, and campaigns that were erased.
#[derive(Debug, Default)]
pub(super) struct Gone {
    forgotten: Forgotten,
    campaigns: Vec<String>,
}

impl Gone {
    /// Those of a ledger, where there is one.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn of(ledger: Option<&impl ReadLedger>) -> Result<Self> {
        let Some(ledger) = ledger else { return Ok(Self::default()) };
        let mut gone = Self { forgotten: ledger.forgotten()?, campaigns: Vec::new() };
        for campaign in ledger.campaigns()? {
            if ledger.expired(&campaign)?.is_some() {
                gone.campaigns.push(campaign.to_string());
            }
        }
        Ok(gone)
    }

    /// Whether a row tells of somebody of whom nothing is kept: a log from before may have been put back.
    pub(super) fn has(&self, told: &Told) -> bool {
        told.is_of(&self.forgotten) || self.campaigns.contains(&told.key.campaign)
    }
}
