//! Why somebody got no letter, as people read it: a kind that has a name in each language of our pages, and beside it
//! the words of a server or of whoever runs the campaign, which stand as they were said.

use crate::inbox::{Reason, reason_of_reply};
use crate::ledger::Delivery;
use crate::model::{DeliveryState, Reply};
use crate::page::Words;

/// Why somebody got no letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// There is no such address.
    NoSuchAddress,
    /// The mailbox is full.
    MailboxFull,
    /// There is another address now.
    HasMoved,
    /// A server refused the letter, whatever it had against it.
    Refused,
    /// A server failed, or was not reached.
    Trouble,
    /// A server wants to be asked later.
    Later,
    /// A server said nothing after the final dot.
    NoReply,
    /// The time for trying ran out.
    GivenUp,
    /// It came back, and no report says why.
    CameBack,
    /// The row has no address.
    NoAddress,
    /// They are not to be written to.
    Suppressed,
    /// Another row has the address.
    SameAddress,
    /// An answer came before.
    HasAnswered,
    /// A follow-up has no letter that it follows.
    EarlierUndelivered,
    /// A follow-up has its day still to come.
    NotDueYet,
}

/// What the program's own words of a row that is skipped begin with (`plan::SkipReason`). What follows was said by a
/// person, and is told.
const SKIPPED: [(&str, Cause); 9] = [
    ("no address", Cause::NoAddress),
    ("suppressed", Cause::Suppressed),
    ("opted out", Cause::Suppressed),
    ("duplicate of ", Cause::SameAddress),
    ("shares the address of ", Cause::SameAddress),
    ("has this letter already", Cause::SameAddress),
    ("answered: ", Cause::HasAnswered),
    ("not due before ", Cause::NotDueYet),
    ("away, not due before ", Cause::NotDueYet),
];

impl Cause {
    /// Its name.
    #[must_use]
    pub fn name(self, words: &Words) -> &str {
        match self {
            Self::NoSuchAddress => &words.no_such_address,
            Self::MailboxFull => &words.mailbox_full,
            Self::HasMoved => &words.has_moved,
            Self::Refused => &words.refused,
            Self::Trouble => &words.trouble,
            Self::Later => &words.later,
            Self::NoReply => &words.no_reply,
            Self::GivenUp => &words.given_up,
            Self::CameBack => &words.came_back,
            Self::NoAddress => &words.no_address,
            Self::Suppressed => &words.suppressed,
            Self::SameAddress => &words.same_address,
            Self::HasAnswered => &words.has_answered,
            Self::EarlierUndelivered => &words.earlier_undelivered,
            Self::NotDueYet => &words.not_due_yet,
        }
    }

    /// The kind of a server's or a report's reason; `None` where it has none.
    fn of_reason(reason: Reason) -> Option<Self> {
        Some(match reason {
            Reason::UserUnknown | Reason::HostUnknown | Reason::NotAccept | Reason::Suspend => Self::NoSuchAddress,
            Reason::MailboxFull => Self::MailboxFull,
            Reason::HasMoved => Self::HasMoved,
            Reason::Expired => Self::GivenUp,
            Reason::NetworkError
            | Reason::SystemError
            | Reason::SystemFull
            | Reason::MailerError
            | Reason::TooManyConn
            | Reason::Speeding => Self::Trouble,
            Reason::OnHold | Reason::Undefined | Reason::Delivered | Reason::Feedback | Reason::Vacation => {
                return None;
            }
            _ => Self::Refused,
        })
    }
}

/// Why a delivery stands where it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Why {
    /// The kind; `None` where there is none that has a name.
    pub cause: Option<Cause>,
    /// What a server or a person said, or the program where the kind has no name.
    pub words: String,
}

impl Why {
    /// Why a delivery stands where it does.
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        Self::said(delivery.state, delivery.reason.as_deref().unwrap_or_default(), delivery.reply.as_ref())
    }

    /// The same, of a state with what is noted of it and the server's reply.
    #[must_use]
    pub fn said(state: DeliveryState, reason: &str, reply: Option<&Reply>) -> Self {
        match state {
            DeliveryState::Skipped => skipped(reason),
            DeliveryState::InDoubt | DeliveryState::Attempting => {
                Self { cause: Some(Cause::NoReply), words: String::new() }
            }
            DeliveryState::Bounced => bounced(reason),
            DeliveryState::Failed | DeliveryState::Deferred => refused(state, reason, reply),
            DeliveryState::Planned | DeliveryState::Accepted => Self { cause: None, words: reason.to_owned() },
        }
    }

    /// Without what differs from row to row, so that they can be counted together.
    #[must_use]
    pub fn in_sum(self) -> Self {
        let words = if self.cause == Some(Cause::SameAddress) { String::new() } else { self.words };
        Self { words, ..self }
    }

    /// The name of the kind in a language; nothing, where it has none.
    #[must_use]
    pub fn name<'w>(&self, words: &'w Words) -> &'w str {
        self.cause.map_or("", |cause| cause.name(words))
    }

    /// The kind in a language, and after it what was said.
    #[must_use]
    pub fn told(&self, words: &Words) -> String {
        match self.cause {
            None => self.words.clone(),
            Some(cause) if self.words.is_empty() => cause.name(words).to_owned(),
            Some(cause) => format!("{} ({})", cause.name(words), self.words),
        }
    }
}

