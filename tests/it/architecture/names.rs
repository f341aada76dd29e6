//! Which file a path leads to, as the compiler would say.

use std::collections::BTreeMap;

use super::source::{Form, Module, Named, Scope, Source};

/// A name that is imported again and again is followed no further than this.
const DEEPEST: usize = 32;

/// All modules with their names.
pub struct Names<'a> {
    scopes: BTreeMap<&'a [String], &'a Scope>,
}

/// Where a path leads.
enum Place<'a> {
    /// To a module itself.
    Module(&'a Scope),
    /// To an item, in the file that defines it.
    Item(&'a str),
}

impl<'a> Names<'a> {
    pub fn of(sources: &'a [Source]) -> Self {
        let scopes = sources.iter().flat_map(|source| source.scopes.iter());
        Self { scopes: scopes.map(|(module, scope)| (module.as_slice(), scope)).collect() }
    }

    /// The path from the root of the library, where it is one of the library's; the imports of its own module are
    /// followed.
    pub fn from_root(&self, scope: &[String], segments: &[String]) -> Option<Module> {
        self.absolute(scope, segments, 0)
    }

    /// A path into another crate, whole: `io::stdout` as `std::io::stdout`, where `io` was imported so.
    pub fn from_outside(&self, named: &Named) -> Vec<String> {
        let mut segments = named.segments.clone();
        let Some(scope) = self.scopes.get(named.scope.as_slice()) else { return segments };
        for _ in 0..DEEPEST {
            match scope.imported.get(&segments[0]) {
                Some(import) if import[0] != segments[0] => segments.splice(..1, import.iter().cloned()).count(),
                _ => break,
            };
        }
        segments
    }

    /// The files that a path leads to: those that define what it names.
    pub fn files(&self, named: &Named) -> Vec<&'a str> {
        let Some(path) = self.absolute(&named.scope, &named.segments, 0) else { return Vec::new() };
        match (self.place(&path, 0), named.form) {
            (Some(Place::Item(file)), _) => vec![file],
            // An import of a module alone says nothing yet: what is named through it does.
            (Some(Place::Module(_)), Form::Import | Form::Plain) | (None, _) => Vec::new(),
            (Some(Place::Module(scope)), Form::Glob) => {
                let reexported = scope.imported.values().filter_map(|import| {
                    let path = self.absolute(&path, import, 0)?;
                    match self.place(&path, 0)? {
                        Place::Item(file) => Some(file),
                        Place::Module(_) => None,
                    }
                });
                std::iter::once(scope.file.as_str()).chain(reexported).collect()
            }
        }
    }

    /// The file of a module.
    pub fn file(&self, module: &[String]) -> Option<&'a str> {
        self.scopes.get(module).map(|scope| scope.file.as_str())
    }

    fn absolute(&self, scope: &[String], segments: &[String], depth: usize) -> Option<Module> {
        let first = segments.first()?.as_str();
        if depth > DEEPEST {
            return None;
        }
        let joined = |base: &[String], rest: &[String]| [base, rest].concat();
        match first {
            "crate" => return Some(segments[1..].to_vec()),
            "self" => return Some(joined(scope, &segments[1..])),
            "super" => {
                let ups = segments.iter().take_while(|segment| *segment == "super").count();
                let base = &scope[..scope.len().checked_sub(ups)?];
                return Some(joined(base, &segments[ups..]));
            }
            _ => {}
        }
        let names = self.scopes.get(scope)?;
        if self.scopes.contains_key(joined(scope, &segments[..1]).as_slice()) || names.defined.contains(first) {
            return Some(joined(scope, segments));
        }
        if let Some(import) = names.imported.get(first) {
            let is_of_another_crate = import[0] == first;
            return (!is_of_another_crate)
                .then(|| self.absolute(scope, &joined(import, &segments[1..]), depth + 1))
                .flatten();
        }
        names.globs.iter().find_map(|glob| {
            let module = self.absolute(scope, glob, depth + 1)?;
            let found = self.scopes.get(module.as_slice())?;
            let is_there = found.defined.contains(first) || found.imported.contains_key(first);
            is_there.then(|| joined(&module, segments))
        })
    }

    fn place(&self, path: &[String], depth: usize) -> Option<Place<'a>> {
        if depth > DEEPEST {
            return None;
        }
        let (scope, module, rest) = (0..=path.len()).rev().find_map(|length| {
            let (module, rest) = path.split_at(length);
            Some((*self.scopes.get(module)?, module, rest))
        })?;
        let Some(first) = rest.first() else { return Some(Place::Module(scope)) };
        if scope.defined.contains(first) {
            return Some(Place::Item(&scope.file));
        }
        let through = |import: &[String], rest: &[String]| {
            let path = self.absolute(module, &[import, rest].concat(), depth + 1)?;
            self.place(&path, depth + 1)
        };
        if let Some(import) = scope.imported.get(first)
            && let Some(place) = through(import, &rest[1..])
        {
            return Some(place);
        }
        let globbed = scope.globs.iter().find_map(|glob| {
            let module = self.absolute(module, glob, depth + 1)?;
            let found = self.scopes.get(module.as_slice())?;
            found.defined.contains(first).then(|| Place::Item(&found.file))
        });
        // What a macro defines, or what comes from another crate, is of the module that it is named by.
        globbed.or(Some(Place::Item(&scope.file)))
    }
}
