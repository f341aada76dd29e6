//! Cells of a sheet that are merged into one.

/// Cells that are one to whoever sees them; rows count from 1, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) top: u64,
    pub(super) bottom: u64,
    pub(super) left: usize,
    pub(super) right: usize,
}

/// The merged cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Merged {
    areas: Vec<Area>,
}

impl Merged {
    /// Adds some.
    pub(super) fn extend(&mut self, areas: impl IntoIterator<Item = Area>) {
        self.areas.extend(areas.into_iter().filter(|area| (area.top, area.left) != (area.bottom, area.right)));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.areas.len()
    }

    /// All of them, in the order of their first rows.
    pub(super) fn into_areas(mut self) -> std::vec::IntoIter<Area> {
        self.areas.sort_by_key(|area| (area.top, area.left));
        self.areas.into_iter()
    }
}
