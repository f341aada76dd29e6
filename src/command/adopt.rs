//! `adopt`: what witnesses know is taken into a ledger that lost it, and letters that were sent by hand into any.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::say;
use super::{Context, Exit};
use crate::campaign::{Adoption, ByHand, Pick, adopt_by_hand, adopt_from_witnesses};
use crate::cli::Adopt;
use crate::model::count::counted;

pub(super) fn run(context: &Context, args: &Adopt) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let said = said(context);
    let source = match (&args.mbox, &args.list, &args.folder) {
        (Some(file), _, _) => Some(ByHand::Mbox(file.clone())),
        (None, Some(file), _) => Some(ByHand::List(file.clone())),
        (None, None, Some(name)) => Some(ByHand::Folder(name.clone())),
        (None, None, None) => None,
    };
    if let Some(source) = source {
        let pick = Pick { subject: args.subject.clone(), from: args.from.clone() };
        let adopted = wait_for(adopt_by_hand(&folder, &source, &pick, &said, &context.clock))??;
        if !context.quiet {
            say(adopted);
        }
        return Ok(Exit::Done);
    }
    let adoption = wait_for(adopt_from_witnesses(&folder, &said, &context.clock))??;
    if !context.quiet {
        say(told(adoption));
    }
    Ok(if adoption.in_doubt > 0 { Exit::WithFailures } else { Exit::Done })
}

/// What was taken in, and what to do now.
fn told(Adoption { accepted, in_doubt }: Adoption) -> String {
    if accepted + in_doubt == 0 {
        return "the ledger knows every letter that its witnesses know".to_owned();
    }
    let accepted = format!("{} that left now count as accepted", counted(accepted as u64, "letter", "letters"));
    match in_doubt {
        0 => format!("{accepted}; `undersigned send` goes on with the rest"),
        doubts => format!(
            "{accepted}; {} in doubt: `undersigned log --state in-doubt` lists them, `undersigned resolve` says what became of them",
            counted(doubts as u64, "is", "are")
        ),
    }
}
