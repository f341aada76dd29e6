//! A row at the address to which the letter went in another name: somebody new in an office whose mailbox stayed, or
//! the same person, written otherwise.

use jiff::tz::TimeZone;

use super::hash;
use crate::campaign::error::Result;
use crate::campaign::folder::Folder;
use crate::ledger::{ReadLedger, Selection};
use crate::model::count::counted;
use crate::model::{Fault, Person, Place, Round, lookup_key, printable};
use crate::plan::{Decision, Entry};

/// So many such rows are named; the rest are counted.
const MOST_NAMED: usize = 20;

/// Looks for such rows.
#[derive(Debug, Default)]
pub(super) struct Successors {
    /// The addresses of the first letters that may have left, and the same with the names, by hashes, in order.
    written: Vec<(u64, u64)>,
    found: Vec<(Place, String, String)>,
    more: u64,
}

impl Successors {
    /// Reads the names under which the first letter may have gone to each address.
    pub(super) fn begin(folder: &Folder, ledger: Option<&impl ReadLedger>) -> Result<Self> {
        let mut written = Vec::new();
        if let Some(ledger) = ledger {
            for delivery in ledger.deliveries(&folder.settings.id, &of_first_round()) {
                let delivery = delivery?;
                if delivery.state.may_have_left() && !delivery.name.is_empty() && !delivery.email.is_empty() {
                    written.push(of(&lookup_key(&delivery.email), &delivery.name));
                }
            }
        }
        written.sort_unstable();
        Ok(Self { written, ..Self::default() })
    }

    pub(super) fn see(&mut self, entry: &Entry, list: &str) {
        let recipient = &entry.recipient;
        let Some(name) = recipient.name().filter(|_| !matches!(entry.decision, Decision::Skip(_))) else { return };
        let (address, both) = of(&recipient.to.key(), name);
        let from = self.written.partition_point(|(known, _)| *known < address);
        let mut there = self.written[from..].iter().take_while(|(known, _)| *known == address).peekable();
        if there.peek().is_none() || there.any(|(_, known)| *known == both) {
            return;
        }
        if self.found.len() == MOST_NAMED {
            self.more += 1;
            return;
        }
        self.found.push((recipient.place(list, "name"), recipient.to.key(), name.to_owned()));
    }

    /// What is said of those whose name cannot be the other one's.
    pub(super) fn found(self, folder: &Folder, ledger: Option<&impl ReadLedger>) -> Result<Vec<Fault>> {
        let mut warnings = Vec::new();
        let Some(ledger) = ledger else { return Ok(warnings) };
        for (place, address, name) in self.found {
            let selection = Selection { recipient: Some(address.clone()), ..of_first_round() };
            let person = Person::named(&name);
            let mut before = None;
            for delivery in ledger.deliveries(&folder.settings.id, &selection) {
                let delivery = delivery?;
                if !delivery.state.may_have_left() || lookup_key(&delivery.email) != address {
                    continue;
                }
                if Person::named(&delivery.name).may_be(&person) {
                    before = None;
                    break;
                }
                before = Some(delivery);
            }
            let Some(before) = before else { continue };
            let at = before.accepted_at.or(before.last_attempt_at);
            let day = at.map(|at| format!(" on {}", at.to_zoned(TimeZone::system()).date())).unwrap_or_default();
            let message = format!(
                "`{}` stands at `{}`, to which the first letter went{day} for `{}`: that counts as theirs, it is not sent again, and a \
                 follow-up goes to the new name; if somebody new is to get the letter, keep the row of `{}`, and write `same_address = \
                 \"each\"` under [lists]",
                printable(&name),
                printable(&before.email),
                printable(&before.name),
                printable(&before.name)
            );
            warnings.push(Fault::warning(place, message));
        }
        if self.more > 0 && !warnings.is_empty() {
            let rows = counted(self.more, "more row has", "more rows have");
            let message =
                format!("{rows} another name than the letter that went to the address: look at `undersigned log`");
            warnings.push(Fault::warning(Place::file(&folder.settings.lists.recipients), message));
        }
        Ok(warnings)
    }
}

fn of(address: &str, name: &str) -> (u64, u64) {
    (hash([address, ""]), hash([address, Person::named(name).as_str()]))
}

fn of_first_round() -> Selection {
    Selection { round: Some(Round(0)), ..Selection::default() }
}
