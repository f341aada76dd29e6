//! Addresses that do not exist, as far as providers count them.

use std::time::Duration;

use crate::model::window::Window;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How many letters may come back, or be refused since nobody is there: providers lock accounts for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unknown {
    /// In any hour.
    pub per_hour: Option<u32>,
    /// In any 24 hours.
    pub per_day: Option<u32>,
}

impl Unknown {
    /// The limits as rolling windows.
    pub fn windows(self) -> impl Iterator<Item = Window> {
        let spans = [(self.per_hour, HOUR), (self.per_day, DAY)];
        spans.into_iter().filter_map(|(limit, span)| Some(Window { limit: limit?, span }))
    }
}
