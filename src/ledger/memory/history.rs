//! What went to recipients before.

use super::super::Delivery;
use super::super::rules::standing::is_of_person;
use super::disk::Disk;
use super::record::Row;
use crate::model::{Addressee, CampaignId, History, Past, Round, Thread, lookup_key};

impl Disk {
    pub(super) fn history(&self, thread: &Thread, to: &Addressee) -> History {
        let continued = thread.continues.iter().flat_map(|campaign| {
            let rounds = self.rounds(campaign).into_iter();
            rounds.filter_map(move |round| self.written_to(campaign, round, &to.address))
        });
        let rounds = (0..thread.before.0).filter_map(|round| self.before(&thread.campaign, Round(round), to));
        History { continued: continued.map(past).collect(), rounds: rounds.map(past).collect() }
    }

    /// The delivery of an earlier round to a recipient.
    pub(super) fn before(&self, campaign: &CampaignId, round: Round, to: &Addressee) -> Option<&Row> {
        let is_same = |row: &&Row| {
            let Delivery { recipient, email, name, .. } = &row.delivery;
            *recipient == to.id && is_of_person(to, &lookup_key(email), name)
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
