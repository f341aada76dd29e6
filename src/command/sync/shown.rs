//! What came, for people and for scripts.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::super::output;
use crate::campaign::sync::{Came, Mention, Outcome, Suggestion};
use crate::campaign::{OverdueCampaign, Realm, Retained};
use crate::model::CampaignId;
use crate::model::clip::clip;
use crate::report::{LogLine, LogTable};

/// So much of a sender, of a subject and of the first line of a mail is shown to people, in characters.
const SENDER_SHOWN: usize = 60;
const SUBJECT_SHOWN: usize = 60;
const SAYS_SHOWN: usize = 50;

/// Of so many deliveries each mail is shown with what it says.
const OF_ONE_MAIL: usize = 5;

/// The mails that are new, one after another.
pub(super) struct Shown {
    form: Form,
    campaign: CampaignId,
    realm: Realm,
}

enum Form {
    Table { table: Box<LogTable<Box<dyn Write + Send>>>, rows: usize },
    Json(Box<dyn Write + Send>),
}

impl Shown {
    /// `campaign` is the one whose deliveries need not be named with it.
    pub(super) fn new(json: bool, campaign: &CampaignId, realm: Realm) -> Self {
        let printed = if json { output::Form::Json } else { output::Form::Text };
        let out: Box<dyn Write + Send> = Box::new(BufWriter::new(output::stdout(printed)));
        let form = if json {
            Form::Json(out)
        } else {
            Form::Table { table: Box::new(LogTable::of_mails(out, &output::sight())), rows: 0 }
        };
        Self { form, campaign: campaign.clone(), realm }
    }

    /// Adds a mail, with what became of what it says.
    pub(super) fn add(&mut self, mail: &Came) -> io::Result<()> {
        match &mut self.form {
            Form::Json(out) => writeln!(out, "{}", json_of(mail)),
            Form::Table { table, rows } => {
                let text = |text: &Option<String>, most| clip(text.clone().unwrap_or_default(), most);
                let (sender, subject) = (text(&mail.sender, SENDER_SHOWN), text(&mail.subject, SUBJECT_SHOWN));
                let says = text(&mail.first_line, SAYS_SHOWN);
                let number = mail.number.map(|number| number.to_string()).unwrap_or_default();
                // The subject and the first line, as a person would read them out.
                let quoted = [&subject, &says].into_iter().filter(|text| !text.is_empty());
                let quoted = quoted.map(|text| format!("“{text}”")).collect::<Vec<_>>().join(", ");
                for (recipient, effect) in lines(&self.campaign, self.realm, mail) {
                    let said = [effect.as_str(), &quoted].into_iter().filter(|text| !text.is_empty());
                    let said = said.collect::<Vec<_>>().join(": ");
                    table.add(&LogLine::of_mail([&number, &mail.kind, &sender, &recipient], said))?;
                    *rows += 1;
                }
                Ok(())
            }
        }
    }

