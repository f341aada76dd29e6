//! What stands between the two `+++` lines at the top of a letter.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::source::{At, Origin};
use crate::attachment::judge_name;
use crate::model::nearest::advice;
use crate::model::{Faults, Place, Round};
use crate::workspace::{PathError, Workspace};

const KEYS: [&str; 3] = ["subject", "preheader", "attachments"];
const FENCE: &str = "+++";

/// A text of the front matter that is a template.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) text: String,
    /// Where its first character stands.
    pub(super) at: At,
    /// Whether each byte of the text is one byte of the file: not so where TOML has escapes in it.
    pub(super) verbatim: bool,
}

/// The front matter of a letter, and where its Markdown begins.
#[derive(Debug)]
pub(super) struct FrontMatter {
    /// A follow-up without one takes that of the first letter.
    pub(super) subject: Option<Field>,
    pub(super) preheader: Option<Field>,
    pub(super) attachments: Vec<String>,
    pub(super) body: usize,
}

impl FrontMatter {
    /// Reads it; what is wrong goes to `faults`, and there is nothing then.
    pub(super) fn read(origin: &Arc<Origin>, workspace: &Workspace, round: Round, faults: &mut Faults) -> Option<Self> {
        let (fenced, body) = match fenced(&origin.text) {
            Ok(found) => found,
            Err((line, message)) => {
                faults.push(crate::model::Fault::error(Place::at(origin.path.clone(), line, 1), message));
                return None;
            }
        };
        let mut reader = Reader { origin, start: fenced.start, faults };
        let source = &origin.text[fenced];
        let (table, errors) = DeTable::parse_recoverable(source);
        for error in &errors {
            let offset = error.span().map_or(0, |span| span.start);
            let message = format!("the front matter is not TOML: {}", error.message().trim_end_matches('.'));
            reader.fault(offset, message);
        }
        let (mut subject, mut preheader, mut attachments) = (None, None, Vec::new());
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "subject" => subject = reader.text("subject", source, value),
                "preheader" => preheader = reader.text("preheader", source, value),
                "attachments" => attachments = reader.attachments(workspace, value),
                other => {
                    let message = format!("`{other}` is not a key of the front matter; {}", advice(other, &KEYS));
                    reader.fault(key.span().start, message);
                }
            }
        }
        let has_subject = table.get_ref().contains_key("subject");
        if !has_subject && round == Round(0) && errors.is_empty() {
            let message = "the front matter has no `subject`; add `subject = \"…\"`";
            faults.push(crate::model::Fault::error(Place::at(origin.path.clone(), 1, 1), message));
        }
        let is_sound = subject.is_some() || (!has_subject && round > Round(0) && errors.is_empty());
        is_sound.then_some(Self { subject, preheader, attachments, body })
    }
}

/// The lines between the fences, and where the text after them begins.
fn fenced(text: &str) -> Result<(Range<usize>, usize), (u64, &'static str)> {
    let fence = |line: &str| line.trim_end() == FENCE;
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if !fence(first) {
        return Err((1, "a letter begins with a line `+++`, then `subject = \"…\"`, then another line `+++`"));
    }
    let start = first.len();
    let mut end = start;
    for line in lines {
        if fence(line) {
            return Ok((start..end, end + line.len()));
        }
        end += line.len();
    }
    Err((1, "the front matter is not closed; end it with a line `+++`"))
}

struct Reader<'r> {
    origin: &'r Arc<Origin>,
    start: usize,
    faults: &'r mut Faults,
}

impl Reader<'_> {
    fn at(&self, offset: usize) -> At {
        At { origin: Arc::clone(self.origin), offset: self.start + offset }
    }

    fn fault(&mut self, offset: usize, message: impl Into<String>) {
        let fault = self.at(offset).fault(message);
        self.faults.push(fault);
    }

    fn text(&mut self, key: &str, source: &str, value: &Spanned<DeValue<'_>>) -> Option<Field> {
        let span = value.span();
        let Some(text) = value.get_ref().as_str() else {
            self.fault(span.start, format!("`{key}` is not a text; write it in quotes"));
            return None;
        };
        if let Some(found) = text.chars().find(|c| c.is_control()) {
            let shown = found.escape_default();
            self.fault(
                span.start,
                format!("`{key}` has the control character `{shown}`; write it on one line, without tabs"),
            );
            return None;
        }
        if text.trim().is_empty() {
            self.fault(span.start, format!("`{key}` is empty; write what the reader is to see in the inbox"));
            return None;
        }
        let inside = source.get(span.start + 1..span.end.saturating_sub(1));
        let verbatim = inside == Some(text);
        Some(Field { text: text.to_owned(), at: self.at(span.start + usize::from(verbatim)), verbatim })
    }

    fn attachments(&mut self, workspace: &Workspace, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let Some(list) = value.get_ref().as_array() else {
            self.fault(value.span().start, "`attachments` is not a list; write it as `[\"files/annex.pdf\"]`");
            return Vec::new();
        };
        let mut paths = Vec::new();
        for item in list {
            let offset = item.span().start;
            let Some(path) = item.get_ref().as_str() else {
                self.fault(offset, "an attachment is not a text; write its path in quotes");
                continue;
            };
            let found = workspace
                .path(path)
                .and_then(|whole| if whole.is_file() { Ok(()) } else { Err(PathError::Missing(path.to_owned())) });
            let found = found.map_err(|error| error.to_string());
            match found.and_then(|()| judge_name(path).map_err(|error| error.to_string())) {
                Ok(()) => paths.push(path.to_owned()),
                Err(why) => self.fault(offset, why),
            }
        }
        paths
    }
}
