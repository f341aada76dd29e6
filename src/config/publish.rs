//! `[publish]`: the letter as a page for everybody.

use super::section::Section;
use crate::model::{Language, Place};

/// The letter as a page for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishSpec {
    /// Where the folder of the pages will be on the web, with `/` at its end.
    pub url: Option<String>,
    /// What others show of the page beside its title, in the campaign's language; without it, the letter's preheader.
    pub description: Option<String>,
    /// Whom the public letter addresses, for each language.
    pub addressees: Vec<PublicAddressee>,
}

/// What stands for `{{recipient.…}}` in the public letter of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddressee {
    /// The letter's language.
    pub language: Language,
    /// Where the table stands.
    pub place: Place,
    /// Columns of the recipients list, where each is named, and their values, which may be empty.
    pub cells: Vec<(String, Place, String)>,
}

impl PublishSpec {
    pub(super) fn read(section: Section<'_>) -> Option<Self> {
        if !section.is_present() {
            return None;
        }
        let url = section.parsed("url", read_url).map(|found| found.value);
        let description = section.parsed("description", |text| match text {
            "" => Err("it is empty; leave it out, and the letter's preheader takes its place".to_owned()),
            text if text.chars().any(char::is_control) => Err("it has a control character".to_owned()),
            text => Ok(text.to_owned()),
        });
        let recipient = section.section("recipient");
        let mut addressees: Vec<PublicAddressee> = Vec::new();
        for (key, table) in recipient.tables() {
            let document = table.document();
            let language = match key.value.parse::<Language>() {
                Ok(language) if addressees.iter().any(|known| known.language == language) => {
                    document
                        .fault(&key.at, format!("[publish.recipient] has `{language}` twice; leave one of the two"));
                    continue;
                }
                Ok(language) => language,
                Err(error) => {
                    document.fault(&key.at, format!("[publish.recipient]: {error}"));
                    continue;
                }
            };
            let cells = table.entries().into_iter();
            let cells = cells.map(|(key, text)| (key.value.to_owned(), document.place(&key.at), text.to_owned()));
            addressees.push(PublicAddressee { language, place: document.place(&key.at), cells: cells.collect() });
        }
        section.finish();
        Some(Self { url, description: description.map(|found| found.value), addressees })
    }
}

/// The address of a folder: canonical, with `/` at its end, so that the pages' names can follow it.
fn read_url(text: &str) -> Result<String, String> {
    let wanted = "write where the folder will be, such as `https://example.org/letter`";
    let mut url = url::Url::parse(text).map_err(|_| wanted.to_owned())?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err(wanted.to_owned());
    }
    if url.username() != "" || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("it may have no name, password, `?` or `#`; {wanted}"));
    }
    let is_page = |path: &str| path.rsplit('/').next().is_some_and(|last| last.contains(".htm"));
    if is_page(url.path()) {
        return Err(format!("it is a page, and there is one for each language; {wanted}"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url.to_string())
}
