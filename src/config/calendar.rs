//! `[calendar]`: on which days people are at work, for follow-ups that are due after working days.

use jiff::tz::TimeZone;

use super::section::Section;
use crate::model::calendar::Weekend;
use crate::workspace::Workspace;

/// The calendar on which days are counted; the holidays are still to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CalendarSpec {
    /// The list of holidays.
    pub holidays: Option<String>,
    /// The days of the week on which nobody is at work.
    pub weekend: Weekend,
    /// Where a day begins; where it is not given, that of the sending hours, or else the machine's.
    pub zone: Option<TimeZone>,
}

impl CalendarSpec {
    pub(super) fn read(section: &Section<'_>, workspace: &Workspace) -> Self {
        let zone = section.parsed("timezone", |text| {
            TimeZone::get(text).map_err(|_| "it is not a time zone; write one such as `Europe/Brussels`".to_owned())
        });
        Self {
            holidays: super::path(section, workspace, "holidays"),
            weekend: section.parsed("weekend", str::parse).map(|found| found.value).unwrap_or_default(),
            zone: zone.map(|found| found.value),
        }
    }
}
