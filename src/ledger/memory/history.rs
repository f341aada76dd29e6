//! What went to recipients before.

use super::super::Delivery;
use super::super::rules::mailbox::letter_of;
use super::super::rules::standing::is_of_person;
use super::disk::Disk;
use super::record::{Copied, Row};
use crate::model::{Addressee, CampaignId, DeliveryState, History, Past, Round, Thread, lookup_key};

impl Disk {
    pub(super) fn history(&self, thread: &Thread, to: &Addressee) -> History {
        let continued = thread.continues.iter().flat_map(|campaign| {
            let rounds = self.rounds(campaign).into_iter();
            rounds.filter_map(move |round| self.own_letter(campaign, round, to))
        });
        let rounds = (0..thread.before.0).filter_map(|round| self.before(&thread.campaign, Round(round), to));
        History { continued: continued.map(past).collect(), rounds: rounds.map(|row| self.with_copies(row)).collect() }
    }

    /// The letter that may have left for the address of a recipient: of several, the recipient's own.
    fn own_letter(&self, campaign: &CampaignId, round: Round, to: &Addressee) -> Option<&Row> {
        let mut letters = self.all_written_to(campaign, round, &to.address);
        let occupants: Vec<_> = letters.iter().map(|row| row.occupant()).collect();
        letter_of(to, &occupants).map(|at| letters.swap_remove(at))
    }

    /// A letter of an earlier round, with the addresses that its copies could not be sent to.
    fn with_copies(&self, row: &Row) -> Past {
        let failed = |copy: &&Copied| copy.delivery == row.delivery.id && copy.state == DeliveryState::Failed;
        let mut failed_copies: Vec<String> =
            self.copies.values().filter(failed).map(|copy| copy.address.key()).collect();
        failed_copies.sort();
        Past { failed_copies, ..past(row) }
    }

    /// The delivery of an earlier round to a recipient.
    pub(super) fn before(&self, campaign: &CampaignId, round: Round, to: &Addressee) -> Option<&Row> {
        let is_same = |row: &&Row| {
            let Delivery { recipient, email, name, .. } = &row.delivery;
            *recipient == to.id && is_of_person(to, &lookup_key(email), name)
        };
        let own = || self.rows.values().filter(|row| row.is_of(campaign, round)).find(is_same);
        self.own_letter(campaign, round, to).or_else(own)
    }
}

fn past(row: &Row) -> Past {
    let Delivery { round, state, answer, accepted_at, message_id, .. } = row.delivery.clone();
    Past {
        round,
        state,
        answer,
        returns_on: row.returns_on,
        accepted_at,
        failed_copies: Vec::new(),
        message_id,
        subject: row.subject.clone(),
        made_of: None,
    }
}
