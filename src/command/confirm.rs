//! `confirm`: a person takes what a mail seems to say as it is.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note};
use super::{Context, Exit};
use crate::campaign::person::{self, Recorded, ToConfirm};
use crate::campaign::sync::Outcome;
use crate::cli;
use crate::model::count::counted;

/// Of so many letters each is told.
const TOLD: usize = 20;

pub(super) fn run(context: &Context, args: &cli::Confirm) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let (single, ranges): (Vec<_>, Vec<_>) =
        args.numbers.iter().cloned().partition(|range| range.start() == range.end());
    let numbers = single.iter().map(|range| *range.start()).collect();
    let what = ToConfirm { numbers, ranges, all_of: args.all_of.clone() };
    let said = said(context);
    let Recorded { what: confirmed, note } = wait_for(person::confirm(&folder, what, &said))??;
    if let Some(note) = note {
        say_note(context, note);
    }
    let too_early = confirmed.iter().filter(|one| one.outcome == Outcome::TooEarly).count() as u64;
    if !context.quiet {
        for one in confirmed.iter().take(TOLD) {
            let found = &one.suggestion;
            let of = if found.campaign == folder.settings.id.as_str() {
                String::new()
            } else {
                format!(" of {}", found.campaign)
            };
            let effect = found.effect.as_deref().unwrap_or_default();
            let now = match one.outcome {
                Outcome::Done => format!("is `{effect}` now"),
                Outcome::TooEarly => "is on the wire: confirm it once the run is over".to_owned(),
                Outcome::Noted | Outcome::PersonSaid(_) | Outcome::Waits(..) => {
                    format!("stands as before; `{effect}` is in its history")
                }
            };
            say(format_args!("round {}: `{}`{of} {now}", found.round, found.recipient));
        }
        if confirmed.len() > TOLD {
            say(format_args!("and {} more", counted((confirmed.len() - TOLD) as u64, "letter", "letters")));
        }
    }
    Ok(if too_early > 0 { Exit::WithFailures } else { Exit::Done })
}
