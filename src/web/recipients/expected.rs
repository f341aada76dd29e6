//! The table of recipients before the first letter leaves: the list, with what the plan makes of each.

use std::sync::Arc;

use askama::Template;

use super::sought::{ROWS, Sought, Turn};
use crate::campaign::Error;
use crate::campaign::desk::{Expected, ExpectedRow, Wanted, expected};
use crate::model::Language;
use crate::web::desk::Desk;
use crate::web::filters;
use crate::web::known_list::list_of;
use crate::web::layout::{Frame, Section, page};
use crate::web::problem::{Trouble, in_lines};
use crate::web::read::{Answered, read};
use crate::web::tongue::Tongue;
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
    /// Whether the list is still being read.
    is_being_read: bool,
    place: String,
    total: Option<String>,
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
    let (name, list) = match list_of(desk).await {
        Ok(found) => found,
        Err(Trouble::Campaign(error)) if matches!(*error, Error::Faults(_)) => {
            let name = read(desk, |folder| Ok(folder.settings.name.clone())).await?;
            return Ok(page(&table(desk, visit, sought, (name, Expected::default(), in_lines(&error)))));
        }
        Err(trouble) => return Err(trouble),
    };
    let Some(list) = list else {
        let mut table = table(desk, visit, sought, (name, Expected::default(), Vec::new()));
        table.is_being_read = true;
        return Ok(page(&table));
    };
    let found = read(desk, move |folder| expected(folder, list, &wanted(folder.settings.letter.language.clone())));
    let found = found.await?;
    Ok(page(&table(desk, visit, sought, (name, found, Vec::new()))))
}

fn table(desk: &Desk, visit: &Visit, sought: Sought, found: (String, Expected, Vec<String>)) -> Table {
    let (tongue, words) = (visit.tongue, visit.tongue.words());
    let (name, found, faults) = found;
    let number = tongue.number(sought.page);
    let place = match found.total.map(|total| total.div_ceil(ROWS.into()).max(1)) {
        Some(pages) => fill(words.page_of, &[("n", &number), ("pages", &tongue.number(pages))]),
        None => fill(words.page_n, &[("n", &number)]),
    };
    Table {
        frame: Frame::new(desk, visit, Section::Recipients, words.recipients).of(&name),
        rows: found.rows.into_iter().map(|row| told(tongue, row)).collect(),
        faults,
        is_being_read: false,
        place,
        total: found.total.map(|total| tongue.counted(total, &words.recipients_counted)),
        previous: (sought.page > 1).then(|| sought.path(sought.page - 1, &Turn::Numbered)),
        next: found.has_more.then(|| sought.path(sought.page.saturating_add(1), &Turn::Numbered)),
        sought,
    }
}

/// A row with why it gets no letter in the desk's language.
fn told(tongue: Tongue, mut row: ExpectedRow) -> ExpectedRow {
    row.why = row.why.map(|why| tongue.skipped(&why));
    row
}
