//! A number filled into the digits of a section.

use super::decimal::{Decimal, Rounded, plain};
use super::section::{Part, Room, Section};

/// What a section shows of a number's size.
pub(super) struct Shown {
    pub(super) text: String,
    /// Whether a sign may stand before it: not before what was rounded to zero.
    pub(super) is_signed: bool,
}

/// Where the digits of a section are.
struct Layout {
    /// The parts before the point and those of the decimals, as positions.
    whole: Vec<usize>,
    decimals: Vec<usize>,
    grouped: bool,
    /// Ten to what power the number is multiplied with.
    shift: i32,
    exponent: Option<(bool, usize)>,
}

/// The most zeros that make a number larger or smaller, however often a format has `%` or `,`.
const MOST_SHIFT: i32 = 60;

/// Shows a number that is not below zero.
pub(super) fn show(section: &Section, number: f64) -> Shown {
    if !section.parts.iter().any(|part| matches!(part, Part::Digit(_))) {
        return show_without_digits(section, number);
    }
    let layout = Layout::of(section);
    let number = Decimal::of(number).shifted(layout.shift);
    let (rounded, power) = match layout.exponent {
        None => (number.rounded(layout.decimals.len()), 0),
        Some(_) => mantissa(&number, layout.whole.len(), layout.decimals.len()),
    };
    let is_signed = !rounded.is_zero();
    Shown { text: fill(section, &layout, &rounded, power), is_signed }
}

/// A section of words alone, or of `General` and words.
fn show_without_digits(section: &Section, number: f64) -> Shown {
    let mut text = String::new();
    for part in &section.parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::General | Part::Text => text.push_str(&section.conventions.localized(&plain(number))),
            Part::Percent => text.push('%'),
            Part::Point => text.push('.'),
            Part::Comma => text.push(','),
            _ => {}
        }
    }
    // Words alone say of themselves what the number is.
    let has_number = section.parts.iter().any(|part| matches!(part, Part::General | Part::Text));
    Shown { text, is_signed: has_number && number != 0.0 }
}

impl Layout {
    fn of(section: &Section) -> Self {
        let digit = |part: &Part| matches!(part, Part::Digit(_));
        let point = section.parts.iter().position(|part| *part == Part::Point).unwrap_or(section.parts.len());
        let last = section.parts.iter().rposition(digit).unwrap_or(0);
        let first = section.parts.iter().position(digit).unwrap_or(0);
        let (mut whole, mut decimals) = (Vec::new(), Vec::new());
        let mut layout = Self { whole: Vec::new(), decimals: Vec::new(), grouped: false, shift: 0, exponent: None };
        let last_whole = section.parts[..point].iter().rposition(digit).unwrap_or(0);
        for (at, part) in section.parts.iter().enumerate() {
            match part {
                Part::Digit(_) if at < point => whole.push(at),
                Part::Digit(_) => decimals.push(at),
                Part::Comma if at > last || (at > last_whole && at < point) => layout.shift -= 3,
                Part::Comma if at > first && at < point => layout.grouped = true,
                Part::Percent => layout.shift += 2,
                Part::Exponent { plus, digits } => layout.exponent = Some((*plus, *digits)),
                _ => {}
            }
        }
        layout.shift = layout.shift.clamp(-MOST_SHIFT, MOST_SHIFT);
        Self { whole, decimals, ..layout }
    }
}

/// The digits before an exponent, and the exponent: a multiple of the number of places before the point.
fn mantissa(number: &Decimal, whole: usize, decimals: usize) -> (Rounded, i32) {
    if number.is_zero() {
        return (number.rounded(decimals), 0);
    }
    let step = i32::try_from(whole.max(1)).unwrap_or(1);
    let power = (number.point() - 1).div_euclid(step) * step;
    let rounded = number.clone().shifted(-power).rounded(decimals);
    if rounded.whole.len() > whole.max(1) {
        return (number.clone().shifted(-power - step).rounded(decimals), power + step);
    }
    (rounded, power)
}

