//! The letters that are looked at.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use super::drawing;
use crate::harness::{Campaign, Ran, material};
use crate::postfix::published::Published;
use crate::report;

/// A letter, as a file that a browser opens.
pub struct Page {
    pub name: String,
    pub file: PathBuf,
}

/// The pages of all tests; the folder stays as long as they run.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

/// Every letter.
pub fn all() -> Vec<Page> {
    let folder = FOLDER.path();
    let mut pages = sample(folder);
    pages.push(write(folder, "arabic", &preview(&arabic())));
    pages.push(write(folder, "everything", &preview(&everything())));
    pages.push(write(folder, "quoted-arabic", &follow_up(&quoted(arabic(), "معالي الوزيرة،"))));
    pages.push(write(folder, "quoted-everything", &follow_up(&quoted(everything(), "Dear Minister,"))));
    if let Some(letters) = material("UNDERSIGNED_LETTERS") {
        for entry in std::fs::read_dir(letters).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            if name.starts_with("letter-") {
                pages.push(write(folder, &name, &published(&file)));
            }
        }
    }
    pages
}

fn write(folder: &Path, name: &str, html: &str) -> Page {
    let file = folder.join(name).with_extension("html");
    std::fs::write(&file, html).unwrap();
    Page { name: name.to_owned(), file }
}

/// The sample campaign's letter, in its two languages.
pub fn sample(folder: &Path) -> Vec<Page> {
    let page = |language: &str, recipient: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.args(["-C", env!("CARGO_MANIFEST_DIR"), "preview", "--format", "html", recipient]);
        let html = Ran::new(command.output().unwrap()).exits(0).stdout;
        write(folder, &format!("sample-{language}"), &html)
    };
    vec![page("en", "minister@environment.example"), page("fr", "cabinet@eaux-et-forets.example")]
}

/// The sample campaign's public pages, and the page that leads to all its letters.
pub fn pages(folder: &Path) -> Vec<Page> {
    for (command, out) in [("publish", "public"), ("preview", "letters")] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        program.args(["-C", env!("CARGO_MANIFEST_DIR"), command, "--out"]).arg(folder.join(out));
        Ran::new(program.output().unwrap()).exits(0);
    }
    let page = |name: &str, file: &str| Page { name: name.to_owned(), file: folder.join(file) };
    let mut pages = reports(folder);
    pages.extend([
        page("public-en", "public/index.html"),
        page("public-fr", "public/index.fr.html"),
        page("preview-index", "letters/index.html"),
    ]);
    pages
}

/// Reports: for insiders and for everybody, in two directions.
fn reports(folder: &Path) -> Vec<Page> {
    let campaign = report::sent();
    campaign.days_go_by(4);
    campaign.run_aside(&["follow-up", "--yes"]);
    campaign.run_aside(&["mark", "ana@ministry.example", "acknowledged"]);
    let write = |campaign: &Campaign, name: &str, arguments: &[&str]| {
        let html = campaign.run_aside(&[&["report"][..], arguments].concat()).exits(0).stdout;
        write(folder, name, &html)
    };
    let arabic = arabic().server([]);
    arabic.run_aside(&["send", "--yes"]).exits(0);
    let approval = campaign.run_aside(&["approval"]).exits(0).stdout;
    vec![
        super::letters::write(folder, "approval", &approval),
        write(&campaign, "report", &[]),
        write(&campaign, "report-public", &["--public"]),
        write(&arabic, "report-arabic", &[]),
    ]
}

fn preview(campaign: &Campaign) -> String {
    campaign.run(&["preview", "--format", "html"]).exits(0).stdout
}

/// The campaign with a follow-up that begins with these words and quotes its letter.
pub fn quoted(campaign: Campaign, words: &str) -> Campaign {
    campaign
        .settings("[[follow_up]]\nafter = \"10 working days\"\ntemplate = \"templates/follow-up.md\"\nquote = true\n")
        .file("templates/follow-up.md", format!("+++\n+++\n\n{words}\n\n{{{{date previous.sent_at}}}}.\n"))
}

fn follow_up(campaign: &Campaign) -> String {
    campaign.run(&["preview", "--round", "1", "--format", "html"]).exits(0).stdout
}

fn published(file: &Path) -> String {
    let published = Published::read(file);
    let campaign = Campaign::new()
        .settings(&format!("[letter]\ndate = {}\n", published.date()))
        .file("templates/letter.md", published.template())
        .file("lists/signatories.csv", published.signatories_csv())
        .recipients(&published.recipients());
    preview(&campaign)
}

/// A letter from right to left, whose names are in two scripts.
fn arabic() -> Campaign {
    Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nlanguage = \"ar\"\nheader = \"files/header.png\"\nheader_alt = \"دلتا النهر\"\n")
        .file("files/header.png", drawing::header())
        .file("logos/a.png", drawing::logo(0))
        .file("logos/b.png", drawing::logo(2))
        .recipients("email,name,salutation\nminister@example.org,سلمى الحداد,معالي الوزيرة\n")
        .file(
            "lists/signatories.csv",
            "name,acronym,url,logo\nجمعية أصدقاء النهر,,https://nahr.example,logos/a.png\nDelta Watch,DW,https://dw.example,logos/b.png\nاتحاد الصيادين,,,\n",
        )
        .file("templates/letter.md", include_str!("letter.ar.md"))
}

/// A letter with all that may stand in one: a header, sixty signatories and their logos, and words that are longer than
/// a telephone is wide.
pub fn everything() -> Campaign {
    let names = [
        "Alliance for Living Rivers",
        "Bund der Donauaufwanderungsfreunde",
        "Citizens’ Water Forum",
        "Fédération des pêcheries",
    ];
    let mut signatories = "name,acronym,url,logo\n".to_owned();
    let mut campaign = Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nheader = \"files/header.png\"\nheader_alt = \"The Velma: one river, many voices\"\n")
        .file("files/header.png", drawing::header());
    for n in 0..60_u32 {
        let name = names[n as usize % names.len()];
        let logo = if n % 3 == 0 { format!("logos/{n}.png") } else { String::new() };
        if n % 3 == 0 {
            campaign = campaign.file(&logo, drawing::logo(n / 3));
        }
        let acronym = if n % 2 == 0 { format!("A{n}") } else { String::new() };
        let row = format!("{name} {n},{acronym},https://signatory-{n}.example/,{logo}\n");
        signatories.push_str(&row);
    }
    campaign.file("lists/signatories.csv", signatories).file("templates/letter.md", include_str!("everything.md"))
}
