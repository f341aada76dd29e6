//! The log of letters that may have left, which lies outside of the ledger: what a line of it says, as text.
//!
//! It is a witness. It is only ever added to, and no ledger is sent from that knows of fewer letters. An address stands
//! in it as a keyed hash: whoever finds the log alone learns of nobody.

use std::collections::BTreeMap;
use std::fmt;

use hmac::Mac;
use jiff::Timestamp;

use crate::model::{AddressHash, CampaignId, DeliveryState, MessageId, Person, Round, TokenKey};

/// What begins the mark of a copy that is sent by itself.
const COPY: char = '~';

/// What an address is in the log: 22 characters of base64 (RFC 4648, 5), from its keyed hash; for a copy that is sent
/// by itself, with a `~` before them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AddressMark(String);

impl AddressMark {
    fn parse(text: &str) -> Option<Self> {
        let hash = text.strip_prefix(COPY).unwrap_or(text);
        (hash.len() == 22).then(|| Self(text.to_owned()))
    }

    /// Whether it is a copy's.
    pub(super) fn is_copy(&self) -> bool {
        self.0.starts_with(COPY)
    }
}

/// Makes the marks of a ledger's addresses: by a secret that is made of the ledger's, under a label of the log's own.
#[derive(Debug, Clone)]
pub(super) struct Marker {
    secret: Secret,
    hash: AddressHash,
}

/// A secret, which no message shows.
#[derive(Clone)]
struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Marker {
    /// The one of the ledger with this secret.
    pub(super) fn of(key: &TokenKey) -> Self {
        Self::with(key.labelled("the log of sent letters").finalize().into_bytes().into())
    }

    /// The one with this secret, which [`Marker::secret`] gave.
    pub(super) fn with(secret: [u8; 32]) -> Self {
        Self { secret: Secret(secret), hash: AddressHash::with(secret) }
    }

    /// The secret.
    pub(super) fn secret(&self) -> [u8; 32] {
        self.secret.0
    }

    /// What makes the hashes of addresses.
    pub(super) fn hash(&self) -> &AddressHash {
        &self.hash
    }

    /// The mark of a copy's address: it is never that of a letter to the same address.
    pub(super) fn mark_copy(&self, address_key: &str) -> AddressMark {
        AddressMark(format!("{COPY}{}", self.mark(address_key, &Person::default()).0))
    }

    /// The mark of an address, as [`EmailAddress::key`](crate::model::EmailAddress::key) gives it, or of one of the
    /// people there who get a letter each; of one that was forgotten, of which the ledger has nothing else, the one
    /// that stands there.
    pub(super) fn mark(&self, address_key: &str, person: &Person) -> AddressMark {
        let forgotten = |text: &str| text.strip_prefix('#').filter(|mark| mark.len() == 22).map(str::to_owned);
        AddressMark(if person.is_nobody() {
            forgotten(address_key).unwrap_or_else(|| self.hash.of(address_key))
        } else {
            forgotten(person.as_str()).unwrap_or_else(|| self.hash.of_person(address_key, person))
        })
    }
}

/// A letter, as the log knows it: no two letters of a round have one mark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Letter {
    pub(super) campaign: CampaignId,
    pub(super) round: Round,
    pub(super) address: AddressMark,
}

/// What happened to a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// From here on it may leave.
    Leaves {
        /// The number of the attempt: 1 for the first.
        attempt: u32,
        message_id: MessageId,
    },
    /// The server took it, or a person said so.
    Accepted,
    /// It certainly did not leave, or a person said so.
    NotSent,
}

impl Turn {
    /// What it is for the log that a delivery came to this state; nothing, where that is still open.
    pub(super) fn of(state: DeliveryState) -> Option<Self> {
        match state {
            DeliveryState::Accepted | DeliveryState::Bounced => Some(Self::Accepted),
            DeliveryState::Attempting | DeliveryState::InDoubt => None,
            DeliveryState::Planned | DeliveryState::Deferred | DeliveryState::Failed | DeliveryState::Skipped => {
                Some(Self::NotSent)
            }
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The file begins: whose log it is, and which file.
    Begins { ledger: String, file: String },
    /// Another ledger took over what is known from here up.
    TakenOver { ledger: String },
    /// Something happened to a letter.
    Letter { letter: Letter, at: Timestamp, turn: Turn },
}

const BEGINS: &str = "undersigned-sent-1";

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begins { ledger, file } => write!(f, "{BEGINS} {ledger} {file}"),
            Self::TakenOver { ledger } => write!(f, "taken-over {ledger}"),
            Self::Letter { letter: Letter { campaign, round, address }, at, turn } => {
                let word = match turn {
                    Turn::Leaves { .. } => "leaves",
                    Turn::Accepted => "accepted",
                    Turn::NotSent => "not-sent",
                };
                write!(f, "{word} {campaign} {round} {} {}", address.0, at.as_second())?;
                match turn {
                    Turn::Leaves { attempt, message_id } => write!(f, " {attempt} {}", message_id.as_str()),
                    Turn::Accepted | Turn::NotSent => Ok(()),
                }
            }
        }
    }
}

