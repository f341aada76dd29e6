//! The guide and the reference: each link leads somewhere, and the reference has each key, command, option and column of
//! the program, and no others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::Campaign;

/// The tables of `campaign.toml`, as the reference heads them, and what stands before a key there.
const TABLES: [(&str, &str); 14] = [
    ("At the top", ""),
    ("[sender]", "[sender]\n"),
    ("[letter]", "[letter]\n"),
    ("[signatories]", "[signatories]\n"),
    ("[lists]", "[lists]\n"),
    ("[smtp]", "[smtp]\n"),
    ("[oauth]", "[oauth]\n"),
    ("[pace]", "[pace]\n"),
    ("[retry]", "[retry]\n"),
    ("[[follow_up]]", "[[follow_up]]\n"),
    ("[calendar]", "[calendar]\n"),
    ("[inbox]", "[inbox]\nmaildir = \"mail\"\n"),
    ("[ledger]", "[ledger]\n"),
    ("[publish]", "[publish]\n"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What stands below a heading, up to the next heading of its level or above.
fn chapter<'a>(page: &'a str, heading: &str) -> &'a str {
    let line = page.lines().find(|line| line.trim_start_matches('#').trim() == heading && line.starts_with('#'));
    let line = line.unwrap_or_else(|| panic!("no heading `{heading}`"));
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let body = &page[page.find(&format!("\n{line}\n")).unwrap() + line.len() + 1..];
    let is_end = |line: &&str| {
        let marks = line.bytes().take_while(|byte| *byte == b'#').count();
        marks > 0 && marks <= level && line[marks..].starts_with(' ')
    };
    let end = body.lines().skip(1).find(is_end).map_or(body.len(), |line| body.find(&format!("\n{line}\n")).unwrap());
    &body[..end]
}

/// The words in backticks of a cell of each row of the tables in a text; headings are left out.
fn words(text: &str, cell: usize) -> BTreeSet<String> {
    let rows = text.lines().filter(|line| line.starts_with("| `") || line.starts_with("| ["));
    let cells = rows.filter_map(|line| line.split(" | ").nth(cell).map(str::to_owned));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The keys that the program knows in a table: its error of an unknown one names them.
fn keys(before: &str) -> BTreeSet<String> {
    let campaign = Campaign::new();
    let toml = format!("qqqqqqqqqqqq = 1\n{before}qqqqqqqqqqqq = 1\n");
    campaign.write("campaign.toml", if before.is_empty() { "qqqqqqqqqqqq = 1\n" } else { &toml });
    let said = campaign.run(&["check"]).exits(2).stderr;
    let name = before.lines().next().unwrap_or_default();
    let is_about = |line: &&str| match name {
        "" => line.contains("unknown key `qqqqqqqqqqqq`;"),
        name => line.contains(&format!("unknown key `qqqqqqqqqqqq` in {name};")),
    };
    let line = said.lines().find(is_about).unwrap_or_else(|| panic!("{name}: {said}"));
    let (_, known) = line.split_once("the known ones are ").unwrap();
    known.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_reference_has_each_key_and_no_other() {
    let page = read("docs/reference.md");
    let tables: BTreeSet<String> =
        TABLES.iter().skip(1).map(|(heading, _)| heading.trim_matches(['[', ']']).to_owned()).collect();
    for (heading, before) in TABLES {
        let told: BTreeSet<String> =
            words(chapter(&page, heading), 0).iter().map(|word| word.trim_matches(['[', ']']).to_owned()).collect();
        // The lists of a campaign may have rows beside these that are no keys: presets stand in a chapter of their own.
        let known = keys(before);
        assert_eq!(told, known, "{heading}; the tables are {tables:?}");
    }
}

/// What `undersigned COMMAND --help` prints; of the program itself without a command.
fn help(command: &[&str]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    let output = program.args(command).arg("--help").stdin(Stdio::null()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The long options of a help page.
fn options(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let long = lines.filter_map(|line| line.split([' ', '.']).find(|word| word.starts_with("--")));
    long.map(str::to_owned).collect()
}

#[test]
fn the_reference_has_each_command_with_its_options_and_no_other() {
    let page = read("docs/reference.md");
    let chapter = chapter(&page, "Commands");
    let listed = help(&[]);
    let (_, listed) = listed.split_once("\nCommands:\n").unwrap();
    let (listed, _) = listed.split_once("\nOptions:\n").unwrap();
    let is_command = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let commands: BTreeSet<&str> =
        listed.lines().filter(is_command).filter_map(|line| line.split_whitespace().next()).collect();
    let everywhere: BTreeSet<String> = options(&help(&[])).into_iter().chain(["--help".to_owned()]).collect();
    let mut told = BTreeSet::new();
    let rows: Vec<&str> =
        chapter.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 2).collect();
    for row in &rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let names = cells[0].split('`').skip(1).step_by(2);
        for name in names.filter_map(|call| call.split(' ').next()) {
            let of_send =
                if cells[2].contains("those of `send`") { options(&help(&["send"])) } else { BTreeSet::new() };
            let written = cells[2].split('`').skip(1).step_by(2).filter_map(|option| option.split(' ').next());
            let written: BTreeSet<String> = written.filter(|word| word.starts_with('-')).map(str::to_owned).collect();
            let written: BTreeSet<String> =
                written.union(&of_send).filter(|one| !everywhere.contains(*one)).cloned().collect();
            let known: BTreeSet<String> = options(&help(&[name])).difference(&everywhere).cloned().collect();
            assert_eq!(written, known, "`{name}`");
            told.insert(name);
        }
    }
    let commands: BTreeSet<&str> = commands.into_iter().filter(|command| *command != "help").collect();
    assert_eq!(told, commands);
}

#[test]
fn the_reference_has_the_columns_of_the_log_in_their_order() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let csv = campaign.run(&["log", "--format", "csv"]).exits(0).stdout;
    let page = read("docs/reference.md");
    let rows = chapter(&page, "The log").lines().filter(|line| line.starts_with("| `"));
    let told: Vec<String> = rows
        .filter_map(|line| line.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(told.join(","), csv.lines().next().unwrap());
}

/// What a heading is called in a link, as forges do it.
fn anchor(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = plain.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The targets of a page's links, but for those to other places of the web.
fn links(page: &str) -> Vec<String> {
    let parts = page.split("](").skip(1).filter_map(|part| part.split(')').next());
    parts.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

#[test]
fn each_link_of_the_pages_leads_somewhere() {
    let mut pages: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "benches/README.md"].map(PathBuf::from).into();
    let guide = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(guide.filter(|path| path.extension().is_some_and(|end| end == "md")));
    let mut followed = 0;
    for page in pages.iter().map(|page| root().join(page)) {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let (file, place) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap_or(Path::new("")).join(file) };
            assert!(target.exists(), "{}: {link}", page.display());
            if !place.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                let found = text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == place);
                assert!(found, "{}: {link}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed} links");
}
