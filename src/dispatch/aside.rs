//! Letters that have to wait while others may go: their domain's window is full, or it is night where their
//! recipient is.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Cause;
use super::job::Job;
use super::pace::Hold;
use crate::config::PER_DOMAIN;
use crate::model::Recipient;
use crate::model::window::Full;

/// What a letter waits for that others need not wait for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aside {
    /// Its domain's window is full.
    Domain(String),
    /// It is not one of the sending hours where its recipient is.
    Place(Option<String>),
}

/// The earliest moment at which a letter that was put aside may go, and what it waits for.
#[derive(Debug, Default)]
pub(super) struct Earliest(Option<(Timestamp, Cause)>);

impl Earliest {
    fn hear(&mut self, until: Option<Timestamp>, cause: Cause) {
        let Some(until) = until else { return };
        if self.0.is_none_or(|(known, _)| until < known) {
            self.0 = Some((until, cause));
        }
    }

    pub(super) fn hear_of(&mut self, hold: Hold) {
        match hold {
            Hold::Hours(until) => self.hear(Some(until), Cause::Hours),
            Hold::Window(Full { until, .. }) => self.hear(until, Cause::Limit(Some(PER_DOMAIN))),
            Hold::NotBefore(_) | Hold::Spacing(_) => {}
        }
    }

    pub(super) fn known(self) -> (Option<Timestamp>, Option<Cause>) {
        self.0.unzip()
    }
}

/// What a letter waits for, where others need not; `places` says whether recipients may be in different ones.
pub(super) fn aside(job: &Job, hold: Hold, places: bool) -> Option<Aside> {
    match hold {
        Hold::Window(Full { domain_only: true, .. }) => Some(Aside::Domain(job.recipient.to.domain().to_owned())),
        Hold::Hours(_) if places => {
            Some(Aside::Place(job.zone.as_ref().and_then(TimeZone::iana_name).map(str::to_owned)))
        }
        Hold::Hours(_) | Hold::NotBefore(_) | Hold::Spacing(_) | Hold::Window(_) => None,
    }
}

/// Where a recipient is, as far as the list says.
pub(super) fn zone(recipient: &Recipient) -> Option<TimeZone> {
    TimeZone::get(recipient.fields.filled("timezone")?).ok()
}