impl Line {
    /// Reads a line; `None` for one that a power cut left unfinished, or that a newer program wrote.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ')?;
        let mut fields = rest.split(' ');
        let line = match word {
            BEGINS => Self::Begins { ledger: fields.next()?.to_owned(), file: fields.next()?.to_owned() },
            "taken-over" => Self::TakenOver { ledger: fields.next()?.to_owned() },
            "leaves" | "accepted" | "not-sent" => {
                let letter = Letter {
                    campaign: CampaignId::parse(fields.next()?).ok()?,
                    round: Round(fields.next()?.parse().ok()?),
                    address: AddressMark::parse(fields.next()?)?,
                };
                let at = Timestamp::from_second(fields.next()?.parse().ok()?).ok()?;
                let turn = match word {
                    "accepted" => Turn::Accepted,
                    "not-sent" => Turn::NotSent,
                    _ => Turn::Leaves {
                        attempt: fields.next()?.parse().ok()?,
                        message_id: MessageId::from_text(fields.next().filter(|id| id.contains('@'))?),
                    },
                };
                Self::Letter { letter, at, turn }
            }
            _ => return None,
        };
        fields.next().is_none().then_some(line)
    }
}

/// A letter that may have left, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    /// The number of the last attempt.
    pub(super) attempt: u32,
    pub(super) message_id: Option<MessageId>,
    /// When that was last said.
    pub(super) at: Timestamp,
    /// Whether it is known that the server took it.
    pub(super) accepted: bool,
}

/// What a log says, read from its beginning or from somewhere on.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Whose log it is.
    pub(super) ledger: Option<String>,
    /// Which file it is.
    pub(super) file: Option<String>,
    pub(super) letters: BTreeMap<Letter, Left>,
}

impl Told {
    /// Takes in the next line.
    pub(super) fn hear(&mut self, line: Line) {
        match line {
            Line::Begins { ledger, file } if self.file.is_none() => {
                (self.ledger, self.file) = (Some(ledger), Some(file));
            }
            // Two processes that made the file at one time.
            Line::Begins { .. } => {}
            Line::TakenOver { ledger } => {
                self.ledger = Some(ledger);
                self.letters.clear();
            }
            Line::Letter { letter, at, turn } => match turn {
                Turn::NotSent => drop(self.letters.remove(&letter)),
                Turn::Accepted => {
                    let left = Left { attempt: 1, message_id: None, at, accepted: true };
                    let known = self.letters.entry(letter).or_insert(left);
                    (known.at, known.accepted) = (at, true);
                }
                Turn::Leaves { attempt, message_id } => {
                    let left = Left { attempt, message_id: Some(message_id), at, accepted: false };
                    self.letters.insert(letter, left);
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(address: &str) -> Letter {
        Letter {
            campaign: CampaignId::parse("c").unwrap(),
            round: Round(0),
            address: Marker::of(&TokenKey::new([7; 32])).mark(address, &Person::default()),
        }
    }

    fn said(address: &str, second: i64, turn: Turn) -> Line {
        Line::Letter { letter: letter(address), at: Timestamp::from_second(second).unwrap(), turn }
    }

    fn leaves(attempt: u32) -> Turn {
        Turn::Leaves { attempt, message_id: MessageId::from_text("x@coalition.example") }
    }

    #[test]
    fn each_line_is_read_as_it_was_written_and_a_cut_one_is_no_line() {
        for line in [
            Line::Begins { ledger: "ab12".to_owned(), file: "cd34".to_owned() },
            Line::TakenOver { ledger: "ab12".to_owned() },
            said("ana@example.org", 1, leaves(2)),
            said("ana@example.org", 1, Turn::Accepted),
            said("ana@example.org", 1, Turn::NotSent),
        ] {
            let text = line.to_string();
            assert_eq!(Line::parse(&text), Some(line), "{text}");
            assert!(!text.contains("ana@"), "{text}");
        }
        let whole = said("ana@example.org", 1, leaves(2)).to_string();
        for length in 0..whole.find(" 2 x@").unwrap() {
            assert_eq!(Line::parse(&whole[..length]), None, "{}", &whole[..length]);
        }
    }

    #[test]
    fn what_may_have_left_is_what_left_and_was_not_taken_back() {
        let mut told = Told::default();
        for line in [
            said("a@x.example", 1, leaves(1)),
            said("b@x.example", 1, leaves(1)),
            said("c@x.example", 1, leaves(1)),
            said("a@x.example", 2, Turn::Accepted),
            said("b@x.example", 2, Turn::NotSent),
        ] {
            told.hear(line);
        }
        assert!(told.letters[&letter("a@x.example")].accepted);
        assert_eq!(told.letters.get(&letter("b@x.example")), None);
        assert!(!told.letters[&letter("c@x.example")].accepted, "nobody knows");
        told.hear(said("b@x.example", 3, leaves(2)));
        assert_eq!(told.letters[&letter("b@x.example")].attempt, 2);
        told.hear(Line::TakenOver { ledger: "other".to_owned() });
        assert!(told.letters.is_empty());
    }

    #[test]
    fn a_mark_needs_the_key() {
        let of = |byte| Marker::of(&TokenKey::new([byte; 32])).mark("ana@example.org", &Person::default());
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
