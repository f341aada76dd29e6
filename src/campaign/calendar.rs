//! On which days follow-ups are counted.

use jiff::tz::TimeZone;

use super::folder::Folder;
use crate::clock::Clock;
use crate::config::Settings;
use crate::lists;
use crate::model::calendar::Calendar;
use crate::model::{Faults, Round};
use crate::plan::Planner;
use crate::plan::follow_up::Rule;

/// The calendar, with its holidays. Its time zone is that of `[calendar]`, or of the sending hours, or of the machine.
pub(super) fn read_calendar(Folder { workspace, settings, .. }: &Folder, found: &mut Faults) -> Calendar {
    let spec = &settings.calendar;
    let read = |path: &String| found.keep(lists::read_holidays(workspace, path, &settings.lists.format));
    let holidays = spec.holidays.as_ref().and_then(read).unwrap_or_default();
    let of_hours = settings.pace.hours.as_ref().map(|hours| hours.zone().clone());
    let zone = spec.zone.clone().or(of_hours).unwrap_or_else(TimeZone::system);
    Calendar::new(zone, spec.weekend, holidays)
}

/// Tells a planner when a follow-up is due, and what day it is.
pub(super) fn count_days(planner: &mut Planner, settings: &Settings, calendar: &Calendar, round: Round, clock: &Clock) {
    if let Some(spec) = settings.follow_up(round) {
        let rule = Rule { round, after: spec.after, calendar: calendar.clone() };
        planner.follow_up(rule, calendar.day(clock.now()));
    }
}
