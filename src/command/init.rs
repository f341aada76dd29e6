//! `init`: a workspace with a sample campaign, which is a good letter already.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::terminal::say;
use super::{Context, Exit, private};
use crate::cli::Init;

/// The sample campaign: the one at the top of the project.
const FILES: [(&str, &str); 7] = [
    ("campaign.toml", include_str!("../../campaign.toml")),
    ("templates/letter.md", include_str!("../../templates/letter.md")),
    ("templates/letter.fr.md", include_str!("../../templates/letter.fr.md")),
    ("lists/recipients.csv", include_str!("../../lists/recipients.csv")),
    ("lists/signatories.csv", include_str!("../../lists/signatories.csv")),
    ("lists/suppressions.csv", include_str!("../../lists/suppressions.csv")),
    ("logs/README.md", include_str!("../../logs/README.md")),
];

/// Keeps addresses out of a repository.
const IGNORED: &str = "logs/*\n!logs/README.md\n";

pub(super) fn run(context: &Context, args: &Init) -> Result<Exit> {
    let folder = match &args.folder {
        Some(folder) => context.directory().join(folder),
        None => context.directory().to_owned(),
    };
    let files = FILES.into_iter().chain([(".gitignore", IGNORED)]);
    let standing: Vec<&str> = files.clone().map(|(path, _)| path).filter(|path| folder.join(path).exists()).collect();
    if !standing.is_empty() {
        bail!("{} has {} already; nothing was written", folder.display(), standing.join(", "));
    }
    for (path, text) in files {
        write_new(&folder.join(path), text)?;
    }
    // The ledger and the log will hold addresses.
    private::narrow(&folder.join("logs"))
        .with_context(|| format!("{} cannot be narrowed", folder.join("logs").display()))?;
    if !context.quiet {
        let shown = folder.display();
        say(format_args!("a sample campaign is in {shown}; now"));
        say("  put your letter into templates/letter.md, your lists into lists/, your account into campaign.toml");
        say(format_args!("  undersigned -C {shown} check             looks for everything that would go wrong"));
        say(format_args!("  undersigned -C {shown} preview           shows a letter as its reader gets it"));
        say(format_args!("  undersigned -C {shown} send --sandbox    tries it all without a server"));
        say(format_args!("  undersigned -C {shown} send              sends it"));
    }
    Ok(Exit::Done)
}

fn write_new(path: &Path, text: &str) -> Result<()> {
    let doing = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(doing)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path).with_context(doing)?;
    file.write_all(text.as_bytes()).with_context(doing)
}
