//! The same targets as libFuzzer runs them: each is there under its name, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of a folder's files that end so, without their end.
fn names(folder: &Path, end: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect()
}

#[test]
fn each_target_is_one_of_libfuzzer_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A package of its own, which the source package does not have: this test is for the repository.
    let fuzz = root.join("fuzz");
    if !fuzz.exists() {
        println!("skipped: there is no folder `fuzz` here");
        return;
    }
    let known: BTreeSet<String> = super::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();

    let mut files = names(&root.join("tests/it/fuzz"), ".rs");
    files.retain(|name| !["mod", "libfuzzer"].contains(&name.as_str()));
    assert_eq!(files, known, "tests/it/fuzz");
    assert_eq!(names(&root.join("tests/it/fuzz/seeds"), ""), known, "tests/it/fuzz/seeds");
    assert_eq!(names(&fuzz.join("fuzz_targets"), ".rs"), known, "fuzz/fuzz_targets");

    let manifest: toml::Table = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap().parse().unwrap();
    let bins: BTreeSet<(String, String)> = manifest["bin"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| (bin["name"].as_str().unwrap().to_owned(), bin["path"].as_str().unwrap().to_owned()))
        .collect();
    let expected = known.iter().map(|name| (name.clone(), format!("fuzz_targets/{name}.rs")));
    assert_eq!(bins, expected.collect(), "fuzz/Cargo.toml");

    let told = fs::read_to_string(fuzz.join("README.md")).unwrap();
    for name in &known {
        let target = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(target.contains(&format!("\"../../tests/it/fuzz/{name}.rs\"")), "fuzz/fuzz_targets/{name}.rs");
        assert!(told.contains(&format!("| `{name}` |")), "fuzz/README.md: {name}");
    }
}
