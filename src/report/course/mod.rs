//! What was sent and answered over time: a picture (SVG), and the same as a table for those who do not see it.
//!
//! The picture has no text, so that it can be stretched; what belongs to it stands around it in the page. It has no
//! style of its own either: a page gives its classes their colours, and may forbid styles in elements.

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::letter::Forms;
use crate::model::Language;
use crate::page::Words;

/// Up to so many hours are told hour by hour,
const HOURS: i64 = 72;
/// and up to so many days day by day; what takes longer, week by week.
const DAYS: i64 = 120;
/// The picture's size, in units of its own.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;

/// How many letters were accepted and how many answers came, hour by hour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// By the hour since 1970, in UTC.
    hours: BTreeMap<i64, Count>,
}

/// How many there are of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Letters that were accepted.
    pub sent: u64,
    /// Answers by people.
    pub answered: u64,
}

/// A stretch of time, and what was in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    /// Where it begins, on the clock of the place.
    at: DateTime,
    count: Count,
}

/// How long a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hour,
    Day,
    Week,
}

impl Course {
    /// A letter was accepted.
    pub fn sent(&mut self, at: Timestamp) {
        self.hours.entry(hour(at)).or_default().sent += 1;
    }

    /// An answer came.
    pub fn answered(&mut self, at: Timestamp) {
        self.hours.entry(hour(at)).or_default().answered += 1;
    }

    /// In an hour since 1970, in UTC, so many letters were accepted and so many answers came.
    pub fn add(&mut self, hour: i64, sent: u64, answered: u64) {
        let sum = self.hours.entry(hour).or_default();
        *sum = sum.and(Count { sent, answered });
    }

    /// Whether nothing happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hours.is_empty()
    }

    /// The picture with what belongs to it, as a `<figure>` of a page; nothing where nothing happened. Days are those
    /// of a place.
    #[must_use]
    pub fn figure(&self, words: &Words, forms: &Forms, zone: &TimeZone) -> Option<String> {
        let (steps, unit) = self.steps(zone);
        let (first, last) = (steps.first()?, steps.last()?);
        let total = steps.iter().fold(Count::default(), |sum, step| sum.and(step.count));
        let top = total.sent.max(total.answered).max(1);
        let label = |at: DateTime| unit.label(at, forms);
        let rows = steps.iter().filter(|step| step.count != Count::default());
        let row = |step: &Step| (label(step.at), forms.number(step.count.sent), forms.number(step.count.answered));
        let figure = Figure {
            words,
            sent: path(&steps, unit, top, |count| count.sent),
            area: format!("{} V{HEIGHT} H0 Z", path(&steps, unit, top, |count| count.sent)),
            answered: path(&steps, unit, top, |count| count.answered),
            total: (forms.number(total.sent), forms.number(total.answered)),
            top: forms.number(top),
            first: label(first.at),
            last: (last.at != first.at).then(|| label(last.at)),
            rows: rows.map(row).collect(),
        };
        Some(figure.to_string())
    }

    /// The same in the words of a language; nothing where they are not known.
    #[must_use]
    pub fn figure_in(&self, language: &Language, zone: &TimeZone) -> Option<String> {
        self.figure(Words::of(language)?, &Forms::of(language), zone)
    }

    /// What happened in each stretch of time, without gaps in which nothing is said; the longer it took, the longer
    /// they are.
    fn steps(&self, zone: &TimeZone) -> (Vec<Step>, Unit) {
        let (Some((first, _)), Some((last, _))) = (self.hours.first_key_value(), self.hours.last_key_value()) else {
            return (Vec::new(), Unit::Hour);
        };
        let unit = match last - first {
            0..HOURS => Unit::Hour,
            hours if hours < DAYS * 24 => Unit::Day,
            _ => Unit::Week,
        };
        let mut steps = BTreeMap::<DateTime, Count>::new();
        for (hour, count) in &self.hours {
            let at = Timestamp::from_second(hour * 3_600).unwrap_or_default();
            let sum = steps.entry(unit.begin(zone.to_datetime(at))).or_default();
            *sum = sum.and(*count);
        }
        (steps.into_iter().map(|(at, count)| Step { at, count }).collect(), unit)
    }
}

impl Count {
    fn and(self, other: Self) -> Self {
        Self { sent: self.sent + other.sent, answered: self.answered + other.answered }
    }
}

impl Unit {
    /// The beginning of the step in which a time is.
    fn begin(self, at: DateTime) -> DateTime {
        match self {
            Self::Hour => DateTime::from_parts(at.date(), jiff::civil::time(at.hour(), 0, 0, 0)),
            Self::Day => midnight(at.date()),
            Self::Week => midnight(
                at.date()
                    .saturating_sub(jiff::Span::new().days(i64::from(at.date().weekday().to_monday_zero_offset()))),
            ),
        }
    }

