//! A person says what a recipient answered.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::find;
use super::nobody::Nobody;
use super::recorded::Recorded;
use super::said::Said;
use crate::campaign::contacted::witnessed_existing_ledger;
use crate::campaign::error::{Error, Result};
use crate::campaign::folder::Folder;
use crate::campaign::retention::refuse_expired;
use crate::ledger::{self, AddressChange, Delivery, Hearing, Mark, PersonLedger};
use crate::model::{Answer, DeliveryState, RecipientId, Round};

/// What a person says of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// They answered so.
    Answered(Answer),
    /// Nothing of their answer, but a note.
    NoteAlone,
    /// The answer that is recorded is none; where none is, the letter did not bounce.
    TakeBack,
}

/// What a person says of a recipient, and of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What they say.
    pub remark: Remark,
    /// A note, in place of the one that is there; an empty one takes it away.
    pub note: Option<String>,
    /// The day on which the recipient answered, where that is not today.
    pub on: Option<Date>,
}

/// What was recorded of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// What they answered.
    Heard(Heard),
    /// That letters to them did not bounce.
    NotBounced(NotBounced),
}

/// What was recorded of a recipient's answer, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The recipient.
    pub recipient: RecipientId,
    /// The round of the letter that it was written to.
    pub round: Round,
    /// The address of that letter.
    pub email: String,
    /// What became of the answer.
    pub change: AnswerChange,
    /// What it means for the letters.
    pub letters: Letters,
    /// What became of the address.
    pub address: AddressChange,
    /// The day on which that letter left, where they are said to have answered before.
    pub left_later: Option<Date>,
}

/// What became of a recipient's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerChange {
    /// Nothing: there is a note alone.
    NoteAlone,
    /// Nothing: there is none to take back.
    NoneToTakeBack,
    /// This one is taken back.
    TakenBack(Answer),
    /// A person's word is taken back, and this one stands again, as a mail says.
    BackTo {
        /// The one that is taken back.
        before: Answer,
        /// The one that stands there now.
        answer: Answer,
    },
    /// It is this one, and was before.
    AsBefore(Answer),
    /// It is this one, and there was none.
    New(Answer),
    /// It is another one than before.
    InPlaceOf {
        /// The one that stood there.
        before: Answer,
        /// The one that stands there now.
        answer: Answer,
    },
}

/// What an answer means for the letters to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Nothing: there is no answer.
    AsPlanned,
    /// Follow-ups go there still.
    FollowUpsGo,
    /// The letter did not leave yet, and is not sent.
    LetterStays,
    /// No follow-up goes there.
    NoFollowUp,
}

/// That letters did not bounce, whatever a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotBounced {
    /// Whom they went to.
    pub recipient: RecipientId,
    /// Their rounds.
    pub rounds: Vec<Round>,
    /// What became of the address.
    pub address: AddressChange,
}

/// Records what a person says of the recipient whom an id or an address names.
///
/// # Errors
/// Where nobody is named so, or several are, where the day is not over, and where the ledger cannot be read or written.
pub async fn mark(folder: &Folder, id: &str, entry: Entry, said: &Said) -> Result<Recorded<Marked>> {
    let Entry { remark, note, on } = entry;
    let campaign = &folder.settings.id;
    let ledger = witnessed_existing_ledger(folder)?;
    refuse_expired(folder, Some(&ledger))?;
    let (recipient, deliveries) = find::recipient(&ledger, campaign, id)?;
    let word = said.of(campaign);
    let said_at = answered_at(on, said.at)?;
    let mark = |answer, note| Mark { answer, note, said_at };
    let marked = if remark == Remark::TakeBack && has_bounced_unanswered(&deliveries) {
        let ledger::Unbounced { rounds, address } = ledger.unbounce(&recipient, &word).await?;
        if note.is_some() {
            ledger.mark(&recipient, mark(None, note), &word).await?;
        }
        Marked::NotBounced(NotBounced { recipient, rounds, address })
    } else {
        let marked = ledger.mark(&recipient, mark(remark.answer(), note), &word).await?;
        let delivery = deliveries.iter().find(|delivery| delivery.round == marked.round);
        let delivery = delivery.ok_or_else(|| Error::NoDelivery(Nobody::new(id)))?;
        Marked::Heard(Heard { left_later: left_later(delivery, on), ..heard(delivery, remark, marked) })
    };
    Ok(Recorded::and_logged(marked, folder, &ledger))
}

