//! Columns of the signatories list that nothing knows, shows or groups by.

use crate::campaign::load::Campaign;
use crate::model::{Fault, Place, canonical, printable};

/// The most columns that are named.
const MOST_NAMED: usize = 8;

/// What is said of such columns, once.
pub(super) fn unused(campaign: &Campaign) -> Option<Fault> {
    let settings = &campaign.folder.settings;
    let shown = settings.letter.show.iter().chain(&settings.signatories.group_by);
    let groups: Vec<String> = shown.map(|(name, _)| canonical(name)).collect();
    let unused: Vec<&String> =
        campaign.signatories.unknown.iter().filter(|name| !groups.contains(&canonical(name))).collect();
    let named: Vec<String> = unused.iter().take(MOST_NAMED).map(|name| format!("`{}`", printable(name))).collect();
    let more = unused.len().checked_sub(MOST_NAMED).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let columns = if unused.len() == 1 { "the column" } else { "the columns" };
    let it = if unused.len() == 1 { "it" } else { "them" };
    let message = format!(
        "nothing uses {columns} {}{more}: rename what is one of the known columns, such as `country` or `acronym`; `show` under \
         [letter] lets a letter print {it}",
        named.join(", ")
    );
    (!unused.is_empty()).then(|| Fault::warning(Place::line(&settings.lists.signatories, 1), message))
}