fn skipped(reason: &str) -> Why {
    let known = SKIPPED.into_iter().find_map(|(begin, cause)| Some((cause, reason.strip_prefix(begin)?)));
    let Some((cause, rest)) = known else {
        // "bounced in round 0" (`plan::Ended`).
        let earlier = reason.rsplit_once(" in round ").filter(|(_, round)| round.parse::<u32>().is_ok());
        let cause = earlier.map(|_| Cause::EarlierUndelivered);
        return Why { cause, words: if cause.is_some() { String::new() } else { reason.to_owned() } };
    };
    // What a person wrote stands behind the colon; a line, a column or the program's own words say nothing more.
    let own = match cause {
        Cause::Suppressed => rest.split_once(": ").map_or("", |(_, own)| own),
        Cause::NotDueYet => rest,
        // The number of the row, whatever the language.
        Cause::SameAddress => {
            rest.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty()).unwrap_or_default()
        }
        _ => "",
    };
    Why { cause: Some(cause), words: own.to_owned() }
}

/// A report's word of Sisimai's stands first, its status and the server's words behind it.
fn bounced(reason: &str) -> Why {
    let (word, rest) = reason.split_once(", ").unwrap_or((reason, ""));
    let known = Reason::ALL.iter().find(|known| known.as_str() == word);
    let cause = known.and_then(|known| Cause::of_reason(*known)).unwrap_or(Cause::CameBack);
    let words = if known.is_some() { rest } else { reason };
    Why { cause: Some(cause), words: words.to_owned() }
}

fn refused(state: DeliveryState, reason: &str, reply: Option<&Reply>) -> Why {
    let given_up = reason.starts_with("given up after").then_some(Cause::GivenUp);
    let Some(reply) = reply else {
        let broken = reason.starts_with("broken off").then_some(Cause::Trouble);
        let words = if broken.is_some() || given_up.is_some() { String::new() } else { reason.to_owned() };
        return Why { cause: given_up.or(broken), words };
    };
    let said = Cause::of_reason(reason_of_reply(reply));
    let cause = if state == DeliveryState::Deferred && reply.code < 500 {
        // Whatever a server has against a letter that it wants to be offered again, but for what is the recipient's.
        said.filter(|cause| *cause == Cause::MailboxFull).unwrap_or(Cause::Later)
    } else {
        given_up.or(said).unwrap_or(Cause::Refused)
    };
    Why { cause: Some(cause), words: reply.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answer, ListLine, Round};
    use crate::plan::{Ended, SkipReason};

    fn words(language: &str) -> &'static Words {
        Words::of(&language.parse().unwrap()).unwrap()
    }

    #[test]
    fn why_somebody_is_left_out_has_a_name_in_the_language_and_keeps_what_a_person_wrote() {
        let line = ListLine::new(4, 3);
        for (reason, told) in [
            (SkipReason::NoAddress, "Keine Adresse in der Liste"),
            (
                SkipReason::Suppressed { target: "@a.example".into(), reason: Some("am Telefon: nie".into()) },
                "Nicht anzuschreiben (am Telefon: nie)",
            ),
            (SkipReason::Suppressed { target: "a@a.example".into(), reason: None }, "Nicht anzuschreiben"),
            (SkipReason::OptedOut { column: Some("Do Not Email".into()), line }, "Nicht anzuschreiben"),
            (SkipReason::Duplicate { of_line: line }, "Adresse steht auch in einer anderen Zeile (4)"),
            (
                SkipReason::SharedMailbox { of_line: line, name: "Bo 2: der Zweite".into() },
                "Adresse steht auch in einer anderen Zeile (4)",
            ),
            (SkipReason::HasLetter, "Adresse steht auch in einer anderen Zeile"),
            (SkipReason::Answered(Answer::Replied), "Hat schon geantwortet"),
            (SkipReason::Ended(Ended::Bounced(Round(0))), "Der vorige Brief kam nicht an"),
            (
                SkipReason::NotBefore { date: jiff::civil::date(2027, 3, 22), away: true },
                "Noch nicht an der Zeit (2027-03-22)",
            ),
            // What has no name is told as it is.
            (SkipReason::CampaignStopped, "the campaign is stopped"),
        ] {
            let why = Why::said(DeliveryState::Skipped, &reason.to_string(), None);
            assert_eq!(why.told(words("de")), told, "{reason}");
        }
    }

    #[test]
    fn what_a_server_or_a_report_said_stands_behind_its_kind() {
        use DeliveryState::{Bounced, Deferred, Failed, InDoubt};
        let full = Reply::new(552, ["5.2.2 mailbox full"]);
        let unknown = Reply::new(550, ["5.1.1 no such user"]);
        let policy = Reply::new(550, ["5.7.1 rejected for policy reasons"]);
        let later = Reply::new(451, ["4.7.1 greylisted"]);
        for (state, reason, reply, told) in [
            (Failed, "refused at RCPT", Some(&full), "Boîte pleine (552 5.2.2 mailbox full)"),
            (Failed, "refused at RCPT", Some(&unknown), "L’adresse n’existe pas (550 5.1.1 no such user)"),
            (
                Failed,
                "refused at the final dot",
                Some(&policy),
                "Refusée par le serveur (550 5.7.1 rejected for policy reasons)",
            ),
            (
                Deferred,
                "refused at RCPT, to come again: greylisting",
                Some(&later),
                "Le serveur demande de réessayer plus tard (451 4.7.1 greylisted)",
            ),
            (Failed, "given up after 4 days", None, "Abandonnée après plusieurs essais"),
            (
                Deferred,
                "broken off at RCPT: the server closed the connection",
                None,
                "Incident sur le serveur ou en route",
            ),
            (InDoubt, "in doubt after the final dot: …", None, "Le serveur n’a pas dit ce qu’elle est devenue"),
            (Bounced, "mailboxfull, 5.2.2, over quota", None, "Boîte pleine (5.2.2, over quota)"),
            (Bounced, "a report says that it failed", None, "Revenue (a report says that it failed)"),
        ] {
            assert_eq!(Why::said(state, reason, reply).told(words("fr")), told);
        }
    }
}
