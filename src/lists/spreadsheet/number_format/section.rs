//! A section of a number format, taken apart.

use super::language::Conventions;
use super::{Comparison, Condition};

/// One section.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub(super) kind: Kind,
    pub(super) parts: Vec<Part>,
    pub(super) condition: Option<Condition>,
    /// The language that it names.
    pub(super) conventions: Conventions,
}

/// What a section shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Fraction,
    /// Days and times.
    Calendar,
    /// Texts, and numbers as if they were texts.
    Text,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    /// A digit.
    Digit(Room),
    /// The decimal point.
    Point,
    /// Groups of thousands, or a division by a thousand.
    Comma,
    Percent,
    /// An exponent: whether it has its sign where it is above zero, and its least number of digits.
    Exponent {
        plus: bool,
        digits: usize,
    },
    /// A fraction's stroke and what is below it.
    Over(Denominator),
    /// The number with as many digits as it has.
    General,
    /// The cell's text.
    Text,
    /// A field of the calendar or clock, and how many letters it is written with.
    Field(Field, usize),
    /// Decimals of a second.
    Subsecond(usize),
}

/// What stands where a number has no digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// `0`
    Zero,
    /// `#`
    Nothing,
    /// `?`
    Blank,
}

/// What a fraction may have below its stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denominator {
    /// So many digits.
    UpTo(usize),
    Fixed(u32),
}

/// A field of the calendar or clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Year,
    /// The year of the Buddhist calendar.
    BuddhistYear,
    Era,
    Month,
    Day,
    /// The day's name, however many letters.
    Weekday,
    Hour,
    Minute,
    Second,
    ElapsedHours,
    ElapsedMinutes,
    ElapsedSeconds,
    /// `AM` or `PM`; with one letter `A` or `P`.
    HalfOfDay,
}

/// The sections of a code.
pub(super) fn split(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut start, mut quoted, mut bracketed, mut escaped) = (0, false, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '"' if !bracketed => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' if !bracketed => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            ';' if !bracketed => {
                sections.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&code[start..]);
    sections
}

impl Section {
    /// Reads a section. Every text is one: what has no meaning stands for itself.
    pub(super) fn read(code: &str) -> Self {
        let mut reader = Reader { rest: code, parts: Vec::new(), condition: None, conventions: Conventions::default() };
        while reader.next_part() {}
        let Reader { mut parts, condition, conventions, .. } = reader;
        let has = |wanted: fn(&Part) -> bool| parts.iter().any(wanted);
        let kind = if has(|part| matches!(part, Part::Field(..))) {
            Kind::Calendar
        } else if has(|part| matches!(part, Part::Text)) {
            Kind::Text
        } else if has(|part| matches!(part, Part::Over(_))) {
            Kind::Fraction
        } else {
            Kind::Number
        };
        if kind == Kind::Calendar {
            settle_minutes(&mut parts);
        }
        Self { kind, parts, condition, conventions }
    }

    /// Whether it is `General` and nothing else.
    pub(super) fn is_bare_general(&self) -> bool {
        self.condition.is_none()
            && self.parts.iter().all(|part| matches!(part, Part::General | Part::Text))
            && self.parts.len() == 1
    }

    /// A text with what the section puts around it.
    pub(super) fn around(&self, text: &str) -> String {
        let shown = self.parts.iter().map(|part| match part {
            Part::Literal(literal) => literal.as_str(),
            Part::Text => text,
            _ => "",
        });
        shown.collect()
    }
}

/// `m` behind hours or before seconds is minutes.
fn settle_minutes(parts: &mut [Part]) {
    let fields: Vec<(usize, Field)> = parts
        .iter()
        .enumerate()
        .filter_map(|(at, part)| match part {
            Part::Field(field, _) => Some((at, *field)),
            _ => None,
        })
        .collect();
    for (number, (at, _)) in fields.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|before| fields.get(before)).map(|(_, field)| *field);
        let behind = fields.get(number + 1).map(|(_, field)| *field);
        let is_minute = matches!(before, Some(Field::Hour | Field::ElapsedHours))
            || matches!(behind, Some(Field::Second | Field::ElapsedSeconds));
        if let Some(Part::Field(field, letters)) = parts.get_mut(*at)
            && *field == Field::Month
            && is_minute
            && *letters < 3
        {
            *field = Field::Minute;
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    parts: Vec<Part>,
    condition: Option<Condition>,
    conventions: Conventions,
}

