//! What was recorded, in words.

use crate::campaign::person::{AnswerChange, Heard, Letters, Marked, NotBounced, Resolution, Resolved, ResolvedAll};
use crate::web::tongue::Tongue;
use crate::web::words::fill;

/// What was recorded of a recipient.
pub(super) fn marked_in_words(tongue: Tongue, marked: &Marked) -> String {
    let words = tongue.words();
    match marked {
        Marked::NotBounced(NotBounced { .. }) => words.not_bounced.to_owned(),
        Marked::Heard(Heard { change, letters, .. }) => {
            let told = match change {
                AnswerChange::NoteAlone => words.note_recorded.to_owned(),
                AnswerChange::NoneToTakeBack => words.none_to_take_back.to_owned(),
                AnswerChange::TakenBack(answer) => fill(words.answer_taken_back, &[("answer", tongue.answer(*answer))]),
                AnswerChange::AsBefore(answer)
                | AnswerChange::New(answer)
                | AnswerChange::BackTo { answer, .. }
                | AnswerChange::InPlaceOf { answer, .. } => {
                    fill(words.answer_is, &[("answer", tongue.answer(*answer))])
                }
            };
            let means = match letters {
                Letters::AsPlanned => return told,
                Letters::FollowUpsGo => words.follow_ups_go,
                Letters::LetterStays => words.letter_stays,
                Letters::NoFollowUp => words.no_follow_up,
            };
            format!("{told} {means}")
        }
    }
}

/// What became of letters in doubt, or of such that failed.
pub(super) fn resolved_in_words(tongue: Tongue, all: &ResolvedAll) -> String {
    let words = tongue.words();
    let one = |resolved: &Resolved| match resolved.resolution {
        Resolution::Accepted => words.counts_as_accepted,
        Resolution::NotSent if resolved.is_suppressed => words.written_to_no_more,
        Resolution::NotSent => words.is_sent_again,
    };
    let told: Vec<&str> = all.resolved.iter().map(one).collect();
    told.join("\n")
}
