//! Arrows between the modules of `src` point down.

use super::names::Names;
use super::source::Source;

/// A module of `src`, and those that it may use.
pub type Arrow<'a> = (&'a str, &'a [&'a str]);

/// The paths that lead from a module to one that it may not use.
pub fn wrong_arrows(sources: &[Source], arrows: &[Arrow]) -> Vec<String> {
    let names = Names::of(sources);
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| !source.module.is_empty() && source.path != "main.rs") {
        let Some((_, allowed)) = arrows.iter().find(|(module, _)| *module == source.top()) else {
            wrong.push(format!("{}: `{}` has no place in the house", source.path, source.top()));
            continue;
        };
        for named in &source.paths {
            let path = names.from_root(&named.scope, &named.segments).unwrap_or_default();
            let Some(other) = path.first().map(String::as_str) else { continue };
            if other != source.top() && names.file(&path[..1]).is_some() && !allowed.contains(&other) {
                wrong.push(format!("{}:{}: `{}` is of `{other}`", source.path, named.line, named.segments.join("::")));
            }
        }
    }
    wrong
}

/// The arrows that do not lead to a lower floor, nor to a module of the same floor that stands before.
pub fn upward(floors: &[&[&str]], arrows: &[Arrow]) -> Vec<String> {
    let floor = |module: &str| floors.iter().position(|floor| floor.contains(&module));
    let mut wrong = Vec::new();
    for (place, (module, allowed)) in arrows.iter().enumerate() {
        let Some(own) = floor(module) else {
            wrong.push(format!("`{module}` has no floor"));
            continue;
        };
        for other in *allowed {
            let stands_before = arrows[..place].iter().any(|(before, _)| before == other);
            if floor(other).is_none_or(|floor| floor > own || floor == own && !stands_before) {
                wrong.push(format!("`{module}` may use `{other}`, which is not below it"));
            }
        }
    }
    wrong
}

const PLANTED: [Arrow; 3] = [("model", &[]), ("ledger", &["model"]), ("plan", &["model"])];

#[test]
fn an_arrow_against_the_order_is_noticed_in_whatever_words() {
    for text in [
        "use crate::ledger::Due;",
        "use crate::{model::Fault, ledger};",
        "use crate::ledger as book;",
        "use super::ledger;",
        "use crate::ledger::*;",
        "fn x() { crate::ledger::y() }",
        "fn x() { vec![super::ledger::y()] }",
        "struct X(Option<crate::ledger::Due>);",
        "pub use crate::ledger::Due;",
        "mod inner { use super::super::ledger::Due; }",
    ] {
        let planted = [("lib.rs", ""), ("model.rs", "pub struct Fault;"), ("ledger/mod.rs", ""), ("plan.rs", text)];
        let found = wrong_arrows(&Source::planted(&planted), &PLANTED);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with("plan.rs:1: "), "{found:?}");
    }
}

#[test]
fn an_arrow_down_and_one_of_a_test_are_none() {
    for text in [
        "use crate::model::Fault;",
        "use lib::ledger;",
        "fn ledger() {} fn x() { ledger() }",
        "#[cfg(test)] mod tests { use crate::ledger::Due; }",
        "/// See [`crate::ledger`].\nfn x() {}",
    ] {
        let planted =
            [("model.rs", ""), ("ledger/mod.rs", ""), ("plan.rs", text), ("plan/tests.rs", "use crate::ledger;")];
        assert_eq!(wrong_arrows(&Source::planted(&planted), &PLANTED), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_module_without_a_place_is_noticed() {
    let found = wrong_arrows(&Source::planted(&[("attic/mod.rs", "")]), &PLANTED);
    assert_eq!(found, ["attic/mod.rs: `attic` has no place in the house"]);
}

#[test]
fn a_table_with_an_arrow_up_is_noticed() {
    let floors: [&[&str]; 2] = [&["model"], &["ledger", "plan"]];
    assert_eq!(upward(&floors, &PLANTED), Vec::<String>::new());
    for wrong in [[("model", ["ledger"]), ("ledger", ["model"])], [("ledger", ["plan"]), ("plan", ["model"])]] {
        let wrong: Vec<Arrow> = wrong.iter().map(|(module, allowed)| (*module, allowed.as_slice())).collect();
        assert_eq!(upward(&floors, &wrong).len(), 1, "{wrong:?}");
    }
    assert_eq!(upward(&floors, &[("attic", &[])]), ["`attic` has no floor"]);
}
