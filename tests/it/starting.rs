//! `init --from`: a campaign that begins with a text that is there already.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Ran, material};
use crate::session::{self, Session};

/// Runs the program in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    command.args(arguments).current_dir(folder).env("XDG_STATE_HOME", folder.join(".state"));
    command.env("SMTP_PASSWORD", "correct horse").stdin(Stdio::null());
    let ran = Ran::new(command.output().unwrap());
    session::take_down(arguments, &ran, &[(folder.display().to_string(), "[folder]")]);
    ran
}

#[test]
fn a_text_becomes_the_letter_of_a_campaign_that_can_be_checked_looked_at_and_published() {
    let session = Session::begin();
    let folder = tempfile::tempdir().unwrap();
    let text = "Keep the delta\n\nDear Ministers,\n\nplease *do* act, {{now}}.\n";
    fs::write(folder.path().join("appeal.txt"), text).unwrap();
    run_in(folder.path(), &["init", "letters", "--from", "appeal.txt"])
        .exits(0)
        .says("letters/templates/letter.md, with the subject `Keep the delta`")
        .says("write `{{recipient.salutation}},` for `Dear Ministers,`");
    let workspace = folder.path().join("letters");
    assert!(!workspace.join("templates/letter.fr.md").exists());
    assert!(!workspace.join("templates/follow-up-1.md").exists());
    let settings = std::fs::read_to_string(workspace.join("campaign.toml")).unwrap();
    assert!(settings.contains("[calendar]") && !settings.contains("[[follow_up]]"), "{settings}");
    run_in(&workspace, &["check"]).exits(0).prints("ready to send; ");
    run_in(&workspace, &["preview"]).exits(0).prints(
        "Subject: Keep the delta\n\nDear Ministers,\n\nplease *do* act, {{now}}.\n\nAlliance for the Velma Delta",
    );
    run_in(&workspace, &["publish"]).exits(0).says("index.html");
    session.reads("init-from");
}

#[test]
fn what_is_lost_of_a_text_is_told() {
    let session = Session::begin();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("appeal.md"), "# Keep it\n\nDear all,\n\n![a map](map.png) shows it.\n").unwrap();
    let ran = run_in(folder.path(), &["-q", "init", "letters", "--from", "appeal.md"]).exits(0);
    assert!(ran.stderr.contains("warning: not in the letter: 1 picture") && ran.stderr.lines().count() == 1, "{ran:?}");
    run_in(&folder.path().join("letters"), &["preview"]).exits(0).prints("\na map shows it.\n");
    session.reads("init-from-lost");
}

#[test]
fn a_file_that_is_no_letter_starts_no_campaign() {
    let session = Session::begin();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("appeal.docx"), "no zip").unwrap();
    fs::write(folder.path().join("appeal.doc"), "text").unwrap();
    fs::write(folder.path().join("appeal.txt"), [0, 1, 2]).unwrap();
    for (file, said) in [
        ("appeal.docx", "appeal.docx cannot be the letter: it is not a Word document"),
        ("appeal.doc", "`appeal.doc` is not read; save the text as .docx, .md or .txt"),
        ("appeal.txt", "it is not text"),
        ("absent.md", "absent.md cannot be the letter"),
    ] {
        run_in(folder.path(), &["init", "letters", "--from", file]).exits(2).says(said);
        assert!(!folder.path().join("letters").exists(), "{file}");
    }
    session.reads("init-from-refused");
}

#[test]
fn what_is_no_file_or_larger_than_a_text_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("folder.md")).unwrap();
    // It has no bytes on the disk.
    fs::File::create(folder.path().join("large.docx")).unwrap().set_len(64 * 1024 * 1024 + 1).unwrap();
    let devices = if cfg!(unix) { &["/dev/zero"][..] } else { &[] };
    for (file, said) in devices.iter().map(|device| (*device, "cannot be the letter: it is not a file")).chain([
        ("folder.md", "folder.md cannot be the letter: it is not a file"),
        ("large.docx", "large.docx cannot be the letter: it is larger than 64 MiB"),
    ]) {
        run_in(folder.path(), &["init", "letters", "--from", file]).exits(2).says(said);
        assert!(!folder.path().join("letters").exists(), "{file}");
    }
}

#[test]
fn real_letters_start_campaigns_that_pass_the_check() {
    let Some(letters) = material("UNDERSIGNED_LETTERS") else { return };
    for (number, name) in ["letter-2023-02-15.txt", "letter-2024-06-12.txt"].into_iter().enumerate() {
        for ending in ["txt", "md"] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(format!("letter-{number}.{ending}"));
            fs::copy(letters.join(name), &file).unwrap();
            run_in(folder.path(), &["init", "x", "--from", file.to_str().unwrap()]).exits(0);
            run_in(&folder.path().join("x"), &["check"]).exits(0);
        }
    }
}

#[test]
fn a_letter_in_another_language_begins_a_campaign_in_that_language() {
    let german = "Rettet die Aue\n\nSehr geehrte Damen und Herren,\n\nwir bitten Sie, die Aue zu retten, bevor es zu spät ist. \
                  Seit vielen Jahren leben Menschen, Vögel und Fische an diesem Fluss, und keiner von ihnen wurde gefragt, \
                  ob er den Damm haben will.\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("brief.txt"), german).unwrap();
    fs::write(folder.path().join("short.txt"), "Aue\n\nRettet sie.\n").unwrap();
    let language = |name: &str, arguments: &[&str], said: &str| {
        run_in(folder.path(), &[&["init", name, "--from"], arguments].concat()).exits(0).says(said);
        let settings = fs::read_to_string(folder.path().join(name).join("campaign.toml")).unwrap();
        settings.lines().find(|line| line.starts_with("language = ")).unwrap().to_owned()
    };
    assert_eq!(language("a", &["brief.txt"], "it is in `de`"), "language = \"de\"");
    assert_eq!(language("b", &["short.txt"], "in which language is it?"), "language = \"en\"");
    assert_eq!(language("c", &["short.txt", "--language", "de-AT"], "it is in `de-AT`"), "language = \"de-AT\"");
    // What was sent as English before is told of, and what is English is not.
    let workspace = folder.path().join("a");
    let settings = fs::read_to_string(workspace.join("campaign.toml")).unwrap();
    run_in(&workspace, &["check"]).exits(0);
    let said = run_in(&workspace, &["check"]).exits(0);
    assert!(!format!("{said:?}").contains("the text is in"), "{said:?}");
    fs::write(workspace.join("campaign.toml"), settings.replace("language = \"de\"", "language = \"fr\"")).unwrap();
    let said = run_in(&workspace, &["check"]).exits(0);
    assert!(format!("{said:?}").contains("the text is in `de`, and goes out as `fr`"), "{said:?}");
}
