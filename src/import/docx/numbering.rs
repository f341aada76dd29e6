//! The lists of a document: what stands before each item (ECMA-376, part 1, 17.9).

use std::collections::{HashMap, HashSet};

use quick_xml::events::BytesStart;

use crate::import::ImportError;
use crate::import::block::Marker;
use crate::import::package::{Token, attribute, walk};

/// Word has so many levels.
const LEVELS: usize = 9;
/// A number with more digits begins no list in Markdown (`CommonMark`, 5.2).
const LARGEST_NUMBER: u32 = 999_999_999;
/// Letters are doubled after Z and so on: no list goes as far as this.
const LARGEST_LETTER: u32 = 26 * 4;
/// What Roman numbers go to.
const LARGEST_ROMAN: u32 = 3_999;

/// How a level counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Format {
    Bullet,
    /// Nothing stands before its items.
    None,
    #[default]
    Decimal,
    DecimalZero,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    /// In a way that is not known here.
    Other,
}

impl Format {
    fn named(name: &str) -> Self {
        match name {
            "bullet" => Self::Bullet,
            "none" => Self::None,
            "decimal" => Self::Decimal,
            "decimalZero" => Self::DecimalZero,
            "lowerLetter" => Self::LowerLetter,
            "upperLetter" => Self::UpperLetter,
            "lowerRoman" => Self::LowerRoman,
            "upperRoman" => Self::UpperRoman,
            _ => Self::Other,
        }
    }

    fn write(self, number: u32) -> String {
        match self {
            Self::DecimalZero => format!("{number:02}"),
            Self::LowerLetter if (1..=LARGEST_LETTER).contains(&number) => letters(number),
            Self::UpperLetter if (1..=LARGEST_LETTER).contains(&number) => letters(number).to_uppercase(),
            Self::LowerRoman if (1..=LARGEST_ROMAN).contains(&number) => roman(number),
            Self::UpperRoman if (1..=LARGEST_ROMAN).contains(&number) => roman(number).to_uppercase(),
            _ => number.to_string(),
        }
    }
}

/// a, b, … z, aa, bb, …
fn letters(number: u32) -> String {
    let (times, letter) = ((number - 1) / 26 + 1, (number - 1) % 26);
    let letter = (b'a'..=b'z').nth(letter as usize).map_or('a', char::from);
    std::iter::repeat_n(letter, times as usize).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut left = number;
    let mut written = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            written.push_str(sign);
            left -= value;
        }
    }
    written
}

/// What a list says of one of its levels.
#[derive(Debug, Clone, Default)]
struct Level {
    format: Format,
    /// What stands before an item, where `%1` is the number of the first level.
    text: Option<String>,
    start: Option<u32>,
}

impl Level {
    fn setting(&mut self, name: &str, value: Option<String>) {
        match name {
            "numFmt" => self.format = Format::named(&value.unwrap_or_default()),
            "lvlText" => self.text = value,
            "start" => self.start = value.and_then(|start| start.parse().ok()),
            _ => {}
        }
    }
}

/// A list: the abstract one that it is of, and what it changes in it.
#[derive(Debug, Default)]
struct List {
    outline: String,
    levels: HashMap<usize, Level>,
    starts: HashMap<usize, u32>,
}

/// The lists, by id.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: HashMap<String, List>,
    outlines: HashMap<String, HashMap<usize, Level>>,
}

/// Where in the part something is read.
#[derive(Default)]
struct Place {
    outline: Option<String>,
    list: Option<String>,
    level: Option<usize>,
}

impl Numbering {
    pub(super) fn read(xml: &str) -> Result<Self, ImportError> {
        let mut numbering = Self::default();
        let mut place = Place::default();
        walk(xml, |token| {
            match token {
                Token::Start(element) => numbering.element(element, &mut place),
                Token::End("abstractNum") => place.outline = None,
                Token::End("num") => place.list = None,
                Token::End("lvl" | "lvlOverride") => place.level = None,
                _ => {}
            }
            Ok(())
        })?;
        Ok(numbering)
    }

