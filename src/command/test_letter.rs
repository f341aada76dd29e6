//! `test`: a recipient's letter, sent to an address of one's own.

use anyhow::Result;

use super::runtime::wait_for;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit};
use crate::campaign::test_letter::{How, Tested, send_test};
use crate::cli;
use crate::model::Round;

pub(super) fn run(context: &Context, args: &cli::Test) -> Result<Exit> {
    let campaign = context.campaign(Round(args.round))?;
    let of = args.of.as_deref();
    let mut tell = |note| say_note(context, note);
    let Tested { of, subject, how } = wait_for(send_test(campaign, &args.address, of, &context.clock, &mut tell))??;
    Ok(match how {
        How::Taken(reply) => {
            if !context.quiet {
                say(format_args!("the letter to `{of}`, \"{subject}\", went to `{}`: {reply}", args.address));
            }
            Exit::Done
        }
        How::NotTaken { why } => {
            warn(format_args!("the test letter did not go: {why}"));
            Exit::Stopped
        }
        How::InDoubt { why } => {
            warn(format_args!("nobody knows whether the test letter went: {why}; look into the mailbox"));
            Exit::WithFailures
        }
        How::NoRoom { until } => {
            let until = until.map_or_else(String::new, |until| format!(" before {until:.0}"));
            warn(format_args!("the limits of `[pace]` leave no room for a test letter{until}; nothing was sent"));
            Exit::Stopped
        }
    })
}
