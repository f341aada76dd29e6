//! The public letter: which of a campaign's letters it is, whom it addresses, and its PDF.

use std::sync::Arc;

use crate::config::{PublicAddressee, Settings};
use crate::letter::{Article, Letter, Letters, PublicRecipient};
use crate::message::Attachment;
use crate::model::nearest::advice;
use crate::model::{Columns, Fault, Faults, Place};
use crate::pdf::{Press, file_name};
use crate::publish::Version;

/// The letters that are published, and those that are not: the campaign's own, and those whose addressees are written
/// down. What else lies beside the template may be a draft.
pub fn public<'a>(settings: &Settings, letters: &'a Letters) -> (Vec<&'a Letter>, Vec<&'a Letter>) {
    let addressees = settings.publish.as_ref().map_or(&[][..], |spec| &spec.addressees);
    let own = letters.iter().next().map(Letter::path);
    letters.iter().partition(|letter| {
        let is_own = Some(letter.path()) == own;
        let is_twice = !is_own && *letter.language() == settings.letter.language;
        is_own || (chosen(addressees, letter).is_some() && !is_twice)
    })
}

/// The public letter in each language that is wanted.
///
/// # Errors
/// Everything that is wrong with `[publish]`, or that the letters print and the public letter has no value for.
pub fn versions(
    settings: &Settings,
    letters: &Letters,
    wanted: &[&Letter],
    columns: &Arc<Columns>,
    press: Option<&Press>,
) -> Result<Vec<Version>, Faults> {
    let spec = settings.publish.as_ref();
    let addressees = spec.map_or(&[][..], |spec| &spec.addressees);
    let mut faults = Faults::new();
    for addressee in addressees {
        faults.extend(unknown_columns(addressee, columns, &settings.lists.recipients));
        let language = &addressee.language;
        if !letters.iter().any(|letter| chosen(addressees, letter).is_some_and(|chosen| chosen == addressee)) {
            let known: Vec<String> = letters.iter().map(|letter| format!("`{}`", letter.language())).collect();
            let message = format!(
                "`[publish.recipient.{language}]`: there is no letter in `{language}`, only in {}; take the table away",
                known.join(", ")
            );
            faults.push(Fault::error(addressee.place.clone(), message));
        }
    }
    let mut versions = Vec::new();
    for (place, letter) in wanted.iter().enumerate() {
        let recipient = public_recipient(settings, chosen(addressees, letter), letter, columns);
        let article = match letter.publish(&recipient) {
            Ok(article) => article,
            Err(found) => {
                faults.extend(found);
                continue;
            }
        };
        let described = spec.and_then(|spec| spec.description.as_deref()).filter(|_| place == 0);
        let description = described.unwrap_or(&article.preheader).to_owned();
        match press.map(|press| press.print(&letter.to_everybody(&recipient))).transpose() {
            Ok(paper) => versions.push(Version { language: letter.language().clone(), article, description, paper }),
            Err(found) => faults.extend(found),
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok(versions) }
}

/// The campaign's own letter as it is shown to people who get none: to everybody, as it is published; where its table
/// lacks a value that the letter prints, the column's name stands in its place, in brackets.
///
/// # Errors
/// Where it can be shown to nobody in particular, as one that prints an address.
pub fn shown(settings: &Settings, letter: &Letter, columns: &Arc<Columns>) -> Result<Article, Faults> {
    let addressees = settings.publish.as_ref().map_or(&[][..], |spec| &spec.addressees);
    let addressee = chosen(addressees, letter);
    letter.publish(&public_recipient(settings, addressee, letter, columns)).or_else(|_| {
        let given = addressee.map_or(&[][..], |addressee| &addressee.cells).iter();
        let given: Vec<(usize, String)> =
            given.filter_map(|(name, _, value)| Some((columns.position(name)?, value.clone()))).collect();
        let rest = (0..columns.len()).filter(|at| !given.iter().any(|(known, _)| known == at));
        let named: Vec<(usize, String)> = rest.map(|at| (at, format!("[{}]", columns.names()[at]))).collect();
        let cells: Vec<(usize, &str)> = given.iter().chain(&named).map(|(at, value)| (*at, value.as_str())).collect();
        let table = format!("publish.recipient.{}", letter.language());
        letter.publish(&PublicRecipient::new(columns, &cells, &Place::file(&settings.file), table))
    })
}

/// The public letter on paper, to go along with the letters to all recipients: for each template, its PDF.
///
/// # Errors
/// As for [`versions`].
pub fn papers(
    press: &Press,
    settings: &Settings,
    letters: &Letters,
    columns: &Arc<Columns>,
) -> Result<Vec<(String, Attachment)>, Faults> {
    let all: Vec<&Letter> = letters.iter().collect();
    let versions = versions(settings, letters, &all, columns, Some(press))?;
    let papers = all.into_iter().zip(versions).map(|(letter, version)| {
        let name = file_name(&settings.name, letter.language());
        (letter.path().to_owned(), Attachment::new(&name, &version.paper.unwrap_or_default()))
    });
    Ok(papers.collect())
}

/// Whom a letter addresses: `[publish.recipient.fr-BE]` for a letter in `fr-BE`, or else `[publish.recipient.fr]`.
fn chosen<'a>(addressees: &'a [PublicAddressee], letter: &Letter) -> Option<&'a PublicAddressee> {
    let mut tags = letter.language().fallbacks();
    tags.find_map(|tag| addressees.iter().find(|addressee| addressee.language.as_str() == tag))
}

fn public_recipient(
    settings: &Settings,
    addressee: Option<&PublicAddressee>,
    letter: &Letter,
    columns: &Arc<Columns>,
) -> PublicRecipient {
    let language = addressee.map_or(letter.language(), |addressee| &addressee.language);
    let cells = addressee.map_or(&[][..], |addressee| &addressee.cells).iter();
    let cells: Vec<(usize, &str)> =
        cells.filter_map(|(name, _, value)| Some((columns.position(name)?, value.as_str()))).collect();
    let place = addressee.map_or_else(|| Place::file(&settings.file), |addressee| addressee.place.clone());
    PublicRecipient::new(columns, &cells, &place, format!("publish.recipient.{language}"))
}

fn unknown_columns(addressee: &PublicAddressee, columns: &Columns, list: &str) -> Vec<Fault> {
    let known: Vec<&str> = columns.names().iter().map(String::as_str).collect();
    let unknown = addressee.cells.iter().filter(|(name, ..)| columns.position(name).is_none());
    let fault = |(name, place, _): &(String, Place, String)| {
        let advice = advice(name, &known);
        Fault::error(place.clone(), format!("`{name}` is no column of {list}; {advice}"))
    };
    unknown.map(fault).collect()
}
