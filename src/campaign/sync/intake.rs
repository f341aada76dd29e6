//! From the bytes of a mail to its record: classified, matched to the letters of the ledger, and counted once.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::found::Found;
use super::news::{News, Watch};
use crate::campaign::error::Result;
use crate::clock::Clock;
use crate::config::{AddressPattern, Sender, Settings};
use crate::inbox::{self, Clues, Hit, Incoming, Kind, Matched, Reading};
use crate::ledger::{Counted, MailLedger, Mailed, Mention, Outcome, Suggestion};
use crate::model::{Answer, Effect, EmailAddress, Suppression};

/// A mail that was read and classified, and is not matched yet.
pub(super) struct Waiting {
    reading: Reading,
    clues: Clues,
    fingerprint: String,
    place: String,
}

/// Where mail goes in.
pub(super) struct Intake<'a, L> {
    ledger: &'a L,
    settings: &'a Settings,
    clock: &'a Clock,
    found: Found,
}

impl<'a, L: MailLedger> Intake<'a, L> {
    pub(super) fn new(ledger: &'a L, settings: &'a Settings, clock: &'a Clock) -> Self {
        Self { ledger, settings, clock, found: Found::default() }
    }

    /// What was found.
    pub(super) fn into_found(self) -> Found {
        self.found
    }

    /// The ledger in which mail is counted.
    pub(super) fn ledger(&self) -> &'a L {
        self.ledger
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Notes that so many mails are met again.
    pub(super) fn met_again(&mut self, mails: u64) {
        self.found.before += mails;
    }

    /// Says what a mail is; `None` where it was counted before.
    pub(super) fn look(&mut self, bytes: &[u8], place: String) -> Result<Option<Waiting>> {
        let reading = inbox::classify(bytes);
        let fingerprint = inbox::fingerprint(bytes, &reading);
        let earlier = inbox::earlier_fingerprint(bytes, &reading);
        if self.ledger.has_counted(&fingerprint)? || self.ledger.has_counted(&earlier)? {
            self.found.before += 1;
            return Ok(None);
        }
        let clues = self.clues(&reading);
        Ok(Some(Waiting { reading, clues, fingerprint, place }))
    }

    /// What ties a mail to a letter, also by the campaign's own addresses.
    fn clues(&self, reading: &Reading) -> Clues {
        let Sender { address, reply_to, bounce_to, .. } = &self.settings.sender;
        let tokens = |patterns: &[&Option<AddressPattern>]| {
            let patterns = || patterns.iter().copied().flatten();
            let token_in = |address: &String| patterns().find_map(|pattern| pattern.token_in(address));
            let found: BTreeSet<String> = reading.sent_to.iter().filter_map(token_in).collect();
            Vec::from_iter(found)
        };
        let is_ours = |from: &str| {
            let is_address = EmailAddress::parse(from).is_ok_and(|from| from.key() == address.key());
            is_address || [reply_to, bounce_to].into_iter().flatten().any(|pattern| pattern.is_of(from))
        };
        Clues {
            tokens: tokens(&[reply_to, bounce_to]),
            reply_tokens: tokens(&[reply_to]),
            is_ours: reading.from.as_deref().is_some_and(is_ours),
            reports_have_tokens: bounce_to.as_ref().is_some_and(AddressPattern::has_token),
            ..Clues::of(reading)
        }
    }

    /// Matches mails and counts them, in their order. `watch` is told of those that are new. Where some are too early,
    /// the others count all the same: the places of those that a later run has to meet again are what it gives.
    pub(super) async fn count(&mut self, waiting: Vec<Waiting>, watch: &mut Watch<'_>) -> Result<Vec<usize>> {
        let mut too_early = Vec::new();
        if waiting.is_empty() {
            return Ok(too_early);
        }
        let mut incoming = Incoming::new(waiting.iter().map(|one| &one.clues));
        for letter in self.ledger.letters() {
            incoming.see(letter?);
        }
        // All of them are on their way before the first is waited for: they share commits.
        let counting: Vec<_> = (waiting.into_iter().map(|one| self.mailed(one, &incoming)))
            .map(|mail| (self.ledger.count(mail.clone()), mail))
            .collect();
        for (place, (counted, mail)) in counting.into_iter().enumerate() {
            match counted.await? {
                Counted::New(outcomes) => {
                    self.found.new += 1;
                    self.found.unmatched += u64::from(mail.mentions.is_empty());
                    for (mention, outcome) in mail.mentions.iter().zip(&outcomes) {
                        self.found.add(if *outcome == Outcome::Done { mention.effect } else { Effect::Noted });
                    }
                    watch(News::Mail { mail: &mail, outcomes: &outcomes })?;
                }
                Counted::Before => self.found.before += 1,
                Counted::TooEarly => {
                    self.found.too_early += 1;
                    too_early.push(place);
                }
            }
        }
        Ok(too_early)
    }

