//! How long a server says that one is to wait.

use std::time::Duration;

/// The longest that is believed.
const LONGEST: u64 = 24 * 3_600;

/// How long a reply says to wait: `try again in 300 seconds`, `come back in 00:05:00`, `greylisted for 5 minutes`. At
/// most a day.
#[must_use]
pub fn wait_of(text: &str) -> Option<Duration> {
    let words: Vec<String> = text
        .to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == ':'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let seconds = words.iter().enumerate().find_map(|(at, word)| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let is_span = before.is_some_and(|it| {
            matches!(it.as_str(), "in" | "for" | "after" | "wait" | "least" | "another" | "about" | "within" | "next")
        });
        is_span.then(|| clock(word).or_else(|| counted(word, words.get(at + 1)?)))?
    })?;
    (seconds > 0).then(|| Duration::from_secs(seconds.min(LONGEST)))
}

/// `00:05:00` in seconds.
fn clock(word: &str) -> Option<u64> {
    let parts: Vec<u64> = word.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    (hours < 100 && minutes < 60 && seconds < 60).then_some(hours * 3_600 + minutes * 60 + seconds)
}

/// `300 seconds`, `5 min` in seconds.
fn counted(number: &str, unit: &str) -> Option<u64> {
    let number: u64 = number.parse().ok()?;
    let unit = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_where_one_is_said() {
        for (text, seconds) in [
            ("Greylisted, please try again in 300 seconds", Some(300)),
            ("Greylisting in action, please come back in 00:05:00", Some(300)),
            ("Greylisted for 5 minutes", Some(300)),
            ("Too many messages. Try again in 92 seconds.", Some(92)),
            ("blocked for 1 hour", Some(3_600)),
            ("try again in 99 hours", Some(LONGEST)),
            ("try again later", None),
            ("try again in a few minutes", None),
            ("only 5 recipients per 5 minutes allowed", None),
            ("wait 0 seconds", None),
            ("in 18446744073709551615 hours", None),
        ] {
            assert_eq!(wait_of(text).map(|it| it.as_secs()), seconds, "{text}");
        }
    }
}
