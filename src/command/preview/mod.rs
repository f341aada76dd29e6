//! `preview`: a letter as its reader gets it; all of them in a folder; two of them beside each other.

mod browser;
mod compare;

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Result, bail};

use super::output;
use super::steps::Steps;
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign;
use crate::campaign::preview::{Form, Letter, Preview, Written, WrittenLetter};
use crate::cli;
use crate::cli::PreviewFormat;
use crate::model::Round;
use crate::report::counted;

pub(super) fn run(context: &Context, args: &cli::Preview) -> Result<Exit> {
    let to_terminal = args.out.is_none() && std::io::stdout().is_terminal();
    if args.format == Some(PreviewFormat::Pdf) && to_terminal {
        bail!("a PDF is nothing for a terminal; write it into a folder with `--out DIR`, or into a file with `>`");
    }
    let forms = match args.format {
        Some(format) => &[form(format)],
        None if args.out.is_some() => Form::ALL,
        None => &[Form::Text],
    };
    let preview = Preview::open(context.campaign(Round(args.round))?, forms, &context.clock)?;
    let foreseen = match (args.diff.as_slice(), &args.out, &args.id) {
        ([one, other], ..) => {
            let letters = preview.two([one, other])?;
            compare::print(&letters)?;
            letters.iter().filter(|letter| letter.is_foreseen()).count() as u64
        }
        (_, Some(out), None) => write_all(context, args, &preview, out, forms)?,
        (_, Some(out), Some(id)) => {
            let letter = preview.one(id)?;
            write_one(context, args, &letter, out, forms)?;
            letter.is_foreseen().into()
        }
        (_, None, id) => {
            let letter = id.as_deref().map_or_else(|| preview.first(), |id| preview.one(id))?;
            show(context, args, &letter, forms)?;
            letter.is_foreseen().into()
        }
    };
    if foreseen > 0 && !context.quiet {
        let whom = counted(foreseen, "recipient has", "recipients have");
        say(format_args!(
            "{whom} no letter of the round before yet: what goes to them is shown as if that had been sent today"
        ));
    }
    Ok(Exit::Done)
}

fn form(format: PreviewFormat) -> Form {
    match format {
        PreviewFormat::Text => Form::Text,
        PreviewFormat::Html => Form::Html,
        PreviewFormat::Eml => Form::Eml,
        PreviewFormat::Pdf => Form::Pdf,
    }
}

/// Writes all letters; gives how many are shown as if those before them had been sent.
fn write_all(context: &Context, args: &cli::Preview, preview: &Preview, out: &Path, forms: &[Form]) -> Result<u64> {
    let mut steps = Steps::new("letters", preview.rows(), context.quiet);
    let written = preview.write_all(out, forms, &mut || steps.step());
    steps.finish();
    let Written { index, letters, foreseen, without_pdf } = written?;
    say_without_pdf(without_pdf);
    if !context.quiet {
        let letters = counted(letters, "letter is", "letters are");
        say(format_args!("{letters} in {}; open {} in a browser", out.display(), index.display()));
    }
    if args.open {
        browser::open(&index)?;
    }
    Ok(foreseen)
}

fn write_one(context: &Context, args: &cli::Preview, letter: &Letter<'_>, out: &Path, forms: &[Form]) -> Result<()> {
    say_skipped(context, letter);
    let WrittenLetter { page, names, without_pdf } = letter.write(out, forms)?;
    say_without_pdf(without_pdf);
    if !context.quiet {
        say(format_args!("the letter is in {}: {}", out.display(), names.join(", ")));
    }
    if args.open { browser::open(&page) } else { Ok(()) }
}

fn show(context: &Context, args: &cli::Preview, letter: &Letter<'_>, forms: &[Form]) -> Result<()> {
    say_skipped(context, letter);
    if args.open {
        let page = letter.write_copy()?;
        if !context.quiet {
            say(format_args!("the letter is in {}, for you alone", page.display()));
        }
        browser::open(&page)?;
    } else {
        print(letter, forms)?;
    }
    if args.id.is_none() && !context.quiet {
        say("this is the first letter; `preview ID` shows another, `--out DIR` writes them all");
    }
    Ok(())
}

fn print(letter: &Letter<'_>, forms: &[Form]) -> Result<()> {
    for form in forms {
        let bytes = letter.bytes(*form)?;
        match form {
            // In these bytes nothing is to be taken for a terminal's colours.
            Form::Pdf => std::io::stdout().write_all(&bytes)?,
            _ => output::stdout(output::Form::Data).write_all(&bytes)?,
        }
    }
    Ok(())
}

/// Says of a letter that is shown all the same that nobody gets it.
fn say_skipped(context: &Context, letter: &Letter<'_>) {
    if let (Some(reason), false) = (letter.skipped(), context.quiet) {
        say(format_args!("it is not to be sent: {reason}"));
    }
}

fn say_without_pdf(why: Option<campaign::Error>) {
    if let Some(error) = why {
        let error = anyhow::Error::from(error);
        say(format_args!("not every letter can be a PDF, and those that cannot are shown without one: {error:#}"));
    }
}
