//! A real letter, as a coalition published it.

use std::path::Path;

use super::arrived::folded;
use super::post::Addressed;

/// To whom the letters go: the first row is the addressee of the letter itself.
const RECIPIENTS: &str = "\
email,name,salutation,cc
first@commission.example,{name},{salutation},cabinet@commission.example; press@commission.example
presidency@council.example,Zoë Ångström-Núñez,\"Dear Minister Ångström-Núñez, dear “Zoë”\",
delegation@bücher.example,Jiří Škvorecký & Söhne,Dear <Mr> Škvorecký *&* Söhne,
desk@parliament.example,Łucja Żuraw,Dear Ms Żuraw,secretary@parliament.example
";

/// A letter cut into what a campaign needs.
pub struct Published {
    pub subject: String,
    pub signatories: Vec<String>,
    /// From the first line of the address to the last line before the signatories.
    body: String,
    /// Such as `22 March 2027`.
    date: String,
    /// Without its comma.
    salutation: String,
    /// The addressee's, where the letter says it on a line of its own.
    name: Option<String>,
}

impl Published {
    /// Reads one; how its parts look tells them apart.
    pub fn read(file: &Path) -> Self {
        let whole = std::fs::read_to_string(file).unwrap();
        let line = |is: fn(&str) -> bool| whole.lines().find(|line| is(line)).map(str::to_owned);
        let is_date = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            words.len() == 3 && words[0].parse::<u8>().is_ok() && words[2].parse::<u16>().is_ok()
        };
        // The signatories are the last lines that are not sentences.
        let is_signatory = |line: &&str| !line.ends_with(['.', ',']);
        let mut signatories: Vec<String> =
            whole.lines().rev().take_while(is_signatory).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        signatories.reverse();
        let letter = &whole[whole.find("To the att").unwrap()..];
        let mut body = letter[..letter.find(&format!("\n{}\n", signatories[0])).unwrap()].to_owned();
        // The links lost their targets when the letter was saved.
        for number in 1..=body.matches("(#)").count() {
            body = body.replacen("(#)", &format!("(https://sources.example/{number}?of=this&letter=1)"), 1);
        }
        Self {
            subject: line(|line| line.starts_with("JOINT PUBLIC")).unwrap(),
            signatories,
            body,
            date: line(is_date).unwrap(),
            salutation: line(|line| line.starts_with("Dear ")).unwrap().trim_end_matches(',').to_owned(),
            name: line(|line| line.starts_with("Mr ")).map(|line| line["Mr ".len()..].to_owned()),
        }
    }

    /// Its date as the settings want it.
    pub fn date(&self) -> String {
        let date = jiff::fmt::strtime::parse("%d %B %Y", &self.date).unwrap().to_date().unwrap();
        date.to_string()
    }

    /// The template: the text with values for what differs from one recipient to the next.
    pub fn template(&self) -> String {
        let body = self.body.replacen(&self.date, "{{date letter.date}}", 1);
        let body = self.filled(&body, "{{recipient.name}}", "{{recipient.salutation}}");
        format!("+++\nsubject = \"{}\"\n+++\n\n{body}\n\n{{{{> signatories}}}}\n", self.subject)
    }

    /// The list of recipients.
    pub fn recipients(&self) -> String {
        let name = self.name.as_deref().unwrap_or("High Representative");
        RECIPIENTS.replace("{name}", name).replace("{salutation}", &self.salutation)
    }

    /// The list of signatories, not in the order in which the letter has them.
    pub fn signatories_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["name", "acronym"]).unwrap();
        for signatory in self.signatories.iter().rev() {
            let (name, acronym) = signatory.rsplit_once(" (").unwrap_or((signatory, ""));
            writer.write_record([name, acronym.trim_end_matches(')')]).unwrap();
        }
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    }

    /// The text that a recipient should read; for the first one, word for word what was published.
    pub fn text_for(&self, to: &Addressed) -> String {
        let body = self.filled(&self.body.replace("**", ""), &to.name, &to.salutation);
        let mut plain = String::new();
        let mut rest = body.as_str();
        // `[text](target)` reads `text <target>`; other brackets are the letter's own.
        while let Some(end) = rest.find("](https://") {
            let start = rest[..end].rfind('[').unwrap();
            let close = end + rest[end..].find(')').unwrap();
            plain.extend([&rest[..start], &rest[start + 1..end], " <", &rest[end + 2..close], ">"]);
            rest = &rest[close + 1..];
        }
        folded(&format!("{plain}{rest} {}", self.signatories.join(" ")))
    }

    /// The body with another name and salutation.
    fn filled(&self, body: &str, name: &str, salutation: &str) -> String {
        let body = body.replacen(&self.salutation, salutation, 1);
        self.name.as_ref().map_or(body.clone(), |own| body.replacen(own, name, 1))
    }
}
