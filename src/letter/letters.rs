//! The letters of a round: one template, in all its languages.

use super::LetterFacts;
use super::gallery::Gallery;
use super::layout;
use super::partial::{Files, Partials};
use super::roll;
use super::source::{Origin, Source};
use super::template::Letter;
use super::variants::Variants;
use crate::model::{Fault, Faults, Language, Place};
use crate::workspace::Workspace;

/// The letters of a round: the template, and those of other languages beside it.
#[derive(Debug)]
pub struct Letters {
    /// The template itself first, then the others by language.
    all: Vec<Letter>,
    sources: Vec<Source>,
    gallery: Gallery,
    warnings: Faults,
}

/// The letter for a language.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The letter.
    pub letter: &'a Letter,
    /// Whether there is none in the language that was asked for, so that this is the fallback.
    pub fell_back: bool,
}

impl Letters {
    /// Reads and checks a template, every `letter.<lang>.md` beside it, their partials and the layout.
    ///
    /// `template` and `layout` are paths as the campaign names them; without a layout it is the
    /// `layout.html` beside the template, and the product's own where there is none.
    ///
    /// # Errors
    /// Everything that is wrong with them, each at its place: nothing may be sent then.
    pub fn load(
        workspace: &Workspace,
        template: &str,
        layout: Option<&str>,
        facts: &LetterFacts<'_>,
    ) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        let mut sources = Vec::new();
        let mut files = Files::new();
        let folder = template.rfind('/').map_or("", |at| &template[..=at]);
        let beside_it = Some(format!("{folder}layout.html")).filter(|path| has(workspace, path));
        let layout = match layout.or(beside_it.as_deref()).map(|path| Origin::read(workspace, path)) {
            None => layout::own(),
            Some(Ok((source, origin))) => {
                sources.push(source);
                layout::check(&origin, &mut faults);
                origin
            }
            Some(Err(fault)) => {
                faults.push(fault);
                layout::own()
            }
        };
        let gallery = Gallery::open(workspace, facts, &mut sources, &mut faults);
        if gallery.header.is_some() {
            layout::check_header(&layout, &mut faults);
        }
        faults.extend(roll::check(facts));
        let mut letters = Vec::new();
        let mut variants = vec![(facts.language.clone(), template.to_owned())];
        let beside = Variants::of(workspace, template);
        variants.extend(beside.known);
        for (path, error) in beside.unknown {
            faults.push(Fault::warning(Place::file(path), format!("nobody gets this letter: {error}")));
        }
        for (language, path) in &variants {
            let origin = match Origin::read(workspace, path) {
                Ok((source, origin)) => {
                    sources.push(source);
                    origin
                }
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            if let Some((_, first)) =
                variants.iter().find(|(known, _)| known == language).filter(|(_, first)| first != path)
            {
                let twice = path != template && first != template;
                if twice {
                    let message = format!("{first} is in the language `{language}` too; leave one of the two");
                    faults.push(Fault::error(Place::file(path.clone()), message));
                    continue;
                }
                let message = format!(
                    "{first} is in the language `{language}` too: whoever has that in `lang` gets this letter, and others that one; leave one of the two"
                );
                faults.push(Fault::warning(Place::file(path.clone()), message));
            }
            let partials =
                Partials { workspace, folder, language, files: &mut files, open: vec![path.clone()], length: 0 };
            letters.extend(Letter::read(&origin, &layout, facts, &gallery, partials, &mut faults));
        }
        if faults.has_errors() {
            return Err(in_order(faults));
        }
        sources.extend(files.into_values().map(|(source, _)| source));
        Ok(Self { all: letters, sources, gallery, warnings: in_order(faults) })
    }

    /// The letter for a recipient who wants a language: `fr-BE`, then `fr`, then the template itself.
    ///
    /// # Panics
    /// Never: there is a letter, since [`Letters::load`] gives none without.
    #[must_use]
    pub fn choose(&self, language: Option<&Language>) -> Choice<'_> {
        let fallback = &self.all[0];
        let Some(language) = language else {
            return Choice { letter: fallback, fell_back: false };
        };
        let others = &self.all[1..];
        let found = language.fallbacks().find_map(|tag| {
            let named = others.iter().find(|letter| letter.language().as_str() == tag);
            named.or_else(|| Some(fallback).filter(|letter| letter.language().as_str() == tag))
        });
        Choice {
            letter: found.unwrap_or(fallback),
            fell_back: found.is_none() && !language.is_written_as(fallback.language()),
        }
    }

    /// All of them, the template itself first.
    pub fn iter(&self) -> impl Iterator<Item = &Letter> {
        self.all.iter()
    }

    /// What is worth a look and stops nothing.
    #[must_use]
    pub fn warnings(&self) -> &Faults {
        &self.warnings
    }

    /// Every file that was read, with its bytes: what is frozen when the first letter of a round is accepted.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How many bytes the pictures have that a letter embeds, before they are encoded.
    #[must_use]
    pub fn size_of_pictures(&self) -> usize {
        self.gallery.size()
    }
}

/// Whether something stands at a path: a link that leads out of the workspace does too, and is refused when it is read.
fn has(workspace: &Workspace, path: &str) -> bool {
    workspace.path(path).map_or(true, |path| path.exists())
}

/// Faults in the order of their places, each once: a partial may be printed several times.
fn in_order(faults: Faults) -> Faults {
    let mut all: Vec<Fault> = faults.into_iter().collect();
    all.sort_by(|one, other| (&one.place, &one.message).cmp(&(&other.place, &other.message)));
    all.dedup();
    let mut ordered = Faults::new();
    ordered.extend(all);
    ordered
}
