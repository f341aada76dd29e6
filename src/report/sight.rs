//! How people look at a table.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How people look at a table: how wide it may be, and on which clock they read times.
#[derive(Debug, Clone)]
pub struct Sight {
    /// In columns of a terminal.
    pub width: usize,
    /// Where they are.
    pub zone: TimeZone,
}

impl Sight {
    /// A time on their clock, to the minute.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The day of a time on their calendar.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d").to_string()
    }
}