impl Reader<'_> {
    /// Reads the next part; `false` at the end.
    fn next_part(&mut self) -> bool {
        let Some(c) = self.rest.chars().next() else { return false };
        if self.word() {
            return true;
        }
        self.rest = &self.rest[c.len_utf8()..];
        match c {
            '"' => {
                let (quoted, rest) = self.rest.split_once('"').unwrap_or((self.rest, ""));
                self.rest = rest;
                self.literal(quoted);
            }
            '\\' => {
                let next = self.take();
                self.literal(&next);
            }
            '_' => {
                self.take();
                self.literal(" ");
            }
            '*' => {
                self.take();
            }
            '[' => {
                let (inside, rest) = self.rest.split_once(']').unwrap_or((self.rest, ""));
                self.rest = rest;
                self.bracket(inside);
            }
            '0' => self.parts.push(Part::Digit(Room::Zero)),
            '#' => self.parts.push(Part::Digit(Room::Nothing)),
            '?' => self.parts.push(Part::Digit(Room::Blank)),
            '.' => self.point(),
            ',' => self.parts.push(Part::Comma),
            '%' => self.parts.push(Part::Percent),
            '@' => self.parts.push(Part::Text),
            '/' => self.stroke(),
            other => self.letters(other),
        }
        true
    }

    /// A word that means something: `General`, `AM/PM`, `A/P`.
    fn word(&mut self) -> bool {
        const WORDS: [(&str, Part); 3] = [
            ("general", Part::General),
            ("am/pm", Part::Field(Field::HalfOfDay, 2)),
            ("a/p", Part::Field(Field::HalfOfDay, 1)),
        ];
        for (word, part) in WORDS {
            if self.rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
                self.rest = &self.rest[word.len()..];
                self.parts.push(part);
                return true;
            }
        }
        false
    }

    fn take(&mut self) -> String {
        let next: String = self.rest.chars().take(1).collect();
        self.rest = &self.rest[next.len()..];
        next
    }

    fn literal(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Literal(literal)) => literal.push_str(text),
            _ => self.parts.push(Part::Literal(text.to_owned())),
        }
    }

    /// A condition, a currency with its language, hours above 24, or a colour.
    fn bracket(&mut self, inside: &str) {
        let field = |letter: char| !inside.is_empty() && inside.chars().all(|c| c.eq_ignore_ascii_case(&letter));
        if let Some(currency) = inside.strip_prefix('$') {
            let (symbol, language) = currency.rsplit_once('-').unwrap_or((currency, ""));
            self.literal(symbol);
            if symbol.is_empty() {
                self.conventions = Conventions::of(language);
            }
        } else if let Some(condition) = condition(inside) {
            self.condition = Some(condition);
        } else if field('h') {
            self.parts.push(Part::Field(Field::ElapsedHours, inside.len()));
        } else if field('m') {
            self.parts.push(Part::Field(Field::ElapsedMinutes, inside.len()));
        } else if field('s') {
            self.parts.push(Part::Field(Field::ElapsedSeconds, inside.len()));
        }
    }

    /// A decimal point, or decimals of a second.
    fn point(&mut self) {
        let zeros = self.rest.len() - self.rest.trim_start_matches('0').len();
        let behind_second = matches!(self.parts.last(), Some(Part::Field(Field::Second | Field::ElapsedSeconds, _)));
        if behind_second && zeros > 0 {
            self.rest = &self.rest[zeros..];
            self.parts.push(Part::Subsecond(zeros));
        } else if self.parts.contains(&Part::Point) {
            self.literal(".");
        } else {
            self.parts.push(Part::Point);
        }
    }

    /// The stroke of a fraction, or one that stands for itself.
    fn stroke(&mut self) {
        let length = self.rest.find(|c| !matches!(c, '0'..='9' | '#' | '?')).unwrap_or(self.rest.len());
        let below = &self.rest[..length];
        if length == 0 || !matches!(self.parts.last(), Some(Part::Digit(_))) {
            return self.literal("/");
        }
        self.rest = &self.rest[length..];
        let fixed = if below.starts_with(|c: char| matches!(c, '1'..='9')) { below.parse().ok() } else { None };
        self.parts.push(Part::Over(fixed.map_or(Denominator::UpTo(length), Denominator::Fixed)));
    }

    /// Letters: fields of the calendar, an exponent, or letters that stand for themselves.
    fn letters(&mut self, first: char) {
        let lower = first.to_ascii_lowercase();
        let more = self.rest.chars().take_while(|c| c.eq_ignore_ascii_case(&first)).count();
        let digits = self.parts.iter().any(|part| matches!(part, Part::Digit(_)));
        if lower == 'e' && digits {
            let plus = self.rest.starts_with('+');
            if let Some(rest) = self.rest.strip_prefix(['+', '-']) {
                let zeros = rest.len() - rest.trim_start_matches(['0', '#', '?']).len();
                self.rest = &rest[zeros..];
                return self.parts.push(Part::Exponent { plus, digits: zeros });
            }
        }
        let field = match lower {
            'y' | 'e' => Field::Year,
            'b' => Field::BuddhistYear,
            'g' => Field::Era,
            'm' => Field::Month,
            'd' if more < 2 => Field::Day,
            'd' => Field::Weekday,
            'a' if more > 1 => Field::Weekday,
            'h' => Field::Hour,
            's' => Field::Second,
            _ => return self.literal(first.encode_utf8(&mut [0; 4])),
        };
        self.rest = &self.rest[more..];
        let letters = if lower == 'e' { 4 } else { more + 1 };
        self.parts.push(Part::Field(field, letters));
    }
}

fn condition(inside: &str) -> Option<Condition> {
    const SIGNS: [(&str, Comparison); 6] = [
        ("<>", Comparison::Unequal),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ];
    let (sign, comparison) = SIGNS.into_iter().find(|(sign, _)| inside.starts_with(sign))?;
    let limit = inside[sign.len()..].trim().parse().ok()?;
    Some(Condition::new(comparison, limit))
}
