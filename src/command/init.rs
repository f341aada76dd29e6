//! `init`: a workspace with a sample campaign, which is a good letter already.

use std::borrow::Cow;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::terminal::{say, warn};
use super::{Context, Exit};
use crate::campaign::private;
use crate::cli::Init;
use crate::import::{self, Imported};
use crate::report::printable;

/// The sample campaign: the one at the top of the project.
const FILES: [(&str, &str); 10] = [
    ("campaign.toml", include_str!("../../campaign.toml")),
    ("templates/letter.md", include_str!("../../templates/letter.md")),
    ("templates/letter.fr.md", include_str!("../../templates/letter.fr.md")),
    ("templates/follow-up-1.md", include_str!("../../templates/follow-up-1.md")),
    ("templates/follow-up-1.fr.md", include_str!("../../templates/follow-up-1.fr.md")),
    ("lists/recipients.csv", include_str!("../../lists/recipients.csv")),
    ("lists/signatories.csv", include_str!("../../lists/signatories.csv")),
    ("lists/suppressions.csv", include_str!("../../lists/suppressions.csv")),
    ("lists/holidays.csv", include_str!("../../lists/holidays.csv")),
    ("logs/README.md", include_str!("../../logs/README.md")),
];

/// Where that part of the sample's `campaign.toml` begins which belongs to its letter in French. It is the last.
const FRENCH: &str = "\n[publish.recipient.fr]\n";

/// Where its follow-up begins, and what comes after it.
const FOLLOW_UP: [&str; 2] = ["# A second letter, in the same thread,", "# Working days are those"];
/// A text may have so many bytes, with the pictures that a Word document holds.
const LARGEST_TEXT: u64 = 64 * 1024 * 1024;

/// Keeps addresses out of a repository.
const IGNORED: &str = "logs/*\n!logs/README.md\n";

pub(super) fn run(context: &Context, args: &Init) -> Result<Exit> {
    let folder = match &args.folder {
        Some(folder) => context.directory().join(folder),
        None => context.directory().to_owned(),
    };
    let letter = args.from.as_deref().map(read_letter).transpose()?;
    let files = files(letter.as_ref());
    let standing: Vec<&str> = files.iter().map(|(path, _)| *path).filter(|path| folder.join(path).exists()).collect();
    if !standing.is_empty() {
        bail!("{} has {} already; nothing was written", folder.display(), standing.join(", "));
    }
    for (path, text) in files {
        write_new(&folder.join(path), &text)?;
    }
    // The ledger and the log will hold addresses.
    private::narrow(&folder.join("logs"))
        .with_context(|| format!("{} cannot be narrowed", folder.join("logs").display()))?;
    if let Some(letter) = &letter {
        letter.lost.iter().for_each(|what| warn(format_args!("not in the letter: {what}")));
    }
    if !context.quiet {
        let shown = folder.display();
        match &letter {
            Some(letter) => say_imported(letter, &shown.to_string()),
            None => {
                say(format_args!("a sample campaign is in {shown}; now"));
                say(
                    "  put your letter into templates/letter.md, your lists into lists/, your account into campaign.toml",
                );
            }
        }
        say(format_args!("  undersigned -C {shown} check             looks for everything that would go wrong"));
        say(format_args!("  undersigned -C {shown} preview           shows a letter as its reader gets it"));
        say(format_args!("  undersigned -C {shown} send --sandbox    tries it all without a server"));
        say(format_args!("  undersigned -C {shown} send              sends it"));
    }
    Ok(Exit::Done)
}

/// Reads the text that is to be the letter.
fn read_letter(path: &Path) -> Result<Imported> {
    let doing = || format!("{} cannot be the letter", path.display());
    let bytes = read_bounded(path).with_context(doing)?;
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    import::read(&name, &bytes).with_context(doing)
}

/// Reads a file that ends: a device or a pipe may not, and is not even opened.
fn read_bounded(path: &Path) -> Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        bail!("it is not a file; save the text as .docx, .md or .txt");
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_TEXT {
        bail!("it is larger than {} MiB; save its text without the pictures", LARGEST_TEXT / 1024 / 1024);
    }
    Ok(bytes)
}

/// The files of the workspace. With a letter of its own, the sample's letters are left out, and what concerns them alone.
fn files(letter: Option<&Imported>) -> Vec<(&'static str, Cow<'static, str>)> {
    let all = FILES.into_iter().chain([(".gitignore", IGNORED)]);
    let Some(letter) = letter else {
        return all.map(|(path, text)| (path, Cow::Borrowed(text))).collect();
    };
    let is_kept = |path: &str| !path.starts_with("templates/") || path == "templates/letter.md";
    let with_letter = all.filter(|(path, _)| is_kept(path)).map(|(path, text)| {
        let text = match path {
            "templates/letter.md" => Cow::Owned(letter.template.clone()),
            "campaign.toml" => Cow::Owned(settings_alone(text)),
            _ => Cow::Borrowed(text),
        };
        (path, text)
    });
    with_letter.collect()
}

/// The sample's settings, without what concerns its letters alone.
fn settings_alone(text: &str) -> String {
    let text = text.split_once(FRENCH).map_or(text, |(before, _)| before);
    let [begins, ends] = FOLLOW_UP.map(|words| text.find(words));
    match begins.zip(ends) {
        Some((begins, ends)) => format!("{}{}", &text[..begins], &text[ends..]),
        None => text.to_owned(),
    }
}

fn say_imported(letter: &Imported, folder: &str) {
    say(format_args!(
        "your letter is in {folder}/templates/letter.md, with the subject `{}`; now",
        printable(&letter.subject)
    ));
    if let Some(salutation) = &letter.salutation {
        say(format_args!(
            "  write `{{{{recipient.salutation}}}},` for `{}` to greet each by name",
            printable(salutation)
        ));
    }
    say(
        "  the signatories are printed at its end, from lists/signatories.csv: take out their names if the text has them",
    );
    say("  put your lists into lists/, which hold those of the sample, and your account into campaign.toml");
}

fn write_new(path: &Path, text: &str) -> Result<()> {
    let doing = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(doing)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path).with_context(doing)?;
    file.write_all(text.as_bytes()).with_context(doing)
}
