//! A page of the public letter: it holds all that it shows, runs nothing and fetches nothing.

use askama::Template;
use icu::locale::LocaleExpander;

use super::signing::Signing;
use super::{Edition, Version, banner, name, signatories};
use crate::letter::Article;
use crate::model::Language;
use crate::page::{Direction, Head, Words};

/// The page of one language. What others show of it stands in its `<head>`: search engines, and whoever is sent a link
/// to it (Open Graph).
#[derive(Template)]
#[template(path = "publish/page.html")]
struct Page<'a> {
    head: Head<'a>,
    sender: &'a str,
    article: &'a Article,
    description: &'a str,
    locale: String,
    other_locales: Vec<String>,
    /// Where the page is, where the folder's address is known.
    url: Option<String>,
    /// Where the picture at the letter's head is, for those who fetch it by its own address, and its text.
    image: Option<(String, &'a str)>,
    /// This page and those in other languages; none where there is no other.
    versions: Vec<Link<'a>>,
    /// What these links are called.
    languages: &'static str,
    /// The letter on paper.
    paper: Option<String>,
    /// The table of the signatories, and what it is called.
    table: (&'static str, &'static str),
    /// Who signed, counted, where the words for that are known.
    signing: Option<(&'static Words, Signing)>,
}

/// A link to the page in one language.
struct Link<'a> {
    language: &'a Language,
    /// The language's name for itself.
    name: &'a str,
    file: String,
    /// Absolute, where that is known.
    address: String,
    is_this_page: bool,
}

/// Writes the page of one language; `place` is its place among the letters.
pub(super) fn write(edition: &Edition<'_>, place: usize, version: &Version) -> String {
    let article = &version.article;
    let direction = if article.is_right_to_left { Direction::RightToLeft } else { Direction::LeftToRight };
    let words = Words::of(&version.language);
    let others = edition.letters.iter().filter(|other| other.language != version.language);
    let image = edition.url.zip(article.header.as_ref());
    let page = Page {
        head: Head { language: version.language.as_str(), direction: Some(direction) },
        sender: edition.sender,
        article,
        description: &version.description,
        locale: territorial(&version.language),
        other_locales: others.map(|other| territorial(&other.language)).collect(),
        url: edition.url.map(|_| address(edition, place, version)),
        image: image.map(|(url, (picture, alt))| (format!("{url}{}", banner(picture)), alt.as_str())),
        versions: versions(edition, place),
        languages: words.map_or("Languages", |words| &words.languages),
        paper: version.paper.as_ref().map(|_| name("letter", place, version, "pdf")),
        table: (signatories::NAME, words.map_or("Signatories", |words| &words.signatories)),
        signing: words.zip(Signing::of(edition, version)),
    };
    format!("{page}\n")
}

/// Where a page is: absolute where the folder's address is known, else its name.
fn address(edition: &Edition<'_>, place: usize, version: &Version) -> String {
    match (edition.url, place) {
        (Some(url), 0) => url.to_owned(),
        (Some(url), _) => format!("{url}{}", name("index", place, version, "html")),
        (None, _) => name("index", place, version, "html"),
    }
}

fn versions<'a>(edition: &Edition<'a>, this: usize) -> Vec<Link<'a>> {
    if edition.letters.len() < 2 {
        return Vec::new();
    }
    let link = |(place, version): (usize, &'a Version)| Link {
        language: &version.language,
        name: Words::of(&version.language).map_or(version.language.as_str(), |words| &words.own_name),
        file: name("index", place, version, "html"),
        address: address(edition, place, version),
        is_this_page: place == this,
    };
    edition.letters.iter().enumerate().map(link).collect()
}

/// A language as Open Graph writes it, which wants a territory: the likely one, where the tag has none (UTS 35, likely
/// subtags).
fn territorial(language: &Language) -> String {
    let mut locale = language.locale();
    LocaleExpander::new_common().maximize(&mut locale.id);
    match locale.id.region {
        Some(region) => format!("{}_{region}", locale.id.language),
        None => locale.id.language.to_string(),
    }
}
