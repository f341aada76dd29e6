//! Slots: what stands in the place of a value in the HTML of a shape, until the letter is filled.

use super::link::Position;
use super::marker::{CLOSE, OPEN};

/// What stands in the place of a marker in HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Value(usize),
    Attribute(usize),
    Url(usize, Position),
    /// HTML of a value that is the same for all: it is put in when the page is made, and not read as HTML before.
    Constant(usize),
    Title,
    Preheader,
}

impl Slot {
    pub(super) fn marker(self) -> String {
        let (letter, number) = match self {
            Self::Value(number) => ('t', number),
            Self::Attribute(number) => ('a', number),
            Self::Url(number, Position::Whole) => ('w', number),
            Self::Url(number, Position::Address) => ('m', number),
            Self::Url(number, Position::Part) => ('u', number),
            Self::Constant(number) => ('c', number),
            Self::Title => ('x', 0),
            Self::Preheader => ('x', 1),
        };
        format!("{OPEN}{letter}{number}{CLOSE}")
    }

    pub(super) fn read(inside: &str) -> Option<Self> {
        let number = inside.get(1..)?.parse().ok()?;
        Some(match (inside.as_bytes().first()?, number) {
            (b't', _) => Self::Value(number),
            (b'a', _) => Self::Attribute(number),
            (b'w', _) => Self::Url(number, Position::Whole),
            (b'm', _) => Self::Url(number, Position::Address),
            (b'u', _) => Self::Url(number, Position::Part),
            (b'c', _) => Self::Constant(number),
            (b'x', 0) => Self::Title,
            (b'x', 1) => Self::Preheader,
            _ => return None,
        })
    }
}
