//! A page of the public letter: it holds all that it shows, runs nothing and fetches nothing.

use std::fmt::Write;

use icu::locale::LocaleExpander;

use super::words::{self, Words};
use super::{Edition, Version, banner, name, signatories};
use crate::letter::{PAGE_POLICY, escape};
use crate::model::Language;

const STYLE: &str = include_str!("page.css");

/// Writes the page of one language; `place` is its place among the letters.
pub(super) fn write(edition: &Edition<'_>, place: usize, version: &Version) -> String {
    let article = &version.article;
    let title = escaped(&article.subject);
    let direction = if article.is_right_to_left { "rtl" } else { "ltr" };
    let mut page = format!("<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n", version.language);
    page.push_str("<meta charset=\"utf-8\">\n");
    page.extend(["<meta http-equiv=\"Content-Security-Policy\" content=\"", PAGE_POLICY, "\">\n"]);
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.extend(["<title>", &title, "</title>\n"]);
    page.push_str(&about(edition, place, version));
    page.extend(["<style>\n", STYLE, "</style>\n</head>\n<body>\n<div class=\"page\">\n"]);
    page.extend(["<header class=\"head\">\n<p>", &escaped(edition.sender), "</p>\n"]);
    page.push_str(&languages(edition, place));
    page.push_str("</header>\n");
    if let Some((picture, alt)) = &article.header {
        let (width, height, url) = (picture.width(), picture.height(), picture.data_url());
        let alt = escaped(alt);
        let _ =
            writeln!(page, "<img class=\"banner\" src=\"{url}\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\">");
    }
    page.extend(["<main>\n<h1>", &title, "</h1>\n", article.html.trim_end(), "\n</main>\n"]);
    page.push_str(&downloads(place, version));
    page.push_str("</div>\n</body>\n</html>\n");
    page
}

/// What others show of the page: search engines, and whoever is sent a link to it (Open Graph).
fn about(edition: &Edition<'_>, place: usize, version: &Version) -> String {
    let mut head = String::new();
    let mut meta = |key: &str, name: &str, value: &str| {
        if !value.is_empty() {
            head.extend(["<meta ", key, "=\"", name, "\" content=\"", &escaped(value), "\">\n"]);
        }
    };
    meta("name", "description", &version.description);
    meta("property", "og:type", "article");
    meta("property", "og:title", &version.article.subject);
    meta("property", "og:description", &version.description);
    meta("property", "og:site_name", edition.sender);
    meta("property", "og:locale", &territorial(&version.language));
    for other in edition.letters.iter().filter(|other| other.language != version.language) {
        meta("property", "og:locale:alternate", &territorial(&other.language));
    }
    if edition.url.is_some() {
        meta("property", "og:url", &address(edition, place, version));
        let link = escaped(&address(edition, place, version));
        if let (Some(url), Some((picture, alt))) = (edition.url, &version.article.header) {
            let mut meta = |name: &str, value: &str| {
                head.extend(["<meta property=\"", name, "\" content=\"", &escaped(value), "\">\n"]);
            };
            meta("og:image", &format!("{url}{}", banner(picture)));
            meta("og:image:alt", alt);
        }
        head.extend(["<link rel=\"canonical\" href=\"", &link, "\">\n"]);
    }
    if edition.letters.len() > 1 {
        for (place, other) in edition.letters.iter().enumerate() {
            let link = escaped(&address(edition, place, other));
            let _ = writeln!(head, "<link rel=\"alternate\" hreflang=\"{}\" href=\"{link}\">", other.language);
        }
    }
    head
}

/// Where a page is: absolute where the folder's address is known, else its name.
fn address(edition: &Edition<'_>, place: usize, version: &Version) -> String {
    match (edition.url, place) {
        (Some(url), 0) => url.to_owned(),
        (Some(url), _) => format!("{url}{}", name("index", place, version, "html")),
        (None, _) => name("index", place, version, "html"),
    }
}

/// The links to the letter's other languages.
fn languages(edition: &Edition<'_>, place: usize) -> String {
    if edition.letters.len() < 2 {
        return String::new();
    }
    let known = edition.letters.get(place).and_then(|version| words::of(&version.language));
    let label = known.map_or("Languages", |words| words.languages);
    let mut nav = format!("<nav aria-label=\"{label}\">\n<ul>\n");
    for (other, version) in edition.letters.iter().enumerate() {
        let tag = &version.language;
        let own = words::of(tag).map_or(tag.as_str(), |words| words.name);
        let _ = if other == place {
            writeln!(nav, "<li><span lang=\"{tag}\" aria-current=\"page\">{own}</span></li>")
        } else {
            let file = name("index", other, version, "html");
            writeln!(nav, "<li><a href=\"{file}\" hreflang=\"{tag}\" lang=\"{tag}\">{own}</a></li>")
        };
    }
    nav.push_str("</ul>\n</nav>\n");
    nav
}

/// The links to the other files.
fn downloads(place: usize, version: &Version) -> String {
    let mut foot = "<footer class=\"foot\">\n".to_owned();
    if version.paper.is_some() {
        let file = name("letter", place, version, "pdf");
        let _ = writeln!(foot, "<a href=\"{file}\" type=\"application/pdf\">PDF</a>");
    }
    let label = words::of(&version.language).map_or("Signatories", |Words { signatories, .. }| signatories);
    let _ = writeln!(foot, "<a href=\"{}\" type=\"text/csv\">{label} (CSV)</a>", signatories::NAME);
    foot.push_str("</footer>\n");
    foot
}

/// A language as Open Graph writes it, which wants a territory: the likely one, where the tag has none (UTS 35, likely subtags).
fn territorial(language: &Language) -> String {
    let mut locale = language.locale();
    LocaleExpander::new_common().maximize(&mut locale.id);
    match locale.id.region {
        Some(region) => format!("{}_{region}", locale.id.language),
        None => locale.id.language.to_string(),
    }
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html
}
