//! A number in the fifteen digits that spreadsheets keep and show.

/// A number that is not below zero: `0.d₁d₂d₃… × 10^point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// The digits before and behind the point of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rounded {
    /// Without zeros at its beginning: empty for numbers below one.
    pub(super) whole: String,
    /// As many as were asked for.
    pub(super) decimals: String,
}

/// A number as it is without a format: 12 and not 12.0, 0.3 and not 0.30000000000000004.
pub(in crate::lists::spreadsheet) fn plain(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    // Never `-0`.
    (rounded + 0.0).to_string()
}

impl Decimal {
    pub(super) fn of(number: f64) -> Self {
        let written = format!("{:.14e}", number.abs());
        let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        let point = exponent.parse::<i32>().unwrap_or(0) + 1;
        if digits.iter().all(|digit| *digit == 0) {
            Self { digits: Vec::new(), point: 0 }
        } else {
            Self { digits, point }
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Ten to what power it is below; 0 for zero.
    pub(super) fn point(&self) -> i32 {
        self.point
    }

    /// Times ten to a power.
    pub(super) fn shifted(mut self, by: i32) -> Self {
        if !self.is_zero() {
            self.point += by;
        }
        self
    }

    /// Rounded to so many decimals, half away from zero.
    pub(super) fn rounded(&self, decimals: usize) -> Rounded {
        let decimals_kept = i32::try_from(decimals).unwrap_or(i32::MAX);
        let kept = self.point.saturating_add(decimals_kept);
        let mut digits = self.digits.clone();
        let mut point = self.point;
        match usize::try_from(kept) {
            Err(_) => digits.clear(),
            Ok(kept) if kept < digits.len() => {
                let up = digits[kept] >= 5;
                digits.truncate(kept);
                if up && add_one(&mut digits) {
                    digits.insert(0, 1);
                    point += 1;
                }
            }
            Ok(_) => {}
        }
        let digit = |place: i32| {
            // The place 0 is the one before the point.
            usize::try_from(point - 1 - place).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0)
        };
        let shown = |digit: u8| char::from(b'0' + digit);
        let whole: String = (0..point.max(0)).rev().map(|place| shown(digit(place))).collect();
        let decimals = (1..=decimals_kept).map(|place| shown(digit(-place))).collect();
        Rounded { whole: whole.trim_start_matches('0').to_owned(), decimals }
    }
}

/// Adds one to the last digit; whether a new first digit is needed.
fn add_one(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return false;
        }
        *digit = 0;
    }
    true
}

impl Rounded {
    pub(super) fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.decimals.bytes().all(|digit| digit == b'0')
    }
}
