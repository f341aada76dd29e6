//! What a round is sent with of `campaign.toml`: a file of the same form that says what shapes the letters and nothing
//! else, so that it changes where they do, and can be read again.

use toml::Value;

use super::{AddressPattern, PdfFor, Settings};
use crate::model::{Heading, Logos, RollColumns, RollStyle, Round, Sorting};

impl Settings {
    /// A digest of all that shapes the letters of a round but lies in this file, for the record of what the round was
    /// sent with.
    #[must_use]
    pub fn letter_settings(&self, round: Round) -> String {
        let mut lines = vec![line("id", self.id.as_str()), line("name", &self.name)];
        lines.extend(self.continues.iter().map(|earlier| line("continues", earlier.as_str())));
        lines.push("[sender]".to_owned());
        let sender = &self.sender;
        let name = sender.name.as_deref().unwrap_or_default();
        lines.push(line("from", format!("{name} <{}>", sender.address).trim_start()));
        let patterns = [("reply_to", &sender.reply_to), ("bounce_to", &sender.bounce_to)];
        let written = |(key, pattern): (&str, &Option<AddressPattern>)| Some(line(key, &pattern.as_ref()?.written()));
        lines.extend(patterns.into_iter().filter_map(written));
        lines.extend(sender.list_unsubscribe.iter().map(|url| line("list_unsubscribe", url)));
        lines.push("[letter]".to_owned());
        lines.extend(self.of_letter(round));
        lines.push("[signatories]".to_owned());
        lines.extend(of_signatories(&self.signatories));
        lines.extend(["[lists]".to_owned(), line("signatories", &self.lists.signatories)]);
        lines.join("\n") + "\n"
    }

    fn of_letter(&self, round: Round) -> Vec<String> {
        let letter = &self.letter;
        let follow_up = self.follow_up(round);
        let template = follow_up.map_or(&letter.template, |follow_up| &follow_up.template);
        let mut lines = vec![line("template", template), line("language", letter.language.as_str())];
        lines.extend(letter.date.map(|date| format!("date = {date}")));
        let elements: Vec<&str> = letter.html.iter().map(|element| element.as_str()).collect();
        lines.extend((!elements.is_empty()).then(|| list("html", &elements)));
        if let Some((header, alt)) = &letter.header {
            lines.extend([line("header", &header.path), line("header_alt", alt)]);
        }
        let shown: Vec<&str> = letter.show.iter().map(|(column, _)| column.as_str()).collect();
        lines.extend((!shown.is_empty()).then(|| list("show", &shown)));
        let pdf = self.pdf(round).map(|(pdf, _)| match pdf {
            PdfFor::Each => "each",
            PdfFor::All => "all",
        });
        lines.extend(pdf.map(|pdf| line("pdf", pdf)));
        // It has no key of its own in [letter]; that it is there is enough, since a follow-up is not quoted.
        lines.extend(follow_up.filter(|spec| spec.quote).map(|_| "# quotes the first letter".to_owned()));
        lines
    }
}

fn of_signatories(style: &RollStyle) -> Vec<String> {
    let mut lines = Vec::new();
    if let Heading::Words { own, .. } = &style.heading {
        let own: Vec<String> = own.iter().map(|(language, text)| line(&quoted(language.as_str()), text)).collect();
        let words = if own.is_empty() { "true".to_owned() } else { format!("{{ {} }}", own.join(", ")) };
        lines.push(format!("heading = {words}"));
    }
    lines.extend(style.group_by.as_ref().map(|(column, _)| line("group_by", column)));
    if style.sorting == Sorting::BehindArticle {
        lines.push("ignore_articles = true".to_owned());
    }
    if let RollColumns::Fixed(columns) = style.columns {
        lines.push(format!("columns = {columns}"));
    }
    if style.logos == Logos::Hidden {
        lines.push("logos = false".to_owned());
    }
    lines
}

fn line(key: &str, text: &str) -> String {
    format!("{key} = {}", quoted(text))
}

fn list(key: &str, texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("{key} = [{}]", texts.join(", "))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
