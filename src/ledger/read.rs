//! What reports and plans read of a ledger.

use jiff::Timestamp;

use super::{
    Delivery, Event, Expired, FrozenFile, Halt, Holder, Occupant, Pages, Result, Running, Selection, SentWith,
    Standing, Tally,
};
use crate::model::{
    Addressee, Answer, CampaignId, Columns, DeliveryState, Forgotten, History, RecipientId, Round, Suppression, Thread,
    TokenKey,
};

/// What can be read of a ledger. Reading never waits for a run that writes, and blocks the thread that reads.
#[expect(clippy::missing_errors_doc, reason = "all functions fail alike: where the ledger cannot be read")]
pub trait ReadLedger {
    /// The secret that makes this ledger's tokens.
    fn token_key(&self) -> Result<TokenKey>;

    /// All campaigns of the ledger, in the order in which it learned of them.
    fn campaigns(&self) -> Result<Vec<CampaignId>>;

    /// The header of the recipients list as it was planned last.
    fn columns(&self, campaign: &CampaignId, round: Round) -> Result<Option<Columns>>;

    /// Every selected delivery, by round and by place in the plan.
    fn deliveries(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, Delivery>;

    /// Every selected delivery as in [`deliveries`](ReadLedger::deliveries), with the cells of its row under the header
    /// of [`columns`](ReadLedger::columns); without cells where the row is no longer in the list.
    fn rows(&self, campaign: &CampaignId, selection: &Selection) -> Pages<'_, (Delivery, Option<Vec<String>>)>;

    /// Where the delivery to a recipient stands, for planning; `None` where there is none. A letter that may have left
    /// for the same address (as [`EmailAddress::key`](crate::model::EmailAddress::key) gives it) under another id
    /// counts as this one: a list that got new ids does not write to anybody twice. It comes before a delivery under
    /// this id that is open, or that failed at another address.
    fn standing(
        &self,
        campaign: &CampaignId,
        round: Round,
        recipient: &RecipientId,
        address: &str,
    ) -> Result<Option<Standing>>;

    /// As [`standing`](ReadLedger::standing), of several recipients at once: id and address of each. The first of them
    /// has this place in the list, the others follow it; where the list is the one that was planned last, that is the
    /// shorter way.
    fn standings(
        &self,
        campaign: &CampaignId,
        round: Round,
        first_place: u64,
        recipients: &[(RecipientId, String)],
    ) -> Result<Vec<Option<Standing>>> {
        let _ = first_place;
        recipients.iter().map(|(id, address)| self.standing(campaign, round, id, address)).collect()
    }

    /// The letters of a round that may have left for an address (as
    /// [`EmailAddress::key`](crate::model::EmailAddress::key) gives it), each with where it stands: several, where each
    /// of the people there gets one.
    fn letters_to(&self, campaign: &CampaignId, round: Round, address: &str) -> Result<Vec<(Occupant, Standing)>>;

    /// What went to each of some recipients before: in the earlier rounds, and to the same address in the campaign that
    /// this one continues. A letter that may have left for the address counts before one to another address of the same
    /// person.
    fn histories(&self, thread: &Thread, recipients: &[Addressee]) -> Result<Vec<History>>;

    /// How many deliveries of a round stand where.
    fn tally(&self, campaign: &CampaignId, round: Round) -> Result<Tally>;

    /// How many of those that are skipped in a round have their letter under another id
    /// ([`UNDER_ANOTHER_ID`](crate::model::UNDER_ANOTHER_ID)): they are counted by that one.
    fn under_another_id(&self, campaign: &CampaignId, round: Round) -> Result<u64>;

    /// The tally of a round's people: whoever stands in the list under another id than their letter is counted once.
    fn tally_of_people(&self, campaign: &CampaignId, round: Round) -> Result<Tally> {
        let tally = self.tally(campaign, round)?;
        match tally.of(DeliveryState::Skipped) {
            0 => Ok(tally),
            _ => Ok(tally.without(DeliveryState::Skipped, self.under_another_id(campaign, round)?)),
        }
    }

    /// How many copies of the letters of a round stand where.
    fn copies(&self, campaign: &CampaignId, round: Round) -> Result<Tally>;

    /// Who may have a copy of a letter of a round: each address once, as
    /// [`EmailAddress::key`](crate::model::EmailAddress::key) gives it, with the address that the letter was for.
    fn copied(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(String, String)>>;

    /// The rounds that have deliveries.
    fn rounds(&self, campaign: &CampaignId) -> Result<Vec<Round>>;

    /// When the next deferred delivery of the current plan is to be tried again.
    fn next_attempt_at(&self, campaign: &CampaignId, round: Round) -> Result<Option<Timestamp>>;

    /// Everything that happened in a campaign, in its order.
    fn events(&self, campaign: &CampaignId) -> Pages<'_, Event>;

    /// What a round is frozen to; empty before anything may have left.
    fn frozen(&self, campaign: &CampaignId, round: Round) -> Result<Vec<FrozenFile>>;

    /// What the letters of a round were made of: what [`MadeOf`](crate::model::MadeOf) names.
    fn sent_with(&self, campaign: &CampaignId, round: Round) -> Result<SentWith>;

    /// What came back to a round: how many answers of each kind, none left out but [`Answer::None`].
    fn answers(&self, campaign: &CampaignId, round: Round) -> Result<Vec<(Answer, u64)>>;

    /// Who must not be written to, as the ledger knows it.
    fn suppressions(&self) -> Result<Vec<Suppression>>;

    /// Who asked to be forgotten, and is not written to either.
    fn forgotten(&self) -> Result<Forgotten> {
        Ok(Forgotten::default())
    }

    /// That a person stopped a campaign, where one did and it is not taken back.
    fn halt(&self, campaign: &CampaignId) -> Result<Option<Halt>>;

    /// That a campaign's people were erased, where they were: it is over for good.
    fn expired(&self, campaign: &CampaignId) -> Result<Option<Expired>> {
        let _ = campaign;
        Ok(None)
    }

    /// Who holds the campaign's lease, as far as the ledger knows.
    fn holder(&self, campaign: &CampaignId) -> Result<Option<Holder>>;

    /// The runs that send the campaign, where several share it; none, where the ledger knows one at a time.
    fn runs(&self, campaign: &CampaignId) -> Result<Vec<Running>> {
        let _ = campaign;
        Ok(Vec::new())
    }
}
