//! No circle of files: what a file uses never comes back to it. A file may use what the `mod.rs` of its own folder
//! defines.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use super::source::Source;

/// Which file uses which, and what of it.
type Uses<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>;

/// The uses that lie on a circle.
pub fn circles(sources: &[Source]) -> Vec<String> {
    let uses = uses(sources);
    let mut found = Vec::new();
    for (file, used) in &uses {
        for (other, what) in used.iter().filter(|(other, _)| reaches(&uses, other, file)) {
            let what: Vec<&str> = what.iter().map(String::as_str).collect();
            found.push(format!("{file} uses {} of {other}, which comes back to it", what.join(", ")));
        }
    }
    found
}

fn uses(sources: &[Source]) -> Uses<'_> {
    let names = Names::of(sources);
    let mut uses = Uses::new();
    for source in sources.iter().filter(|source| !source.module.is_empty() && source.path != "main.rs") {
        let of_its_folder = names.file(&source.module[..source.module.len() - 1]);
        for named in &source.paths {
            for file in names.files(named) {
                if file != source.path && Some(file) != of_its_folder && file != "lib.rs" {
                    let what = format!("`{}`", named.segments.join("::"));
                    uses.entry(&source.path).or_default().entry(file).or_default().insert(what);
                }
            }
        }
    }
    uses
}

fn reaches(uses: &Uses, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut left = vec![from];
    while let Some(file) = left.pop() {
        if file == to {
            return true;
        }
        left.extend(uses.get(file).into_iter().flatten().map(|(next, _)| *next).filter(|next| seen.insert(next)));
    }
    false
}

/// What is found where `a.rs` says the first and `b.rs` the second; both are in the folder `f`, whose `mod.rs` says the
/// third.
fn found(a: &str, b: &str, folder: &str) -> usize {
    let lib = ("lib.rs", "pub mod f; pub mod g;");
    let other = ("g.rs", "pub fn g() {}");
    circles(&Source::planted(&[lib, other, ("f/mod.rs", folder), ("f/a.rs", a), ("f/b.rs", b)])).len()
}

#[test]
fn a_circle_is_noticed_in_whatever_words() {
    let b = "pub struct B { a: super::a::A } impl B { pub fn new() {} } pub fn b() {} #[macro_export] macro_rules! m { () => {} }";
    for a in [
        "use super::b::B; pub struct A;",
        "use crate::f::b::B; pub struct A;",
        "use crate::f::{b::{self as other, B as C}}; pub struct A;",
        "use crate::{f::b::*, g}; pub struct A;",
        "use super::b; pub struct A; fn a() { b::b() }",
        "use super::b as other; pub struct A; fn a() { other::B::new() }",
        "use super::*; pub struct A; fn a() { b::b() }",
        "pub struct A; fn a() -> crate::f::b::B { todo!() }",
        "pub struct A(Vec<super::b::B>);",
        "pub struct A; fn a() { super::b::b() }",
        "pub struct A; fn a() { println!(\"{}\", super::b::b()) }",
        "pub struct A; impl From<super::b::B> for A {}",
        "#[derive(super::b::Made)] pub struct A;",
        "pub struct A; mod inner { fn a() { super::super::b::b() } }",
        "pub struct A; fn a() { use super::b::b; b() }",
        "pub struct A; fn a() { <super::b::B as Clone>::clone() }",
        "use super::B; pub struct A;",
        "use super::Renamed; pub struct A;",
        "use crate::f::B; pub struct A;",
    ] {
        let folder = "mod a; mod b; pub use b::{B, B as Renamed}; pub use self::a::A;";
        assert_eq!(found(a, b, folder), 2, "{a}");
    }
}

#[test]
fn what_does_not_come_back_is_no_circle() {
    let folder = "mod a; mod b; pub use b::B; pub fn of_the_folder() {}";
    for (a, b) in [
        ("use super::b::B; pub struct A;", "use crate::g::g; pub struct B;"),
        ("use super::b::B; pub struct A;", "use super::of_the_folder; pub struct B;"),
        ("use super::b; pub struct A;", "use super::a; pub struct B;"),
        ("use super::b::B; pub struct A;", "pub struct B; #[cfg(test)] mod tests { use super::super::a::A; }"),
        ("use super::b::B; pub struct A;", "pub struct B; #[test] fn b() { super::a::a() }"),
        ("use super::b::B; pub struct A;", "pub struct B; fn b() { #[cfg(test)] if super::a::a() {} }"),
        ("use super::b::B; pub struct A;", "/// See [`super::a::A`].\npub struct B;"),
        ("use super::b::B; pub struct A;", "use a::A; pub struct B;"),
    ] {
        assert_eq!(found(a, b, folder), 0, "{a} {b}");
    }
}

#[test]
fn what_runs_back_to_a_folder_from_outside_or_from_deeper_is_a_circle() {
    let deeper = [
        ("f/mod.rs", "mod d; pub struct F; fn f() { d::d() }"),
        ("f/d/mod.rs", "mod e; pub use e::d;"),
        ("f/d/e.rs", "pub fn d() -> crate::f::F {}"),
    ];
    assert_eq!(circles(&Source::planted(&deeper)).len(), 2);
    let outside = [("f/mod.rs", "pub struct F; use crate::g::G;"), ("g.rs", "pub struct G(super::f::F);")];
    assert_eq!(circles(&Source::planted(&outside)).len(), 2);
}

#[test]
fn a_circle_over_three_files_and_names_handed_on_is_noticed() {
    let planted = [
        ("a.rs", "pub use crate::b::B; pub struct A;"),
        ("b.rs", "pub struct B(crate::c::C);"),
        ("c.rs", "pub struct C; fn c() { let _ = crate::a::A; }"),
        ("d.rs", "use crate::a::B;"),
    ];
    assert_eq!(circles(&Source::planted(&planted)).len(), 3);
}