    fn element(&mut self, element: &BytesStart<'_>, place: &mut Place) {
        let value = || attribute(element, "val");
        match element.local_name().as_ref() {
            "abstractNum" => place.outline = attribute(element, "abstractNumId"),
            "num" => place.list = attribute(element, "numId"),
            "lvl" | "lvlOverride" => {
                place.level = attribute(element, "ilvl").and_then(|level| level.parse().ok());
            }
            "abstractNumId" => {
                if let (Some(list), Some(outline)) = (&place.list, value()) {
                    self.lists.entry(list.clone()).or_default().outline = outline;
                }
            }
            "startOverride" => {
                let start = value().and_then(|start| start.parse().ok());
                if let (Some(list), Some(level), Some(start)) = (&place.list, place.level, start) {
                    self.lists.entry(list.clone()).or_default().starts.insert(level, start);
                }
            }
            name @ ("numFmt" | "lvlText" | "start") => {
                let Some(level) = place.level else { return };
                let levels = match (&place.list, &place.outline) {
                    (Some(list), _) => &mut self.lists.entry(list.clone()).or_default().levels,
                    (None, Some(outline)) => self.outlines.entry(outline.clone()).or_default(),
                    (None, None) => return,
                };
                levels.entry(level).or_default().setting(name, value());
            }
            _ => {}
        }
    }

    fn level<'n>(&'n self, list: &'n List, level: usize) -> Option<&'n Level> {
        list.levels.get(&level).or_else(|| self.outlines.get(&list.outline)?.get(&level))
    }
}

/// What stands before an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) marker: Marker,
    /// What is written where Markdown has no such list.
    pub(super) written: String,
    /// Whether it counts in another way than the document does.
    pub(super) is_another: bool,
}

/// The numbers that the items before had, by abstract list: all lists of one count together.
#[derive(Debug, Default)]
pub(super) struct Counters {
    numbers: HashMap<String, [Option<u32>; LEVELS]>,
    begun: HashSet<(String, usize)>,
}

impl Counters {
    /// What stands before the next item of a list; nothing where it has no mark at that level.
    pub(super) fn next(&mut self, numbering: &Numbering, list: &str, level: usize) -> Option<Mark> {
        let level = level.min(LEVELS - 1);
        let known = numbering.lists.get(list)?;
        let of_level = numbering.level(known, level)?;
        let begins = self.begun.insert((list.to_owned(), level));
        let start = |at: usize| {
            let own = known.starts.get(&at).copied();
            own.or_else(|| numbering.level(known, at)?.start).unwrap_or(1)
        };
        let numbers = self.numbers.entry(known.outline.clone()).or_default();
        let before = numbers[level].filter(|_| !(begins && known.starts.contains_key(&level)));
        let number = before.map_or_else(|| start(level), |number| number.saturating_add(1));
        numbers[level] = Some(number);
        numbers[level + 1..].fill(None);
        let own = format!("%{}", level + 1);
        let text = of_level.text.clone().unwrap_or_else(|| format!("{own}."));
        let is_plain = text.strip_prefix(&own).is_some_and(|rest| matches!(rest, "." | ")" | ""));
        match of_level.format {
            Format::None => return None,
            Format::Bullet => {
                return Some(Mark { marker: Marker::Bullet, written: String::new(), is_another: false });
            }
            Format::Decimal if is_plain && number <= LARGEST_NUMBER => {
                return Some(Mark { marker: Marker::Number(number), written: String::new(), is_another: false });
            }
            _ => {}
        }
        let mut written = text;
        for at in (0..=level).rev() {
            let format = numbering.level(known, at).map_or(Format::Decimal, |level| level.format);
            let number = numbers[at].unwrap_or_else(|| start(at));
            written = written.replace(&format!("%{}", at + 1), &format.write(number));
        }
        Some(Mark { marker: Marker::Written, written, is_another: of_level.format == Format::Other })
    }
}
