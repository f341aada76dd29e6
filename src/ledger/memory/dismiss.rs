//! What a person makes of what waits, and who agreed to a letter.

use std::future::Future;

use super::super::{Approval, ApprovalLedger, DismissLedger, Result, Saying, SayingStands, Word};
use super::disk::Disk;
use super::record::{Said, Stage};
use super::{MemoryLedger, lock};
use crate::model::CampaignId;

impl DismissLedger for MemoryLedger {
    fn sayings(&self, numbers: &[u64]) -> Result<Vec<Saying>> {
        Ok(lock(&self.disk).sayings(numbers))
    }

    fn dismiss(&self, numbers: Vec<u64>, _word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send {
        self.ask(move |disk| Ok(disk.stage(&numbers, &Stage::Waits, &Stage::TakenBack)))
    }

    fn doubt(&self, numbers: Vec<u64>, _word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send {
        self.ask(move |disk| disk.doubt(&numbers))
    }

    fn let_wait(&self, numbers: Vec<u64>, _word: &Word) -> impl Future<Output = Result<Vec<u64>>> + Send {
        self.ask(move |disk| Ok(disk.stage(&numbers, &Stage::TakenBack, &Stage::Waits)))
    }
}

impl ApprovalLedger for MemoryLedger {
    fn agree(&self, approval: Approval, word: &Word) -> impl Future<Output = Result<()>> + Send {
        let key = (word.campaign.clone(), approval.person.clone());
        self.ask(move |disk| {
            disk.approvals.insert(key, approval);
            Ok(())
        })
    }

    fn withdraw(&self, person: &str, word: &Word) -> impl Future<Output = Result<Option<Approval>>> + Send {
        let key = (word.campaign.clone(), person.to_owned());
        self.ask(move |disk| Ok(disk.approvals.remove(&key)))
    }

    fn approvals(&self, campaign: &CampaignId) -> Result<Vec<Approval>> {
        let disk = lock(&self.disk);
        let of_campaign = disk.approvals.iter().filter(|((of, _), _)| of == campaign);
        Ok(of_campaign.map(|(_, approval)| approval.clone()).collect())
    }
}

impl Disk {
    /// All that is said by the mails of which these are.
    fn sayings(&self, numbers: &[u64]) -> Vec<Saying> {
        let mails: Vec<usize> = numbers.iter().filter_map(|number| self.said(*number)).map(|said| said.mail).collect();
        let of_mails = self.said_numbers.iter().copied().zip(&self.said).filter(|(_, said)| mails.contains(&said.mail));
        of_mails.map(|(number, said)| saying((number, self.mail_numbers[said.mail]), said)).collect()
    }

    /// Changes where those stand that stand at the first; gives their numbers.
    fn stage(&mut self, numbers: &[u64], from: &Stage, to: &Stage) -> Vec<u64> {
        let mut changed = Vec::new();
        for number in numbers {
            let place = self.said_numbers.iter().position(|known| known == number);
            let Some(said) = place.and_then(|place| self.said.get_mut(place)) else { continue };
            if said.stage == *from {
                said.stage = to.clone();
                changed.push(*number);
            }
        }
        changed
    }

    fn doubt(&mut self, numbers: &[u64]) -> Result<Vec<u64>> {
        let sayings = self.sayings(numbers);
        let meant = sayings.iter().filter(|saying| numbers.contains(&saying.number));
        let mut mails: Vec<u64> =
            meant.filter(|saying| saying.standing == SayingStands::Counts).map(|saying| saying.mail).collect();
        mails.sort_unstable();
        mails.dedup();
        let again: Vec<u64> = sayings
            .iter()
            .filter(|saying| mails.contains(&saying.mail))
            .filter(|saying| saying.standing == SayingStands::Waits || numbers.contains(&saying.number))
            .map(|saying| saying.number)
            .collect();
        for mail in mails {
            self.take_back_mail(mail)?;
        }
        Ok(self.stage(&again, &Stage::TakenBack, &Stage::Waits))
    }
}

fn saying((number, mail): (u64, u64), said: &Said) -> Saying {
    let standing = match said.stage {
        Stage::Waits => SayingStands::Waits,
        Stage::Counts(..) => SayingStands::Counts,
        Stage::TakenBack => SayingStands::TakenBack,
    };
    Saying { mail, number, standing }
}
