//! What came, for people and for scripts.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::super::output;
use crate::campaign::Realm;
use crate::campaign::sync::{Mailed, Mention, Outcome, Suggestion};
use crate::model::CampaignId;
use crate::report::Table;

/// The mails that are new, one after another.
pub(super) struct Shown {
    form: Form,
    campaign: CampaignId,
    realm: Realm,
}

enum Form {
    Table { table: Box<Table<Box<dyn Write + Send>>>, rows: usize },
    Json(Box<dyn Write + Send>),
}

impl Shown {
    /// `campaign` is the one whose deliveries need not be named with it.
    pub(super) fn new(json: bool, campaign: &CampaignId, realm: Realm) -> Self {
        let printed = if json { output::Form::Json } else { output::Form::Text };
        let out: Box<dyn Write + Send> = Box::new(BufWriter::new(output::stdout(printed)));
        let headings = ["kind", "from", "subject", "recipient", "effect"];
        let form =
            if json { Form::Json(out) } else { Form::Table { table: Box::new(Table::new(out, &headings)), rows: 0 } };
        Self { form, campaign: campaign.clone(), realm }
    }

    /// Adds a mail, with what became of what it says.
    pub(super) fn add(&mut self, mail: &Mailed, outcomes: &[Outcome]) -> io::Result<()> {
        match &mut self.form {
            Form::Json(out) => writeln!(out, "{}", json_of(mail, outcomes)),
            Form::Table { table, rows } => {
                for (recipient, effect) in lines(&self.campaign, self.realm, mail, outcomes) {
                    let text = |text: &Option<String>| text.clone().unwrap_or_default();
                    table.add(&[mail.kind.clone(), text(&mail.sender), text(&mail.subject), recipient, effect])?;
                    *rows += 1;
                }
                Ok(())
            }
        }
    }

    /// Prints the rest.
    pub(super) fn finish(self) -> io::Result<()> {
        match self.form {
            Form::Json(mut out) => out.flush(),
            Form::Table { rows: 0, .. } => Ok(()),
            Form::Table { table, .. } => table.finish()?.flush(),
        }
    }
}

/// For each delivery that a mail speaks of, or may speak of: which, and what it did.
fn lines(campaign: &CampaignId, realm: Realm, mail: &Mailed, outcomes: &[Outcome]) -> Vec<(String, String)> {
    let name = |of: &str, recipient: &str, round: u32| {
        let of = if of == campaign.as_str() { String::new() } else { format!(" of {of}") };
        let round = if round == 0 { String::new() } else { format!(", round {round}") };
        format!("{recipient}{of}{round}")
    };
    let mut lines: Vec<(String, String)> = (mail.mentions.iter().zip(outcomes))
        .map(|(mention, outcome)| {
            let who = name(mention.campaign.as_str(), mention.recipient.as_str(), mention.round.0);
            let moved = mention.statement.moved_to.as_ref();
            let moved = moved.map(|to| format!("; moved to {to}: correct the list")).unwrap_or_default();
            (who, effect(mention, *outcome) + &moved)
        })
        .collect();
    if mail.mentions.is_empty() {
        let why = mail.reason.clone().unwrap_or_default();
        if mail.suggestions.is_empty() {
            lines.push((String::new(), format!("none: {why}")));
        }
        lines.extend(mail.suggestions.iter().map(|found| {
            let who = name(&found.campaign, &found.recipient, found.round);
            let confirm = match confirming(found, realm) {
                Some(command) if found.campaign == campaign.as_str() => format!("`{command}` confirms it"),
                Some(command) => format!("`{command}`, in the folder of that campaign, confirms it"),
                None => why.clone(),
            };
            (format!("{who}?"), format!("none: by {} alone; {confirm}", found.why))
        }));
    }
    lines
}

/// What a person types to confirm a suggestion.
fn confirming(found: &Suggestion, realm: Realm) -> Option<String> {
    let mut words: Vec<String> = found.confirm.as_ref()?.iter().map(|word| quoted(word)).collect();
    words.insert(0, "undersigned".to_owned());
    words.extend((realm == Realm::Sandbox).then(|| "--sandbox".to_owned()));
    Some(words.join(" "))
}

/// A word as a shell takes it (POSIX, 2.2.2).
fn quoted(word: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "@._+-:/,=".contains(sign);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn effect(mention: &Mention, outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => mention.effect.as_str().to_owned(),
        Outcome::Noted => match mention.statement.action {
            Some(action) => format!("noted: {action}"),
            None => "noted".to_owned(),
        },
        Outcome::PersonSaid(answer) => format!("noted: a person said {answer}"),
    }
}

fn json_of(mail: &Mailed, outcomes: &[Outcome]) -> Value {
    let deliveries: Vec<Value> = (mail.mentions.iter().zip(outcomes))
        .map(|(mention, outcome)| {
            json!({
                "campaign": mention.campaign.as_str(),
                "round": mention.round.0,
                "recipient": mention.recipient.as_str(),
                "by": mention.statement.by,
                "says": mention.effect.as_str(),
                "moved_to": mention.statement.moved_to,
                "effect": match outcome {
                    Outcome::Done => mention.effect.as_str(),
                    Outcome::Noted | Outcome::PersonSaid(_) => "noted",
                },
            })
        })
        .collect();
    json!({
        "place": mail.place,
        "kind": mail.kind,
        "from": mail.sender,
        "subject": mail.subject,
        "deliveries": deliveries,
        "suggestions": mail.suggestions,
        "suppressed": mail.mentions.iter().filter_map(|mention| Some(mention.suppress.as_ref()?.target.as_key())).collect::<Vec<_>>(),
        "reason": mail.reason,
    })
}
