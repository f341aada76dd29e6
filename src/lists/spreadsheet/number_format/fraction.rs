//! A number as a whole number and a fraction.

use super::decimal::Decimal;
use super::digits::Shown;
use super::section::{Denominator, Part, Room, Section};

/// The most digits that a fraction has below its stroke.
const MOST_DIGITS: usize = 6;

/// Shows a number that is not below zero.
pub(super) fn show(section: &Section, number: f64) -> Shown {
    let stroke = section.parts.iter().position(|part| matches!(part, Part::Over(_))).unwrap_or(0);
    let Some(Part::Over(denominator)) = section.parts.get(stroke) else {
        return Shown { text: String::new(), is_signed: false };
    };
    let above = section.parts[..stroke].iter().rev().take_while(|part| matches!(part, Part::Digit(_))).count();
    let start = stroke - above;
    let has_whole = section.parts[..start].iter().any(|part| matches!(part, Part::Digit(_)));
    let number = if section.parts.contains(&Part::Percent) { number * 100.0 } else { number };
    let floor = number.floor();
    let (mut over, under) = nearest(number - floor, *denominator);
    let mut whole = floor;
    if over == under {
        (whole, over) = (whole + 1.0, 0);
    }
    let whole = Decimal::of(whole).rounded(0).whole;
    let is_signed = over > 0 || !whole.is_empty();
    let mut text = String::new();
    for part in &section.parts[..start] {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Digit(_) => {}
            Part::Percent => text.push('%'),
            _ => continue,
        }
        if matches!(part, Part::Digit(_)) && !text.contains(WHOLE) {
            text.push(WHOLE);
        }
    }
    let wants_zero = section.parts[..start].contains(&Part::Digit(Room::Zero)) || over == 0;
    text = text.replace(WHOLE, if whole.is_empty() && wants_zero { "0" } else { &whole });
    if has_whole && over > 0 {
        text.extend([over.to_string(), "/".to_owned(), under.to_string()]);
    } else if !has_whole {
        let all = whole.parse::<u128>().unwrap_or(0) * u128::from(under) + u128::from(over);
        text.extend([all.to_string(), "/".to_owned(), under.to_string()]);
    }
    for part in &section.parts[stroke + 1..] {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Percent => text.push('%'),
            _ => {}
        }
    }
    Shown { text, is_signed }
}

/// Where the whole number goes: no text of a format has it.
const WHOLE: char = '\u{F8FF}';

/// The fraction that is nearest to a number from 0 to 1.
fn nearest(number: f64, denominator: Denominator) -> (u32, u32) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the denominator")]
    let over = |under: u32| (number * f64::from(under)).round() as u32;
    match denominator {
        Denominator::Fixed(under) => (over(under), under),
        Denominator::UpTo(digits) => {
            let most = 10_u32.pow(u32::try_from(digits.min(MOST_DIGITS)).unwrap_or(1)) - 1;
            between(number, most)
        }
    }
}

/// The nearest fraction with a denominator up to a limit, by halving between neighbours (Stern and Brocot).
fn between(number: f64, most: u32) -> (u32, u32) {
    let distance = |(over, under): (u32, u32)| (number - f64::from(over) / f64::from(under)).abs();
    let (mut low, mut high) = ((0_u32, 1_u32), (1_u32, 1_u32));
    let mut best = if distance(high) < distance(low) { high } else { low };
    loop {
        let middle = (low.0 + high.0, low.1 + high.1);
        if middle.1 > most || distance(best) < 1e-12 {
            return best;
        }
        if distance(middle) < distance(best) {
            best = middle;
        }
        if f64::from(middle.0) < number * f64::from(middle.1) { low = middle } else { high = middle }
    }
}
