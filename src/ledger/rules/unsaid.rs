//! What stands of mails' words, once a person has taken back their own.

use jiff::Timestamp;

use super::effect::{Stands, take_effect};
use crate::ledger::{Mention, Witness};
use crate::model::{Answer, Effect};

/// Since when a person's words stood, of which the last is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) struct Begun {
    /// When the first of them was said.
    pub(in crate::ledger) at: Timestamp,
    /// The answer that stood before.
    pub(in crate::ledger) before: Answer,
}

/// When a mail that says something of a letter was written and read, and who vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) struct Said {
    pub(in crate::ledger) written_at: Timestamp,
    pub(in crate::ledger) read_at: Timestamp,
    pub(in crate::ledger) vouched: Witness,
}

/// What mails' words make of a letter whose answer was taken back, and that stands so now: the answer that one gave
/// before the person said anything, and all that came while their words stood. What a person took back before stays so.
pub(in crate::ledger) fn heard(now: &Stands, begun: Begun, said: &[(&Mention, Said)]) -> Stands {
    let mut stands = Stands { person_said: None, ..now.clone() };
    let is_it = |mention: &Mention| mention.effect == Effect::Answered(begun.before);
    let before = said.iter().find(|(mention, said)| said.read_at < begun.at && is_it(mention));
    if let Some((_, said)) = before.filter(|_| stands.answer == Answer::None && begun.before != Answer::None) {
        (stands.answer, stands.witness) = (begun.before, Some(Witness::Mail));
        stands.answered_at = Some(said.written_at);
    }
    for (mention, Said { written_at, read_at, vouched }) in said {
        if *read_at >= begun.at && matches!(mention.effect, Effect::Answered(_)) {
            let taken = take_effect(mention, *written_at, &stands, *vouched);
            stands = stands.after(&taken);
        }
    }
    Stands { person_said: now.person_said, note: now.note.clone(), ..stands }
}
