//! From the bytes of a mail to its record: classified, matched to the letters of the ledger, and counted once.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::found::Found;
use super::junk;
use super::news::{ASKS_FOR_PROOF, Came, News, Watch};
use crate::campaign::error::Result;
use crate::clock::Clock;
use crate::config::{AddressPattern, Sender, Settings};
use crate::inbox::{self, Clues, Doubt, Incoming, Kind, Matched, Reading, Rule, SentWords, Told};
use crate::ledger::{Counted, Hold, MailLedger, Mailed, Mention, Outcome, Recorded, Suggested, Suggestion};
use crate::model::clip::{ADDRESS, SUBJECT, clip};
use crate::model::{Effect, EmailAddress, TokenKey};

/// A mail that was read and classified, and is not matched yet.
pub(super) struct Waiting {
    reading: Reading,
    clues: Clues,
    fingerprint: String,
    place: String,
}

impl Waiting {
    /// The same mail, which a filter took for junk: it counts by a token only.
    pub(super) fn taken_for_junk(mut self) -> Self {
        self.clues.doubt.get_or_insert(Doubt::Junk);
        self
    }
}

/// Where mail goes in.
pub(super) struct Intake<'a, L> {
    ledger: &'a L,
    settings: &'a Settings,
    clock: &'a Clock,
    key: TokenKey,
    found: Found,
    /// What the campaign's letters say themselves.
    sent: SentWords,
    /// Mails that are known by old ids: whether they count is known at the end.
    old: Vec<Came>,
}

impl<'a, L: MailLedger> Intake<'a, L> {
    /// The key is that of the ledger.
    pub(super) fn new(ledger: &'a L, settings: &'a Settings, clock: &'a Clock, key: TokenKey) -> Self {
        let sent = SentWords::default();
        Self { ledger, settings, clock, key, found: Found::default(), sent, old: Vec::new() }
    }

    /// The same, which knows what the campaign's letters say themselves.
    pub(super) fn knowing(self, sent: SentWords) -> Self {
        Self { sent, ..self }
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
        let mut reading = inbox::classify(bytes);
        let fingerprint = inbox::fingerprint(bytes, &reading);
        let earlier = inbox::earlier_fingerprint(bytes, &reading);
        if self.ledger.has_counted(&fingerprint)? || self.ledger.has_counted(&earlier)? {
            self.found.before += 1;
            return Ok(None);
        }
        inbox::take_out_sent(&mut reading, &self.sent);
        let clues = self.clues(&reading);
        let is_junk = junk::lies_in(&place);
        let waiting = Waiting { reading, clues, fingerprint, place };
        Ok(Some(if is_junk { waiting.taken_for_junk() } else { waiting }))
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
        let clues = Clues {
            tokens: tokens(&[reply_to, bounce_to]),
            reply_tokens: tokens(&[reply_to]),
            is_ours: reading.from.as_deref().is_some_and(is_ours),
            doubt: self.is_refuted(reading).then_some(Doubt::FailedDmarc),
            ..Clues::of(reading)
        };
        let is_unread = reading.kind == Kind::Message && self.is_to_reports_alone(reading);
        if is_unread { clues.hardly_of_person() } else { clues }
    }

    /// Whether a mail came to an address for reports that has no token, and to none that answers go to.
    fn is_to_reports_alone(&self, reading: &Reading) -> bool {
        let Sender { address, reply_to, bounce_to, .. } = &self.settings.sender;
        let to = |is_one: &dyn Fn(&str) -> bool| reading.sent_to.iter().any(|to| is_one(to));
        let is_of = |pattern: &Option<AddressPattern>, to: &str| pattern.as_ref().is_some_and(|one| one.is_of(to));
        let answers =
            |to: &str| is_of(reply_to, to) || EmailAddress::parse(to).is_ok_and(|to| to.key() == address.key());
        to(&|to| is_of(bounce_to, to)) && !to(&answers)
    }

