//! Lengths of time as people write them: `90s`, `15m`, `4d`.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Reads a length of time; a day has 24 hours.
pub fn read_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a length of time such as `90s`, `15m`, `2h` or `4d`".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    let duration = Duration::try_from(duration).map_err(|_| "a length of time cannot be negative".to_owned())?;
    if duration < Duration::from_millis(1) {
        return Err("a length of time cannot be zero".to_owned());
    }
    if duration > Duration::from_hours(366 * 24) {
        return Err("a length of time can be a year at the most".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        for (text, seconds) in
            [("90s", 90), ("15m", 900), ("15 min", 900), ("2h", 7_200), ("4d", 345_600), ("1h 30m", 5_400)]
        {
            assert_eq!(read_duration(text).map(|duration| duration.as_secs()), Ok(seconds), "{text}");
        }
        for text in ["", "soon", "-5m", "0s", "15", "900d"] {
            assert!(read_duration(text).is_err(), "{text}");
        }
    }
}
