//! The number formats of an `.xlsx` workbook (ECMA-376 part 1, 18.8.30).

use std::collections::HashMap;

use super::number_format::{Epoch, NumberFormat};

/// How the cells of a workbook are shown, by the number of their style.
#[derive(Debug)]
pub(super) struct Formats {
    /// Where the format of each style is in `known`; none for a number as it is.
    styles: Vec<Option<usize>>,
    known: Vec<NumberFormat>,
    /// The day from which dates are counted.
    pub(super) epoch: Epoch,
}

impl Default for Formats {
    fn default() -> Self {
        Self { styles: Vec::new(), known: Vec::new(), epoch: Epoch::Since1900 }
    }
}

impl Formats {
    /// The formats of cells: the codes that the workbook has by their numbers, and the number that each style has.
    pub(super) fn new(own: &HashMap<u32, String>, ids: &[u32]) -> Self {
        let mut formats = Self::default();
        let mut places: HashMap<u32, Option<usize>> = HashMap::new();
        for id in ids {
            let place = *places.entry(*id).or_insert_with(|| {
                let format = match own.get(id) {
                    Some(code) => NumberFormat::read(code),
                    None => NumberFormat::built_in(*id),
                };
                let format = format.filter(|format| !format.is_general())?;
                formats.known.push(format);
                formats.known.len().checked_sub(1)
            });
            formats.styles.push(place);
        }
        formats
    }

    /// The format of a style; none for a number as it is.
    pub(super) fn of(&self, style: usize) -> Option<&NumberFormat> {
        self.styles.get(style).copied().flatten().and_then(|at| self.known.get(at))
    }
}
