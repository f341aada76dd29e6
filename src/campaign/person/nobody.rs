//! That nobody is meant by what a person typed.

use std::fmt;

use crate::ledger::Delivery;

/// So many people of one name are named.
const MOST_NAMED: usize = 5;

/// What names nobody: nothing that the ledger has, or a name, which several may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nobody {
    typed: String,
    /// Those whose name it is: the id of each, with the name and the organisation.
    named: Vec<String>,
    more: u64,
}

impl Nobody {
    pub(super) fn new(typed: &str) -> Self {
        Self { typed: typed.to_owned(), named: Vec::new(), more: 0 }
    }

    /// Takes note of a delivery to somebody who may be meant.
    pub(super) fn may_mean(&mut self, delivery: &Delivery) {
        if self.named.len() == MOST_NAMED {
            self.more += 1;
            return;
        }
        let parts = [&delivery.name, &delivery.organisation].into_iter().filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.map(String::as_str).collect();
        self.named.push(format!("`{}` ({})", delivery.recipient, parts.join(", ")));
    }
}

impl fmt::Display for Nobody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { typed, named, more } = self;
        if named.is_empty() {
            return write!(
                f,
                "no delivery of `{typed}` is in the ledger: `undersigned log` lists all; `undersigned suppress` keeps letters \
                 from whoever is not in it yet"
            );
        }
        write!(
            f,
            "`{typed}` is a name: say who is meant by the address or the id. It is the name of {}",
            named.join(", ")
        )?;
        if *more > 0 { write!(f, " and {more} more") } else { Ok(()) }
    }
}