    /// Whether a mail system that the campaign trusts says that a mail is not from whom it says.
    fn is_refuted(&self, reading: &Reading) -> bool {
        let trusted = self.settings.trusted.as_ref();
        trusted.is_some_and(|trusted| reading.dmarc_failed_at.contains(trusted))
    }

    /// Matches mails and counts them, in their order. `watch` is told of those that are new. Where some are too early,
    /// the others count all the same: the places of those that a later run has to meet again are what it gives.
    pub(super) async fn count(&mut self, waiting: Vec<Waiting>, watch: &mut Watch<'_>) -> Result<Vec<usize>> {
        let mut too_early = Vec::new();
        if waiting.is_empty() {
            return Ok(too_early);
        }
        let mut incoming = Incoming::new(waiting.iter().map(|one| &one.clues), self.key.clone());
        for letter in self.ledger.letters() {
            incoming.see(letter?);
        }
        // All of them are on their way before the first is waited for: they share commits.
        let counting: Vec<_> = (waiting.into_iter().map(|one| self.mailed(one, &incoming)))
            .map(|mail| (self.ledger.count(mail.clone()), mail))
            .collect();
        for (place, (counted, mail)) in counting.into_iter().enumerate() {
            match counted.await? {
                Counted::New(recorded) => {
                    let came = came(mail, recorded);
                    if came.told.iter().any(|(_, outcome)| matches!(outcome, Outcome::Waits(_, Hold::OldId))) {
                        self.old.push(came);
                    } else {
                        self.tell(&came, watch)?;
                    }
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

    /// Counts a mail among those that were found.
    fn tell(&mut self, came: &Came, watch: &mut Watch<'_>) -> Result<()> {
        self.found.new += 1;
        self.found.asking += u64::from(came.reason.as_deref() == Some(ASKS_FOR_PROOF));
        self.found.unmatched += u64::from(came.told.is_empty());
        for (mention, outcome) in &came.told {
            match outcome {
                Outcome::Done => self.found.add(mention.effect),
                Outcome::Noted | Outcome::PersonSaid(_) => self.found.add(Effect::Noted),
                Outcome::Waits(..) | Outcome::TooEarly => self.found.waiting += 1,
            }
        }
        watch(News::Mail(came))?;
        Ok(())
    }

    /// Lets what is known by old ids take effect, where that is little: now that all mail is read, that is known.
    pub(super) async fn let_pass(&mut self, watch: &mut Watch<'_>) -> Result<()> {
        let passed = self.ledger.let_pass(self.clock.now()).await?;
        for mut came in std::mem::take(&mut self.old) {
            for (_, outcome) in &mut came.told {
                let Outcome::Waits(number, Hold::OldId) = *outcome else { continue };
                if let Some((_, now)) = passed.iter().find(|(other, _)| *other == number) {
                    *outcome = *now;
                }
            }
            self.tell(&came, watch)?;
        }
        Ok(())
    }

    fn mailed(&self, one: Waiting, incoming: &Incoming) -> Mailed {
        let Waiting { reading, clues, fingerprint, place } = one;
        let at = self.clock.now();
        let said_at = reading.date.filter(|date| *date <= at).unwrap_or(at);
        let matched = incoming.matched(reading.kind, &clues);
        let from = reading.from.clone().map(|from| clip(from, ADDRESS));
        let mentions = inbox::effects(&reading, &matched, said_at).into_iter();
        let suggested = inbox::suggestions(&reading, &matched).into_iter();
        let suggested = suggested.map(|(told, why)| Suggested { mention: mention(told, from.as_deref()), why });
        Mailed {
            name: clip(reading.message_id.clone().unwrap_or_else(|| fingerprint.clone()), ADDRESS),
            place,
            at,
            said_at,
            kind: reading.kind.as_str().to_owned(),
            mentions: mentions.map(|told| mention(told, from.as_deref())).collect(),
            suggestions: suggested.collect(),
            reason: why_none(&reading, &matched).map(str::to_owned),
            sender: from.clone(),
            subject: reading.subject.map(|subject| clip(subject, SUBJECT)),
            first_line: reading.first_line,
            fingerprint,
        }
    }
}

fn mention(told: Told<'_>, from: Option<&str>) -> Mention {
    let Told { hit, effect, reason, suppress, statement } = told;
    Mention {
        campaign: hit.letter.campaign.clone(),
        round: hit.letter.round,
        recipient: hit.letter.recipient.clone(),
        effect,
        reason,
        note: moved(effect, from, statement.moved_to.as_deref()),
        suppress,
        statement,
        tie: hit.tie,
    }
}

/// A mail as it was recorded.
fn came(mail: Mailed, recorded: Recorded) -> Came {
    let numbered = recorded.suggestions.into_iter().zip(mail.suggestions);
    let suggestions = numbered.map(|(number, Suggested { mention, why })| Suggestion::of(number, &mention, why));
    Came {
        number: Some(recorded.mail),
        place: mail.place,
        kind: mail.kind,
        sender: mail.sender,
        subject: mail.subject,
        first_line: mail.first_line,
        suggestions: suggestions.collect(),
        told: mail.mentions.into_iter().zip(recorded.outcomes).collect(),
        reason: mail.reason,
    }
}

/// Where whoever answers is now, which may be somebody who got a copy, for the delivery's note: a bounce tells it with
/// its reason.
fn moved(effect: Effect, from: Option<&str>, moved_to: Option<&str>) -> Option<String> {
    let (who, to) = from.zip(moved_to)?;
    matches!(effect, Effect::Answered(_)).then(|| format!("{who} says to write to {to}"))
}

/// Why a mail is about no letter; for one that asks for something, what that is.
fn why_none(reading: &Reading, matched: &Matched<'_>) -> Option<&'static str> {
    if reading.rules.contains(&Rule::Challenge) {
        Some(ASKS_FOR_PROOF)
    } else if !matched.hits.is_empty() {
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
    use crate::ledger::{self, AwayBy, Confirmed, HeldMail, Pages, TakenBack, ToConfirm, Unmatched, Word};
    use crate::model::{CampaignId, RecipientId, SentLetter};
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

        fn unmatched(&self) -> Pages<'_, Unmatched> {
            Pages::of(Vec::new())
        }

        fn held(&self) -> ledger::Result<Vec<HeldMail>> {
            Ok(Vec::new())
        }

        fn away_by(
            &self,
            _campaign: &CampaignId,
            _recipient: &RecipientId,
            _address: &str,
            _day: jiff::civil::Date,
        ) -> ledger::Result<Option<AwayBy>> {
            Ok(None)
        }

        fn let_pass(&self, _at: Timestamp) -> impl Future<Output = ledger::Result<Vec<(u64, Outcome)>>> + Send {
            std::future::ready(Ok(Vec::new()))
        }

        fn confirm(
            &self,
            _what: ToConfirm,
            _word: &Word,
        ) -> impl Future<Output = ledger::Result<Vec<Confirmed>>> + Send {
            std::future::ready(Ok(Vec::new()))
        }

        fn take_back_mail(&self, _mail: u64, _word: &Word) -> impl Future<Output = ledger::Result<TakenBack>> + Send {
            std::future::ready(Ok(TakenBack::default()))
        }

        fn count(&self, mail: Mailed) -> impl Future<Output = ledger::Result<Counted>> + Send {
            let subject = mail.subject.unwrap_or_default();
            let counted = if subject == self.too_early {
                Counted::TooEarly
            } else {
                self.counted.borrow_mut().push(subject);
                Counted::New(Recorded { mail: 1, outcomes: Vec::new(), suggestions: Vec::new() })
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
        let mut intake = Intake::new(&desk, &settings, &clock, TokenKey::new([7; 32]));
        let mut waiting = Vec::new();
        for subject in ["one", "two", "three"] {
            let mail = format!("From: ana@example.org\nSubject: {subject}\n\nYes.\n");
            waiting.extend(intake.look(mail.as_bytes(), "inbox".to_owned()).unwrap());
        }
        assert_eq!(intake.count(waiting, &mut |_| Ok(())).await.unwrap(), [1]);
        assert_eq!(desk.counted.take(), ["one", "three"]);
    }
}
