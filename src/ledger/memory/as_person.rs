//! What people and mails tell the ledger in memory.

use std::future::Future;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::{
    AwayBy, Confirmed, Counted, Halt, HeldMail, MailLedger, Mailed, Mark, Marked, Outcome, Pages, PersonLedger,
    Resolution, Result, TakenBack, ToConfirm, Unbounced, Unmatched, Word,
};
use super::{Disk, MemoryLedger, lock};
use crate::model::{CampaignId, RecipientId, Round, SentLetter, Suppression, Target};

impl PersonLedger for MemoryLedger {
    fn mark(&self, recipient: &RecipientId, mark: Mark, word: &Word) -> impl Future<Output = Result<Marked>> + Send {
        let (recipient, word) = (recipient.clone(), word.clone());
        self.ask(move |disk| disk.mark(&recipient, &mark, &word))
    }

    fn unbounce(&self, recipient: &RecipientId, word: &Word) -> impl Future<Output = Result<Unbounced>> + Send {
        let (campaign, recipient) = (word.campaign.clone(), recipient.clone());
        self.ask(move |disk| Ok(disk.unbounce(&campaign, &recipient)))
    }

    fn resolve(
        &self,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        word: &Word,
    ) -> impl Future<Output = Result<()>> + Send {
        let (process, recipient, word) = (self.process.clone(), recipient.clone(), word.clone());
        self.ask(move |disk| disk.resolve(&process, round, &recipient, resolution, &word))
    }

    fn suppress(
        &self,
        suppression: Suppression,
        word: &Word,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        let by = word.by.clone();
        self.ask(move |disk| Ok(disk.suppress(suppression, &by)))
    }

    fn lift(&self, target: Target, _word: &Word) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(move |disk| Ok(disk.lift(&target)))
    }

    fn stop(&self, reason: Option<String>, word: &Word) -> impl Future<Output = Result<Option<Halt>>> + Send {
        let halt = Halt { at: word.at, person: word.by.name().to_owned(), reason };
        let campaign = word.campaign.clone();
        self.ask(move |disk| Ok(disk.stop(campaign, halt)))
    }

    fn resume(&self, word: &Word) -> impl Future<Output = Result<Option<Halt>>> + Send {
        let campaign = word.campaign.clone();
        self.ask(move |disk| Ok(disk.halts.remove(&campaign)))
    }
}

impl MailLedger for MemoryLedger {
    fn letters(&self) -> Pages<'_, SentLetter> {
        Pages::of(lock(&self.disk).letters())
    }

    fn has_counted(&self, fingerprint: &str) -> Result<bool> {
        Ok(lock(&self.disk).has_counted(fingerprint))
    }

    fn unmatched(&self) -> Pages<'_, Unmatched> {
        Pages::of(lock(&self.disk).unmatched())
    }

    fn count(&self, mail: Mailed) -> impl Future<Output = Result<Counted>> + Send {
        self.ask(move |disk| disk.count(mail))
    }

    fn held(&self) -> Result<Vec<HeldMail>> {
        Ok(lock(&self.disk).held_mails())
    }

    fn away_by(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        _address: &str,
        day: Date,
    ) -> Result<Option<AwayBy>> {
        Ok(lock(&self.disk).away_by(campaign, recipient, day))
    }

    fn let_pass(&self, _at: Timestamp) -> impl Future<Output = Result<Vec<(u64, Outcome)>>> + Send {
        self.ask(Disk::let_pass)
    }

    fn confirm(&self, what: ToConfirm, _word: &Word) -> impl Future<Output = Result<Vec<Confirmed>>> + Send {
        self.ask(move |disk| disk.confirm(&what))
    }

    fn take_back_mail(&self, mail: u64, _word: &Word) -> impl Future<Output = Result<TakenBack>> + Send {
        self.ask(move |disk| disk.take_back_mail(mail))
    }

    fn inbox_read_at(&self, campaign: &CampaignId) -> Result<Option<Timestamp>> {
        Ok(lock(&self.disk).inboxes.get(campaign).copied())
    }

    fn inbox_was_read(&self, campaign: &CampaignId, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        let campaign = campaign.clone();
        self.ask(move |disk| {
            disk.inbox_was_read(campaign, at);
            Ok(())
        })
    }
}
