//! A person takes back what they said of a recipient: what mails say counts again, also what came meanwhile.

use super::super::rules::effect::Stands;
use super::super::rules::unsaid::{Begun, Said as Words, heard};
use super::super::{AddressChange, Mention, Witness};
use super::disk::Disk;
use super::record::Said;
use crate::model::{Answer, CampaignId, RecipientId, Round};

impl Disk {
    /// Has mails' words about the recipient's letters count again that a person's word kept from it.
    pub(super) fn bring_back(
        &mut self,
        (campaign, recipient, own): (&CampaignId, &RecipientId, Round),
        begun: Begun,
        address: &mut AddressChange,
    ) -> (Answer, Option<(Round, Answer)>) {
        let (mut answer, mut other) = (Answer::None, None);
        let in_effect = self.in_effect();
        for round in (0..=own.0).map(Round) {
            let is_of = |said: &&Said| {
                let Mention { campaign: of, recipient: who, round: when, .. } = &said.mention;
                (of, who, *when) == (campaign, recipient, round)
            };
            let of: Vec<&Said> = in_effect.iter().filter(is_of).collect();
            let Some(first) = of.first() else { continue };
            let words: Vec<(&Mention, Words)> = of.iter().copied().filter_map(|said| self.words(said)).collect();
            let Ok(stands) = self.stands(&first.mention) else { continue };
            let before = if round == own { begun.before } else { Answer::None };
            let left = heard(&stands, Begun { before, ..begun }, &words);
            if left == stands {
                continue;
            }
            let Ok(row) = self.mentioned(&first.mention) else { continue };
            let (id, heard) = (row.delivery.id, left.answer);
            row.stand(Stands { state: row.delivery.state, ..left });
            for said in of.iter().filter(|_| heard == Answer::OptedOut) {
                let Some(suppression) = &said.mention.suppress else { continue };
                if !self.suppressed.contains_key(&suppression.target.as_key()) {
                    *address = AddressChange::AsBefore;
                }
                self.suppress_address(suppression, Some(id), said.mail);
            }
            if round == own {
                answer = heard;
            } else if heard.stops() {
                other = Some((round, heard));
            }
        }
        (answer, other)
    }

    fn words<'s>(&self, said: &'s Said) -> Option<(&'s Mention, Words)> {
        let (_, vouched, _): (_, Witness, _) = said.count()?;
        let mail = &self.mails[said.mail];
        Some((&said.mention, Words { written_at: mail.said_at, read_at: mail.at, vouched }))
    }
}
