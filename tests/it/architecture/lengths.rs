//! How long a file and a function may be, and how much a function may be given.

use syn::spanned::Spanned;
use syn::{Block, Expr, FnArg, Signature, Stmt};

use super::source::Source;

/// A function of a file.
#[derive(Debug)]
pub struct Function {
    name: String,
    /// Where it begins.
    line: usize,
    /// From its name to its last brace.
    lines: usize,
    /// Without `self`.
    parameters: usize,
    is_a_table: bool,
}

impl Function {
    pub fn of(signature: &Signature, body: &Block) -> Self {
        Self::asked(signature, Some(body))
    }

    /// A function of a trait, which may have no body.
    pub fn asked(signature: &Signature, body: Option<&Block>) -> Self {
        let line = signature.span().start().line;
        let last = body.map_or_else(|| signature.span().end(), |body| body.span().end()).line;
        Self {
            name: signature.ident.to_string(),
            line,
            lines: last - line + 1,
            parameters: signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count(),
            is_a_table: body.is_some_and(is_a_table),
        }
    }
}

/// Whether a body is a table of data: one array, or one `match` each of whose arms is a single expression.
fn is_a_table(body: &Block) -> bool {
    let [Stmt::Expr(only, None)] = body.stmts.as_slice() else { return false };
    match only {
        Expr::Array(_) => true,
        Expr::Reference(to) => matches!(*to.expr, Expr::Array(_)),
        Expr::Match(of) => {
            of.arms.iter().all(|arm| !matches!(*arm.body, Expr::Block(_) | Expr::If(_) | Expr::Match(_)))
        }
        _ => false,
    }
}

/// The files with more lines than this.
pub fn long_files(sources: &[Source], most: usize) -> Vec<String> {
    let long = sources.iter().filter(|source| source.lines > most);
    long.map(|source| format!("{}: {} lines", source.path, source.lines)).collect()
}

/// The comments with more characters in a line than this.
pub fn long_comments(sources: &[Source], most: usize) -> Vec<String> {
    let all = sources.iter().flat_map(|source| source.comments.iter().map(move |comment| (source, comment)));
    let long = all.filter(|(_, (_, columns))| *columns > most);
    long.map(|(source, (line, columns))| format!("{}:{line}: a comment of {columns} columns", source.path)).collect()
}

/// The functions with more lines than this that are no tables.
pub fn long_functions(sources: &[Source], most: usize) -> Vec<String> {
    let long = all(sources).filter(|(_, function)| function.lines > most && !function.is_a_table);
    long.map(|(source, it)| format!("{}:{}: `{}` has {} lines", source.path, it.line, it.name, it.lines)).collect()
}

/// The functions with more parameters than this, `self` left out.
pub fn many_parameters(sources: &[Source], most: usize) -> Vec<String> {
    let many = all(sources).filter(|(_, function)| function.parameters > most);
    many.map(|(source, it)| format!("{}:{}: `{}` has {} parameters", source.path, it.line, it.name, it.parameters))
        .collect()
}

fn all(sources: &[Source]) -> impl Iterator<Item = (&Source, &Function)> {
    sources.iter().flat_map(|source| source.functions.iter().map(move |function| (source, function)))
}

#[test]
fn a_long_file_is_noticed() {
    let planted = Source::planted(&[("a.rs", "\n\n\n"), ("b.rs", "\n\n"), ("tests/d.rs", "\n\n\n")]);
    assert_eq!(long_files(&planted, 2), ["a.rs: 3 lines"]);
}

#[test]
fn a_long_comment_is_noticed() {
    let planted = Source::planted(&[(
        "a.rs",
        "//! As long as it may\nfn a() {\n    // one sign too long.\n    let _ = \"a text is no comment\";\n}\n",
    )]);
    assert_eq!(long_comments(&planted, 21), ["a.rs:3: a comment of 25 columns"]);
}

#[test]
fn a_long_function_is_noticed_wherever_it_stands() {
    let planted = Source::planted(&[(
        "a.rs",
        "fn short() {\n}\nfn long() {\n\n}\nstruct A;\nimpl A {\n fn method(&self) {\n\n }\n}\n\
         trait T {\n fn given(&self) {\n\n }\n}\nmod inner {\n fn deep() {\n\n }\n}\n\
         #[test]\nfn a_test() {\n\n}\n#[cfg(test)]\nmod tests {\n fn helps() {\n\n }\n}\n",
    )]);
    let found = long_functions(&planted, 2);
    let names = ["a.rs:3: `long`", "a.rs:8: `method`", "a.rs:13: `given`", "a.rs:18: `deep`"];
    assert_eq!(found, names.map(|name| format!("{name} has 3 lines")));
}

#[test]
fn a_table_may_be_long_and_what_only_looks_like_one_may_not() {
    let planted = Source::planted(&[(
        "a.rs",
        "fn array() -> [u8; 2] {\n [\n1,2]\n}\nfn borrowed() -> &'static [u8] {\n &[\n1]\n}\n\
         fn names(n: u8) -> u8 {\n match n {\n 1 => 2,\n _ => 3 }\n}\n\
         fn acts(n: u8) -> u8 {\n match n {\n 1 => { 2 }\n _ => 3 }\n}\n\
         fn more() -> [u8; 1] {\n let a = 1;\n [a]\n}\n",
    )]);
    assert_eq!(long_functions(&planted, 2), ["a.rs:14: `acts` has 5 lines", "a.rs:19: `more` has 4 lines"]);
}

#[test]
fn too_many_parameters_are_noticed() {
    let planted = Source::planted(&[(
        "a.rs",
        "fn three(a: u8, b: u8, c: u8) {}\nimpl A { fn two(&self, a: u8, b: u8) {} fn much(&self, a: u8, b: u8, c: u8) {} }\n\
         trait T { fn asked(&self, a: u8, b: u8, c: u8); }",
    )]);
    let found = many_parameters(&planted, 2);
    assert_eq!(found.len(), 3, "{found:?}");
}
