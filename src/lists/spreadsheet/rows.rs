//! The rows of a sheet, one after another, as the rows of a list.

use crate::lists::mark::Mark;
use std::sync::Arc;

use crate::lists::row::Row;
use crate::model::{Cell, MergedCells, Place};

use super::grid::{Grid, Stretch, Visibility};
use super::limits::WIDEST_ROW;
use super::merged::{Area, Merged};

/// The rows of a sheet that have something in them.
pub(in crate::lists) struct SheetRows {
    sheet: Arc<str>,
    grid: Grid,
    /// The number of the next row among those of the grid, and how many like it were given.
    next: usize,
    given: u64,
    merged_cells: MergedCells,
    /// The merged cells that begin further down.
    below: std::iter::Peekable<std::vec::IntoIter<Area>>,
    open: Vec<Open>,
    leaves_out_hidden: bool,
}

impl SheetRows {
    /// The rows of a sheet by its name.
    pub(super) fn new(sheet: Arc<str>, grid: Grid, merged: Merged, merged_cells: MergedCells) -> Self {
        let below = merged.into_areas().peekable();
        Self { sheet, grid, next: 0, given: 0, merged_cells, below, open: Vec::new(), leaves_out_hidden: false }
    }

    /// Whether there is none.
    pub(in crate::lists) fn is_empty(&self) -> bool {
        self.grid.rows().is_empty()
    }

    /// The place of a row.
    pub(in crate::lists) fn place(&self, file: &str, line: u64) -> Place {
        let cell = Cell { sheet: Some(Arc::clone(&self.sheet)), row: line, column: None };
        Place::line(file, line).with_cell(cell)
    }

    /// The numbers of the rows that nobody sees, below the one with a number.
    pub(in crate::lists) fn hidden_below(&self, line: u64) -> Vec<u64> {
        let hidden = self.grid.rows().iter().filter(|row| row.visibility == Visibility::Hidden);
        let has_text =
            |row: &&Stretch| self.grid.cells(**row).any(|cell| cell.mark.is_some() || !cell.text.trim().is_empty());
        hidden
            .filter(has_text)
            .flat_map(|row| row.line..row.line.saturating_add(row.times))
            .filter(|at| *at > line)
            .collect()
    }

    /// Leaves out the rows that nobody sees.
    pub(in crate::lists) fn leave_out_hidden(&mut self) {
        self.leaves_out_hidden = true;
    }

    /// The next row of the grid and its number.
    fn next_stretch(&mut self) -> Option<(Stretch, u64)> {
        loop {
            let row = *self.grid.rows().get(self.next)?;
            if self.leaves_out_hidden && row.visibility == Visibility::Hidden {
                self.next += 1;
                continue;
            }
            let line = row.line + self.given;
            self.given += 1;
            if self.given >= row.times {
                (self.next, self.given) = (self.next + 1, 0);
            }
            return Some((row, line));
        }
    }

    /// Goes on to the merged cells of a row.
    fn merge(&mut self, line: u64, cells: &mut Unpacked) {
        self.open.retain(|open| open.area.bottom >= line);
        while let Some(area) = self.below.next_if(|area| area.top <= line) {
            // Where the row in which it begins was left out or has nothing in it, nothing stands in it.
            let begins_here = area.top == line;
            let text = cells.texts.get(area.left).filter(|_| begins_here).cloned().unwrap_or_default();
            let mark = cells.mark(area.left).filter(|_| begins_here).cloned();
            if area.bottom >= line {
                self.open.push(Open { area, text, mark });
            }
        }
        for Open { area, text, mark } in &self.open {
            for column in area.left..=area.right.min(WIDEST_ROW - 1) {
                if (area.top, area.left) == (line, column) {
                    continue;
                }
                match self.merged_cells {
                    MergedCells::First => cells.set(column, text, mark.clone()),
                    MergedCells::Apart => cells.set(column, "", Some(Mark::Merged { row: area.top })),
                }
            }
        }
    }
}

impl Iterator for SheetRows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let (row, line) = self.next_stretch()?;
        let mut cells = Unpacked::default();
        for cell in self.grid.cells(row) {
            for column in cell.first..=cell.last {
                cells.set(column, cell.text, cell.mark.cloned());
            }
        }
        self.merge(line, &mut cells);
        Some(Row::from_sheet(Arc::clone(&self.sheet), line, cells.texts, cells.marks))
    }
}

/// A merged cell that reaches into the row, with what stands in it.
#[derive(Debug)]
struct Open {
    area: Area,
    text: String,
    mark: Option<Mark>,
}

/// The cells of a row, and what there is to say of them.
#[derive(Debug, Default)]
struct Unpacked {
    texts: Vec<String>,
    marks: Vec<(usize, Mark)>,
}

impl Unpacked {
    fn mark(&self, column: usize) -> Option<&Mark> {
        self.marks.iter().find(|(at, _)| *at == column).map(|(_, mark)| mark)
    }

    fn set(&mut self, column: usize, text: &str, mark: Option<Mark>) {
        if self.texts.len() <= column {
            self.texts.resize(column + 1, String::new());
        }
        text.clone_into(&mut self.texts[column]);
        if !self.marks.is_empty() {
            self.marks.retain(|(at, _)| *at != column);
        }
        self.marks.extend(mark.map(|mark| (column, mark)));
    }
}
