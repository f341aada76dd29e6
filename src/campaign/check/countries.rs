//! Countries of the list of holidays that no recipient has: their days count for nobody.

use std::collections::BTreeSet;

use crate::config::Settings;
use crate::model::calendar::Calendar;
use crate::model::{Fault, Place, Recipient, names_in_words};

/// The countries that nobody was found to be in.
pub(super) struct Countries {
    list: Option<String>,
    unmet: BTreeSet<String>,
    /// How recipients' countries are written, the first few.
    written: BTreeSet<String>,
}

/// So many of the recipients' countries are shown.
const SHOWN: usize = 5;

impl Countries {
    pub(super) fn of(settings: &Settings, calendar: &Calendar) -> Self {
        let unmet = calendar.countries().map(str::to_owned).collect();
        Self { list: settings.calendar.holidays.clone(), unmet, written: BTreeSet::new() }
    }

    /// Takes note of where a recipient is.
    pub(super) fn see(&mut self, recipient: &Recipient) {
        if self.unmet.is_empty() {
            return;
        }
        let Some(country) = recipient.fields.filled("country").map(str::trim) else { return };
        self.unmet.remove(&country.to_lowercase());
        if self.written.len() < SHOWN && !self.written.contains(country) {
            self.written.insert(country.to_owned());
        }
    }

    /// What is said of those that nobody is in.
    pub(super) fn warning(self) -> Option<Fault> {
        let list = self.list.filter(|_| !self.unmet.is_empty())?;
        let are = if self.unmet.len() == 1 { "is the country" } else { "are the countries" };
        let written = if self.written.is_empty() {
            "the recipients have no `country`".to_owned()
        } else {
            format!("in the recipients list they are written as in {}", names_in_words(&self.written))
        };
        let message = format!(
            "{} {are} of no recipient: these holidays count for nobody; {written}",
            names_in_words(&self.unmet)
        );
        Some(Fault::warning(Place::file(&list), message))
    }
}