/// Records the same answer of several recipients: it is asked for all at once, so that few commits have them all, and
/// the log is written anew once. What cannot be recorded of one keeps none of the others from it.
///
/// # Errors
/// Where the ledger cannot be opened.
pub async fn mark_several(
    folder: &Folder,
    ids: &[String],
    answer: Answer,
    said: &Said,
) -> Result<Recorded<Vec<Result<()>>>> {
    let campaign = &folder.settings.id;
    let ledger = witnessed_existing_ledger(folder)?;
    refuse_expired(folder, Some(&ledger))?;
    let word = said.of(campaign);
    let found: Vec<Result<RecipientId>> = ids.iter().map(|id| Ok(find::recipient(&ledger, campaign, id)?.0)).collect();
    let mark = || Mark { answer: Some(answer), note: None, said_at: said.at };
    let asked: Vec<_> =
        found.iter().map(|found| found.as_ref().ok().map(|recipient| ledger.mark(recipient, mark(), &word))).collect();
    let mut answers = Vec::with_capacity(asked.len());
    for asked in asked {
        answers.push(match asked {
            Some(asked) => Some(asked.await),
            None => None,
        });
    }
    let answer = |(found, answer): (Result<RecipientId>, Option<ledger::Result<ledger::Marked>>)| {
        found.and_then(|_| answer.map_or(Ok(()), |answer| answer.map(drop).map_err(Error::from)))
    };
    let marked = found.into_iter().zip(answers).map(answer).collect();
    Ok(Recorded::and_logged(marked, folder, &ledger))
}

/// When somebody answered, as far as a person knows it: at noon of a day, or now.
fn answered_at(on: Option<Date>, now: Timestamp) -> Result<Timestamp> {
    let Some(day) = on else { return Ok(now) };
    let here = TimeZone::system();
    if day > now.to_zoned(here.clone()).date() {
        return Err(Error::DayToCome(day));
    }
    let noon = day.at(12, 0, 0, 0).to_zoned(here).map_err(|_| Error::DayToCome(day))?;
    Ok(noon.timestamp().min(now))
}

impl Remark {
    /// As the ledger takes it: [`Answer::None`] takes an answer back, and without any there is a note alone.
    fn answer(self) -> Option<Answer> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::NoteAlone => None,
            Self::TakeBack => Some(Answer::None),
        }
    }
}

/// Whether there is a letter that bounced and no answer: what can be taken back is the bounce.
fn has_bounced_unanswered(deliveries: &[Delivery]) -> bool {
    deliveries.iter().any(|delivery| delivery.state == DeliveryState::Bounced)
        && deliveries.iter().all(|delivery| delivery.answer == Answer::None)
}

/// What was recorded, and what it means. `delivery` is the one that it was written to, as it stood before.
fn heard(delivery: &Delivery, remark: Remark, marked: ledger::Marked) -> Heard {
    let ledger::Marked { round, before, answer, hearing, address, again } = marked;
    let (round, answer, before) = match again {
        Some((other, stands)) if remark == Remark::TakeBack && !answer.stops() => (other, stands, before),
        _ => (round, answer, before),
    };
    let change = match (hearing, answer) {
        (None, _) => AnswerChange::NoteAlone,
        (Some(Hearing::Known), Answer::None) => AnswerChange::NoneToTakeBack,
        (_, Answer::None) => AnswerChange::TakenBack(before),
        _ if remark == Remark::TakeBack => AnswerChange::BackTo { before, answer },
        _ if answer == before => AnswerChange::AsBefore(answer),
        _ if before == Answer::None => AnswerChange::New(answer),
        _ => AnswerChange::InPlaceOf { before, answer },
    };
    let letters = match answer {
        Answer::None => Letters::AsPlanned,
        // Whoever has opted out stays suppressed, whatever else they say.
        answer if !answer.stops() && before == Answer::OptedOut && remark != Remark::TakeBack => Letters::NoFollowUp,
        // What bounced ends the letters to them; an answer changes nothing about that.
        answer if !answer.stops() && delivery.state == DeliveryState::Bounced => Letters::NoFollowUp,
        answer if !answer.stops() => Letters::FollowUpsGo,
        _ if delivery.state.is_open() => Letters::LetterStays,
        _ => Letters::NoFollowUp,
    };
    Heard {
        recipient: delivery.recipient.clone(),
        round,
        email: delivery.email.clone(),
        change,
        letters,
        address,
        left_later: None,
    }
}

