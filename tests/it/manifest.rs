//! How the program is built: what a build from the sources saves at, what is handed out and what is measured have in full.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// What never runs in the program, and would only make each build longer: it is for macros.
const NEVER_RUNS: [&str; 1] = ["syn"];

fn manifest() -> Table {
    include_str!("../../Cargo.toml").parse().unwrap()
}

/// The level at which a profile optimises each package that it names.
fn named(profile: &Value) -> Vec<(&String, i64)> {
    let packages = profile.get("package").and_then(Value::as_table).unwrap();
    packages.iter().map(|(name, settings)| (name, settings["opt-level"].as_integer().unwrap())).collect()
}

#[test]
fn what_is_handed_out_is_optimised_in_full() {
    let manifest = manifest();
    let profiles = &manifest["profile"];
    let (release, bench, dist) = (&profiles["release"], &profiles["bench"], &profiles["dist"]);
    assert_eq!(dist["inherits"].as_str(), Some("bench"));
    assert_eq!(dist["overflow-checks"].as_bool(), Some(true));
    assert_eq!(dist["strip"].as_str(), Some("symbols"));
    assert!(dist.get("opt-level").is_none() && dist.get("package").is_none(), "dist is as bench");
    assert_eq!(bench["opt-level"].as_integer(), Some(3));
    assert_eq!(bench["lto"].as_str(), Some("thin"));
    assert_eq!(bench["codegen-units"].as_integer(), Some(1));

    // `bench` has what `release` says of a package, unless it says something else.
    let less = named(release).into_iter().filter(|(name, level)| *level < 3 && !NEVER_RUNS.contains(&name.as_str()));
    let less: BTreeSet<&String> = less.map(|(name, _)| name).collect();
    let back = named(bench);
    assert!(back.iter().all(|(_, level)| *level == 3), "{back:?}");
    assert_eq!(back.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), less);
}

#[test]
fn each_package_that_a_profile_names_is_there() {
    let manifest = manifest();
    let locked: Table = include_str!("../../Cargo.lock").parse().unwrap();
    let locked: BTreeSet<&str> =
        locked["package"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap()).collect();
    for (name, _) in named(&manifest["profile"]["release"]) {
        assert!(locked.contains(name.as_str()), "{name}");
    }
}
