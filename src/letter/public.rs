//! The public letter: the template merged for nobody in particular, as an article without a page around it.

use std::sync::Arc;

use super::draft::Draft;
use super::evaluate::{Env, Frame, Run};
use super::html;
use super::lines::Lines;
use super::locale::is_right_to_left;
use super::markdown;
use super::passage::Passage;
use super::program::{Call, Expr, ListKind, Node};
use super::source::At;
use super::template::Letter;
use super::trace::{Line, Trace};
use super::value::Value;
use crate::model::{Columns, EmailAddress, Fault, Faults, Fields, Place, Recipient, RecipientId};
use crate::picture::Picture;

/// What stands for `{{recipient.…}}` in the public letter.
#[derive(Debug, Clone)]
pub struct PublicRecipient {
    recipient: Recipient,
    /// For each column of the recipients list, whether the public letter has a value for it.
    given: Vec<bool>,
    file: String,
    table: String,
}

/// The public letter in one language, without a page around it.
#[derive(Debug, Clone)]
pub struct Article {
    /// The subject: one line.
    pub subject: String,
    /// The preheader: one line, empty where the letter has none.
    pub preheader: String,
    /// The letter as HTML: paragraphs, headings, lists; its pictures are in it.
    pub html: String,
    /// The picture at its head, and the text for those who do not see it.
    pub header: Option<(Arc<Picture>, String)>,
    /// Whether its language is written from right to left.
    pub is_right_to_left: bool,
    /// The published signatories in the letter's order, by the lines of their list.
    pub signatories: Vec<u64>,
}

impl PublicRecipient {
    /// Whoever the cells say; the other columns have no value. `place` is where the cells were written, `table` the
    /// name of their table in messages.
    ///
    /// # Panics
    /// Never: the address that stands for none is one.
    #[must_use]
    pub fn new(columns: &Arc<Columns>, cells: &[(usize, &str)], place: &Place, table: String) -> Self {
        let mut row = vec![String::new(); columns.len()];
        let mut given = vec![false; columns.len()];
        for (column, value) in cells {
            if let (Some(cell), Some(is_given)) = (row.get_mut(*column), given.get_mut(*column)) {
                (*value).clone_into(cell);
                *is_given = true;
            }
        }
        let tags = columns.position("tags").map_or("", |at| row[at].as_str());
        let tags = tags.split([';', ',']).map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect();
        let recipient = Recipient {
            id: RecipientId::new("public"),
            line: place.line.unwrap_or(1),
            // It is never printed: a letter that prints an address is refused.
            to: EmailAddress::parse("nobody@public.invalid").expect("it is an address"),
            cc: Vec::new(),
            further: 0,
            bcc: Vec::new(),
            lang: None,
            tags,
            attachments: Vec::new(),
            opted_out: None,
            fields: Fields::new(Arc::clone(columns), row),
        };
        Self { recipient, given, file: place.file.clone(), table }
    }
}

impl PublicRecipient {
    pub(super) fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// The file in which the cells were written.
    pub(super) fn file(&self) -> &str {
        &self.file
    }
}

