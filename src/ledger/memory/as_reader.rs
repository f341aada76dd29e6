//! What is read of the ledger in memory.

use std::collections::HashSet;

use jiff::Timestamp;

use super::super::{
    Delivery, Event, FrozenFile, Halt, Holder, Occupant, Pages, ReadLedger, Result, Selection, SentWith, Standing,
    Tally,
};
use super::{MemoryLedger, lock};
use crate::model::{
    Addressee, Answer, CampaignId, Columns, History, RecipientId, Round, Suppression, Thread, TokenKey,
};

impl ReadLedger for MemoryLedger {
    fn token_key(&self) -> Result<TokenKey> {
        Ok(TokenKey::new([7; 32]))
    }

    fn campaigns(&self) -> Result<Vec<CampaignId>> {
        let disk = lock(&self.disk);
        let all: std::collections::BTreeSet<_> = disk.plans.keys().map(|(campaign, _)| campaign.clone()).collect();
        Ok(all.into_iter().collect())
    }

    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>> {
        Ok(lock(&self.disk).columns(campaign, round))
    }

    fn deliveries(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, Delivery> {
        let rows = lock(&self.disk).rows(campaign, selection);
        Pages::of(rows.into_iter().map(|(delivery, _)| delivery).collect())
    }

    fn rows(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, (Delivery, Option<Vec<String>>)> {
        Pages::of(lock(&self.disk).rows(campaign, selection))
    }

    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>> {
        Ok(lock(&self.disk).standing(campaign, round, recipient, address))
    }

    fn letters_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Result<Vec<(Occupant, Standing)>> {
        let disk = lock(&self.disk);
        let letters = disk.all_written_to(campaign, round, address).into_iter();
        let standing = |row: &super::record::Row| Standing {
            state: row.delivery.state,
            answer: row.delivery.answer,
            address: address.to_owned(),
        };
        Ok(letters.map(|row| (row.occupant(), standing(row))).collect())
    }

    fn histories(&self, thread: &Thread, recipients: &[Addressee]) -> Result<Vec<History>> {
        let disk = lock(&self.disk);
        Ok(recipients.iter().map(|to| disk.history(thread, to)).collect())
    }

    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        Ok(lock(&self.disk).tally(campaign, round))
    }

    fn under_another_id(&self, campaign: &CampaignId, round: Round) -> Result<u64> {
        Ok(lock(&self.disk).under_another_id(campaign, round))
    }

    fn copies(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        Ok(lock(&self.disk).copies_tally(campaign, round))
    }

    fn copied(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(String, String)>> {
        Ok(lock(&self.disk).copied(campaign, round))
    }

    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>> {
        Ok(lock(&self.disk).rounds(campaign))
    }

    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>> {
        Ok(lock(&self.disk).next_attempt_at(campaign, round, &HashSet::new()))
    }

    fn events(&self, _campaign: &CampaignId) -> Pages<'_, Event> {
        Pages::of(Vec::new())
    }

    fn frozen(&self, _campaign: &CampaignId, _round: Round) -> Result<Vec<FrozenFile>> {
        Ok(Vec::new())
    }

    fn sent_with(&self, _campaign: &CampaignId, _round: Round) -> Result<SentWith> {
        Ok(SentWith::default())
    }

    fn answers(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(Answer, u64)>> {
        Ok(lock(&self.disk).answers(campaign, round))
    }

    fn suppressions(&self) -> Result<Vec<Suppression>> {
        Ok(lock(&self.disk).suppressions())
    }

    fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>> {
        Ok(lock(&self.disk).halts.get(campaign).cloned())
    }

    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>> {
        Ok(lock(&self.disk).holder(&self.process, campaign))
    }
}
