//! The letters of a round: one template, in all its languages.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::LetterFacts;
use super::gallery::Gallery;
use super::layout;
use super::partial::{Files, Partials};
use super::roll;
use super::source::{Origin, Source};
use super::template::Letter;
use super::variants::Variants;
use crate::model::{Fault, Faults, Language, Place, Severity};
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
        let (mut faults, mut sources, mut files) = (Faults::new(), Vec::new(), Files::new());
        let folder = template.rfind('/').map_or("", |at| &template[..=at]);
        let layout = read_layout(workspace, folder, layout, &mut sources, &mut faults);
        let gallery = Gallery::open(workspace, facts, &mut sources, &mut faults);
        if gallery.header.is_some() {
            layout::check_header(&layout, &mut faults);
        }
        faults.extend(roll::check(facts));
        let mut variants = vec![(facts.language.clone(), template.to_owned())];
        let beside = Variants::of(workspace, template);
        variants.extend(beside.known);
        for (path, error) in beside.unknown {
            faults.push(Fault::warning(Place::file(path), format!("nobody gets this letter: {error}")));
        }
        let mut letters = Vec::new();
        for (language, path) in &variants {
            let Some(origin) = taken(Origin::read(workspace, path), &mut sources, &mut faults) else { continue };
            if let Some(fault) = same_language(&variants, language, path) {
                let stops = fault.severity == Severity::Error;
                faults.push(fault);
                if stops {
                    continue;
                }
            }
            let partials = Partials::of(workspace, folder, path, language, &mut files);
            letters.extend(Letter::read(&origin, &layout, facts, &gallery, partials, &mut faults));
        }
        if faults.has_errors() {
            return Err(in_order(faults));
        }
        for letter in &letters {
            faults.extend(Letter::stumbles_of_all(letter));
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

    /// The numbers of the columns of the recipients list whose cells one of the letters looks at.
    #[must_use]
    pub fn used_cells(&self) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        self.all.iter().for_each(|letter| letter.add_used_cells(&mut used));
        used
    }

    /// Whether one of the letters may name those who sign, in its subject, its preheader or its text.
    #[must_use]
    pub fn name_signatories(&self) -> bool {
        self.all.iter().any(Letter::names_signatories)
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

/// What was read of a file; it is one of the sources then.
fn taken(
    read: Result<(Source, Arc<Origin>), Fault>,
    sources: &mut Vec<Source>,
    faults: &mut Faults,
) -> Option<Arc<Origin>> {
    match read {
        Ok((source, origin)) => {
            sources.push(source);
            Some(origin)
        }
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// The layout at a path, or the `layout.html` in the template's folder, or the product's own where there is none, or
/// none that can be read.
fn read_layout(
    workspace: &Workspace,
    folder: &str,
    path: Option<&str>,
    sources: &mut Vec<Source>,
    faults: &mut Faults,
) -> Arc<Origin> {
    let beside_it = Some(format!("{folder}layout.html")).filter(|path| has(workspace, path));
    let Some(path) = path.or(beside_it.as_deref()) else { return layout::own() };
    match taken(Origin::read(workspace, path), sources, faults) {
        Some(origin) => {
            layout::check(&origin, faults);
            origin
        }
        None => layout::own(),
    }
}

/// What is to say of a letter before which another has its language: an error where both stand beside the template,
/// which is the first.
fn same_language(variants: &[(Language, String)], language: &Language, path: &str) -> Option<Fault> {
    let place = variants.iter().position(|(known, _)| known == language)?;
    let (_, first) = variants.get(place).filter(|(_, first)| first != path)?;
    let fault = if place > 0 {
        let message = format!("{first} is in the language `{language}` too; leave one of the two");
        Fault::error(Place::file(path), message)
    } else {
        let message = format!(
            "{first} is in the language `{language}` too: whoever has that in `lang` gets this letter, and others that one; leave one of the two"
        );
        Fault::warning(Place::file(path), message)
    };
    Some(fault)
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
