//! Mails that a server has and does not give: each is asked for alone, then what is known of it, and by every later run
//! again.

use super::super::limit::LIMIT;
use super::super::news::News;
use super::folder::{Missing, Reading};
use crate::campaign::error::Result;
use crate::campaign::note::Note;
use crate::inbox;
use crate::ledger::{MailLedger, MailboxLedger, Withheld};
use crate::mailbox::MailboxError;
use crate::mailbox::imap::{Given, Part};

/// So many mails in a row may be out of reach before the server is given up: then it is the server itself that is
/// wrong.
const OUT_OF_REACH: usize = 10;

/// So many mails that were withheld before may end the session, one after another, before the others are left for the
/// next run.
const ENDINGS: usize = 3;

impl<L: MailLedger + MailboxLedger> Reading<'_, '_, '_, '_, L> {
    /// Asks for each of these alone.
    pub(super) async fn one_by_one(&mut self, missing: Vec<Missing>) -> Result<()> {
        let there = self.there(missing.iter().map(|one| one.uid).collect()).await?;
        let mut in_a_row: Vec<Withheld> = Vec::new();
        let mut first = None;
        for Missing { uid, why: said } in missing.into_iter().filter(|one| there.contains(&one.uid)) {
            self.asked_alone.push(uid);
            match self.alone(uid).await? {
                Ok(given) => {
                    self.take(&given)?;
                    self.withheld.append(&mut in_a_row);
                }
                Err(error) => {
                    let then = error.to_string();
                    // The first reason is the one to look into.
                    let why = match said {
                        Some(said) if !then.contains(&said) => format!("{said}; and alone: {then}"),
                        _ => then,
                    };
                    first.get_or_insert(error);
                    in_a_row.push(self.withhold(uid, why).await?);
                }
            }
            if in_a_row.len() > OUT_OF_REACH
                && let Some(first) = first
            {
                return Err(first.into());
            }
            if in_a_row.is_empty() {
                first = None;
            }
        }
        self.withheld.append(&mut in_a_row);
        Ok(())
    }

    /// Asks again for what was withheld from earlier runs.
    pub(super) async fn ask_again(&mut self) -> Result<()> {
        let mut before = self.intake.ledger().withheld()?;
        let is_here = |mail: &Withheld| mail.mailbox == self.mailbox && mail.validity == self.validity;
        before.retain(|mail| is_here(mail) && !self.asked_alone.contains(&mail.uid));
        if before.is_empty() {
            return Ok(());
        }
        let there = self.there(before.iter().map(|mail| mail.uid).collect()).await?;
        let mut endings = 0;
        for Withheld { uid, since, .. } in before {
            if !there.contains(&uid) {
                self.settled.push(uid);
                continue;
            }
            if endings == ENDINGS {
                continue;
            }
            match self.once(uid).await? {
                Ok(given) => {
                    self.take(&given)?;
                    self.settled.push(uid);
                }
                Err(error) => {
                    endings = if error.leaves_the_session() { 0 } else { endings + 1 };
                    let mail = self.withhold(uid, error.to_string()).await?;
                    self.withheld.push(Withheld { since, ..mail });
                }
            }
        }
        Ok(())
    }

    /// Those of these mails that are still there; all of them, where the server does not say it.
    async fn there(&mut self, uids: Vec<u32>) -> Result<Vec<u32>> {
        match self.reader.session.still_there(&uids).await {
            Ok(there) => Ok(there),
            Err(error) => {
                self.mend(error).await?;
                Ok(uids)
            }
        }
    }

    /// One mail. A network that fails twice at the same mail is not what is wrong.
    async fn alone(&mut self, uid: u32) -> Result<std::result::Result<Given, MailboxError>> {
        match self.once(uid).await? {
            Err(first @ (MailboxError::Broken(_) | MailboxError::Protocol(_))) => {
                Ok(self.once(uid).await?.map_err(|_| first))
            }
            done => Ok(done),
        }
    }

    async fn once(&mut self, uid: u32) -> Result<std::result::Result<Given, MailboxError>> {
        match self.one(uid, Part::Whole(LIMIT)).await {
            Ok(Some(given)) => Ok(Ok(given)),
            Ok(None) => Ok(Err(MailboxError::Withheld)),
            Err(error) => Ok(Err(self.mend(error).await?)),
        }
    }

    async fn one(&mut self, uid: u32, part: Part) -> std::result::Result<Option<Given>, MailboxError> {
        let session = &mut self.reader.session;
        session.ask_for(&[uid], part).await?;
        let mut came = None;
        while let Some(given) = session.next_mail().await? {
            came = Some(given);
        }
        Ok(came)
    }

    /// Says that a mail is withheld, with what the server tells of it.
    async fn withhold(&mut self, uid: u32, why: String) -> Result<Withheld> {
        let summary = match self.one(uid, Part::Summary).await {
            Ok(summary) => summary,
            Err(error) => {
                self.mend(error).await?;
                None
            }
        };
        let size = summary.as_ref().and_then(|summary| summary.size);
        let reading = inbox::classify(&summary.map(|summary| summary.bytes).unwrap_or_default());
        let now = self.intake.now();
        let mail = Withheld {
            mailbox: self.mailbox.clone(),
            validity: self.validity,
            uid,
            since: now,
            asked_at: now,
            why,
            sender: reading.from,
            subject: reading.subject,
            written_at: reading.date,
            size,
        };
        (self.watch)(News::Note(Note::NotFetched { folder: self.folder.name.clone(), mail: Box::new(mail.clone()) }))?;
        Ok(mail)
    }
}
