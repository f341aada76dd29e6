//! A plan in numbers.

use jiff::civil::Date;

use super::{Decision, Entry, Row, SkipReason};

/// How many letters a plan has, and how many it leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Letters that are to be sent.
    pub to_send: u64,
    /// Those of them that go to one of several people at an address.
    pub to_share: u64,
    /// Addresses they go to, Cc and Bcc too.
    pub addresses: u64,
    /// Recipients who must not be written to.
    pub suppressed: u64,
    /// Rows whose address an earlier row has.
    pub duplicates: u64,
    /// Rows whose address an earlier row has for somebody else.
    pub shared: u64,
    /// Rows whose column says that they are not to be written to.
    pub opted_out: u64,
    /// Rows without an address.
    pub no_address: u64,
    /// Recipients who have answered.
    pub answered: u64,
    /// Recipients whose follow-up is not due yet.
    pub waiting: u64,
    /// Of these, those who are away until then.
    pub away: u64,
    /// The first day on which one of these is.
    pub next_due: Option<Date>,
    /// Recipients who get no follow-up, since an earlier letter did not arrive.
    pub stopped: u64,
    /// Recipients who get nothing, since a person has stopped the campaign.
    pub halted: u64,
    /// Recipients whose delivery is settled already.
    pub settled: u64,
    /// Copies that are left out.
    pub copies_left_out: u64,
}

impl Totals {
    /// Counts one more row.
    pub fn add_row(&mut self, row: &Row) {
        match row {
            Row::Entry(entry) => self.add(entry),
            Row::Unaddressed { .. } => self.no_address += 1,
        }
    }

    /// Counts one more.
    pub fn add(&mut self, entry: &Entry) {
        match &entry.decision {
            Decision::Send => {
                self.to_send += 1;
                self.to_share += u64::from(!entry.person.is_nobody());
                self.addresses += entry.recipient.addresses().count() as u64;
                self.copies_left_out += entry.left_out.len() as u64;
            }
            Decision::Skip(SkipReason::Suppressed { .. }) => self.suppressed += 1,
            Decision::Skip(SkipReason::Duplicate { .. } | SkipReason::HasLetter | SkipReason::HasCopy { .. }) => {
                self.duplicates += 1;
            }
            Decision::Skip(SkipReason::SharedMailbox { .. }) => self.shared += 1,
            Decision::Skip(SkipReason::OptedOut { .. }) => self.opted_out += 1,
            Decision::Skip(SkipReason::NoAddress | SkipReason::CopyFailed { .. }) => self.no_address += 1,
            Decision::Skip(SkipReason::CampaignStopped) => self.halted += 1,
            Decision::Skip(SkipReason::Answered(_)) => self.answered += 1,
            Decision::Skip(SkipReason::Ended(_)) => self.stopped += 1,
            Decision::Skip(SkipReason::NotBefore { date, away }) => {
                self.waiting += 1;
                self.away += u64::from(*away);
                self.next_due = Some(self.next_due.map_or(*date, |next| next.min(*date)));
            }
            Decision::Settled(_) => self.settled += 1,
        }
    }

    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.to_send + self.skipped() + self.settled
    }

    /// Rows that are skipped.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.suppressed
            + self.duplicates
            + self.shared
            + self.opted_out
            + self.no_address
            + self.answered
            + self.waiting
            + self.stopped
            + self.halted
    }
}
