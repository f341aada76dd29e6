//! `log`: who was contacted, with what result.

use std::io::BufWriter;

use anyhow::Result;

use super::output::{Form, stdout, stdout_of_bytes};
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::Folder;
use crate::campaign::review::{Failures, Review, Selection};
use crate::cli::{Log, LogFormat};
use crate::model::Round;
use crate::report::{FailedWriter, LogWriter, counted};

pub(super) fn run(context: &Context, args: &Log) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let review = Review::open(&folder)?;
    let form = match args.format {
        _ if args.events => Form::Json,
        LogFormat::Json => Form::Json,
        LogFormat::Table => Form::Text,
        LogFormat::Csv => Form::Data,
    };
    let out = BufWriter::new(stdout(form));
    if args.events {
        review.write_events(out)?;
        return Ok(Exit::Done);
    }
    if args.failed {
        return show_failed(context, args, &folder, &review);
    }
    let selection = Selection { round: args.round.map(Round), states: args.state.clone(), recipient: None };
    let writer = match args.format {
        LogFormat::Table => LogWriter::table(out, !folder.settings.follow_ups.is_empty()),
        LogFormat::Csv => LogWriter::csv(out)?,
        LogFormat::Json => LogWriter::json(out),
    };
    review.write_log(writer, &selection)?;
    Ok(Exit::Done)
}

fn show_failed(context: &Context, args: &Log, folder: &Folder, review: &Review<'_>) -> Result<Exit> {
    let round = args.round.map(Round);
    let columns = review.list_columns(round)?;
    let Failures { written, gone } = match args.format {
        LogFormat::Table => review.write_failed(FailedWriter::table(BufWriter::new(stdout(Form::Text))), round)?,
        LogFormat::Csv => {
            let out = BufWriter::new(stdout_of_bytes());
            review.write_failed(FailedWriter::csv(out, &columns, &folder.settings.lists.format)?, round)?
        }
        LogFormat::Json => {
            review.write_failed(FailedWriter::json(BufWriter::new(stdout(Form::Json)), &columns), round)?
        }
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
    Ok(Exit::Done)
}
