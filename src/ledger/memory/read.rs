//! What can be read of what is committed.

use std::collections::HashSet;

use jiff::Timestamp;

use super::super::rules::standing::counts;
use super::super::{Delivery, Due, Selection, Sent, SentAttempt, Standing, Tally};
use super::disk::Disk;
use super::record::{Attempt, Row};
use crate::model::{CampaignId, Columns, DeliveryState, RecipientId, Round, is_under_another_id, lookup_key};

impl Disk {
    pub(super) fn columns(&self, campaign: &CampaignId, round: Round) -> Option<Columns> {
        self.plans.get(&(campaign.clone(), round))?.header.clone()
    }

    /// The selected deliveries, each with the cells of its row while that is in the plan.
    pub(super) fn rows(&self, campaign: &CampaignId, selection: &Selection) -> Vec<(Delivery, Option<Vec<String>>)> {
        let Selection { round, states, recipient } = selection;
        let is_selected = |row: &&Row| {
            let Delivery { round: of, recipient: id, state, email, .. } = &row.delivery;
            row.campaign == *campaign
                && round.is_none_or(|round| round == *of)
                && (states.is_empty() || states.contains(state))
                && recipient.as_ref().is_none_or(|who| who == id.as_str() || *who == lookup_key(email))
        };
        let mut found: Vec<&Row> = self.rows.values().filter(is_selected).collect();
        found.sort_by_key(|row| (row.delivery.round, row.place, row.delivery.id));
        let is_planned = |row: &Row| {
            let plan = self.plans.get(&(row.campaign.clone(), row.delivery.round));
            plan.is_some_and(|plan| plan.generation == row.generation)
        };
        found.into_iter().map(|row| (row.delivery.clone(), is_planned(row).then(|| row.cells.clone()))).collect()
    }

    pub(super) fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Option<Standing> {
        let standing = |row: &Row| Standing {
            state: row.delivery.state,
            answer: row.delivery.answer,
            address: lookup_key(&row.delivery.email),
        };
        let is_it = |row: &&Row| row.is_of(campaign, round) && row.delivery.recipient == *recipient;
        let own = self.rows.values().find(is_it).map(standing);
        match own {
            Some(ref found) if counts(found, address) => own,
            _ => self.written_to(campaign, round, address).map(standing).or(own),
        }
    }

    pub(super) fn tally(&self, campaign: &CampaignId, round: Round) -> Tally {
        let mut tally = Tally::default();
        for row in self.rows.values().filter(|row| row.is_of(campaign, round)) {
            tally.add(row.delivery.state, 1);
        }
        tally
    }

    pub(super) fn under_another_id(&self, campaign: &CampaignId, round: Round) -> u64 {
        let of_round = self.rows.values().filter(|row| row.is_of(campaign, round)).map(|row| &row.delivery);
        let skipped = of_round.filter(|delivery| delivery.state == DeliveryState::Skipped);
        skipped.filter(|delivery| is_under_another_id(delivery.reason.as_deref())).count() as u64
    }

    pub(super) fn rounds(&self, campaign: &CampaignId) -> Vec<Round> {
        let of_campaign = self.rows.values().filter(|row| row.campaign == *campaign);
        let mut rounds: Vec<Round> = of_campaign.map(|row| row.delivery.round).collect();
        rounds.sort_unstable();
        rounds.dedup();
        rounds
    }

    /// The open deliveries of the current plan.
    fn open(&self, campaign: &CampaignId, round: Round) -> impl Iterator<Item = &Row> {
        let generation = self.plans.get(&(campaign.clone(), round)).map(|plan| plan.generation);
        let of_round = self.rows.values().filter(move |row| row.is_of(campaign, round));
        of_round.filter(move |row| row.delivery.state.is_open() && Some(row.generation) == generation)
    }

    pub(super) fn due(
        &self,
        campaign: &CampaignId,
        round: Round,
        after: Option<u64>,
        now: Timestamp,
        limit: usize,
    ) -> Vec<Due> {
        let open = self.open(campaign, round).filter(|row| after.is_none_or(|after| row.place > after));
        let mut due: Vec<Due> =
            open.filter(|row| row.delivery.next_attempt_at.is_none_or(|next| next <= now)).map(Row::due).collect();
        due.sort_by_key(|due| due.place);
        due.truncate(limit);
        due
    }

    pub(super) fn next_attempt_at(
        &self,
        campaign: &CampaignId,
        round: Round,
        only: &HashSet<String>,
    ) -> Option<Timestamp> {
        let is_among = |row: &&Row| {
            let Delivery { recipient, email, .. } = &row.delivery;
            only.is_empty() || only.contains(recipient.as_str()) || only.contains(&lookup_key(email))
        };
        self.open(campaign, round).filter(is_among).filter_map(|row| row.delivery.next_attempt_at).min()
    }

    pub(super) fn sent(&self, account: &str, since: Timestamp) -> Sent {
        let of_account = || self.attempts.values().filter(|attempt| attempt.account == account);
        let counts = |attempt: &&Attempt| attempt.ended_at.is_none_or(|ended_at| ended_at > since);
        let sent = |attempt: &Attempt| SentAttempt {
            ended_at: attempt.ended_at,
            domain: attempt.domain.clone(),
            weight: attempt.weight,
        };
        let last = of_account().filter(|attempt| attempt.ended_at.is_some()).max_by_key(|attempt| attempt.ended_at);
        Sent {
            attempts: of_account().filter(counts).map(sent).collect(),
            last: last.and_then(|last| last.ended.clone()),
        }
    }
}
