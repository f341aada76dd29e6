//! `log`: who was contacted, with what result.

use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use jiff::tz::TimeZone;

use super::output::{Form, sight, stdout, stdout_of_bytes};
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::review::{Failures, Query, Review, Selection, Wanted};
use crate::campaign::{Folder, begin_private_file};
use crate::cli::{Log, LogFormat};
use crate::model::Round;
use crate::report::{CopyWriter, FailedWriter, LogWriter, counted};

pub(super) fn run(context: &Context, args: &Log) -> Result<Exit> {
    let args = &args.clone().with_stdout();
    let folder = context.folder(args.sandbox)?;
    let review = Review::open(&folder)?;
    if args.format == LogFormat::Xlsx {
        refuse_workbook(args)?;
    }
    let form = match args.format {
        _ if args.events => Form::Json,
        LogFormat::Json => Form::Json,
        LogFormat::Table => Form::Text,
        LogFormat::Csv | LogFormat::Xlsx => Form::Data,
    };
    if args.failed {
        return show_failed(context, args, &folder, &review);
    }
    let written = if args.events {
        review.write_events(output(args, form)?)?;
        return Ok(tell(context, args, None));
    } else if args.copies {
        show_copies(args, form, &folder, &review)?
    } else {
        let query = query(args)?;
        let out = output(args, form)?;
        match args.format {
            LogFormat::Xlsx => review.write_workbook(out, &query, &TimeZone::system())?,
            LogFormat::Table => {
                let writer = LogWriter::table(out, &sight(), !folder.settings.follow_ups.is_empty());
                review.write_log(writer, &query)?
            }
            LogFormat::Csv => review.write_log(LogWriter::csv(out)?, &query)?,
            LogFormat::Json => review.write_log(LogWriter::json(out), &query)?,
        }
    };
    Ok(tell(context, args, Some(written)))
}

/// Refuses a spreadsheet where there is none, and where it would fill a terminal with its bytes.
fn refuse_workbook(args: &Log) -> Result<()> {
    if args.failed || args.copies {
        let what = if args.failed { "failed" } else { "copies" };
        bail!("`--{what}` is a table, a CSV or JSON; take `--format csv`, which spreadsheets open");
    }
    if args.out.is_none() && std::io::stdout().is_terminal() {
        bail!("a spreadsheet is nothing for a terminal; write it into a file with `--out FILE.xlsx`");
    }
    Ok(())
}

fn query(args: &Log) -> Result<Query> {
    let selection = Selection { round: args.round.map(Round), states: args.state.clone(), recipient: None };
    let read = |text: &String| text.parse::<Wanted>().map_err(|why| anyhow::anyhow!("`--where {text}`: {why}"));
    let cells = args.cells.iter().map(read).collect::<Result<_>>()?;
    Ok(Query { selection, answers: args.answer.clone(), cells })
}

/// Where the log goes: into a file for its owner alone, or to stdout.
fn output(args: &Log, form: Form) -> Result<Box<dyn Write>> {
    Ok(match &args.out {
        Some(path) => Box::new(BufWriter::new(begin(path)?)),
        None if args.format == LogFormat::Xlsx => Box::new(BufWriter::new(std::io::stdout())),
        None => Box::new(BufWriter::new(stdout(form))),
    })
}

fn begin(path: &Path) -> Result<std::fs::File> {
    begin_private_file(path).with_context(|| format!("`{}` cannot be written", path.display()))
}

/// Says where the log went, and that there is nothing in it.
fn tell(context: &Context, args: &Log, written: Option<u64>) -> Exit {
    if !context.quiet {
        let is_narrowed = !(args.state.is_empty() && args.answer.is_empty() && args.cells.is_empty());
        if written == Some(0) && is_narrowed {
            say("nothing in the log fits; `undersigned log` shows all of it");
        }
        if let Some(path) = &args.out {
            let rows = written.map(|rows| format!(", {}", counted(rows, "row", "rows"))).unwrap_or_default();
            say(format_args!("the log is in {}{rows}", path.display()));
        }
    }
    Exit::Done
}

fn show_copies(args: &Log, form: Form, folder: &Folder, review: &Review<'_>) -> Result<u64> {
    let (out, id) = (output(args, form)?, &folder.settings.id);
    let writer = match args.format {
        LogFormat::Csv => CopyWriter::csv(out, id)?,
        LogFormat::Json => CopyWriter::json(out, id),
        LogFormat::Table | LogFormat::Xlsx => CopyWriter::table(out, &sight()),
    };
    Ok(review.write_copies(writer, args.round.map(Round), &args.state)?)
}

fn show_failed(context: &Context, args: &Log, folder: &Folder, review: &Review<'_>) -> Result<Exit> {
    let round = args.round.map(Round);
    let columns = review.list_columns(round)?;
    let Failures { written, gone } = match args.format {
        LogFormat::Table | LogFormat::Xlsx => {
            review.write_failed(FailedWriter::table(output(args, Form::Text)?), round)?
        }
        LogFormat::Csv => {
            // In another encoding than UTF-8, whatever takes colours out of text would take out letters.
            let out: Box<dyn Write> = match &args.out {
                Some(path) => Box::new(BufWriter::new(begin(path)?)),
                None => Box::new(BufWriter::new(stdout_of_bytes())),
            };
            review.write_failed(FailedWriter::csv(out, &columns, &folder.settings.lists.format)?, round)?
        }
        LogFormat::Json => review.write_failed(FailedWriter::json(output(args, Form::Json)?, &columns), round)?,
    };
    if !context.quiet && written == 0 {
        say("no row of the list failed or bounced");
    }
    if !context.quiet && gone > 0 {
        let gone = counted(gone, "row", "rows");
        say(format_args!(
            "{gone} that failed or bounced left out: no longer in the list; `log --state failed` shows them"
        ));
    }
    Ok(tell(context, args, Some(written)))
}
