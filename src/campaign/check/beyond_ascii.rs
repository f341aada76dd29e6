//! Addresses that only a server with SMTPUTF8 takes.

use crate::model::Fault;
use crate::model::count::counted;
use crate::plan::{Decision, Entry};

/// The first of them, and how many letters go to one.
#[derive(Debug, Default)]
pub(crate) struct BeyondAscii(Option<(Fault, u64)>);

impl BeyondAscii {
    /// Takes note of an address that is not ASCII before the `@`, where its letter is to be sent: a server without
    /// SMTPUTF8 takes no letter to it.
    pub(crate) fn see(&mut self, entry: &Entry, list: &str) {
        if entry.decision != Decision::Send {
            return;
        }
        let Some(address) = entry.recipient.addresses().find(|address| address.needs_smtputf8()) else { return };
        let message = format!(
            "`{address}` has letters before the @ that only a server with SMTPUTF8 takes (RFC 6531); through another, \
             this letter fails and the others go"
        );
        let warning = || (Fault::warning(entry.recipient.place(list, "email"), message), 0);
        self.0.get_or_insert_with(warning).1 += 1;
    }

    /// What is said of all of them.
    pub(crate) fn warning(&mut self) -> Option<Fault> {
        let (mut warning, count) = self.0.take()?;
        if count > 1 {
            let more = counted(count - 1, "more letter goes", "more letters go");
            warning.message.extend(["; ", &more, " to such an address"]);
        }
        Some(warning)
    }
}
