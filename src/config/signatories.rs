//! `[signatories]`: how `{{> signatories}}` prints those who signed.

use toml::de::DeValue;

use super::section::Section;
use crate::model::{Heading, Language, Logos, RollColumns, RollStyle, Sorting};

/// Reads the section; without it, signatories are a plain list.
pub(super) fn read(section: &Section<'_>) -> RollStyle {
    let group_by = section.parsed("group_by", |column| match column {
        "" => Err("write the name of a column of the signatories list".to_owned()),
        column => Ok(column.to_owned()),
    });
    let ignores_articles = section.flag("ignore_articles").is_some_and(|found| found.value);
    let hides_logos = section.flag("logos").is_some_and(|found| !found.value);
    RollStyle {
        heading: heading(section),
        group_by: group_by.map(|found| (found.value, section.document().place(&found.at))),
        sorting: if ignores_articles { Sorting::BehindArticle } else { Sorting::WholeName },
        columns: columns(section),
        logos: if hides_logos { Logos::Hidden } else { Logos::Shown },
    }
}

/// `true`, `false`, or words by language.
fn heading(section: &Section<'_>) -> Heading {
    let Some(found) = section.value("heading") else {
        return Heading::None;
    };
    let document = section.document();
    let place = document.place(&found.span());
    let words = match found.get_ref() {
        DeValue::Boolean(false) => return Heading::None,
        DeValue::Boolean(true) => return Heading::Words { own: Vec::new(), place },
        DeValue::Table(words) => words,
        _ => {
            document.fault(&found.span(), "`heading` must be true, false or a table such as { en = \"Signed by\" }");
            return Heading::None;
        }
    };
    let mut own: Vec<(Language, String)> = Vec::new();
    for (tag, text) in words {
        let language = tag.get_ref().parse::<Language>();
        match (language, text.get_ref()) {
            (Err(error), _) => document.fault(&tag.span(), format!("`heading`: {error}")),
            (Ok(_), DeValue::String(text)) if text.chars().any(char::is_control) || text.trim().is_empty() => {
                document.fault(&tag.span(), format!("the heading in `{}` must be one line of text", tag.get_ref()));
            }
            (Ok(language), DeValue::String(text)) => own.push((language, text.trim().to_owned())),
            (Ok(_), _) => {
                document.fault(&text.span(), format!("the heading in `{}` must be a text in quotes", tag.get_ref()));
            }
        }
    }
    Heading::Words { own, place }
}

/// 1, 2, 3 or `"auto"`.
fn columns(section: &Section<'_>) -> RollColumns {
    match section.value("columns").map(|found| (found, found.get_ref())) {
        None => RollColumns::Auto,
        Some((_, DeValue::String(word))) if word.trim() == "auto" => RollColumns::Auto,
        Some((_, DeValue::Integer(number))) if matches!(number.as_str(), "1" | "2" | "3") => {
            RollColumns::Fixed(number.as_str().bytes().map(|digit| digit - b'0').sum())
        }
        Some((found, _)) => {
            section.document().fault(&found.span(), "`columns` must be 1, 2, 3 or \"auto\"");
            RollColumns::Auto
        }
    }
}
