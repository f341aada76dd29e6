//! Recipients − suppressions − history → plan: who gets a letter, who is skipped and why. Pure.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::model::{Answer, DeliveryState, EmailAddress, Fault, Recipient, RecipientId, Suppression, Target};

/// What is to be done about one recipient in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The letter is to be sent.
    Send,
    /// It is not to be sent.
    Skip(SkipReason),
    /// The ledger knows what became of it: nothing is to be done.
    Settled(DeliveryState),
}

/// Why a recipient is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// The address or its domain must not be written to.
    Suppressed {
        /// The address, or `@domain`.
        target: String,
        /// Why.
        reason: Option<String>,
    },
    /// An earlier row has the same address.
    Duplicate {
        /// The earlier row's line.
        of_line: u64,
    },
    /// The recipient has answered.
    Answered(Answer),
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Suppressed { target, reason } => {
                write!(f, "suppressed")?;
                if target.starts_with('@') {
                    write!(f, " ({target})")?;
                }
                reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
            }
            Self::Duplicate { of_line } => write!(f, "duplicate of line {of_line}"),
            Self::Answered(answer) => write!(f, "answered: {answer}"),
        }
    }
}

/// One recipient's part of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The recipient, without the copies that are left out.
    pub recipient: Recipient,
    /// Its name in the ledger: its id, or for a duplicate whose id is taken, the id and the line.
    pub id: RecipientId,
    /// What is to be done.
    pub decision: Decision,
    /// Cc and Bcc addresses that are left out of this letter, and why.
    pub left_out: Vec<(EmailAddress, SkipReason)>,
}

/// Makes the plan of a round, in two passes over the recipients: [`see`](Planner::see) every row, then [`decide`](Planner::decide)
/// each. The first pass is what makes it known that somebody in Cc gets a letter of their own further down.
#[derive(Debug, Clone)]
pub struct Planner {
    suppressions: HashMap<Target, Option<String>>,
    /// The line on which an address is first written to, by its key.
    first_line: HashMap<String, u64>,
    /// The line and address key of every id.
    ids: HashMap<RecipientId, (u64, String)>,
    /// Who a letter may count for at the most, where the pace says so.
    most_recipients: Option<u32>,
}

impl Planner {
    /// A planner that has seen nobody yet. A letter may go to `most_recipients` at the most, where the pace says so.
    #[must_use]
    pub fn new(most_recipients: Option<u32>) -> Self {
        Self { suppressions: HashMap::new(), first_line: HashMap::new(), ids: HashMap::new(), most_recipients }
    }

    /// Takes note of who must not be written to.
    pub fn suppress(&mut self, suppressions: impl IntoIterator<Item = Suppression>) {
        for suppression in suppressions {
            self.suppressions.entry(suppression.target).or_insert(suppression.reason);
        }
    }

    /// Takes note of a row.
    ///
    /// # Errors
    /// Where its id is another recipient's, or where it has more addresses than the pace ever allows.
    pub fn see(&mut self, file: &str, recipient: &Recipient) -> Result<(), Fault> {
        let key = recipient.to.key();
        match self.ids.get(&recipient.id) {
            Some((line, other)) if *other != key => {
                let message = format!(
                    "the id `{}` is already that of line {line}; give each recipient an id of its own",
                    recipient.id
                );
                return Err(Fault::error(recipient.place(file, "id"), message));
            }
            Some(_) => {}
            None => {
                self.ids.insert(recipient.id.clone(), (recipient.line, key.clone()));
            }
        }
        self.first_line.entry(key).or_insert(recipient.line);
        let count = recipient.addresses().count();
        match self.most_recipients {
            Some(most) if count > most as usize => {
                let message = format!(
                    "the letter to `{}` goes to {count} addresses, and [pace] never allows more than {most} at once",
                    recipient.id
                );
                Err(Fault::error(recipient.place(file, "email"), message))
            }
            _ => Ok(()),
        }
    }

