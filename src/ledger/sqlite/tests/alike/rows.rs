//! The rows of a plan.

use super::step::{Mailboxes, RECIPIENTS};
use super::{Run, row};
use crate::ledger::{Delivery, PlannedRow, ReadLedger, RunLedger};
use crate::model::{DeliveryState, EmailAddress, Person, Round};

impl<L: ReadLedger + RunLedger> Run<L> {
    /// The rows of a plan. Two of one address are not for here: a plan with them is refused before it is one. Whose
    /// letter failed or came back keeps the address: that a mended one is written to is shown elsewhere.
    pub(super) fn rows(&self, round: Round, listed: &[bool], skips: &[bool], mailboxes: Mailboxes) -> Vec<PlannedRow> {
        let known = self.deliveries();
        let is_shared = |n: usize| {
            let is_lost = |known: &&Delivery| {
                (known.round, known.recipient.as_str()) == (round, RECIPIENTS[n])
                    && matches!(known.state, DeliveryState::Failed | DeliveryState::Bounced)
            };
            let lost = known.iter().find(is_lost);
            lost.map_or(n > 0 && mailboxes == Mailboxes::Shared, |lost| lost.email.starts_with("office@"))
        };
        let planned = |n: usize| {
            let skip = skips[n].then(|| "suppressed".to_owned());
            let row = row(RECIPIENTS[n]);
            let person = if is_shared(n) { Person::named(&row.name) } else { Person::default() };
            let local = if is_shared(n) { "office" } else { RECIPIENTS[n] };
            let email = EmailAddress::parse(&format!("{local}@example.org")).unwrap();
            PlannedRow { skip, email: Some(email), person, ..row }
        };
        (0..3).filter(|n| listed[*n]).map(planned).collect()
    }
}
