//! `resolve`: a person says what became of deliveries in doubt.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_error, say_note};
use super::{Context, Exit};
use crate::campaign::person::{self, Recorded, Resolution, Resolved, ResolvedAll, Which};
use crate::cli::{Resolve, ResolveState};
use crate::model::{DeliveryState, Round};

pub(super) fn run(context: &Context, args: &Resolve) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let resolution = if args.accepted { Resolution::Accepted } else { Resolution::NotSent };
    let which = which(args);
    let said = said(context);
    let resolved = person::resolve(&folder, &which, args.round.map(Round), resolution, &said, &context.clock);
    let Recorded { what: ResolvedAll { resolved, refused }, note } = wait_for(resolved)??;
    if let Some(note) = note {
        say_note(context, note);
    }
    if !context.quiet {
        for resolved in &resolved {
            say(told(resolved));
        }
        if resolved.len() > 1 {
            say(format_args!("{} letters", resolved.len()));
        }
    }
    for error in &refused {
        say_error(error);
    }
    Ok(match (resolved.is_empty(), refused.is_empty()) {
        (_, true) => Exit::Done,
        (false, false) => Exit::WithFailures,
        (true, false) => Exit::Refused,
    })
}

fn which(args: &Resolve) -> Which {
    let state = |state| match state {
        ResolveState::Failed => DeliveryState::Failed,
        ResolveState::Bounced => DeliveryState::Bounced,
    };
    args.state.map_or_else(
        || Which::Named(args.ids.clone()),
        |it| Which::All { state: state(it), word: args.reason.clone().unwrap_or_default() },
    )
}

/// What was recorded, and what it means.
fn told(Resolved { recipient, round, resolution, is_suppressed }: &Resolved) -> String {
    let said = match resolution {
        Resolution::Accepted => "counts as accepted",
        Resolution::NotSent if *is_suppressed => {
            "counts as not sent, and is not sent again: the address is suppressed; `undersigned suppress` lists why"
        }
        Resolution::NotSent if *round == Round(0) => "will be sent by the next `undersigned send`",
        Resolution::NotSent => "will be sent by the next `undersigned follow-up`",
    };
    format!("round {round}: the letter to `{recipient}` {said}")
}
