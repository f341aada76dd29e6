//! Which letters an earlier log tells of, and the ledger does not know.

use std::collections::{HashMap, HashSet};

use super::told::{Key, Told, ToldRows};
use crate::ledger::{Delivery, knows};
use crate::model::{CampaignId, inert};

/// Goes through an earlier log and the ledger side by side. Where both are in one order, as they are as a rule, little
/// is kept in memory.
pub(super) struct Missed {
    told: Option<ToldRows>,
    /// What the log told of and the ledger has not come to yet.
    ahead: HashMap<Key, Told>,
    /// What the ledger has and the log has not come to yet, with the delivery that it is.
    seen: HashMap<Key, Delivery>,
    /// What the log tells of and the ledger does not know, though it has the recipient.
    unknown: HashSet<Key>,
    rest: Vec<Told>,
}

impl Missed {
    pub(super) fn in_log(told: Option<ToldRows>) -> Self {
        Self { told, ahead: HashMap::new(), seen: HashMap::new(), unknown: HashSet::new(), rest: Vec::new() }
    }

    /// Takes in a delivery of the ledger.
    pub(super) fn see(&mut self, campaign: &CampaignId, delivery: &Delivery) {
        let key = Key {
            campaign: campaign.to_string(),
            round: delivery.round.to_string(),
            recipient: inert(delivery.recipient.as_str()).into_owned(),
        };
        let Some(next) = self.told.as_mut().map(Iterator::next) else { return };
        match next {
            Some(told) if told.key == key => return self.compare(told, delivery),
            Some(told) => self.hear(told),
            None if self.ahead.is_empty() => {
                // The log has nothing more to tell.
                self.told = None;
                return;
            }
            None => {}
        }
        match self.ahead.remove(&key) {
            Some(told) => self.compare(told, delivery),
            None => drop(self.seen.insert(key, delivery.clone())),
        }
    }

    fn hear(&mut self, told: Told) {
        match self.seen.remove(&told.key) {
            Some(delivery) => self.compare(told, &delivery),
            None => drop(self.ahead.insert(told.key.clone(), told)),
        }
    }

    fn compare(&mut self, told: Told, delivery: &Delivery) {
        if !knows(delivery.state, delivery.attempts, told.attempt) && self.unknown.insert(told.key.clone()) {
            self.rest.push(told);
        }
    }

    /// What the ledger, of which all was seen, does not know.
    pub(super) fn finish(mut self) -> Vec<Told> {
        while let Some(told) = self.told.as_mut().and_then(Iterator::next) {
            self.hear(told);
        }
        let mut rest = self.rest;
        rest.extend(self.ahead.into_values());
        rest.sort_by(|one, other| {
            let order = |told: &Told| (told.key.campaign.clone(), told.key.round.clone(), told.key.recipient.clone());
            order(one).cmp(&order(other))
        });
        rest
    }
}
