//! What went to recipients before.

use super::super::Delivery;
use super::disk::Disk;
use super::record::Row;
use crate::model::{Addressee, CampaignId, DeliveryState, History, Past, Round, Thread, lookup_key};

impl Disk {
    pub(super) fn history(&self, thread: &Thread, to: &Addressee) -> History {
        let continued = thread.continues.iter().flat_map(|campaign| {
            let rounds = self.rounds(campaign).into_iter();
            rounds.filter_map(move |round| self.written_to(campaign, round, &to.address))
        });
        let rounds = (0..thread.before.0).filter_map(|round| self.before(&thread.campaign, Round(round), to));
        History { continued: continued.map(past).collect(), rounds: rounds.map(past).collect() }
    }

    /// Why a follow-up must not be sent any more.
    pub(super) fn in_earlier_rounds(&self, campaign: &CampaignId, delivery: &Delivery) -> Option<String> {
        let Delivery { recipient, email, name, round, .. } = delivery;
        let to = Addressee { id: recipient.clone(), address: lookup_key(email), name: name.clone() };
        (0..round.0).rev().find_map(|before| {
            let is_last = before + 1 == round.0;
            let row = self.before(campaign, Round(before), &to);
            match row.map(|row| (row.delivery.state, row.delivery.answer)) {
                Some((_, answer)) if answer.stops() => Some(format!("answered: {answer}")),
                Some((DeliveryState::Accepted, _)) => None,
                Some((state, _)) if is_last || state == DeliveryState::Bounced => {
                    Some(format!("{state} in round {before}"))
                }
                None if is_last => Some(format!("no letter in round {before}")),
                _ => None,
            }
        })
    }

    fn before(&self, campaign: &CampaignId, round: Round, to: &Addressee) -> Option<&Row> {
        let is_same = |row: &&Row| {
            let Delivery { recipient, email, name, .. } = &row.delivery;
            *recipient == to.id && (lookup_key(email) == to.address || (*name == to.name && !name.is_empty()))
        };
        let own = || self.rows.values().filter(|row| row.is_of(campaign, round)).find(is_same);
        self.written_to(campaign, round, &to.address).or_else(own)
    }
}

fn past(row: &Row) -> Past {
    let Delivery { round, state, answer, accepted_at, message_id, .. } = row.delivery.clone();
    Past {
        round,
        state,
        answer,
        returns_on: row.returns_on,
        accepted_at,
        message_id,
        subject: row.subject.clone(),
        made_of: None,
    }
}