impl Letter {
    /// Merges the letter for everybody.
    ///
    /// # Errors
    /// Names the template's place where it prints a column that the public letter has no value for, and the table's
    /// where a value cannot stand.
    pub fn publish(&self, public: &PublicRecipient) -> Result<Article, Faults> {
        let env = Env { recipients_path: &public.file, ..self.env(Some(&public.recipient), None, self.language()) };
        let mut faults = Faults::new();
        let mut unmet = Unmet { run: Run::new(&env), public, faults: &mut faults };
        for nodes in [&self.subject, &self.preheader, &self.body] {
            unmet.look(nodes);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut run = Run::new(&env);
        let (mut subject, mut preheader, mut trace) = (Line::default(), Line::default(), Trace::default());
        let mut draft = Draft::default();
        run.all(&self.subject, &mut subject);
        run.all(&self.preheader, &mut preheader);
        run.all(&self.body, &mut trace);
        run.all(&self.body, &mut draft);
        faults.extend(run.faults);
        faults.extend(markdown::check(&draft, &self.html));
        if subject.0.trim().is_empty() && faults.is_empty() {
            faults.push(Fault::error(Place::file(self.path.clone()), "the subject of the public letter is empty"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let refused = |what| Faults::from(Fault::error(Place::file(self.path.clone()), what));
        let content = html::write(&Passage::of(&draft, &self.roll)).map_err(refused)?;
        let mut html = String::with_capacity(content.html.len());
        match Lines::read(&content.html, &content.constants) {
            Ok(whole) => html = whole,
            Err(lines) => {
                let filled = lines.fill(&trace.values, &subject.0, &preheader.0, &mut html);
                filled.map_err(|(number, what)| {
                    let at = trace.values.get(number);
                    let at = at.map_or_else(|| Place::file(self.path.clone()), |(_, at)| at.place());
                    Faults::from(Fault::error(at, format!("{what}; it comes from `{}`", public.table)))
                })?;
            }
        }
        let pictures = content.pictures.iter();
        let html = pictures.fold(html, |html, picture| html.replace(&picture.cid(), &picture.data_url()));
        Ok(Article {
            subject: subject.0,
            preheader: preheader.0,
            html,
            header: self.layout.header().cloned(),
            is_right_to_left: is_right_to_left(self.language()),
            signatories: self.roll.rows().map(|row| row.line).collect(),
        })
    }
}

/// Looks for what the letter prints and the public letter has no value for, in the branches that it takes.
struct Unmet<'a, 'e, 'u> {
    run: Run<'a, 'e>,
    public: &'u PublicRecipient,
    faults: &'u mut Faults,
}

impl<'a> Unmet<'a, '_, '_> {
    fn look(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            match node {
                Node::Text { .. } | Node::Signatories { .. } => {}
                Node::Print { value, at, .. } => self.print(value, at),
                Node::Indented { body, .. } => self.look(body),
                Node::If { test, then, otherwise, .. } => {
                    let is_true = self.run.eval(test).is_ok_and(|value| value.is_true());
                    self.look(if is_true { then } else { otherwise });
                }
                Node::Each { list, body, otherwise, .. } => {
                    let Ok(Value::List(items)) = self.run.eval(list) else { continue };
                    let len = items.len();
                    for (index, item) in items.into_iter().enumerate() {
                        self.run.frames.push(Frame { item: Some(item), index, len });
                        self.look(body);
                        self.run.frames.pop();
                    }
                    if len == 0 {
                        self.look(otherwise);
                    }
                }
            }
        }
    }

    fn print(&mut self, value: &'a Expr, at: &At) {
        let Some(name) = self.unmet(value) else { return };
        let already = |fault: &Fault| fault.place == at.place();
        if self.faults.iter().any(already) {
            return;
        }
        let path = if name.contains(char::is_whitespace) { format!("[{name}]") } else { name.clone() };
        let around = format!("put it between `{{{{#if recipient.{path}}}}}` and `{{{{/if}}}}`");
        self.faults.push(at.fault(match name.as_str() {
            "email" | "id" => format!("`recipient.{name}` is not public, and this letter is to be published; leave it out"),
            _ => format!(
                "the public letter has no value for `recipient.{path}`; add it to `[{}]` in {} (it may be `\"\"`), or {around}",
                self.public.table, self.public.file
            ),
        }));
    }

    /// The name of a column that is needed and has no value.
    fn unmet(&self, expr: &'a Expr) -> Option<String> {
        let columns = self.public.recipient.fields.columns();
        let missing = |at: usize| {
            let is_given = self.public.given.get(at).copied().unwrap_or(false);
            columns.names().get(at).filter(|_| !is_given).cloned()
        };
        match expr {
            Expr::Cell(at) => missing(*at),
            Expr::Email => Some("email".to_owned()),
            Expr::Id => Some("id".to_owned()),
            Expr::List(ListKind::Tags) => missing(columns.position("tags")?),
            Expr::Call(call) => match call.as_ref() {
                Call::Date { value: from, .. } | Call::Plural { count: from, .. } | Call::List { list: from, .. } => {
                    self.unmet(from)
                }
                Call::Eq(..) => None,
                Call::Default(all) => {
                    let has_value = self.run.eval(expr).is_ok_and(|value| value.is_true());
                    if has_value { self.chosen(all) } else { all.iter().find_map(|one| self.unmet(one)) }
                }
            },
            _ => None,
        }
    }

    /// Of the values that `default` chooses from, what the chosen one lacks: an address is none, however it is come by.
    fn chosen(&self, all: &'a [Expr]) -> Option<String> {
        let chosen = all.iter().find(|one| self.run.eval(one).is_ok_and(|value| value.is_true()))?;
        self.unmet(chosen)
    }
}
