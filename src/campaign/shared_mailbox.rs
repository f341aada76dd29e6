//! Where the letter of somebody stands who shares a mailbox with others, each of whom gets one.

use std::result;

use super::error::Result;
use crate::ledger::{Occupant, ReadLedger, Selection, Standing};
use crate::model::{CampaignId, Fault, Recipient, Round};
use crate::plan::Resident;

/// What is looked at.
pub(super) struct SharedMailbox<'a, L> {
    pub(super) ledger: &'a L,
    pub(super) campaign: &'a CampaignId,
    pub(super) round: Round,
    /// The path of the list.
    pub(super) list: &'a str,
    /// Who is there, by the list.
    pub(super) residents: &'a [Resident],
}

impl<L: ReadLedger> SharedMailbox<'_, L> {
    /// Where the letter of a row stands. A letter that left for the mailbox, and is not one resident's for certain, may
    /// have been this one's: then the row is given back as a fault.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(super) fn standing(&self, recipient: &Recipient) -> Result<result::Result<Option<Standing>, Fault>> {
        let address = recipient.to.key();
        let mut stranger = None;
        for (letter, standing) in self.ledger.letters_to(self.campaign, self.round, &address)? {
            match self.whose(&letter) {
                Some(resident) if resident.line == recipient.list_line() => return Ok(Ok(Some(standing))),
                Some(_) => {}
                None => stranger = Some(letter),
            }
        }
        if let Some(stranger) = stranger {
            return Ok(Err(self.of_a_stranger(recipient, &stranger)));
        }
        let id = recipient.id.as_str().to_owned();
        let selection = Selection { round: Some(self.round), recipient: Some(id), ..Selection::default() };
        for delivery in self.ledger.deliveries(self.campaign, &selection) {
            let delivery = delivery?;
            if delivery.recipient == recipient.id {
                let address = crate::model::lookup_key(&delivery.email);
                return Ok(Ok(Some(Standing { state: delivery.state, answer: delivery.answer, address })));
            }
        }
        Ok(Ok(None))
    }

    /// The resident whose letter it is: by the id, or by a name that only one of them can have.
    fn whose(&self, letter: &Occupant) -> Option<&Resident> {
        let by_id = self.residents.iter().find(|resident| resident.id == letter.recipient);
        let person = letter.person();
        let mut by_name = self.residents.iter().filter(|resident| resident.person.may_be(&person));
        by_id.or_else(|| by_name.next().filter(|_| by_name.next().is_none()))
    }

    fn of_a_stranger(&self, recipient: &Recipient, letter: &Occupant) -> Fault {
        let name = match letter.name.as_str() {
            "" => "without a name".to_owned(),
            name => format!("`{name}`"),
        };
        let message = format!(
            "`{to}` was written to in this round as `{id}` ({name}), and no row of the list is that one for certain: it may \
             have been `{own}`; keep the row of whoever got that letter, or give it the id `{id}`",
            to = recipient.to,
            id = letter.recipient,
            own = recipient.name().unwrap_or_default()
        );
        Fault::error(recipient.place(self.list, "email"), message)
    }
}
