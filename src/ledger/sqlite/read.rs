//! Reading a ledger, on connections of its own: it never waits for the writer, and sees what was committed when it
//! began.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::value::{count, json, word};
use super::{
    SqliteLedger, answer, campaign, copies, due, events, expired, forgotten, halt, history, lock, occupants, selection,
    shared, snapshot, standing, suppress, whereabouts,
};
use crate::ledger::{
    Delivery, Event, Expired, FrozenFile, Halt, Holder, Occupant, Pages, ReadLedger, Result, Running, Selection,
    SentWith, Standing, Tally,
};
use crate::model::{
    Addressee, Answer, CampaignId, Columns, Forgotten, History, RecipientId, Round, Suppression, Thread, TokenKey,
};

impl ReadLedger for SqliteLedger {
    fn token_key(&self) -> Result<TokenKey> {
        self.read(|connection| {
            let key = "SELECT value FROM meta WHERE key = 'token-key'";
            Ok(TokenKey::new(connection.query_row(key, [], |row| row.get(0))?))
        })
    }

    fn campaigns(&self) -> Result<Vec<CampaignId>> {
        self.read(|connection| Ok(campaign::all(connection)?))
    }

    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>> {
        self.read(|connection| {
            let header = connection
                .prepare_cached(
                    "SELECT p.header FROM campaign c JOIN plan p ON p.campaign = c.id
                    WHERE c.name = ?1 AND p.round = ?2 AND p.header IS NOT NULL",
                )?
                .query_row(params![campaign.as_str(), round.0], |row| json::<Vec<String>>(row, 0))
                .optional()?;
            Ok(header.map(Columns::new))
        })
    }

    fn deliveries(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, Delivery> {
        let mut reading = selection::Reading::of(campaign, selection);
        self.inner.readers.pages(move |connection| Ok(reading.deliveries(connection)?))
    }

    fn rows(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, (Delivery, Option<Vec<String>>)> {
        let mut reading = selection::Reading::of(campaign, selection);
        self.inner.readers.pages(move |connection| Ok(reading.rows(connection)?))
    }

    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>> {
        let one = [(recipient.clone(), address.to_owned())];
        let found = self.read(|connection| Ok(standing::standings(connection, campaign, round, None, &one)?))?;
        Ok(found.into_iter().flatten().next())
    }

    fn standings(
        &self,
        campaign: &CampaignId,
        round: Round,
        first_place: u64,
        recipients: &[(RecipientId, String)],
    ) -> Result<Vec<Option<Standing>>> {
        self.read(|connection| Ok(standing::standings(connection, campaign, round, Some(first_place), recipients)?))
    }

    fn letters_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Result<Vec<(Occupant, Standing)>> {
        self.read(|connection| match campaign::known_campaign(connection, campaign)? {
            Some(campaign) => Ok(occupants::letters_to(connection, campaign, round.0, address)?),
            None => Ok(Vec::new()),
        })
    }

    fn histories(&self, thread: &Thread, recipients: &[Addressee]) -> Result<Vec<History>> {
        self.read(|connection| Ok(history::histories(connection, thread, recipients)?))
    }

    fn under_another_id(&self, campaign: &CampaignId, round: Round) -> Result<u64> {
        self.read(|connection| Ok(selection::under_another_id(connection, campaign, round)?))
    }

    fn copies(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        self.read(|connection| Ok(copies::tally(connection, campaign, round)?))
    }

    fn copied(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(String, String)>> {
        self.read(|connection| Ok(copies::copied(connection, campaign, round)?))
    }

    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        self.read(|connection| {
            let mut tally = Tally::default();
            let mut statement = connection.prepare_cached(
                "SELECT t.state, t.count FROM campaign c JOIN tally t ON t.campaign = c.id AND t.round = ?2 WHERE c.name = ?1",
            )?;
            let mut rows = statement.query(params![campaign.as_str(), round.0])?;
            while let Some(ref row) = rows.next()? {
                tally.add(word(row, 0)?, count(row, 1)?);
            }
            Ok(tally)
        })
    }

    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT t.round FROM campaign c JOIN tally t ON t.campaign = c.id AND t.count > 0
                WHERE c.name = ?1 ORDER BY t.round",
            )?;
            let rows = statement.query_map([campaign.as_str()], |row| row.get(0).map(Round))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>> {
        self.read(|connection| Ok(due::next_attempt_at(connection, campaign, round)?))
    }

    fn events(&self, campaign: &CampaignId) -> Pages<'_, Event> {
        let (campaign, mut after) = (campaign.clone(), 0);
        self.inner.readers.pages(move |connection| Ok(events::next(connection, &campaign, &mut after)?))
    }

    fn frozen(&self, campaign: &CampaignId, round: Round) -> Result<Vec<FrozenFile>> {
        self.read(|connection| Ok(snapshot::frozen(connection, campaign, round)?))
    }

    fn sent_with(&self, campaign: &CampaignId, round: Round) -> Result<SentWith> {
        self.read(|connection| Ok(snapshot::sent_with(connection, campaign, round)?))
    }

    fn answers(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(Answer, u64)>> {
        self.read(|connection| Ok(answer::answers(connection, campaign, round)?))
    }

    fn suppressions(&self) -> Result<Vec<Suppression>> {
        self.read(|connection| Ok(suppress::suppressions(connection)?))
    }

    fn forgotten(&self) -> Result<Forgotten> {
        self.read(|connection| Ok(forgotten::forgotten(connection)?))
    }

    fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>> {
        self.read(|connection| Ok(halt::halt(connection, campaign)?))
    }

    fn expired(&self, campaign: &CampaignId) -> Result<Option<Expired>> {
        self.read(|connection| Ok(expired::expired(connection, campaign)?))
    }

    /// As the ledger has it; nobody, where it names a process that does not hold the lock any more.
    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>> {
        self.read(|connection| {
            let named = whereabouts::holder(connection, campaign, &self.inner.machine)?;
            let beside = self.inner.home.beside();
            if connection.server().is_some() {
                let runs = shared::runs(connection, campaign, (beside, &self.inner.machine))?;
                return Ok(runs.into_iter().next().map(|run| run.holder));
            }
            let gone = |holder: &Holder| holder.is_here && lock::is_held(connection, beside, campaign) == Some(false);
            Ok(named.filter(|holder| !gone(holder)))
        })
    }

    fn runs(&self, campaign: &CampaignId) -> Result<Vec<Running>> {
        self.read(|connection| {
            let here = (self.inner.home.beside(), &self.inner.machine);
            Ok(if connection.server().is_some() { shared::runs(connection, campaign, here)? } else { Vec::new() })
        })
    }
}
