//! When a run that is under way will be done, and what it waits for. Pure.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::outlook::{Held, Outlook};
use crate::clock::{later, until};
use crate::dispatch::{Cause, Happening};

/// What comes sooner than this is not worth a word.
const SOON: Duration = Duration::from_secs(2);

/// Follows a run, and says when it will be done.
#[derive(Debug, Clone)]
pub struct Forecast {
    outlook: Outlook,
    total: u64,
    begun: Timestamp,
    waits: Option<(Cause, Timestamp)>,
}

impl Forecast {
    /// The forecast of a run of so many letters that begins now.
    #[must_use]
    pub fn new(outlook: Outlook, total: u64, now: Timestamp) -> Self {
        Self { outlook, total, begun: now, waits: None }
    }

    /// Takes in what happened.
    pub fn observe(&mut self, happening: &Happening) {
        match happening {
            Happening::Waiting { until, cause } => self.waits = Some((*cause, *until)),
            Happening::Attempted { .. } | Happening::Copied { .. } | Happening::Withheld { .. } => self.waits = None,
            _ => {}
        }
    }

    /// When about it will be done: as the pace lets it, or else as fast as it went so far; nothing while that is not
    /// known.
    #[must_use]
    pub fn done_at(&self, done: u64, now: Timestamp) -> Option<Timestamp> {
        let left = self.total.saturating_sub(done);
        let (from, held) = match self.waits.filter(|(_, until)| *until > now) {
            // Nobody knows when a server takes a letter that it has put off.
            Some((Cause::Deferred | Cause::Others, _)) => return None,
            Some((Cause::Hours, until)) => (until, Held::Nothing),
            Some((_, until)) => (until, Held::All),
            None => (now, Held::All),
        };
        let by_pace = self.outlook.last_leaves(left, from, held);
        by_pace.or_else(|| self.at_this_rate(done, left, from, now)).filter(|_| left > 0)
    }

    fn at_this_rate(&self, done: u64, left: u64, from: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let took = until(self.begun, now);
        let (done, left) = (u32::try_from(done).ok().filter(|done| *done > 0)?, u32::try_from(left).ok()?);
        Some(later(from, (took / done).saturating_mul(left)))
    }

    /// What it waits for and until when, in words; nothing where it does not wait.
    #[must_use]
    pub fn waits(&self, now: Timestamp, zone: &TimeZone) -> Option<String> {
        let (cause, at) = self.waits?;
        (until(now, at) > SOON).then(|| format!("waits until {}: {cause}", on_the_clock(at, now, zone)))
    }
}

/// A moment as people say it: the time, and the day where it is not today.
#[must_use]
pub fn on_the_clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (there, here) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if there.date() == here.date() { "%H:%M" } else { "%A %-d %B, %H:%M" };
    there.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Pace;
    use crate::model::{DeliveryState, RecipientId};
    use crate::plan::Totals;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn forecast(pace: &Pace, total: u64) -> Forecast {
        Forecast::new(Outlook::of(pace, &Totals::default()), total, at("2026-11-30T08:00:00Z"))
    }

    #[test]
    fn without_a_pace_it_is_done_when_it_goes_on_as_it_went() {
        let forecast = forecast(&Pace::unlimited(), 100);
        assert_eq!(forecast.done_at(0, at("2026-11-30T08:01:00Z")), None);
        assert_eq!(forecast.done_at(25, at("2026-11-30T08:01:00Z")), Some(at("2026-11-30T08:04:00Z")));
        assert_eq!(forecast.done_at(100, at("2026-11-30T08:05:00Z")), None);
    }

    #[test]
    fn with_a_pace_it_is_done_when_that_lets_it_however_fast_it_began() {
        let hourly = Pace { per_hour: Some(10), ..Pace::unlimited() };
        let mut forecast = forecast(&hourly, 30);
        forecast
            .observe(&Happening::Waiting { until: at("2026-11-30T09:00:00Z"), cause: Cause::Limit(Some("per_hour")) });
        let done = forecast.done_at(10, at("2026-11-30T08:00:05Z")).unwrap();
        assert!(done > at("2026-11-30T10:30:00Z") && done < at("2026-11-30T11:00:00Z"), "{done}");
    }

    #[test]
    fn what_it_waits_for_is_told_until_the_next_letter_goes() {
        let mut forecast = forecast(&Pace::unlimited(), 30);
        let now = at("2026-11-30T08:00:00Z");
        assert_eq!(forecast.waits(now, &TimeZone::UTC), None);
        forecast.observe(&Happening::Waiting { until: at("2026-12-01T09:00:00Z"), cause: Cause::Hours });
        let waits = forecast.waits(now, &TimeZone::UTC);
        assert_eq!(waits.as_deref(), Some("waits until Tuesday 1 December, 09:00: `hours` in `[pace]`"));
        forecast.observe(&Happening::Attempted {
            recipient: RecipientId::new("ana"),
            state: DeliveryState::Accepted,
            reply: None,
            reason: None,
        });
        assert_eq!(forecast.waits(now, &TimeZone::UTC), None);
        forecast.observe(&Happening::Waiting { until: at("2026-11-30T08:00:01Z"), cause: Cause::Rate });
        assert_eq!(forecast.waits(now, &TimeZone::UTC), None, "too soon for a word");
        // Nobody knows when what was put off is taken.
        forecast.observe(&Happening::Waiting { until: at("2026-11-30T08:15:00Z"), cause: Cause::Deferred });
        assert_eq!(forecast.done_at(29, now), None);
    }
}