    /// Decides about a row that was seen. `standing` is where the ledger has its delivery.
    #[must_use]
    pub fn decide(&self, mut recipient: Recipient, standing: Option<(DeliveryState, Answer)>) -> Entry {
        let first_line = self.first_line.get(&recipient.to.key()).copied().unwrap_or(recipient.line);
        let duplicate = first_line != recipient.line;
        let holds_its_id = self.ids.get(&recipient.id).is_none_or(|(line, _)| *line == recipient.line);
        let id = if holds_its_id {
            recipient.id.clone()
        } else {
            RecipientId::new(format!("{} (line {})", recipient.id, recipient.line))
        };
        let decision = if duplicate {
            Decision::Skip(SkipReason::Duplicate { of_line: first_line })
        } else {
            self.decide_first(&recipient, standing)
        };
        let left_out = self.leave_out(&mut recipient);
        Entry { recipient, id, decision, left_out }
    }

    fn decide_first(&self, recipient: &Recipient, standing: Option<(DeliveryState, Answer)>) -> Decision {
        match standing {
            Some((state, _)) if state.is_settled() => return Decision::Settled(state),
            Some((_, answer)) if answer.stops() => return Decision::Skip(SkipReason::Answered(answer)),
            _ => {}
        }
        self.suppressed(&recipient.to).map_or(Decision::Send, Decision::Skip)
    }

    fn suppressed(&self, address: &EmailAddress) -> Option<SkipReason> {
        [Target::Address(address.key()), Target::Domain(address.domain().to_owned())].into_iter().find_map(|target| {
            let reason = self.suppressions.get(&target)?;
            Some(SkipReason::Suppressed { target: target.as_key(), reason: reason.clone() })
        })
    }

    /// Takes out the copies to those who must not be written to, and to those who get a letter of their own.
    fn leave_out(&self, recipient: &mut Recipient) -> Vec<(EmailAddress, SkipReason)> {
        let own = recipient.to.key();
        let mut left_out = Vec::new();
        let mut keep = |address: &EmailAddress| {
            let key = address.key();
            let has_its_own =
                self.first_line.get(&key).filter(|_| key != own).map(|line| SkipReason::Duplicate { of_line: *line });
            let reason = self.suppressed(address).or(has_its_own);
            let kept = reason.is_none();
            left_out.extend(reason.map(|reason| (address.clone(), reason)));
            kept
        };
        recipient.cc.retain(&mut keep);
        recipient.bcc.retain(&mut keep);
        left_out
    }
}

/// Takes the left-out copies out of a recipient that was read from the ledger again.
pub fn leave_out(recipient: &mut Recipient, keys: &[String]) {
    if keys.is_empty() {
        return;
    }
    let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
    let keep = |address: &EmailAddress| !keys.contains(address.key().as_str());
    recipient.cc.retain(keep);
    recipient.bcc.retain(keep);
}

/// How many letters a plan has, and how many it leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Letters that are to be sent.
    pub to_send: u64,
    /// Addresses they go to, Cc and Bcc too.
    pub addresses: u64,
    /// Recipients who must not be written to.
    pub suppressed: u64,
    /// Rows whose address an earlier row has.
    pub duplicates: u64,
    /// Recipients who have answered.
    pub answered: u64,
    /// Recipients whose delivery is settled already.
    pub settled: u64,
    /// Copies that are left out.
    pub copies_left_out: u64,
}

impl Totals {
    /// Counts one more.
    pub fn add(&mut self, entry: &Entry) {
        match &entry.decision {
            Decision::Send => {
                self.to_send += 1;
                self.addresses += entry.recipient.addresses().count() as u64;
                self.copies_left_out += entry.left_out.len() as u64;
            }
            Decision::Skip(SkipReason::Suppressed { .. }) => self.suppressed += 1,
            Decision::Skip(SkipReason::Duplicate { .. }) => self.duplicates += 1,
            Decision::Skip(SkipReason::Answered(_)) => self.answered += 1,
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
        self.suppressed + self.duplicates + self.answered
    }
}

#[cfg(test)]
mod tests;
