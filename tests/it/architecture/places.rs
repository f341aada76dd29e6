//! What has one place in `src`: the command line, the terminal, the runtime, SQL, the mail library.

use super::names::Names;
use super::source::Source;

/// Something that has its place.
pub struct Kept<'a> {
    pub what: &'a str,
    /// The paths of other crates that it is used by, each from its beginning: `tokio::runtime` is also
    /// `tokio::runtime::Builder`.
    pub paths: &'a [&'a str],
    pub macros: &'a [&'a str],
    /// How a text of its language begins.
    pub texts: &'a [&'a str],
    /// The files and folders that may use it.
    pub places: &'a [&'a str],
}

/// Where something is used that has its place elsewhere.
pub fn misplaced(sources: &[Source], kept: &Kept) -> Vec<String> {
    let names = Names::of(sources);
    let is_allowed = |path: &str| {
        let is_in = |place: &&str| path == *place || place.ends_with('/') && path.starts_with(*place);
        kept.places.iter().any(is_in)
    };
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !is_allowed(&source.path)) {
        let mut say =
            |line: usize, name: &str| found.push(format!("{}:{line}: `{name}` is {}", source.path, kept.what));
        for named in &source.paths {
            let path = names.path_from_outside(named).join("::");
            let is_of =
                |of: &&str| path.strip_prefix(*of).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
            if kept.paths.iter().any(is_of) {
                say(named.line, &path);
            }
        }
        for (name, line) in source.macros.iter().filter(|(name, _)| kept.macros.contains(&name.as_str())) {
            say(*line, &format!("{name}!"));
        }
        for (text, line) in &source.texts {
            if let Some(word) = kept.texts.iter().find(|word| text.trim_start().starts_with(**word)) {
                say(*line, word);
            }
        }
    }
    found
}

const PLANTED: Kept = Kept {
    what: "of the terminal",
    paths: &["clap", "std::io::stdout"],
    macros: &["println"],
    texts: &["SELECT "],
    places: &["top/", "main.rs"],
};

#[test]
fn what_is_out_of_its_place_is_noticed_in_whatever_words() {
    for text in [
        "use clap::Parser;",
        "use clap as arguments;",
        "use clap::*;",
        "#[derive(clap::Args)] struct X;",
        "fn x() { clap::x() }",
        "use std::io::{self, Write}; fn x() { io::stdout(); }",
        "use std::io as other; fn x() { other::stdout(); }",
        "use std::{io::stdout};",
        "fn x() { std::io::stdout().lock() }",
        "fn x() { println!(\"\") }",
        "fn x() { std::println!(\"\") }",
        "fn x() { vec![println!(\"\")] }",
        "fn x() { f(\"\n  SELECT id FROM delivery\") }",
        "const X: &str = concat!(\"SELECT id\", \"\");",
    ] {
        let found = misplaced(&Source::planted(&[("below.rs", text)]), &PLANTED);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        for path in ["top/mod.rs", "top/deep/x.rs", "main.rs", "below/tests.rs"] {
            assert_eq!(misplaced(&Source::planted(&[(path, text)]), &PLANTED), Vec::<String>::new(), "{path}: {text}");
        }
    }
}

#[test]
fn what_only_looks_like_it_is_none() {
    for text in [
        "use clapping::x;",
        "use std::io::Write;",
        "fn x(output: Output) { output.stdout.len() }",
        "/// `println!` and clap::Parser\nfn x() {}",
        "fn x() { f(\"please SELECT one\") }",
        "#[cfg(test)] mod tests { use clap::Parser; }",
    ] {
        assert_eq!(misplaced(&Source::planted(&[("below.rs", text)]), &PLANTED), Vec::<String>::new(), "{text}");
    }
}
