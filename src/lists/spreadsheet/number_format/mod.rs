//! What a spreadsheet shows of a number: its number format, and never anything but the value in the cell.
//!
//! A format is up to four sections (ECMA-376 part 1, 18.8.31): of numbers above zero, below zero, zero, and of texts,
//! or of what a section's own condition says. Where a file leaves open how a program shows a value, it is shown as one
//! that speaks English does. A day of the calendar is given as 2024-06-12, however it is shown, so that it stays a
//! date.

mod built_in;
mod clock;
mod decimal;
mod digits;
mod fraction;
mod language;
mod section;

#[cfg(test)]
mod tests;

pub(super) use self::clock::Epoch;
pub(super) use self::decimal::plain;
use self::section::{Kind, Section};

/// The longest format that is read, in bytes: spreadsheets take 255 characters.
const LONGEST: usize = 2048;

/// A number format, ready to be applied.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
    /// The condition of each section; none for the one that takes the rest.
    conditions: Vec<Option<Condition>>,
    /// The section of texts.
    text: Option<Section>,
}

/// A condition on the numbers that a section is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Condition {
    pub(super) comparison: Comparison,
    pub(super) limit: f64,
}

/// How a number is compared with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    Unequal,
    GreaterOrEqual,
    Greater,
}

impl Condition {
    const fn new(comparison: Comparison, limit: f64) -> Self {
        Self { comparison, limit }
    }

    #[expect(clippy::float_cmp, reason = "a limit is compared as it is written")]
    fn holds(self, number: f64) -> bool {
        match self.comparison {
            Comparison::Less => number < self.limit,
            Comparison::LessOrEqual => number <= self.limit,
            Comparison::Equal => number == self.limit,
            Comparison::Unequal => number != self.limit,
            Comparison::GreaterOrEqual => number >= self.limit,
            Comparison::Greater => number > self.limit,
        }
    }

    /// Whether it holds for no number above zero, nor for zero.
    fn is_of_negatives(self) -> bool {
        match self.comparison {
            Comparison::Less => self.limit <= 0.0,
            Comparison::LessOrEqual | Comparison::Equal => self.limit < 0.0,
            _ => false,
        }
    }

    /// Whether it holds for every number above zero, so that what is left is zero and below.
    fn is_of_positives(self) -> bool {
        match self.comparison {
            Comparison::Greater | Comparison::GreaterOrEqual => self.limit <= 0.0,
            _ => false,
        }
    }
}

impl NumberFormat {
    /// Reads a format code; `None` for one that is longer than any program takes.
    pub(super) fn read(code: &str) -> Option<Self> {
        if code.len() > LONGEST {
            return None;
        }
        let mut sections: Vec<Section> = section::split(code).into_iter().map(Section::read).collect();
        let has_text = sections.len() > 3 || sections.last().is_some_and(|last| last.kind == Kind::Text);
        let text = if has_text { sections.pop() } else { None };
        sections.truncate(3);
        let conditions = conditions(&sections);
        Some(Self { sections, conditions, text })
    }

    /// A format that programs know by its number alone (ECMA-376 part 1, 18.8.30); `None` where there is none.
    pub(super) fn built_in(id: u32) -> Option<Self> {
        built_in::code(id).and_then(Self::read)
    }

    /// Whether a number is shown as it is, with as many digits as it has.
    pub(super) fn is_general(&self) -> bool {
        matches!(self.sections.as_slice(), [only] if only.is_bare_general()) || self.sections.is_empty()
    }

    /// Whether a number is shown as a day or a time.
    pub(super) fn is_of_calendar(&self, number: f64) -> bool {
        self.section_of(number).is_some_and(|(_, section)| section.kind == Kind::Calendar)
    }

    /// What is seen of a number: trimmed, and with one blank where a format leaves room.
    pub(super) fn show(&self, number: f64, epoch: Epoch) -> String {
        let Some((at, section)) = self.section_of(number).filter(|_| number.is_finite()) else {
            return plain(number);
        };
        let shown = match &section.kind {
            Kind::Calendar => match clock::show(section, number, epoch) {
                Some(shown) => shown,
                None => return plain(number),
            },
            kind => {
                let magnitude = number.abs();
                let shown = match kind {
                    Kind::Fraction => fraction::show(section, magnitude),
                    _ => digits::show(section, magnitude),
                };
                let is_signed = number < 0.0 && !self.drops_sign(at) && shown.is_signed;
                if is_signed { format!("-{}", shown.text) } else { shown.text }
            }
        };
        tidy(&shown)
    }

    /// What is seen of a text. One that a format hides is given all the same: it is written there.
    pub(super) fn show_text(&self, text: &str) -> String {
        match &self.text {
            Some(section) if section.kind == Kind::Text => section.around(text),
            _ => text.to_owned(),
        }
    }

    /// The section that a number is shown by; `None` where it is shown as it is.
    fn section_of(&self, number: f64) -> Option<(usize, &Section)> {
        let at =
            self.conditions.iter().position(|condition| condition.is_none_or(|condition| condition.holds(number)))?;
        self.sections.get(at).map(|section| (at, section))
    }

    /// Whether a section shows numbers below zero alone, and so has the sign that it wants in itself.
    fn drops_sign(&self, at: usize) -> bool {
        match (self.conditions.get(at).copied().flatten(), at) {
            (Some(condition), _) => condition.is_of_negatives(),
            (None, 1) => self.conditions.first().copied().flatten().is_some_and(Condition::is_of_positives),
            (None, _) => false,
        }
    }
}

/// The condition of each section: its own, or that of its place.
fn conditions(sections: &[Section]) -> Vec<Option<Condition>> {
    let own = |at: usize| sections.get(at).and_then(|section| section.condition);
    let first = |usual| Some(own(0).unwrap_or(Condition::new(usual, 0.0)));
    match sections.len() {
        1 => vec![own(0)],
        2 if own(0).is_none() && own(1).is_none() => vec![first(Comparison::GreaterOrEqual), None],
        2 => vec![first(Comparison::Greater), own(1)],
        3 => {
            let second = own(1).unwrap_or(Condition::new(Comparison::Less, 0.0));
            vec![first(Comparison::Greater), Some(second), None]
        }
        _ => Vec::new(),
    }
}

/// Without the blanks around it, and with one blank for several: a format pads to line numbers up below each other.
pub(super) fn tidy(shown: &str) -> String {
    let mut tidied = String::with_capacity(shown.len());
    for c in shown.trim().chars() {
        if c != ' ' || !tidied.ends_with(' ') {
            tidied.push(c);
        }
    }
    tidied
}
