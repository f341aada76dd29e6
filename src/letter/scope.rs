//! The names a letter may use, and what each of them stands for.

use crate::model::{Columns, KNOWN_COLUMNS, Place, Round, canonical};

use super::LetterFacts;
use super::program::{Expr, ListKind, PreviousField, SignatoryField};
use crate::model::nearest::{advice, nearest, quoted};

const ROOT: [&str; 8] =
    ["recipient", "signatories", "signatory_count", "letter", "campaign", "sender", "round", "previous"];
const PREVIOUS: [&str; 4] = ["sent_at", "subject", "days_ago", "new_signatories"];

/// Something that has names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Root,
    Recipient,
    Letter,
    Campaign,
    Sender,
    Previous,
    Signatory { frame: usize },
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    Value(Expr),
    Object(Object),
}

/// What is the same for a whole template: the header of the list, and the values of the campaign.
#[derive(Debug)]
pub(super) struct Scope<'s> {
    columns: &'s Columns,
    recipients_path: &'s str,
    signatory_columns: Vec<String>,
    shown_columns: &'s [(String, Place)],
    round: Round,
    continues: bool,
    signatory_count: u64,
    letter: [(&'static str, String); 2],
    campaign: [(&'static str, String); 2],
    sender: [(&'static str, String); 2],
}

/// A block's `this`, the names it gives with `as |name|`, and the `{{#each}}` it stands in.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) this: Thing,
    pub(super) named: Vec<(String, Thing)>,
    pub(super) frame: Option<usize>,
}

impl<'s> Scope<'s> {
    pub(super) fn new(facts: &LetterFacts<'s>, language: &str, signatory_count: usize) -> Self {
        let header = facts.signatories.first().map(|row| row.fields.columns().names().to_vec());
        Self {
            columns: facts.columns,
            recipients_path: facts.recipients_path,
            signatory_columns: header.unwrap_or_default(),
            shown_columns: facts.show,
            round: facts.round,
            continues: facts.continues,
            signatory_count: signatory_count as u64,
            letter: [("date", facts.date.to_string()), ("language", language.to_owned())],
            campaign: [("id", facts.campaign_id.as_str().to_owned()), ("name", facts.campaign_name.to_owned())],
            sender: [
                ("name", facts.sender_name.unwrap_or_default().to_owned()),
                ("email", facts.sender_email.to_owned()),
            ],
        }
    }

    /// Resolves a path as it is written, such as `recipient.name`, `this.url`, `../round` or `@index`.
    pub(super) fn resolve(&self, raw: &str, contexts: &[Context]) -> Result<Thing, String> {
        if let Some(local) = raw.strip_prefix('@')
            && !local.starts_with("root")
        {
            return local_variable(raw, local, contexts);
        }
        let mut segments = segments(raw).into_iter().peekable();
        let mut level = contexts.len();
        let mut from_here = false;
        while let Some(first) = segments.peek() {
            match first.as_str() {
                ".." => {
                    level -= 1;
                    if level == 0 {
                        return Err(format!(
                            "`{raw}` leads out of the letter; it has more `../` than there are blocks around it"
                        ));
                    }
                }
                "@root" => level = 1,
                "this" | "." => {}
                _ => break,
            }
            from_here = true;
            segments.next();
        }
        let visible = &contexts[..level];
        let mut written = Vec::new();
        let mut thing = match visible.last() {
            Some(context) => context.this.clone(),
            None => Thing::Object(Object::Root),
        };
        if let (false, Some(name)) = (from_here, segments.peek()) {
            let named = visible.iter().rev().flat_map(|context| context.named.iter().rev());
            if let Some((_, found)) = named.clone().find(|(known, _)| known == name) {
                thing = found.clone();
                written.push(name.clone());
                segments.next();
            }
        }
        for name in segments {
            thing = match thing {
                Thing::Object(object) => self
                    .member(object, &name, &written.join("."))
                    .map_err(|message| self.or_outside(message, raw, &name, &written, contexts))?,
                Thing::Value(value) => {
                    let whole = if written.is_empty() { "this".to_owned() } else { written.join(".") };
                    return Err(match value {
                        Expr::List(_) => format!(
                            "`{whole}` is a list and has no `{name}`; go through it with `{{{{#each {whole}}}}}`"
                        ),
                        _ => format!("`{whole}` is a text and has no `{name}`; write `{whole}` alone"),
                    });
                }
            };
            written.push(name);
        }
        Ok(thing)
    }

    /// Adds to an unknown name that it is known further out.
    fn or_outside(&self, message: String, raw: &str, name: &str, written: &[String], contexts: &[Context]) -> String {
        if !written.is_empty() || contexts.len() < 2 {
            return message;
        }
        let up = contexts.iter().rev().skip(1).position(|context| match &context.this {
            Thing::Object(object) => self.member(*object, name, "").is_ok(),
            Thing::Value(_) => false,
        });
        match up {
            Some(steps) => format!("`{raw}` is not known in this block; write `{}{raw}`", "../".repeat(steps + 1)),
            None => message,
        }
    }

    fn member(&self, object: Object, name: &str, within: &str) -> Result<Thing, String> {
        let full = if within.is_empty() { name.to_owned() } else { format!("{within}.{name}") };
        let unknown = |known: &[&str]| Err(format!("`{full}` is not known; {}", advice(name, known)));
        let constant = |table: &[(&'static str, String); 2]| match table.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => Ok(Thing::Value(Expr::Text(value.clone()))),
            None => unknown(&table.each_ref().map(|(known, _)| *known)),
        };
        match object {
            Object::Root => self.root(name).unwrap_or_else(|| unknown(&ROOT)),
            Object::Recipient => self.recipient(name, &full),
            Object::Letter => constant(&self.letter),
            Object::Campaign => constant(&self.campaign),
            Object::Sender => constant(&self.sender),
            Object::Previous => Ok(Thing::Value(match name {
                "sent_at" => Expr::Previous(PreviousField::SentAt),
                "subject" => Expr::Previous(PreviousField::Subject),
                "days_ago" => Expr::Previous(PreviousField::DaysAgo),
                "new_signatories" => Expr::List(ListKind::NewSignatories),
                _ => return unknown(&PREVIOUS),
            })),
            Object::Signatory { frame } => {
                let known = SignatoryField::ALL.map(|(known, _)| known);
                if let Some((_, field)) = SignatoryField::ALL.iter().find(|(known, _)| *known == name) {
                    return Ok(Thing::Value(Expr::Field { frame, field: *field }));
                }
                let named = |column: &String| canonical(column) == canonical(name);
                if let Some(at) = self.shown_columns.iter().position(|(column, _)| named(column)) {
                    return Ok(Thing::Value(Expr::Field { frame, field: SignatoryField::Shown(at) }));
                }
                if self.signatory_columns.iter().any(named) {
                    let known = quoted(&known);
                    return Err(format!(
                        "`{full}` is private: a letter shows of a signatory only {known}, and what `show` names in [letter]"
                    ));
                }
                unknown(&known)
            }
        }
    }

    fn root(&self, name: &str) -> Option<Result<Thing, String>> {
        Some(Ok(match name {
            "recipient" => Thing::Object(Object::Recipient),
            "letter" => Thing::Object(Object::Letter),
            "campaign" => Thing::Object(Object::Campaign),
            "sender" => Thing::Object(Object::Sender),
            "previous" if self.round.0 > 0 || self.continues => Thing::Object(Object::Previous),
            "previous" => {
                return Some(Err("`previous` is known in a follow-up only; this is the first letter".to_owned()));
            }
            "signatories" => Thing::Value(Expr::List(ListKind::Signatories)),
            "signatory_count" => Thing::Value(Expr::Number(self.signatory_count)),
            "round" => Thing::Value(Expr::Number(u64::from(self.round.0))),
            _ => return None,
        }))
    }

    fn recipient(&self, name: &str, full: &str) -> Result<Thing, String> {
        let position = self.columns.position(name);
        match canonical(name).as_str() {
            "email" => return Ok(Thing::Value(Expr::Email)),
            "id" => return Ok(Thing::Value(Expr::Id)),
            "tags" if position.is_some() => return Ok(Thing::Value(Expr::List(ListKind::Tags))),
            _ => {}
        }
        if self.columns.is_doubled(name) {
            let list = self.recipients_path;
            return Err(format!("`{full}`: {list} has several columns `{name}`; rename all but one of them"));
        }
        if let Some(position) = position {
            return Ok(Thing::Value(Expr::Cell(position)));
        }
        let list = self.recipients_path;
        if KNOWN_COLUMNS.iter().any(|known| canonical(known) == canonical(name)) {
            return Err(format!("`{full}`: {list} has no column `{name}`; add it to the list, or leave it out here"));
        }
        let columns: Vec<&str> = self.columns.names().iter().map(String::as_str).collect();
        Err(match nearest(name, columns.iter().copied()) {
            Some(near) => {
                let near = if near.contains(char::is_whitespace) { format!("[{near}]") } else { near.to_owned() };
                format!("`{full}`: {list} has no column `{name}`; did you mean `recipient.{near}`?")
            }
            None => format!("`{full}`: {list} has no column `{name}`; it has {}", quoted(&columns)),
        })
    }
}

fn local_variable(raw: &str, local: &str, contexts: &[Context]) -> Result<Thing, String> {
    let up = local.split('/').take_while(|part| *part == "..").count();
    let name = &local[up * 3..];
    let frame = contexts
        .len()
        .checked_sub(up)
        .and_then(|level| contexts[..level].iter().rev().find_map(|context| context.frame));
    let known = ["@index", "@first", "@last"];
    match (name, frame) {
        ("index", Some(frame)) => Ok(Thing::Value(Expr::Index { frame })),
        ("first", Some(frame)) => Ok(Thing::Value(Expr::First { frame })),
        ("last", Some(frame)) => Ok(Thing::Value(Expr::Last { frame })),
        ("index" | "first" | "last", None) => Err(format!("`{raw}` is known inside `{{{{#each}}}}` only")),
        _ => Err(format!("`{raw}` is not known; {}", advice(raw, &known))),
    }
}

/// The steps of a path: `.` and `/` part them, `[…]` holds a name with any character.
fn segments(raw: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = raw;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let end = inside.find(']').unwrap_or(inside.len());
            found.push(inside[..end].to_owned());
            rest = inside.get(end + 1..).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix("..") {
            found.push("..".to_owned());
            rest = after;
        } else if let Some(after) = rest.strip_prefix("./") {
            found.push(".".to_owned());
            rest = after;
            continue;
        } else {
            let end = rest.find(['.', '/']).unwrap_or(rest.len());
            if end > 0 {
                found.push(rest[..end].to_owned());
            }
            rest = &rest[end..];
        }
        rest = rest.strip_prefix(['.', '/']).unwrap_or(rest);
    }
    found
}
