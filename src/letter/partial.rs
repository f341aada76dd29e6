//! Partials: files beside the letter that are printed with `{{> name}}`, as if their text stood there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::source::{Origin, Source};
use crate::model::Language;
use crate::model::nearest::nearest;
use crate::workspace::Workspace;

/// How long all partials that a letter prints may be together, in bytes: each is read again wherever it is printed, and
/// one that prints another ten times, which prints a third ten times, has no end in practice.
const LONGEST: usize = 1024 * 1024;

/// How deep partials may stand in each other.
const DEEPEST: usize = 5;

/// The files that were read, each once.
pub(super) type Files = BTreeMap<String, (Source, Arc<Origin>)>;

/// Finds the file of a partial in the language of a letter.
pub(super) struct Partials<'p> {
    pub(super) workspace: &'p Workspace,
    /// The folder of the letter, with a `/` at its end where it is not the workspace itself.
    pub(super) folder: &'p str,
    pub(super) language: &'p Language,
    pub(super) files: &'p mut Files,
    /// The files that are being read now, the innermost last.
    open: Vec<String>,
    /// How long those are together that were printed so far.
    length: usize,
}

impl<'p> Partials<'p> {
    /// The partials of a letter at a path in `folder`.
    pub(super) fn of(
        workspace: &'p Workspace,
        folder: &'p str,
        letter: &str,
        language: &'p Language,
        files: &'p mut Files,
    ) -> Self {
        Self { workspace, folder, language, files, open: vec![letter.to_owned()], length: 0 }
    }

    /// Finds a partial that is to be printed now, in those that are: it is one of them until [`leave`](Self::leave).
    pub(super) fn enter(&mut self, name: &str) -> Result<Arc<Origin>, String> {
        let origin = self.find(name)?;
        if self.open.contains(&origin.path) {
            return Err(format!("`{{{{> {name}}}}}` prints itself without end; take it out"));
        }
        if self.open.len() > DEEPEST {
            return Err(format!("`{{{{> {name}}}}}` stands in {DEEPEST} partials, and in no more may it stand"));
        }
        // The tag that prints it counts too, so that empty ones come to an end.
        self.length += origin.text.trim_end_matches('\n').len() + name.len();
        if self.length > LONGEST {
            return Err(format!(
                "`{{{{> {name}}}}}` makes the letter's partials longer than {LONGEST} bytes; print fewer"
            ));
        }
        self.open.push(origin.path.clone());
        Ok(origin)
    }

    /// The innermost partial ends.
    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// The file of a partial: `name.<lang>.md`, or `name.md`.
    fn find(&mut self, name: &str) -> Result<Arc<Origin>, String> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!("`{name}` cannot name a partial; use letters, digits, `-`, `_` and `/`"));
        }
        let languages = self.language.fallbacks().map(|tag| format!(".{tag}"));
        let candidates: Vec<String> =
            languages.chain([String::new()]).map(|tag| format!("{}{name}{tag}.md", self.folder)).collect();
        for path in &candidates {
            if let Some((_, origin)) = self.files.get(path) {
                return Ok(Arc::clone(origin));
            }
            let place = self.workspace.path(path).map_err(|error| error.to_string())?;
            if place.exists() {
                let (source, origin) = Origin::read(self.workspace, path).map_err(|fault| fault.to_string())?;
                self.files.insert(path.clone(), (source, Arc::clone(&origin)));
                return Ok(origin);
            }
        }
        let known = self.names(name);
        let known = known.iter().map(String::as_str).chain(["signatories"]);
        Err(match nearest(name, known) {
            Some(near) => format!("there is no partial `{name}`; did you mean `{near}`?"),
            None => format!("there is no partial `{name}`; write it in `{}{name}.md`", self.folder),
        })
    }

    /// The names of the files beside the one that was asked for.
    fn names(&self, name: &str) -> Vec<String> {
        let below = name.rfind('/').map_or("", |at| &name[..=at]);
        let folder = format!("{}{below}", self.folder);
        let folder = if folder.is_empty() { "." } else { &folder };
        let Ok(folder) = self.workspace.path(folder) else {
            return Vec::new();
        };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some(format!("{below}{}", name.strip_suffix(".md")?))
            })
            .collect();
        names.sort();
        names
    }
}
