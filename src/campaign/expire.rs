//! Campaigns that are over for long are erased by a person's word: what this program keeps of their people goes, the
//! numbers stay, and a mark keeps them from being sent again.

use std::collections::BTreeSet;

use super::contacted::{refuse_older_ledger, witnessed_existing_ledger, write_contacted};
use super::error::Result;
use super::folder::{Folder, Ledger};
use super::person::{Names, Recorded, Said, look_for_the_rest, remove_letters, saved_copies};
use super::realm::Realm;
use super::retention::OverdueCampaign;
use crate::clock::Clock;
use crate::ledger::{Erased, ReadLedger, ReviewLedger, Selection};
use crate::model::{CampaignId, lookup_key};

/// What was erased, and what was not.
#[derive(Debug, Default)]
pub struct Gone {
    /// What went out of the ledger, of each campaign.
    pub erased: Vec<(CampaignId, Erased)>,
    /// Letters in files that were removed.
    pub removed: u64,
    /// What of this program's own files could not be cleared, and why.
    pub left: Vec<String>,
}

/// Erases the people of campaigns that are overdue and in which nothing is open: of all of them, or of none.
///
/// # Errors
/// While a run sends one of the ledger's campaigns; where something happened in one of these meanwhile, or is open; and
/// where a ledger or the log cannot be written. What was erased by then stays erased.
pub async fn expire(
    folder: &Folder,
    overdue: &[OverdueCampaign],
    clock: &Clock,
    said: &Said,
) -> Result<Recorded<Gone>> {
    let mut gone = Gone::default();
    let Some(kept) = folder.settings.retention.campaigns else { return Ok(Recorded { what: gone, note: None }) };
    let ledger = witnessed_existing_ledger(folder)?;
    let campaigns: Vec<CampaignId> = overdue.iter().map(|overdue| overdue.found.campaign.clone()).collect();
    let (in_letters, nowhere_else) = people(&ledger, &campaigns)?;
    let word = said.of(&folder.settings.id);
    gone.erased = ledger.expire(&campaigns, kept.before(said.at), clock, &word).await?;
    let sandbox = Folder { realm: Realm::Sandbox, ..folder.clone() };
    if let Some(known) = sandbox.known_ledger()? {
        refuse_older_ledger(Some(&known), &sandbox)?;
        drop(known);
        let sandbox_ledger = sandbox.existing_ledger()?;
        sandbox_ledger.expire_in_any_case(&campaigns, clock, &word).await?;
        write_contacted(&sandbox, &sandbox_ledger)?;
    }
    for copy in saved_copies(folder.home()?.beside()) {
        if let Err(error) = Ledger::expire_in_copy(&copy, &campaigns, clock, &word) {
            gone.left.push(format!("{}: {error}", copy.display()));
        }
    }
    let recorded = Recorded::and_logged((), folder, &ledger);
    // What is in its log is in its file once it is closed.
    drop(ledger);
    gone.removed = remove_letters(folder, &in_letters)?;
    gone.left.extend(look_for_the_rest(folder, &nowhere_else)?);
    Ok(Recorded { what: gone, note: recorded.note })
}

/// What the campaigns' people are called in letters, by their addresses and names; and the addresses of those of them
/// who are in nothing else that the ledger keeps.
fn people(ledger: &Ledger, campaigns: &[CampaignId]) -> Result<(Names, Names)> {
    let (mut addresses, mut names, mut others) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for campaign in ledger.campaigns()? {
        let is_erased = campaigns.contains(&campaign);
        for delivery in ledger.deliveries(&campaign, &Selection::default()) {
            let delivery = delivery?;
            if is_erased {
                addresses.insert(delivery.email);
                names.insert(delivery.name);
            } else {
                others.insert(lookup_key(&delivery.email));
            }
        }
        for copy in ledger.copy_rows(&campaign, None) {
            let address = copy?.address;
            if is_erased {
                addresses.insert(address);
            } else {
                others.insert(lookup_key(&address));
            }
        }
    }
    // Their wishes stay, with their addresses.
    others.extend(ledger.suppressions()?.into_iter().map(|suppression| suppression.target.as_key()));
    let nowhere_else: Vec<&String> =
        addresses.iter().filter(|address| !others.contains(&lookup_key(address))).collect();
    let nowhere_else = Names::new(nowhere_else);
    Ok((Names::new(addresses.iter().chain(&names)), nowhere_else))
}
