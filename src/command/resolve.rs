//! `resolve`: a person says what became of a delivery in doubt.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note};
use super::{Context, Exit};
use crate::campaign::person::{self, Recorded, Resolution, Resolved};
use crate::cli::Resolve;
use crate::model::Round;

pub(super) fn run(context: &Context, args: &Resolve) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let resolution = if args.accepted { Resolution::Accepted } else { Resolution::NotSent };
    let said = said(context);
    let resolved = person::resolve(&folder, &args.id, args.round.map(Round), resolution, &said);
    let Recorded { what, note } = wait_for(resolved)??;
    if let Some(note) = note {
        say_note(context, note);
    }
    if !context.quiet {
        say(told(&what));
    }
    Ok(Exit::Done)
}

/// What was recorded, and what it means.
fn told(Resolved { recipient, round, resolution }: &Resolved) -> String {
    let said = match resolution {
        Resolution::Accepted => "counts as accepted",
        Resolution::NotSent if *round == Round(0) => "will be sent by the next `undersigned send`",
        Resolution::NotSent => "will be sent by the next `undersigned follow-up`",
    };
    format!("round {round}: the letter to `{recipient}` {said}")
}
