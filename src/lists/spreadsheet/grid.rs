//! The rows of a sheet while they are read, packed: all texts in one, and what is repeated once.

use super::limits::{MOST_CELLS, MOST_REPEATED, MOST_ROWS, MOST_TEXT, SheetError, WIDEST_ROW};
use crate::lists::mark::Mark;

/// Whether a person sees a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Visible,
    /// A filter, a folded outline or a person hides it.
    Hidden,
}

/// The cells of a sheet that have something in them, by their rows.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<Stretch>,
    pieces: Vec<Piece>,
    /// What there is to say of a piece beside its text, in the order of the pieces.
    marks: Vec<(u32, Mark)>,
    text: String,
    /// All cells that the rows unfold to, the empty ones before a filled one too.
    cells: u64,
}

/// A row, or several after another that are alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// The number of the first of them, from 1.
    pub(super) line: u64,
    /// How many they are.
    pub(super) times: u64,
    pub(super) visibility: Visibility,
    first: u32,
    end: u32,
}

/// A cell, or several beside another that are alike, counted from 0. Its text begins where that of the piece before it
/// ends.
#[derive(Debug, Clone, Copy)]
struct Piece {
    first: u16,
    last: u16,
    end: u32,
}

/// A cell, or several beside another that are alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filled<'a> {
    /// The number of the first of them, from 0.
    pub(super) first: usize,
    /// The number of the last of them.
    pub(super) last: usize,
    pub(super) text: &'a str,
    pub(super) mark: Option<&'a Mark>,
}

impl Grid {
    /// Begins a row, which stands so many times; lines count from 1.
    pub(super) fn begin_row(&mut self, line: u64, times: u64, visibility: Visibility) {
        let at = count(self.pieces.len());
        self.rows.push(Stretch { line, times, visibility, first: at, end: at });
    }

    /// Puts a text into a cell of the row that was begun last, and into those after it that are alike; columns count
    /// from 0. A cell without text and mark is none.
    ///
    /// # Errors
    /// Where the row is too wide, or there is too much text.
    pub(super) fn put(
        &mut self,
        column: usize,
        times: usize,
        text: &str,
        mark: Option<Mark>,
    ) -> Result<(), SheetError> {
        if text.is_empty() && mark.is_none() {
            return Ok(());
        }
        let last = column.saturating_add(times.max(1) - 1);
        if last >= WIDEST_ROW {
            return Err(SheetError::WideRow);
        }
        if self.text.len() + text.len() > MOST_TEXT {
            return Err(SheetError::ManyCells);
        }
        self.marks.extend(mark.map(|mark| (count(self.pieces.len()), mark)));
        self.text.push_str(text);
        let narrow = |column: usize| u16::try_from(column).unwrap_or(u16::MAX);
        self.pieces.push(Piece { first: narrow(column), last: narrow(last), end: count(self.text.len()) });
        Ok(())
    }

    /// Ends the row. One without cells is none.
    ///
    /// # Errors
    /// Where there are more rows or cells than a list can have.
    pub(super) fn end_row(&mut self) -> Result<(), SheetError> {
        let end = count(self.pieces.len());
        let Some(row) = self.rows.last_mut() else { return Ok(()) };
        row.end = end;
        let row = *row;
        if row.first == row.end {
            self.rows.pop();
            return Ok(());
        }
        if row.times > MOST_REPEATED {
            return Err(SheetError::RepeatedRow { row: row.line, times: row.times });
        }
        let width = self.pieces[row.first as usize..].iter().map(|piece| u64::from(piece.last) + 1).max();
        self.cells = self.cells.saturating_add(width.unwrap_or_default() * row.times);
        if self.cells > MOST_CELLS || row.line.saturating_add(row.times) > MOST_ROWS + 1 {
            return Err(SheetError::ManyCells);
        }
        Ok(())
    }

    /// Puts the rows in the order of their numbers, whatever the order in the file.
    pub(super) fn sort(&mut self) {
        self.rows.sort_by_key(|row| row.line);
        self.text.shrink_to_fit();
        self.pieces.shrink_to_fit();
    }

    /// The rows that have something in them.
    pub(super) fn rows(&self) -> &[Stretch] {
        &self.rows
    }

    /// The cells of a row that have something in them.
    pub(super) fn cells(&self, row: Stretch) -> impl Iterator<Item = Filled<'_>> {
        (row.first..row.end).map(|at| {
            let piece = self.pieces[at as usize];
            let begin = (at as usize).checked_sub(1).map_or(0, |before| self.pieces[before].end);
            Filled {
                first: usize::from(piece.first),
                last: usize::from(piece.last),
                text: &self.text[begin as usize..piece.end as usize],
                mark: self.mark(at),
            }
        })
    }

    fn mark(&self, piece: u32) -> Option<&Mark> {
        let at = self.marks.binary_search_by_key(&piece, |(piece, _)| *piece).ok()?;
        Some(&self.marks[at].1)
    }
}

/// A number that the limits keep far below what it can hold.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
