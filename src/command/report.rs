//! `report`: one page that tells what became of the campaign.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::output::{Form, stdout};
use super::terminal::{say, say_faults, warn};
use super::{Context, Exit};
use crate::campaign::begin_private_file;
use crate::campaign::review::{Audience, Report, Review};
use crate::cli;

pub(super) fn run(context: &Context, args: &cli::Report) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let review = Review::open(&folder)?;
    let audience = if args.public { Audience::Everybody } else { Audience::Insiders };
    let report = review.report(args.by.as_deref(), audience)?;
    if !context.quiet {
        say_what_to_look_at(&report);
    }
    // A page is nothing for a terminal.
    let name = if args.public { "report-public.html" } else { "report.html" };
    let usual = || context.directory().join("logs").join(name);
    let is_stdout = args.out.as_deref().is_some_and(|path| path.as_os_str() == "-");
    let named = args.out.clone().filter(|_| !is_stdout);
    let out = named.or_else(|| (!is_stdout && std::io::stdout().is_terminal()).then(usual));
    match out {
        Some(path) => write(context, &report, audience, &path)?,
        None => {
            let mut out = stdout(Form::Data);
            out.write_all(report.page(None).as_bytes())?;
            out.flush()?;
            if report.needs_table() && !context.quiet {
                say("the page shows the first thousand; with `--out FILE`, a CSV beside it has all of them");
            }
        }
    }
    Ok(Exit::Done)
}

fn say_what_to_look_at(report: &Report<'_>) {
    if let Some(faults) = &report.without_letter {
        warn("the letter is not in the report, since it cannot be shown to nobody in particular:");
        say_faults(faults.iter());
    }
    if let Some((column, values)) = report.singled_out() {
        warn(format_args!(
            "{values} values of `{column}` stand for one recipient each: look whether the report names people, before you publish it"
        ));
    }
    if report.people() == 0 {
        warn("nothing was sent yet: the report has no numbers");
    }
}

/// Writes the page into a file, and beside it the table of all that it cannot tell.
fn write(context: &Context, report: &Report<'_>, audience: Audience, path: &Path) -> Result<()> {
    let beside = report.needs_table().then(|| path.with_extension("csv"));
    if let Some(table) = &beside {
        report.write_table(BufWriter::new(begin(table, audience)?))?;
    }
    let name = beside.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    begin(path, audience)?.write_all(report.page(name.as_deref()).as_bytes())?;
    if !context.quiet {
        let whom = if audience == Audience::Insiders { "; it holds addresses, for you alone" } else { "" };
        say(format_args!("the report is in {}{whom}", path.display()));
        if let Some(table) = beside {
            say(format_args!("the page shows the first thousand; all of them are in {}", table.display()));
        }
    }
    Ok(())
}

/// Begins a file: what holds addresses is for its owner alone, what everybody may read is for a web server.
fn begin(path: &Path, audience: Audience) -> Result<File> {
    let file = match audience {
        Audience::Insiders => begin_private_file(path),
        Audience::Everybody => File::create(path),
    };
    let shown: PathBuf = path.to_owned();
    file.with_context(|| format!("`{}` cannot be written", shown.display()))
}