/// The day on which a letter left, where that is after the one on which it is said to have been answered.
fn left_later(delivery: &Delivery, on: Option<Date>) -> Option<Date> {
    let left = delivery.first_attempt_at?.to_zoned(TimeZone::system()).date();
    on.filter(|on| *on < left).map(|_| left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::DeliveryId;

    fn delivery(state: DeliveryState) -> Delivery {
        Delivery {
            id: DeliveryId(1),
            round: Round(0),
            recipient: RecipientId::new("ana"),
            email: "ana@example.org".to_owned(),
            name: String::new(),
            organisation: String::new(),
            state,
            reason: None,
            attempts: 1,
            first_attempt_at: None,
            last_attempt_at: None,
            accepted_at: None,
            reply: None,
            message_id: None,
            answer: Answer::None,
            answered_at: None,
            next_attempt_at: None,
            note: None,
        }
    }

    /// A front end with several threads waits for it on any of them: whether that is so shows when this is compiled.
    #[expect(dead_code, reason = "it is compiled, and never called")]
    fn a_word_is_recorded_on_any_thread(folder: &Folder, said: &Said) {
        fn any_thread(_: impl Send) {}
        any_thread(mark(folder, "ana", Entry { remark: Remark::TakeBack, note: None, on: None }, said));
    }

    #[test]
    fn an_answer_is_of_a_day_that_was_and_never_of_one_to_come() {
        let now = jiff::civil::date(2024, 6, 12).at(9, 0, 0, 0).to_zoned(TimeZone::system()).unwrap();
        let at = |day| answered_at(Some(jiff::civil::date(2024, 6, day)), now.timestamp());
        let noon = now.date().at(12, 0, 0, 0).to_zoned(TimeZone::system()).unwrap();
        let week = jiff::SignedDuration::from_hours(7 * 24);
        assert_eq!(at(5).unwrap(), noon.timestamp() - week);
        assert_eq!(at(12).unwrap(), now.timestamp());
        assert!(at(13).unwrap_err().to_string().contains("2024-06-13"));
    }

    #[test]
    fn what_was_recorded_is_told_with_what_it_means() {
        let told = |state, hearing, before, answer| {
            let address = AddressChange::AsBefore;
            let marked = ledger::Marked { round: Round(0), before, answer, hearing, address, again: None };
            let remark = if answer == Answer::None { Remark::TakeBack } else { Remark::Answered(answer) };
            let heard = heard(&delivery(state), remark, marked);
            (heard.change, heard.letters)
        };
        let (sent, planned) = (DeliveryState::Accepted, DeliveryState::Planned);
        let counts = Some(Hearing::Counts);
        let (none, replied, seen) = (Answer::None, Answer::Replied, Answer::Acknowledged);
        assert_eq!(told(sent, None, replied, replied).0, AnswerChange::NoteAlone);
        assert_eq!(told(sent, Some(Hearing::Known), none, none), (AnswerChange::NoneToTakeBack, Letters::AsPlanned));
        assert_eq!(told(sent, counts, replied, none), (AnswerChange::TakenBack(replied), Letters::AsPlanned));
        assert_eq!(told(sent, counts, none, replied), (AnswerChange::New(replied), Letters::NoFollowUp));
        assert_eq!(told(planned, counts, none, replied), (AnswerChange::New(replied), Letters::LetterStays));
        assert_eq!(told(sent, counts, seen, seen), (AnswerChange::AsBefore(seen), Letters::FollowUpsGo));
        let changed = AnswerChange::InPlaceOf { before: replied, answer: seen };
        assert_eq!(told(sent, counts, replied, seen), (changed, Letters::FollowUpsGo));
    }
}
