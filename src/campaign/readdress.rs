//! To which of its addresses the letter of a row goes, by what the ledger has of it: nobody is lost who stands behind
//! somebody else, and nobody gets a letter twice.

use super::error::Result;
use crate::ledger::{ReadLedger, Selection, Standing};
use crate::model::{Answer, CampaignId, DeliveryState, EmailAddress, Fault, Recipient, RecipientId, Round, lookup_key};
use crate::plan::{Planner, SkipReason};

/// What is looked at.
pub(super) struct Readdressing<'a, L> {
    pub(super) planner: &'a mut Planner,
    /// Where the deliveries of the round stand; nothing, where that is not looked at.
    pub(super) standings: Option<&'a L>,
    pub(super) campaign: &'a CampaignId,
    pub(super) round: Round,
    /// The path of the list.
    pub(super) list: &'a str,
}

/// A row whose letter has found its address.
pub(super) struct Readdressed {
    pub(super) recipient: Recipient,
    /// The other addresses of its cell that get nothing by it, and why.
    pub(super) passed: Vec<(EmailAddress, SkipReason)>,
    /// Where the ledger has its delivery.
    pub(super) standing: Option<(DeliveryState, Answer)>,
}

impl<L: ReadLedger> Readdressing<'_, L> {
    /// Finds the address of a row's letter. `standing` is what the ledger has of it by its id and its first address.
    ///
    /// # Errors
    /// Where the ledger cannot be read; a row that has another letter's id is given back as its fault.
    pub(super) fn find(
        &mut self,
        mut recipient: Recipient,
        standing: Option<Standing>,
    ) -> Result<std::result::Result<Readdressed, Fault>> {
        let mut passed = Vec::new();
        if let Some(standing) = &standing {
            passed.extend(went_further(&mut recipient, standing));
        }
        let standing = self.moved_along(&recipient, standing)?;
        let standing = match look_at(self.list, &recipient, standing) {
            Ok(standing) => standing,
            Err(fault) => return Ok(Err(fault)),
        };
        if recipient.further == 0 || !passed.is_empty() {
            return Ok(Ok(Readdressed { recipient, passed, standing }));
        }
        let before = recipient.clone();
        passed = self.planner.readdress(&mut recipient, standing)?;
        let Some((_, reason)) = passed.first() else {
            passed.extend(self.leave_out_written(&mut recipient)?);
            return Ok(Ok(Readdressed { recipient, passed, standing }));
        };
        let is_double = matches!(reason, SkipReason::Duplicate { .. } | SkipReason::SharedMailbox { .. });
        if is_double && self.had_a_copy(&before.to, &recipient.to)? {
            return Ok(Ok(Readdressed { recipient: before, passed: Vec::new(), standing }));
        }
        let found = self.standing(&recipient.id, &recipient.to)?;
        let found = look_at(self.list, &recipient, found);
        Ok(found.map(|standing| Readdressed { recipient, passed, standing }))
    }

    fn standing(&self, id: &RecipientId, address: &EmailAddress) -> Result<Option<Standing>> {
        let Some(ledger) = self.standings else { return Ok(None) };
        Ok(ledger.standing(self.campaign, self.round, id, &address.key())?)
    }

    /// Where a letter went to somebody under the id and the name of a row, and the row has another address now, it is
    /// theirs: they have moved, and do not get it again. An id alone is no proof.
    fn moved_along(&self, recipient: &Recipient, standing: Option<Standing>) -> Result<Option<Standing>> {
        let Some(ledger) = self.standings else { return Ok(standing) };
        let Some(standing) = standing else { return Ok(None) };
        let (own, name) = (recipient.to.key(), recipient.name().unwrap_or_default());
        let is_elsewhere = standing.address != own && standing.state.may_have_left() && !name.is_empty();
        if !is_elsewhere || standing.state == DeliveryState::Bounced {
            return Ok(Some(standing));
        }
        let letters = ledger.letters_to(self.campaign, self.round, &standing.address)?;
        let is_theirs = letters.iter().any(|(letter, _)| letter.recipient == recipient.id && letter.name == name);
        Ok(Some(if is_theirs { Standing { address: own, ..standing } } else { standing }))
    }

    /// Takes out the further addresses that had a letter of the round of their own, when the first one of the cell was
    /// not to be written to.
    fn leave_out_written(&self, recipient: &mut Recipient) -> Result<Vec<(EmailAddress, SkipReason)>> {
        let mut written = Vec::new();
        if self.standings.is_none() {
            return Ok(written);
        }
        let mut n = 0;
        while n < recipient.further {
            let address = &recipient.cc[n];
            let standing = self.standing(&RecipientId::new(address.shown_key()), address)?;
            if standing.is_some_and(|standing| standing.state.may_have_left() && standing.address == address.key()) {
                written.push((recipient.cc.remove(n), SkipReason::HasLetter));
                recipient.further -= 1;
            } else {
                n += 1;
            }
        }
        let Some((of, _)) = written.first().cloned() else { return Ok(written) };
        let further = recipient.further;
        for (n, address) in std::mem::take(&mut recipient.cc).into_iter().enumerate() {
            if self.had_a_copy(&of, &address)? {
                recipient.further -= usize::from(n < further);
                written.push((address, SkipReason::HasLetter));
            } else {
                recipient.cc.push(address);
            }
        }
        for address in std::mem::take(&mut recipient.bcc) {
            if self.had_a_copy(&of, &address)? {
                written.push((address, SkipReason::HasLetter));
            } else {
                recipient.bcc.push(address);
            }
        }
        Ok(written)
    }

    /// Whether a copy of the letter that left for one address went to another: when it left, they stood in one row.
    fn had_a_copy(&self, of: &EmailAddress, copy: &EmailAddress) -> Result<bool> {
        let Some(ledger) = self.standings else { return Ok(false) };
        let selection = Selection { round: Some(self.round), recipient: Some(of.key()), ..Selection::default() };
        let copy = copy.key();
        for row in ledger.rows(self.campaign, &selection) {
            let (delivery, cells) = row?;
            let has_it =
                |cell: &String| cell.split([',', ';', '\n', '\r', ' ']).any(|piece| lookup_key(piece.trim()) == copy);
            if delivery.state.may_have_left() && cells.iter().flatten().any(has_it) {
                return Ok(lookup_key(&delivery.email) != copy);
            }
        }
        Ok(false)
    }
}

