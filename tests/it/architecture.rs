//! The house: which floor each module stands on, what it may use, what has one place only, and how long things may be.
//!
//! Each rule is a function over source files. It is asked about `src` here, and beside it about small planted files
//! that break it.

mod arrows;
mod circles;
mod lengths;
mod names;
mod places;
mod source;

use std::sync::LazyLock;

use arrows::Arrow;
use places::Kept;
use source::Source;

/// The floors, from the ground up.
const FLOORS: [&[&str]; 6] = [
    &["attachment", "clock", "https", "import", "model", "page", "picture", "workspace"],
    &["config", "dns", "inbox", "ledger", "letter", "lists", "oauth", "plan", "transport"],
    &["dispatch", "mailbox", "message", "pdf", "publish", "report"],
    &["campaign"],
    &["web"],
    &["cli", "command"],
];

/// The modules, each with those that it may use: of a lower floor, or of its own and before it. Not all of them have to
/// be there yet.
const ARROWS: [Arrow; 27] = [
    ("clock", &[]),
    ("model", &["clock"]),
    ("attachment", &["model"]),
    ("workspace", &[]),
    ("page", &["model"]),
    ("picture", &["workspace"]),
    ("https", &[]),
    ("import", &[]),
    ("config", &["attachment", "model", "workspace"]),
    ("oauth", &["clock", "config", "https", "model", "workspace"]),
    ("dns", &[]),
    ("lists", &["attachment", "model", "workspace"]),
    ("letter", &["attachment", "model", "page", "picture", "workspace"]),
    ("plan", &["model"]),
    ("transport", &["clock", "config", "model"]),
    ("ledger", &["clock", "model"]),
    ("inbox", &["model"]),
    ("pdf", &["letter", "model", "picture", "workspace"]),
    ("message", &["attachment", "config", "letter", "model", "picture", "workspace"]),
    ("mailbox", &["config", "transport"]),
    (
        "dispatch",
        &[
            "attachment",
            "clock",
            "config",
            "ledger",
            "letter",
            "lists",
            "message",
            "model",
            "pdf",
            "plan",
            "transport",
            "workspace",
        ],
    ),
    ("report", &["inbox", "ledger", "letter", "model", "page", "plan"]),
    ("publish", &["letter", "model", "page", "picture"]),
    (
        "campaign",
        &[
            "attachment",
            "clock",
            "config",
            "dispatch",
            "dns",
            "https",
            "import",
            "inbox",
            "ledger",
            "letter",
            "lists",
            "mailbox",
            "message",
            "model",
            "oauth",
            "page",
            "pdf",
            "picture",
            "plan",
            "publish",
            "report",
            "transport",
            "workspace",
        ],
    ),
    ("web", &["campaign", "clock", "model", "page", "report"]),
    ("cli", &["model"]),
    ("command", &["campaign", "cli", "clock", "model", "report", "web"]),
];

/// What has one place in the program.
const PLACES: [Kept; 6] = [
    Kept {
        what: "of the command line",
        paths: &["clap", "clap_complete", "clap_mangen"],
        macros: &[],
        texts: &[],
        places: &["cli/", "command/", "main.rs"],
    },
    Kept {
        what: "of the terminal",
        paths: &[
            "anstream",
            "indicatif",
            "rpassword",
            "std::io::IsTerminal",
            "std::io::stderr",
            "std::io::stdin",
            "std::io::stdout",
        ],
        macros: &["dbg", "eprint", "eprintln", "print", "println"],
        texts: &[],
        places: &["command/", "main.rs"],
    },
    Kept {
        what: "of whoever owns the runtime",
        paths: &["futures::executor", "tokio::main", "tokio::runtime"],
        macros: &[],
        texts: &[],
        // The thread that talks to a server has one of its own.
        places: &["command/", "ledger/postgres/wire.rs", "main.rs"],
    },
    Kept {
        what: "of whoever shows errors",
        paths: &["anyhow"],
        macros: &[],
        texts: &[],
        places: &["command/", "main.rs"],
    },
    Kept {
        what: "of the database",
        paths: &["rusqlite", "tokio_postgres"],
        macros: &[],
        texts: &["ALTER TABLE ", "CREATE ", "DELETE FROM ", "INSERT ", "PRAGMA ", "SELECT ", "UPDATE ", "WITH "],
        places: &["ledger/database/", "ledger/postgres/", "ledger/sqlite/"],
    },
    Kept {
        what: "of the mail library",
        paths: &["lettre"],
        macros: &[],
        texts: &[],
        places: &["message/", "transport/"],
    },
];

/// A file has no more lines than this; `CONTRIBUTING.md` says so too.
const LINES_OF_A_FILE: usize = 400;

/// Comments wrap here, in characters; `rustfmt.toml` says the same for code.
const COLUMNS: usize = 120;

/// A function has no more lines than this.
const LINES_OF_A_FUNCTION: usize = 60;

/// A function is given no more than this, beside `self`.
const PARAMETERS: usize = 6;

/// All of `src`, read once.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(Source::all);

/// Fails where something was found, a line for each.
#[track_caller]
fn none_is_found(found: &[String]) {
    assert!(found.is_empty(), "{} against the rule:\n{}", found.len(), found.join("\n"));
}

#[test]
fn arrows_point_down() {
    none_is_found(&arrows::wrong_arrows(&SOURCES, &ARROWS));
}

#[test]
fn the_floors_stand_on_one_another() {
    none_is_found(&arrows::upward(&FLOORS, &ARROWS));
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    none_is_found(&circles::circles(&SOURCES));
}

#[test]
fn what_has_its_place_is_used_there_only() {
    for kept in &PLACES {
        none_is_found(&places::misplaced(&SOURCES, kept));
    }
}

#[test]
fn files_stay_short() {
    none_is_found(&lengths::long_files(&SOURCES, LINES_OF_A_FILE));
}

#[test]
fn comments_are_wrapped() {
    none_is_found(&lengths::long_comments(&SOURCES, COLUMNS));
}

#[test]
fn contributors_are_told_the_limit_that_is_checked() {
    let told = include_str!("../../CONTRIBUTING.md");
    assert!(told.contains(&format!("under about {LINES_OF_A_FILE} lines")));
}

#[test]
fn functions_stay_short() {
    none_is_found(&lengths::long_functions(&SOURCES, LINES_OF_A_FUNCTION));
}

#[test]
fn functions_are_given_few_things() {
    none_is_found(&lengths::many_parameters(&SOURCES, PARAMETERS));
}

#[test]
fn all_the_sources_are_looked_at() {
    for path in ["lib.rs", "main.rs", "model/mod.rs", "ledger/sqlite/mod.rs", "command/mod.rs"] {
        assert!(SOURCES.iter().any(|source| source.path == path), "{path}");
    }
    assert!(SOURCES.len() > 250, "{}", SOURCES.len());
}
