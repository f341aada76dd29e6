//! `mark`: a person says what a recipient answered.

use anyhow::Result;

use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_note, warn};
use super::{Context, Exit};
use crate::campaign::Folder;
use crate::campaign::person::{
    self, AddressChange, AnswerChange, Entry, Heard, Letters, Marked, NotBounced, Recorded, Remark, TakenBack,
};
use crate::cli;
use crate::model::Answer;
use crate::model::count::counted;

/// Of so many letters each is told.
const TOLD: usize = 20;

pub(super) fn run(context: &Context, args: &cli::Mark) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let said = said(context);
    if let Some(mail) = args.mail {
        return take_back_mail(context, &folder, mail);
    }
    let entry = Entry { remark: remark(args), note: args.note.clone(), on: args.on };
    let marked = person::mark(&folder, args.id.as_deref().unwrap_or_default(), entry, &said);
    let Recorded { what, note } = wait_for(marked)??;
    if let Some(note) = note {
        say_note(context, note);
    }
    if let (Marked::Heard(Heard { left_later: Some(left), recipient, .. }), Some(on)) = (&what, args.on) {
        warn(format_args!(
            "the letter to `{recipient}` left on {left}, after {on}: where the day is wrong, say it again with another `--on`"
        ));
    }
    if !context.quiet {
        say(match what {
            Marked::Heard(heard) => told(&heard),
            Marked::NotBounced(letters) => told_not_bounced(&letters),
        });
    }
    Ok(Exit::Done)
}

/// Takes back all that one mail did.
fn take_back_mail(context: &Context, folder: &Folder, mail: u64) -> Result<Exit> {
    let said = said(context);
    let taken_back = person::take_back_mail(folder, mail, &said);
    let Recorded { what: TakenBack { deliveries, lifted, dismissed }, note } = wait_for(taken_back)??;
    if let Some(note) = note {
        say_note(context, note);
    }
    if !context.quiet {
        for (campaign, round, recipient) in deliveries.iter().take(TOLD) {
            let of = if *campaign == folder.settings.id { String::new() } else { format!(" of {campaign}") };
            say(format_args!("round {round}: what mail {mail} said of `{recipient}`{of} is taken back"));
        }
        if deliveries.len() > TOLD {
            say(format_args!("and of {} more", counted(deliveries.len() as u64 - TOLD as u64, "letter", "letters")));
        }
        for address in lifted {
            say(format_args!("`{address}` is not suppressed any more"));
        }
        if dismissed > 0 {
            let things = counted(dismissed, "suggestion", "suggestions");
            say(format_args!("{things} of mail {mail} will not be asked about any more"));
        }
    }
    Ok(Exit::Done)
}

/// What the arguments say of the recipient.
fn remark(args: &cli::Mark) -> Remark {
    match args.status {
        Some(cli::MarkStatus::Replied) => Remark::Answered(Answer::Replied),
        Some(cli::MarkStatus::Acknowledged) => Remark::Answered(Answer::Acknowledged),
        Some(cli::MarkStatus::Declined) => Remark::Answered(Answer::Declined),
        Some(cli::MarkStatus::OptedOut) => Remark::Answered(Answer::OptedOut),
        None if args.undo => Remark::TakeBack,
        // Without a status there is `--undo` or `--note`.
        Some(cli::MarkStatus::Note) | None => Remark::NoteAlone,
    }
}

/// What was recorded of an answer, and what it means.
fn told(heard: &Heard) -> String {
    let Heard { recipient, round, email, .. } = heard;
    let what = match heard.change {
        AnswerChange::NoteAlone => return format!("round {round}: `{recipient}` has a note"),
        AnswerChange::NoneToTakeBack => format!("`{recipient}` has no answer to take back"),
        AnswerChange::TakenBack(answer) => format!("the answer of `{recipient}`, `{answer}`, is taken back"),
        AnswerChange::BackTo { before, answer } => format!(
            "what was said of `{recipient}` by hand, `{before}`, is taken back; `{answer}` stands again, as a mail says"
        ),
        AnswerChange::AsBefore(answer) => format!("`{recipient}` is `{answer}`, as before"),
        AnswerChange::New(answer) => format!("`{recipient}` is `{answer}`"),
        AnswerChange::InPlaceOf { before, answer } => format!("`{recipient}` is `{answer}`, no longer `{before}`"),
    };
    let is_still_out = matches!(
        heard.change,
        AnswerChange::InPlaceOf { before: Answer::OptedOut, answer } if answer != Answer::None
    );
    let letters = match heard.letters {
        Letters::AsPlanned => "",
        Letters::FollowUpsGo => "; follow-ups go there still",
        Letters::LetterStays => "; the letter is not sent",
        Letters::NoFollowUp => "; no follow-up goes there",
    };
    let address = match heard.address {
        AddressChange::AsBefore if is_still_out => format!(
            "; they opted out, and nothing more goes to `{email}` all the same: `undersigned suppress --undo {email}` lifts that"
        ),
        AddressChange::AsBefore => String::new(),
        AddressChange::Suppressed => format!("; nothing more goes to `{email}`, in any campaign of this ledger"),
        AddressChange::Lifted => format!("; `{email}` is not suppressed any more"),
    };
    format!("round {round}: {what}{letters}{address}")
}

/// What was recorded of letters that did not bounce.
fn told_not_bounced(NotBounced { recipient, rounds, address }: &NotBounced) -> String {
    let rounds: Vec<String> = rounds.iter().map(|round| format!("round {round}")).collect();
    let address = match address {
        AddressChange::Lifted => "; the address is not suppressed any more",
        AddressChange::Suppressed | AddressChange::AsBefore => "",
    };
    format!("{}: the letter to `{recipient}` did not bounce, whatever a report says{address}", rounds.join(", "))
}