    /// Tells scripts what is kept no longer. People are told beside the table.
    pub(super) fn tell(&mut self, retained: &Retained) -> io::Result<()> {
        match &mut self.form {
            Form::Json(out) => writeln!(out, "{}", json_of_retained(retained)),
            Form::Table { .. } => Ok(()),
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

/// For each delivery that a mail speaks of, or may speak of: which, and what it did. Of many of a kind the first ones,
/// and how many more there are.
fn lines(campaign: &CampaignId, realm: Realm, mail: &Came) -> Vec<(String, String)> {
    let name = |of: &str, recipient: &str, round: u32| {
        let of = if of == campaign.as_str() { String::new() } else { format!(" of {of}") };
        let round = if round == 0 { String::new() } else { format!(", round {round}") };
        format!("{recipient}{of}{round}")
    };
    let to_do = mail.reason.as_ref().map(|reason| format!("; {reason}")).unwrap_or_default();
    let mut lines: Vec<(String, String)> = (mail.told.iter().take(OF_ONE_MAIL))
        .map(|(mention, outcome)| {
            let who = name(mention.campaign.as_str(), mention.recipient.as_str(), mention.round.0);
            (who, effect(mention, *outcome, realm) + &elsewhere(mention) + &to_do)
        })
        .collect();
    let why = || mail.reason.clone().unwrap_or_default();
    if mail.told.is_empty() && mail.suggestions.is_empty() {
        lines.push((String::new(), format!("none: {}", why())));
    }
    lines.extend(mail.suggestions.iter().take(OF_ONE_MAIL).map(|found| {
        let who = name(&found.campaign, &found.recipient, found.round);
        let taken_for = found.effect.as_ref().map(|effect| format!(", as {effect}")).unwrap_or_default();
        let confirm = match confirming(found, realm) {
            Some(command) if found.number.is_some() || found.campaign == campaign.as_str() => {
                format!("`{command}` confirms it{taken_for}")
            }
            Some(command) => format!("`{command}`, in the folder of that campaign, confirms it"),
            None => why(),
        };
        (format!("{who}?"), format!("none: by {} alone; {confirm}", found.why))
    }));
    let more = mail.told.len().saturating_sub(OF_ONE_MAIL) + mail.suggestions.len().saturating_sub(OF_ONE_MAIL);
    if let Some(number) = mail.number.filter(|_| more > 0) {
        let all = command(&["confirm", "--all-of", &number.to_string()], realm);
        lines.push((format!("{more} more"), format!("`{all}` confirms all that waits of it")));
    }
    lines
}

/// Where whom it went to is now, or where it went.
fn elsewhere(mention: &Mention) -> String {
    let moved = mention.statement.moved_to.as_ref().map(|to| format!("; says to write to {to}: correct the list"));
    let passed = mention.statement.passed_on_to.as_ref().map(|to| format!("; it was passed on to {to}"));
    [moved, passed].into_iter().flatten().collect()
}

/// A command line of this program.
pub(super) fn command(words: &[&str], realm: Realm) -> String {
    let sandbox = (realm == Realm::Sandbox).then_some("--sandbox");
    let words = std::iter::once("undersigned").chain(words.iter().copied()).chain(sandbox);
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// What a person types to confirm a suggestion.
fn confirming(found: &Suggestion, realm: Realm) -> Option<String> {
    let words: Vec<&str> = found.confirm.as_ref()?.iter().map(String::as_str).collect();
    Some(command(&words, realm))
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

/// What a mail did to a delivery.
pub(super) fn effect(mention: &Mention, outcome: Outcome, realm: Realm) -> String {
    match outcome {
        Outcome::Done => mention.effect.as_str().to_owned(),
        Outcome::Noted => match (&mention.statement.action, mention.statement.returns_on) {
            (Some(action), _) => format!("noted: {action}"),
            (None, Some(day)) => format!("noted: no follow-up before {day}"),
            (None, None) => "noted".to_owned(),
        },
        Outcome::PersonSaid(answer) => format!("noted: a person said {answer}"),
        Outcome::Waits(number, hold) => {
            let confirm = command(&["confirm", &number.to_string()], realm);
            format!("none: {}; `{confirm}` confirms it, as {}", hold.as_str(), mention.effect.as_str())
        }
        Outcome::TooEarly => "none: the letter is on the wire; `undersigned sync` looks again".to_owned(),
    }
}

fn json_of_retained(Retained { strangers, overdue }: &Retained) -> Value {
    let overdue = overdue.iter().map(|OverdueCampaign { found, .. }| {
        json!({ "campaign": found.campaign.as_str(), "last_event": found.last_event.to_string() })
    });
    json!({
        "kind": "retention",
        "strangers_erased": strangers.as_ref().map(|(_, strangers)| strangers.erased),
        "strangers_waiting": strangers.as_ref().map(|(_, strangers)| &strangers.waiting),
        "campaigns_overdue": overdue.collect::<Vec<_>>(),
    })
}

fn json_of(mail: &Came) -> Value {
    let deliveries: Vec<Value> = (mail.told.iter())
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
                    Outcome::Waits(..) | Outcome::TooEarly => "waits",
                },
                "passed_on_to": mention.statement.passed_on_to,
                "number": match outcome {
                    Outcome::Waits(number, _) => Some(number),
                    _ => None,
                },
            })
        })
        .collect();
    let counts = |outcome: &Outcome| !matches!(outcome, Outcome::Waits(..) | Outcome::TooEarly);
    let suppressed = mail.told.iter().filter(|(_, outcome)| counts(outcome));
    let suppressed = suppressed.filter_map(|(mention, _)| Some(mention.suppress.as_ref()?.target.as_key()));
    json!({
        "place": mail.place,
        "kind": mail.kind,
        "from": mail.sender,
        "subject": mail.subject,
        "deliveries": deliveries,
        "suggestions": mail.suggestions,
        "suppressed": suppressed.collect::<Vec<_>>(),
        "reason": mail.reason,
        "mail": mail.number,
        "first_line": mail.first_line,
    })
}
