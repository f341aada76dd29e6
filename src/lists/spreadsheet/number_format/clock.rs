//! Days and times: a number of days since an epoch.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Span};

use super::section::{Field, Part, Section};

/// The day from which a workbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lists::spreadsheet) enum Epoch {
    /// 1 is 1 January 1900. There is a 29 February 1900 that never was, as 60.
    Since1900,
    /// 0 is 1 January 1904.
    Since1904,
}

/// A moment of a sheet.
#[derive(Debug, Clone, Copy)]
struct Moment {
    /// None for a time without a day.
    date: Option<Date>,
    time: Time,
    /// All milliseconds since the epoch.
    elapsed: i64,
}

const MILLISECONDS_OF_DAY: i64 = 86_400_000;

/// The last day that spreadsheets know, the last of the year 9999.
const LAST_DAY: f64 = 2_958_466.0;

/// Shows a number of days. One with its day and month is written as 2024-06-12, so that it stays a date; a time and
/// what is less than a day of the calendar (`June 2024`) as the section says. `None` where the number is no date.
pub(super) fn show(section: &Section, days: f64, epoch: Epoch) -> Option<String> {
    let has = |wanted: &[Field]| {
        section.parts.iter().any(|part| matches!(part, Part::Field(field, _) if wanted.contains(field)))
    };
    let elapses = has(&[Field::ElapsedHours, Field::ElapsedMinutes, Field::ElapsedSeconds]);
    if days.abs() >= LAST_DAY || (days < 0.0 && !elapses) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is smaller than the last day's milliseconds")]
    let elapsed = (days.abs() * 86_400_000.0).round() as i64;
    let moment = Moment::new(elapsed, epoch)?;
    let has_time = has(&[Field::Hour, Field::Minute, Field::Second]);
    if has(&[Field::Day]) && has(&[Field::Month]) {
        return Some(moment.as_date(has_time));
    }
    if section.conventions.are_the_readers && has_time {
        return Some(written(moment.time));
    }
    let shown = moment.fields(section)?;
    Some(if days < 0.0 { format!("-{shown}") } else { shown })
}

impl Moment {
    fn new(elapsed: i64, epoch: Epoch) -> Option<Self> {
        let (day, rest) = (elapsed / MILLISECONDS_OF_DAY, elapsed % MILLISECONDS_OF_DAY);
        let midnight = Time::midnight();
        let time = midnight.checked_add(SignedDuration::from_millis(rest)).ok()?;
        let first = match epoch {
            Epoch::Since1904 => Date::constant(1904, 1, 1),
            Epoch::Since1900 if day < 60 => Date::constant(1899, 12, 31),
            Epoch::Since1900 => Date::constant(1899, 12, 30),
        };
        let date = match (epoch, day) {
            (Epoch::Since1900, 0) => None,
            _ => Some(first.checked_add(Span::new().days(day)).ok()?),
        };
        Some(Self { date, time, elapsed })
    }

    /// `2024-06-12`, with its time where it has one to show; a time alone where there is no day.
    fn as_date(self, with_time: bool) -> String {
        match self.date {
            None => written(self.time),
            Some(date) if with_time && self.time >= Time::constant(0, 0, 1, 0) => {
                format!("{date} {}", written(self.time))
            }
            Some(date) => date.to_string(),
        }
    }

    /// Each field as the section says; `None` where it wants a day and there is none.
    fn fields(self, section: &Section) -> Option<String> {
        let halves = section.parts.iter().any(|part| matches!(part, Part::Field(Field::HalfOfDay, _)));
        let mut text = String::new();
        for part in &section.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Field(field, letters) => text.push_str(&self.field(section, *field, *letters, halves)?),
                Part::Subsecond(digits) => {
                    let milliseconds = format!("{:03}000000", self.elapsed % 1000);
                    text.push_str(&section.conventions.point);
                    text.push_str(milliseconds.get(..*digits).unwrap_or(&milliseconds));
                }
                Part::Digit(_) => text.push('0'),
                Part::Point => text.push('.'),
                Part::Comma => text.push(','),
                Part::Percent => text.push('%'),
                Part::Over(_) => text.push('/'),
                Part::Exponent { .. } | Part::General | Part::Text => {}
            }
        }
        Some(text)
    }

    fn field(self, section: &Section, field: Field, letters: usize, halves: bool) -> Option<String> {
        let number = |number: i64| format!("{number:0letters$}");
        let seconds = self.elapsed / 1000;
        let language = &section.conventions;
        Some(match field {
            Field::Year if letters < 3 => format!("{:02}", self.date?.year() % 100),
            Field::Year => format!("{:04}", self.date?.year()),
            Field::BuddhistYear if letters < 3 => format!("{:02}", (self.date?.year() + 543) % 100),
            Field::BuddhistYear => (self.date?.year() + 543).to_string(),
            // The one era whose years are those of the calendar.
            Field::Era => String::new(),
            Field::Month if letters < 3 => number(i64::from(self.date?.month())),
            Field::Month => language.month(self.date?, letters),
            Field::Day => number(i64::from(self.date?.day())),
            Field::Weekday => language.weekday(self.date?, letters),
            Field::Hour if halves => {
                let hour = i64::from(self.time.hour());
                number(if hour % 12 == 0 { 12 } else { hour % 12 })
            }
            Field::Hour => number(i64::from(self.time.hour())),
            Field::Minute => number(i64::from(self.time.minute())),
            Field::Second => number(i64::from(self.time.second())),
            Field::ElapsedHours => number(seconds / 3600),
            Field::ElapsedMinutes => number(seconds / 60),
            Field::ElapsedSeconds => number(seconds),
            Field::HalfOfDay => {
                let half = if self.time.hour() < 12 { "AM" } else { "PM" };
                half[..letters.min(2)].to_owned()
            }
        })
    }
}

/// `14:30`, with its seconds where it has some.
fn written(time: Time) -> String {
    let format = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.strftime(format).to_string()
}
