//! The table of recipients before the first letter leaves: the list, with what the plan makes of each.

use std::sync::Arc;

use askama::Template;

use super::sought::{ROWS, Sought, Turn};
use crate::campaign::Error;
use crate::campaign::desk::{Expected, ExpectedRow, Wanted, expected};
use crate::model::Language;
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::layout::{Frame, Section, page};
use crate::web::problem::in_lines;
use crate::web::read::{Answered, read};
use crate::web::visit::Visit;
use crate::web::words::fill;

/// What is on the page.
#[derive(Template)]
#[template(path = "web/recipients/expected.html")]
struct Table {
    frame: Frame,
    sought: Sought,
    rows: Vec<ExpectedRow>,
    /// What is wrong with the lists or letters, a line each, in English.
    faults: Vec<String>,
    place: String,
    total: String,
    previous: Option<String>,
    next: Option<String>,
}

/// Shows the list.
pub(super) async fn list(desk: &Arc<Desk>, visit: &Visit, sought: Sought) -> Answered {
    let asked = sought.clone();
    let spoken = visit.tongue.language();
    let wanted = move |campaign: Language| Wanted {
        words: asked.text.split_whitespace().map(str::to_owned).collect(),
        cells: asked.cells(&spoken.into_iter().chain([campaign]).collect::<Vec<_>>()),
        skip: (asked.page - 1).saturating_mul(ROWS.into()),
        take: ROWS,
    };
    let clock = desk.clock.clone();
    let found = read(desk, move |folder| {
        let found = match expected(folder, &wanted(folder.settings.letter.language.clone()), &clock) {
            Err(Error::Faults(faults)) => Err(in_lines(&Error::Faults(faults))),
            found => Ok(found?),
        };
        Ok((folder.settings.name.clone(), found))
    });
    let (name, found) = found.await?;
    let (tongue, words) = (visit.tongue, visit.tongue.words());
    let (found, faults) = found.map_or_else(|faults| (Expected::default(), faults), |found| (found, Vec::new()));
    let pages = found.total.div_ceil(ROWS.into()).max(1);
    let place = [("n", tongue.number(sought.page)), ("pages", tongue.number(pages))];
    Ok(page(&Table {
        frame: Frame::new(desk, visit, Section::Recipients, words.recipients).of(&name),
        rows: found.rows,
        faults,
        place: fill(words.page_of, &place.each_ref().map(|(name, value)| (*name, value.as_str()))),
        total: tongue.counted(found.total, &words.recipients_counted),
        previous: (sought.page > 1).then(|| sought.path(sought.page - 1, &Turn::Numbered)),
        next: (sought.page < pages).then(|| sought.path(sought.page + 1, &Turn::Numbered)),
        sought,
    }))
}