    /// How long it is, in seconds of the clock.
    fn seconds(self) -> f64 {
        match self {
            Self::Hour => 3_600.0,
            Self::Day => 86_400.0,
            Self::Week => 604_800.0,
        }
    }

    fn label(self, at: DateTime, forms: &Forms) -> String {
        let date = forms.short_date(at.date());
        if self == Self::Hour { format!("{date}, {:02}:00", at.hour()) } else { date }
    }
}

fn hour(at: Timestamp) -> i64 {
    at.as_second().div_euclid(3_600)
}

fn midnight(date: Date) -> DateTime {
    date.to_datetime(jiff::civil::Time::midnight())
}

/// The sums as a line that rises in steps.
fn path(steps: &[Step], unit: Unit, top: u64, count: fn(Count) -> u64) -> String {
    let seconds = |at: DateTime| jiff::tz::TimeZone::UTC.to_timestamp(at).map_or(0, Timestamp::as_second);
    let begin = steps.first().map_or(0, |step| seconds(step.at));
    let span = steps.last().map_or(1.0, |step| precise(seconds(step.at) - begin) + unit.seconds());
    let (mut line, mut sum) = (format!("M0 {HEIGHT}"), 0);
    for step in steps {
        let more = count(step.count);
        if more == 0 {
            continue;
        }
        sum += more;
        let across = precise(seconds(step.at) - begin) / span * WIDTH;
        let up = HEIGHT
            - precise(i64::try_from(sum).unwrap_or(i64::MAX)) / precise(i64::try_from(top).unwrap_or(i64::MAX))
                * (HEIGHT - 4.0);
        // A line that cannot be drawn harms nobody.
        let _ = write!(line, " H{across:.1} V{up:.1}");
    }
    let _ = write!(line, " H{WIDTH}");
    line
}

/// For a place in a picture, a number need not be more exact.
#[expect(clippy::cast_precision_loss, reason = "a picture has fewer points than a float has digits")]
fn precise(number: i64) -> f64 {
    number as f64
}

#[derive(Template)]
#[template(path = "report/course/figure.html")]
struct Figure<'a> {
    words: &'a Words,
    sent: String,
    area: String,
    answered: String,
    total: (String, String),
    /// What the upper edge stands for.
    top: String,
    /// When the first step begins, and the last.
    first: String,
    last: Option<String>,
    rows: Vec<(String, String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(course: &Course, zone: &str) -> String {
        let english = "en".parse().unwrap();
        let words = Words::of(&english).unwrap();
        course.figure(words, &Forms::of(&english), &TimeZone::get(zone).unwrap()).unwrap_or_default()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_took_hours_is_told_by_hours_and_what_took_longer_by_days_and_weeks() {
        for (until, label) in [
            ("2027-03-22T11:00:00Z", "<th scope=\"row\">22 Mar 2027, 12:00</th><td>0</td><td>1</td>"),
            ("2027-04-02T23:30:00Z", "<th scope=\"row\">3 Apr 2027</th><td>0</td><td>1</td>"),
            // The week begins on a Monday.
            ("2027-10-16T12:00:00Z", "<th scope=\"row\">11 Oct 2027</th><td>0</td><td>1</td>"),
        ] {
            let mut course = Course::default();
            (0..3).for_each(|_| course.sent(at("2027-03-22T08:10:00Z")));
            course.answered(at(until));
            let figure = figure(&course, "Europe/Brussels");
            assert!(figure.contains(label), "{label}\n{figure}");
            assert!(figure.contains("<td>3</td><td>1</td>"), "the total: {figure}");
        }
    }

    #[test]
    fn the_lines_rise_to_what_was_sent_and_never_fall() {
        let mut course = Course::default();
        for day in 1..=9 {
            course.sent(at(&format!("2027-03-0{day}T08:00:00Z")));
        }
        course.answered(at("2027-03-09T08:00:00Z"));
        let figure = figure(&course, "UTC");
        let line = figure.split("class=\"sent\" d=\"M0 220").nth(1).unwrap().split('"').next().unwrap();
        let heights: Vec<f64> =
            line.split(" V").skip(1).map(|part| part.split(' ').next().unwrap().parse().unwrap()).collect();
        assert_eq!(heights.len(), 9);
        assert!(heights.is_sorted_by(|one, next| one > next), "{heights:?}");
        assert!((heights[8] - 4.0).abs() < 0.1, "{heights:?}");
        assert!(!figure.contains("style="), "{figure}");
    }

    #[test]
    fn where_nothing_happened_there_is_no_picture() {
        assert_eq!(figure(&Course::default(), "UTC"), "");
    }
}