/// Where the letter of a row went to another address of its cell than the first, it stays there: gives those before it.
fn went_further(recipient: &mut Recipient, standing: &Standing) -> Vec<(EmailAddress, SkipReason)> {
    let of_cell = recipient.cc.iter().take(recipient.further);
    let Some(at) = of_cell.map(EmailAddress::key).position(|key| key == standing.address) else { return Vec::new() };
    if !standing.state.is_settled() || recipient.to.key() == standing.address {
        return Vec::new();
    }
    let to = recipient.cc.remove(at);
    let mut before: Vec<EmailAddress> = recipient.cc.drain(..at).collect();
    recipient.further -= at + 1;
    before.insert(0, std::mem::replace(&mut recipient.to, to));
    before.into_iter().map(|address| (address, SkipReason::HasLetter)).collect()
}

/// What the ledger's history means for a row.
fn look_at(
    list: &str,
    recipient: &Recipient,
    standing: Option<Standing>,
) -> Result<Option<(DeliveryState, Answer)>, Fault> {
    let Some(standing) = standing else { return Ok(None) };
    let Standing { state, answer, address } = &standing;
    if *address == recipient.to.key() || !state.is_settled() {
        return Ok(Some((*state, *answer)));
    }
    match state {
        // The row was mended: what could not be sent to the old address, or came back from it, is open again.
        DeliveryState::Failed | DeliveryState::Bounced => Ok(Some((DeliveryState::Deferred, *answer))),
        _ => Err(taken_id(list, recipient, &standing)),
    }
}

/// That a row has the id of a letter to somebody else, where none of its addresses is that letter's.
pub(super) fn taken_by_another(list: &str, recipient: &Recipient, standing: &Standing) -> Option<Fault> {
    let is_its_own = recipient.addresses().any(|address| address.key() == standing.address);
    if is_its_own { None } else { look_at(list, recipient, Some(standing.clone())).err() }
}

/// A row that has the id of a letter to somebody else: taken for that one, it would be passed over.
fn taken_id(list: &str, recipient: &Recipient, standing: &Standing) -> Fault {
    let (id, state) = (&recipient.id, standing.state);
    let message = format!(
        "the id `{id}` is that of the letter to `{}`, which is {state}; give `{}` an id of its own, and keep the ids of a list as they are; \
         for the new address of the same person, keep the row's `name` too, as it was",
        standing.address, recipient.to
    );
    Fault::error(recipient.place(list, "id"), message)
}
