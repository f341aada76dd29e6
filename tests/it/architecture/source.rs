//! One source file as the checks see it: what it defines, what it imports, which paths, macros and texts it names, how
//! long it is. What is for tests is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItem, Item, Macro, Meta, Stmt, TraitItem, UseTree};

use super::lengths::Function;

/// The name of a module: `["ledger", "sqlite"]`. The root of the library is empty.
pub type Module = Vec<String>;

/// A module's names.
#[derive(Debug, Default)]
pub struct Scope {
    /// The file that it stands in.
    pub file: String,
    /// The items that it defines.
    pub defined: BTreeSet<String>,
    /// The names that it imports, each with the path as it is written.
    pub imported: BTreeMap<String, Vec<String>>,
    /// What it imports with a `*`.
    pub globs: Vec<Vec<String>>,
}

/// How a path is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In a `use`.
    Import,
    /// In a `use`, with a `*` after it.
    Glob,
    /// In an expression, a type, a macro or an attribute.
    Plain,
}

/// A path as it is written, and where.
#[derive(Debug)]
pub struct Named {
    pub scope: Module,
    pub segments: Vec<String>,
    pub form: Form,
    pub line: usize,
}

/// What a file says.
#[derive(Debug, Default)]
pub struct Source {
    /// Relative to `src`, with slashes.
    pub path: String,
    pub module: Module,
    pub lines: usize,
    /// The lines that are comments, each with its number and how many characters it has.
    pub comments: Vec<(usize, usize)>,
    pub scopes: BTreeMap<Module, Scope>,
    pub paths: Vec<Named>,
    /// The macros that it calls, by their last name.
    pub macros: Vec<(String, usize)>,
    /// Its string literals.
    pub texts: Vec<(String, usize)>,
    pub functions: Vec<Function>,
    /// The module that is being read.
    within: Module,
}

fn comments(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| line.trim_start().starts_with("//"));
    lines.map(|(number, line)| (number, line.chars().count()))
}

impl Source {
    /// Reads a file; `None` where it is a module of tests.
    pub fn read(path: &str, text: &str) -> Option<Self> {
        let mut module: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if module.iter().any(|name| name == "tests") {
            return None;
        }
        if module.last().is_some_and(|name| name == "mod") || module == ["lib"] {
            module.pop();
        }
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut source = Self {
            path: path.to_owned(),
            within: module.clone(),
            module,
            lines: text.lines().count(),
            comments: comments(text).collect(),
            ..Self::default()
        };
        source.scope();
        source.visit_file(&file);
        Some(source)
    }

    /// All of `src`.
    pub fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut paths = Vec::new();
        files(&root, &mut paths);
        let path = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        paths.iter().filter_map(|found| Self::read(&path(found), &fs::read_to_string(found).unwrap())).collect()
    }

    /// Some planted files.
    pub fn planted(files: &[(&str, &str)]) -> Vec<Self> {
        files.iter().filter_map(|(path, text)| Self::read(path, text)).collect()
    }

    /// The module of `src` that it is part of: `ledger`, `cli`, `main`.
    pub fn top(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    fn scope(&mut self) -> &mut Scope {
        let scope = self.scopes.entry(self.within.clone()).or_default();
        scope.file.clone_from(&self.path);
        scope
    }

    fn name(&mut self, segments: Vec<String>, form: Form, line: usize) {
        let scope = self.within.clone();
        self.paths.push(Named { scope, segments, form, line });
    }

    /// A branch of a `use`; what is only for tests binds its names and counts for nothing else.
    fn import(&mut self, tree: &UseTree, before: &[String], is_for_tests: bool) {
        let longer = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let line = tree.span().start().line;
        let (segments, bound) = match tree {
            UseTree::Path(path) => return self.import(&path.tree, &longer(&path.ident), is_for_tests),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, before, is_for_tests));
            }
            UseTree::Glob(_) => {
                self.scope().globs.push(before.to_vec());
                if !is_for_tests {
                    self.name(before.to_vec(), Form::Glob, line);
                }
                return;
            }
            UseTree::Name(name) if name.ident == "self" => {
                (before.to_vec(), before.last().cloned().unwrap_or_default())
            }
            UseTree::Name(name) => (longer(&name.ident), name.ident.to_string()),
            UseTree::Rename(name) if name.ident == "self" => (before.to_vec(), name.rename.to_string()),
            UseTree::Rename(name) => (longer(&name.ident), name.rename.to_string()),
        };
        self.scope().imported.insert(bound, segments.clone());
        if !is_for_tests {
            self.name(segments, Form::Import, line);
        }
    }

    /// The paths, macros and texts among tokens that no parser of Rust knows the meaning of.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_punctuation =
            |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let line = token.span().start().line;
            at += 1;
            match token {
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                TokenTree::Literal(literal) => self.read_literal(literal.clone(), line),
                TokenTree::Punct(_) => {}
                TokenTree::Ident(first) => {
                    let mut segments = vec![first.to_string()];
                    while is_punctuation(at, ':') && is_punctuation(at + 1, ':') {
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 2) else { break };
                        segments.push(next.to_string());
                        at += 3;
                    }
                    if is_punctuation(at, '!') && !is_punctuation(at + 1, '=') {
                        self.macros.push((segments[segments.len() - 1].clone(), line));
                    }
                    if segments.len() > 1 {
                        self.name(segments, Form::Plain, line);
                    }
                }
            }
        }
    }

    fn read_literal(&mut self, literal: proc_macro2::Literal, line: usize) {
        if let syn::Lit::Str(text) = syn::Lit::new(literal) {
            self.texts.push((text.value(), line));
        }
    }
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// Whether `#[cfg(test)]` or `#[test]` stands before something.
fn are_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        meta => meta.path().is_ident("test"),
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_for_tests = are_for_tests(attributes(item));
        if let Item::Use(item) = item {
            return self.import(&item.tree, &[], is_for_tests);
        }
        if is_for_tests {
            return;
        }
        if let Some(name) = defined(item) {
            self.scope().defined.insert(name.to_string());
        }
        if let Item::Fn(item) = item {
            self.functions.push(Function::of(&item.sig, &item.block));
        }
        if let Item::Mod(module) = item {
            self.within.push(module.ident.to_string());
            if module.content.is_some() {
                self.scope();
            }
            visit::visit_item(self, item);
            self.within.pop();
        } else {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if let ImplItem::Fn(item) = item {
            if are_for_tests(&item.attrs) {
                return;
            }
            self.functions.push(Function::of(&item.sig, &item.block));
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if let TraitItem::Fn(item) = item {
            self.functions.push(Function::asked(&item.sig, item.default.as_ref()));
        }
        visit::visit_trait_item(self, item);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes: &[Attribute] = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Macro(called) => &called.attrs,
            Stmt::Expr(Expr::If(of), _) => &of.attrs,
            Stmt::Expr(Expr::Block(of), _) => &of.attrs,
            Stmt::Expr(Expr::Call(of), _) => &of.attrs,
            Stmt::Expr(Expr::MethodCall(of), _) => &of.attrs,
            _ => &[],
        };
        if !are_for_tests(attributes) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.name(segments, Form::Plain, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        let line = called.span().start().line;
        self.macros.push((called.path.segments[called.path.segments.len() - 1].ident.to_string(), line));
        self.read_tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let is_a_comment = attribute.path().is_ident("doc");
        if let Meta::List(list) = &attribute.meta {
            self.read_tokens(list.tokens.clone());
        }
        if !is_a_comment {
            visit::visit_attribute(self, attribute);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.push((text.value(), text.span().start().line));
    }
}
