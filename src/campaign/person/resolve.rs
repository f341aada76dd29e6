//! A person says what became of deliveries in doubt, or has those that failed tried once more.

use std::collections::HashSet;

use super::find;
use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::left_open::put_in_doubt;
use crate::campaign::retention::refuse_expired;
use crate::clock::Clock;
use crate::ledger::{self, Delivery, LedgerError, PersonLedger, ReadLedger, Resolution, Selection};
use crate::lists::read_suppressions;
use crate::model::refusal::is_about_quota;
use crate::model::{Answer, CampaignId, DeliveryState, RecipientId, Round, lookup_key};

/// Which deliveries a person speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those that ids or addresses name.
    Named(Vec<String>),
    /// All that can be sent again and whose reason or reply has this word, in whatever case.
    All {
        /// `Failed`, which those belong to that bounced for the account's quota; or `Bounced`, those alone.
        state: DeliveryState,
        /// The word; empty for all.
        word: String,
    },
}

/// A delivery that is in doubt no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Whom it is for.
    pub recipient: RecipientId,
    /// Its round.
    pub round: Round,
    /// What became of it.
    pub resolution: Resolution,
    /// Whether its address must not be written to: then it is not sent, whatever became of it.
    pub is_suppressed: bool,
}

/// What became of all of them.
#[derive(Debug, Default)]
pub struct ResolvedAll {
    /// Those that were resolved.
    pub resolved: Vec<Resolved>,
    /// Why others were not.
    pub refused: Vec<Error>,
}

/// Records what became of deliveries. `round` says which, where several of a recipient are in doubt.
///
/// # Errors
/// Where only one is named: where nothing is named so, or several are; where it is not in doubt. Where none has the
/// word; while a run sends; and where the ledger cannot be read or written.
pub async fn resolve(
    folder: &Folder,
    which: &Which,
    round: Option<Round>,
    resolution: Resolution,
    said: &Said,
    clock: &Clock,
) -> Result<Recorded<ResolvedAll>> {
    let campaign = &folder.settings.id;
    let ledger = witnessed_existing_ledger(folder)?;
    refuse_expired(folder, Some(&ledger))?;
    put_in_doubt(&ledger, campaign, clock).await?;
    let found: Vec<Result<Delivery>> = match which {
        Which::Named(ids) => ids.iter().map(|id| find::delivery(&ledger, campaign, id, round)).collect(),
        Which::All { state, word } => all(&ledger, campaign, round, *state, word)?.into_iter().map(Ok).collect(),
    };
    let is_one = found.len() == 1;
    let suppressed = suppressed(folder, &ledger)?;
    let mut all = ResolvedAll::default();
    for delivery in found {
        let resolved = match delivery {
            Ok(Delivery { state: DeliveryState::InDoubt, recipient, answer, .. })
                if resolution == Resolution::NotSent && answer != Answer::None =>
            {
                let recipient = recipient.to_string();
                Err(LedgerError::AnsweredAlready { recipient, answer }.into())
            }
            Ok(Delivery { round, recipient, email, .. }) => {
                let is_suppressed = has_address(&suppressed, &email);
                let resolved = ledger.resolve(round, &recipient, resolution, &said.of(campaign)).await;
                resolved.map(|()| Resolved { recipient, round, resolution, is_suppressed }).map_err(Error::from)
            }
            Err(error) => Err(error),
        };
        match resolved {
            Ok(resolved) => all.resolved.push(resolved),
            Err(error) if is_one => return Err(error),
            Err(error) => all.refused.push(error),
        }
    }
    Ok(Recorded::and_logged(all, folder, &ledger))
}

/// Whom nobody may write to, by the ledger and by the campaign's own list.
fn suppressed(folder: &Folder, ledger: &impl ReadLedger) -> Result<HashSet<String>> {
    let lists = &folder.settings.lists;
    let listed = lists.suppressions.as_ref().map(|path| read_suppressions(&folder.workspace, path, &lists.format));
    // What is wrong with the list is said by whoever sends.
    let listed = listed.and_then(std::result::Result::ok).into_iter().flat_map(|list| list.suppressions);
    Ok(ledger.suppressions()?.into_iter().chain(listed).map(|suppression| suppression.target.as_key()).collect())
}

fn has_address(suppressed: &HashSet<String>, email: &str) -> bool {
    let key = lookup_key(email);
    let domain = key.rfind('@').map_or("", |at| &key[at..]);
    suppressed.contains(&key) || suppressed.contains(domain)
}

/// The deliveries that can be sent again and have a word in their reason or reply.
fn all(
    ledger: &impl ReadLedger,
    campaign: &CampaignId,
    round: Option<Round>,
    state: DeliveryState,
    word: &str,
) -> Result<Vec<Delivery>> {
    let selection = Selection { round, states: vec![DeliveryState::Failed, DeliveryState::Bounced], recipient: None };
    let mut found: Vec<Delivery> = ledger.deliveries(campaign, &selection).collect::<ledger::Result<_>>()?;
    // Of whoever was forgotten nobody knows an address any more.
    found.retain(|delivery| is_meant(delivery, state) && has(delivery, word) && !delivery.email.is_empty());
    if found.is_empty() {
        return Err(Error::NoneToResolve { state, word: word.to_owned() });
    }
    Ok(found)
}

fn is_meant(delivery: &Delivery, state: DeliveryState) -> bool {
    match delivery.state {
        DeliveryState::Bounced => delivery.reason.as_deref().is_some_and(is_about_quota),
        other => other == state,
    }
}

fn has(delivery: &Delivery, word: &str) -> bool {
    let said = delivery.reply.iter().map(ToString::to_string).chain(delivery.reason.clone());
    let word = word.to_lowercase();
    said.into_iter().any(|text| text.to_lowercase().contains(&word))
}
