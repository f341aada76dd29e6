//! Arrows point one way: a module uses those that stand before it in the order below, never those after it.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules, each with those it may use. `model` is the bottom, `command` the top.
const ARROWS: [(&str, &[&str]); 20] = [
    ("clock", &[]),
    ("model", &["clock"]),
    ("workspace", &[]),
    ("config", &["model", "workspace"]),
    ("lists", &["model", "workspace"]),
    ("picture", &["workspace"]),
    ("letter", &["model", "workspace", "picture"]),
    ("pdf", &["model", "workspace", "picture", "letter"]),
    ("import", &[]),
    ("plan", &["model"]),
    ("message", &["model", "config", "picture", "letter", "workspace"]),
    ("transport", &["clock", "model", "config"]),
    ("ledger", &["clock", "model"]),
    ("inbox", &["model"]),
    ("mailbox", &["config", "transport"]),
    (
        "dispatch",
        &["clock", "model", "workspace", "config", "lists", "letter", "pdf", "plan", "message", "transport", "ledger"],
    ),
    ("report", &["model", "ledger", "letter"]),
    ("publish", &["model", "picture", "letter"]),
    ("cli", &["model"]),
    (
        "command",
        &[
            "cli",
            "clock",
            "model",
            "workspace",
            "config",
            "lists",
            "letter",
            "pdf",
            "plan",
            "message",
            "transport",
            "ledger",
            "dispatch",
            "inbox",
            "mailbox",
            "report",
            "publish",
            "import",
        ],
    ),
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

fn all() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let module = |path: &Path| {
        let first =
            path.strip_prefix(&root).unwrap().components().next().unwrap().as_os_str().to_str().unwrap().to_owned();
        first.trim_end_matches(".rs").to_owned()
    };
    files.into_iter().map(|path| (module(&path), path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

/// The modules that a file names as `crate::module`, in `use` lines (also with braces) and in paths.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("crate::").skip(1) {
        let inner = part.strip_prefix('{').map_or(part, |braces| braces.split('}').next().unwrap_or(braces));
        let many = part.starts_with('{');
        for name in inner.split(',').take(if many { usize::MAX } else { 1 }) {
            let name: String = name.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            names.push(name);
        }
    }
    names.retain(|name| ARROWS.iter().any(|(module, _)| module == name));
    names
}

#[test]
fn arrows_point_one_way() {
    let files = all();
    assert!(files.len() > 50, "the sources are not where they are looked for");
    let mut wrong = Vec::new();
    for (module, path, text) in files.iter().filter(|(module, ..)| module != "lib" && module != "main") {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(known, _)| known == module)
            .unwrap_or_else(|| panic!("{module} has no place in the order"));
        for name in named(text).into_iter().filter(|name| name != module && !allowed.contains(&name.as_str())) {
            // A module's own tests may reach wherever they like.
            if !path.components().any(|part| part.as_os_str().to_str().is_some_and(|part| part.starts_with("tests"))) {
                wrong.push(format!("{} uses crate::{name}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_check_sees_an_arrow_in_every_form() {
    for text in ["use crate::ledger::Due;", "use crate::{clock, ledger};", "fn x() { crate::ledger::y() }"] {
        assert!(named(text).contains(&"ledger".to_owned()), "{text}");
    }
}

#[test]
fn the_order_has_no_circle() {
    for (place, (module, allowed)) in ARROWS.iter().enumerate() {
        for name in *allowed {
            let other = ARROWS.iter().position(|(known, _)| known == name).unwrap();
            assert!(other < place, "{module} uses {name}, which comes after it");
        }
    }
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = all()
        .into_iter()
        .filter(|(_, path, _)| !path.to_string_lossy().contains("tests"))
        .map(|(_, path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .map(|(path, lines)| format!("{}: {lines}", path.display()))
        .collect();
    assert_eq!(long, Vec::<String>::new(), "a file that has grown is split by meaning");
}