/// Fills the digits in.
fn fill(section: &Section, layout: &Layout, rounded: &Rounded, power: i32) -> String {
    let mut filling = Filling::new(section, layout, rounded);
    for (at, part) in section.parts.iter().enumerate() {
        match part {
            Part::Literal(literal) => filling.text.push_str(literal),
            Part::Percent => filling.text.push('%'),
            Part::Digit(room) if layout.whole.contains(&at) => filling.whole_digit(*room),
            Part::Digit(room) => filling.decimal(*room),
            Part::Point => filling.point(),
            Part::Exponent { plus, digits } => {
                let sign = match (power < 0, plus) {
                    (true, _) => "-",
                    (false, true) => "+",
                    (false, false) => "",
                };
                let power = power.abs();
                filling.text.extend(["E", sign, format!("{power:0digits$}").as_str()]);
            }
            _ => {}
        }
    }
    filling.text
}

/// A section that is being filled.
struct Filling<'a> {
    section: &'a Section,
    layout: &'a Layout,
    whole: &'a str,
    decimals: &'a str,
    /// How many places before the point are still to be filled.
    places: usize,
    /// How many decimals are filled.
    behind: usize,
    text: String,
}

impl<'a> Filling<'a> {
    fn new(section: &'a Section, layout: &'a Layout, rounded: &'a Rounded) -> Self {
        let whole = if layout.exponent.is_some() && rounded.whole.is_empty() { "0" } else { &rounded.whole };
        let places = layout.whole.len();
        Self { section, layout, whole, decimals: &rounded.decimals, places, behind: 0, text: String::new() }
    }

    fn whole_digit(&mut self, room: Room) {
        // What has no place of its own stands before the first one.
        let beyond =
            if self.places == self.layout.whole.len() { self.whole.len().saturating_sub(self.places) } else { 0 };
        for (number, digit) in self.whole[..beyond].chars().enumerate() {
            self.text.push(digit);
            self.group(self.whole.len() - number - 1);
        }
        self.places -= 1;
        let digit = self.whole.len().checked_sub(self.places + 1).and_then(|at| self.whole[at..].chars().next());
        match (digit, room) {
            (Some(digit), _) => self.text.push(digit),
            (None, Room::Zero) => self.text.push('0'),
            (None, Room::Blank) => return self.text.push(' '),
            (None, Room::Nothing) => return,
        }
        self.group(self.places);
    }

    /// What stands between thousands, with so many digits to come.
    fn group(&mut self, left: usize) {
        if self.layout.grouped && left > 0 && left.is_multiple_of(3) {
            self.text.push_str(&self.section.conventions.group);
        }
    }

    fn decimal(&mut self, room: Room) {
        let digit = self.decimals[self.behind..].chars().next().unwrap_or('0');
        self.behind += 1;
        if self.behind <= self.needed().max(self.wanted()) {
            self.text.push(digit);
        } else if room == Room::Blank {
            self.text.push(' ');
        }
    }

    fn point(&mut self) {
        if self.layout.whole.is_empty() {
            self.text.push_str(self.whole);
        }
        let has_room = self.layout.decimals.iter().any(|at| self.room(*at) != Room::Nothing);
        if has_room || self.needed() > 0 || self.layout.decimals.is_empty() {
            self.text.push_str(&self.section.conventions.point);
        }
    }

    /// How many decimals there are without zeros at their end.
    fn needed(&self) -> usize {
        self.decimals.trim_end_matches('0').len()
    }

    /// How many decimals are shown whatever they are: a `0` behind a `#` wants the zeros before it, too.
    fn wanted(&self) -> usize {
        self.layout.decimals.iter().rposition(|at| self.room(*at) == Room::Zero).map_or(0, |at| at + 1)
    }

    fn room(&self, at: usize) -> Room {
        match self.section.parts.get(at) {
            Some(Part::Digit(room)) => *room,
            _ => Room::Nothing,
        }
    }
}
