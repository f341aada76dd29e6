//! Days as people write them: one form is read, and whoever writes another is told their day in that form.

use jiff::civil::Date;

/// What is to be written in place of a text that should be a day (`2024-06-12`): that very day, where it can be told.
#[must_use]
pub fn day_first_advice(text: &str) -> String {
    match meant(text).as_slice() {
        [] => "write the year first, as in `2024-06-12`".to_owned(),
        [day] => format!("write the year first, as in `{day}`"),
        [one, other, ..] => format!("write the year first: `{one}` or `{other}`"),
    }
}

/// Reads a day.
///
/// # Errors
/// What is to be written instead.
pub fn read_day(text: &str) -> Result<Date, String> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let read = text.parse().ok().filter(|_| is_plain);
    read.ok_or_else(|| format!("it is not a day; {}", day_first_advice(text)))
}

/// The days that a text in another form may mean. With dots, the day stands first wherever they are used; with slashes
/// and hyphens, the month does in the United States.
#[must_use]
pub fn meant(text: &str) -> Vec<Date> {
    let numbers: Vec<&str> = text.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let all_digits = |part: &&str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let [first, second, third] = numbers.as_slice() else { return Vec::new() };
    if !numbers.iter().all(all_digits) {
        return Vec::new();
    }
    let day = |year: &str, month: &str, day: &str| {
        let year = year.parse::<i16>().ok()?;
        let year = if year < 100 { 2000 + year } else { year };
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    if first.len() == 4 {
        return day(first, second, third).into_iter().collect();
    }
    let american = day(third, first, second).filter(|_| !text.contains('.'));
    let mut days: Vec<Date> = day(third, second, first).into_iter().chain(american).collect();
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_another_form_is_told_in_the_one_that_is_read() {
        for (text, advice) in [
            ("12.11.2026", "as in `2026-11-12`"),
            ("2. 1. 27", "as in `2027-01-02`"),
            ("2026/11/12", "as in `2026-11-12`"),
            ("2026-1-2", "as in `2026-01-02`"),
            ("30/11/2026", "as in `2026-11-30`"),
            ("11/30/2026", "as in `2026-11-30`"),
            ("12/11/2026", "first: `2026-11-12` or `2026-12-11`"),
            ("11/11/2026", "as in `2026-11-11`"),
            ("31.2.2026", "as in `2024-06-12`"),
            ("yesterday", "as in `2024-06-12`"),
        ] {
            assert!(read_day(text).unwrap_err().ends_with(advice), "{text}: {:?}", read_day(text));
        }
        assert_eq!(read_day("2026-11-12").unwrap(), jiff::civil::date(2026, 11, 12));
    }
}