    fn mailed(&self, one: Waiting, incoming: &Incoming) -> Mailed {
        let Waiting { reading, clues, fingerprint, place } = one;
        let at = self.clock.now();
        let matched = incoming.matched(reading.kind, &clues);
        let mentions = inbox::effects(&reading, &matched).into_iter().map(|told| {
            let letter = told.hit.letter;
            Mention {
                campaign: letter.campaign.clone(),
                round: letter.round,
                recipient: letter.recipient.clone(),
                effect: told.effect,
                reason: told.reason,
                note: moved(told.effect, reading.from.as_deref(), told.statement.moved_to.as_deref()),
                suppress: told.suppress,
                statement: told.statement,
            }
        });
        let suggestions = matched.suggestions.iter().map(|hit| suggestion(&reading, hit));
        Mailed {
            name: reading.message_id.clone().unwrap_or_else(|| fingerprint.clone()),
            place,
            at,
            said_at: reading.date.filter(|date| *date <= at).unwrap_or(at),
            kind: reading.kind.as_str().to_owned(),
            mentions: mentions.collect(),
            suggestions: suggestions.collect(),
            reason: why_none(&reading, &matched).map(str::to_owned),
            sender: reading.from,
            subject: reading.subject,
            fingerprint,
        }
    }
}

/// Where whoever answers is now, which may be somebody who got a copy, for the delivery's note: a bounce tells it with
/// its reason.
fn moved(effect: Effect, from: Option<&str>, moved_to: Option<&str>) -> Option<String> {
    let (who, to) = from.zip(moved_to)?;
    matches!(effect, Effect::Answered(_)).then(|| format!("{who} moved to {to}"))
}

fn suggestion(reading: &Reading, hit: &Hit<'_>) -> Suggestion {
    let letter = hit.letter;
    let told = inbox::told(reading, hit);
    let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    let confirm = match (told.effect, told.suppress) {
        (Effect::Answered(Answer::Replied | Answer::Declined | Answer::OptedOut), _) => {
            words(&["mark", letter.recipient.as_str(), told.effect.as_str()])
        }
        // The letter stays where it is; whether the address is good is what a person can say. What the report says is
        // no part of a command.
        (Effect::Bounced, Some(Suppression { target, .. })) => {
            words(&["suppress", &target.as_key(), "--reason", "a report of failure"])
        }
        _ => None,
    };
    Suggestion {
        confirm,
        campaign: letter.campaign.to_string(),
        round: letter.round.0,
        recipient: letter.recipient.to_string(),
        why: hit.by.as_str().to_owned(),
    }
}

/// Why a mail is about no letter.
fn why_none(reading: &Reading, matched: &Matched<'_>) -> Option<&'static str> {
    if !matched.hits.is_empty() {
        None
    } else if matched.is_ours {
        Some("it is of our own writing")
    } else if matched.forged {
        Some("its token is not one of ours")
    } else if !matched.suggestions.is_empty() {
        Some("a person has to say so")
    } else if reading.kind == Kind::Unreadable {
        Some("it is no mail")
    } else {
        Some("it is about no letter of ours")
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::ledger::{self, Pages};
    use crate::model::{CampaignId, SentLetter};
    use crate::workspace::Workspace;

    /// A ledger for which a mail with this subject is too early; it notes the others.
    #[derive(Default)]
    struct Desk {
        too_early: &'static str,
        counted: RefCell<Vec<String>>,
    }

    impl MailLedger for Desk {
        fn letters(&self) -> Pages<'_, SentLetter> {
            Pages::of(Vec::new())
        }

        fn has_counted(&self, _fingerprint: &str) -> ledger::Result<bool> {
            Ok(false)
        }

        fn unmatched(&self) -> Pages<'_, Mailed> {
            Pages::of(Vec::new())
        }

        fn count(&self, mail: Mailed) -> impl Future<Output = ledger::Result<Counted>> + Send {
            let subject = mail.subject.unwrap_or_default();
            let counted = if subject == self.too_early {
                Counted::TooEarly
            } else {
                self.counted.borrow_mut().push(subject);
                Counted::New(Vec::new())
            };
            std::future::ready(Ok(counted))
        }

        fn inbox_read_at(&self, _campaign: &CampaignId) -> ledger::Result<Option<Timestamp>> {
            Ok(None)
        }

        fn inbox_was_read(
            &self,
            _campaign: &CampaignId,
            _at: Timestamp,
        ) -> impl Future<Output = ledger::Result<()>> + Send {
            std::future::ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn who_answered_is_known_also_where_a_report_before_it_is_too_early() {
        let folder = tempfile::tempdir().unwrap();
        let settings = "id = \"x\"\nname = \"X\"\n[sender]\nfrom = \"us@coalition.example\"\n";
        std::fs::write(folder.path().join("campaign.toml"), settings).unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        let (settings, _) = Settings::load(&workspace, "campaign.toml").unwrap();
        let desk = Desk { too_early: "two", ..Desk::default() };
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let mut intake = Intake::new(&desk, &settings, &clock);
        let mut waiting = Vec::new();
        for subject in ["one", "two", "three"] {
            let mail = format!("From: ana@example.org\nSubject: {subject}\n\nYes.\n");
            waiting.extend(intake.look(mail.as_bytes(), "inbox".to_owned()).unwrap());
        }
        assert_eq!(intake.count(waiting, &mut |_| Ok(())).await.unwrap(), [1]);
        assert_eq!(desk.counted.take(), ["one", "three"]);
    }
}
