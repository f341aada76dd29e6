//! Signatories that stand in a list twice, perhaps spelled in two ways. Somebody has to look: they may be two.

mod fold;
mod slip;

use std::collections::{BTreeMap, HashMap};

use crate::model::{Fault, Place, Signatory, SignatoryKind};

use super::shown;
use fold::Folded;

/// The most that are reported one by one.
const MOST: usize = 20;

/// Why two rows may be one signatory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// The same text.
    Same,
    /// The same but for case, accents, punctuation, articles and legal forms; or the same in another language.
    Alike,
    /// The name is the acronym of the other.
    Acronym,
    /// The same but for a slip of the pen.
    Slip,
}

/// Finds the published signatories who may stand in a list twice: one warning for each, with both lines.
#[must_use]
pub fn namesakes(file: &str, signatories: &[Signatory]) -> Vec<Fault> {
    let published: Vec<&Signatory> = signatories.iter().filter(|signatory| signatory.publish).collect();
    let folded: Vec<Folded> = published.iter().map(|signatory| Folded::of(signatory)).collect();
    let mut found = equal(&published, &folded);
    // Of those that are equal, the first alone is compared with others.
    let firsts: Vec<usize> = (0..published.len()).filter(|row| !found.contains_key(row)).collect();
    for (row, first) in acronyms(&firsts, &folded) {
        found.entry(row).or_insert((first, Likeness::Acronym));
    }
    // "Katherine Miller" and "Katharine Miller" are one person only where both belong to the same place.
    let is_told =
        |row: &usize| published[*row].kind == SignatoryKind::Organisation || !folded[*row].affiliation.is_empty();
    let firsts: Vec<usize> = firsts.into_iter().filter(is_told).collect();
    for (row, first) in slip::pairs(&firsts, &folded) {
        found.entry(row).or_insert((first, Likeness::Slip));
    }
    faults(file, &published, &found)
}

/// Rows that are equal to one before them.
fn equal(published: &[&Signatory], folded: &[Folded]) -> BTreeMap<usize, (usize, Likeness)> {
    let mut found: BTreeMap<usize, (usize, Likeness)> = BTreeMap::new();
    let mut known: HashMap<(SignatoryKind, &str, Option<&str>), usize> = HashMap::new();
    for (row, names) in folded.iter().enumerate() {
        let (kind, belongs) = (published[row].kind, names.affiliation.as_str());
        let keys = || names.keys.iter().map(String::as_str);
        // Two persons of one name are two where both have an affiliation, and not the same one.
        let first = keys().find_map(|name| {
            let same = known.get(&(kind, name, Some(belongs)));
            same.or_else(|| known.get(&(kind, name, if belongs.is_empty() { None } else { Some("") }))).copied()
        });
        if let Some(first) = first {
            let same = published[first].name == published[row].name;
            let (first, _) = found.get(&first).copied().unwrap_or((first, Likeness::Same));
            found.insert(row, (first, if same { Likeness::Same } else { Likeness::Alike }));
        }
        for name in keys() {
            known.entry((kind, name, Some(belongs))).or_insert(row);
            known.entry((kind, name, None)).or_insert(row);
        }
    }
    found
}

/// Rows whose name is the acronym of another, with that other.
fn acronyms(rows: &[usize], folded: &[Folded]) -> Vec<(usize, usize)> {
    let mut of = HashMap::new();
    for row in rows {
        for acronym in &folded[*row].acronyms {
            of.entry(acronym.as_str()).or_insert(*row);
        }
    }
    let whole = |row: &usize| {
        let other = folded[*row].keys.iter().find_map(|name| of.get(name.as_str()))?;
        (other != row).then_some((*row, *other))
    };
    rows.iter().filter_map(whole).collect()
}

fn faults(file: &str, published: &[&Signatory], found: &BTreeMap<usize, (usize, Likeness)>) -> Vec<Fault> {
    // Of many that are written alike, the first speaks for all.
    let mut copies: HashMap<(usize, &str), usize> = HashMap::new();
    for (row, (first, _)) in found {
        *copies.entry((*first, &published[*row].name)).or_default() += 1;
    }
    let mut faults = Vec::new();
    for (row, (first, likeness)) in found {
        let (signatory, other) = (published[*row], published[*first]);
        let Some(copies) = copies.remove(&(*first, signatory.name.as_str())) else {
            continue;
        };
        let more = if copies > 1 { format!(", and on {} more", copies - 1) } else { String::new() };
        let (name, like, line) = (shown(&signatory.name), shown(&other.name), other.fields.list_line(other.line));
        let remove = "remove one, unless they are two";
        let message = match likeness {
            Likeness::Same => format!("`{name}` stands on {line} already{more}; {remove}"),
            Likeness::Alike => format!("`{name}` may be `{like}` on {line} once more{more}; {remove}"),
            Likeness::Acronym => format!("`{name}` is the acronym of `{like}` on {line}{more}; {remove}"),
            Likeness::Slip => format!("`{name}` is spelled nearly as `{like}` on {line}{more}; {remove}"),
        };
        let place = signatory.fields.place(file, signatory.line, signatory.fields.columns().position("name"));
        faults.push(Fault::warning(place, message));
    }
    if let Some(more) = faults.len().checked_sub(MOST).filter(|more| *more > 0) {
        faults.truncate(MOST);
        let message = format!("{more} more signatories look like others; look at these first, and check again");
        faults.push(Fault::warning(Place::file(file), message));
    }
    faults
}
