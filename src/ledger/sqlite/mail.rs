//! What is known of mail that came in, and of the letters that it may be about.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};

use super::campaign::campaign_key;
use super::count::CountMail;
use super::failure::Failure;
use super::mailed::is_counted;
use super::readers::{PAGE, page};
use super::take_back::TakeBackMail;
use super::value::{json, micros, time, time_if_any, word};
use super::writer::{Command, Store};
use super::{SqliteLedger, belief};
use crate::ledger::database::{Connection, Row};
use crate::ledger::mail::went_to;
use crate::ledger::pages::Page;
use crate::ledger::{
    AwayBy, Confirmed, Counted, HeldMail, LedgerError, MailLedger, Mailed, Outcome, Pages, Result, TakenBack,
    ToConfirm, Unmatched, Word,
};
use crate::model::{CampaignId, Columns, DeliveryState, RecipientId, Round, SentLetter};

type Read<T> = std::result::Result<T, Failure>;

impl MailLedger for SqliteLedger {
    fn letters(&self) -> Pages<'_, SentLetter> {
        let (mut headers, mut after) = (HashMap::new(), 0);
        self.inner.readers.pages(move |connection| letters(connection, &mut headers, &mut after))
    }

    fn has_counted(&self, fingerprint: &str) -> Result<bool> {
        self.read(|connection| Ok(is_counted(connection, fingerprint)?))
    }

    fn unmatched(&self) -> Pages<'_, Unmatched> {
        let mut after = 0;
        self.inner.readers.pages(move |connection| Ok(page(belief::unmatched(connection, &mut after, PAGE)?)))
    }

    fn held(&self) -> Result<Vec<HeldMail>> {
        self.read(belief::held)
    }

    fn away_by(
        &self,
        campaign: &CampaignId,
        recipient: &RecipientId,
        address: &str,
        day: Date,
    ) -> Result<Option<AwayBy>> {
        self.read(|connection| belief::away_by(connection, campaign, (recipient, address), day))
    }

    fn count(&self, mail: Mailed) -> impl Future<Output = Result<Counted>> + Send {
        self.ask(CountMail { mail })
    }

    fn let_pass(&self, at: Timestamp) -> impl Future<Output = Result<Vec<(u64, Outcome)>>> + Send {
        self.ask(belief::LetPass { at })
    }

    fn confirm(&self, what: ToConfirm, word: &Word) -> impl Future<Output = Result<Vec<Confirmed>>> + Send {
        self.ask(belief::Confirm { what, word: word.clone() })
    }

    fn take_back_mail(&self, mail: u64, word: &Word) -> impl Future<Output = Result<TakenBack>> + Send {
        self.ask(TakeBackMail { mail, word: word.clone() })
    }

    fn inbox_read_at(&self, campaign: &CampaignId) -> Result<Option<Timestamp>> {
        self.read(|connection| {
            let at = connection
                .prepare_cached("SELECT inbox_read_at FROM campaign WHERE name = ?1")?
                .query_row([campaign.as_str()], |row| time_if_any(row, 0))
                .optional()?;
            Ok(at.flatten())
        })
    }

    fn inbox_was_read(&self, campaign: &CampaignId, at: Timestamp) -> impl Future<Output = Result<()>> + Send {
        self.ask(InboxWasRead { campaign: campaign.clone(), at })
    }
}

/// The next letters after the one of this key, which is moved on; `headers` are those of the plans that were met.
fn letters(connection: &Connection, headers: &mut HashMap<i64, Columns>, after: &mut i64) -> Read<Page<SentLetter>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.name, d.round, d.recipient, d.message_id, d.token, d.email_key, r.cells, p.id, p.header,
            coalesce(d.accepted_at, d.last_attempt_at, 0), r.left_out, coalesce(d.subject, ''), d.state, d.id,
            (SELECT json_group_array(f.email_key) FROM former_address f WHERE f.delivery = d.id)
        FROM delivery d CROSS JOIN campaign c ON c.id = d.campaign
        CROSS JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
        LEFT JOIN list_row r ON r.id = d.list_row AND d.generation = p.generation
        WHERE d.id > ?1 AND d.message_id IS NOT NULL AND d.token IS NOT NULL ORDER BY d.id LIMIT ?2",
    )?;
    let mut rows = statement.query([*after, PAGE.into()])?;
    let mut items = Vec::new();
    while let Some(ref row) = rows.next()? {
        let header = match headers.entry(row.get(7)?) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(entry) => {
                let header: Option<Vec<String>> = row.get::<_, Option<String>>(8)?.map(|_| json(row, 8)).transpose()?;
                entry.insert(Columns::new(header.unwrap_or_default()))
            }
        };
        items.push(letter(row, header)?);
        *after = row.get(13)?;
    }
    Ok(page(items))
}

fn letter(row: &Row<'_>, header: &Columns) -> Read<SentLetter> {
    let campaign: String = row.get(0)?;
    let list = |column| -> rusqlite::Result<Vec<String>> {
        Ok(row.get::<_, Option<String>>(column)?.map(|_| json(row, column)).transpose()?.unwrap_or_default())
    };
    // One that is no longer in the list has cells under another header, which is gone.
    let (addresses, blind) = went_to(row.get(5)?, header, &list(6)?, &list(10)?);
    Ok(SentLetter {
        campaign: CampaignId::parse(&campaign).map_err(LedgerError::Stopped)?,
        round: Round(row.get(1)?),
        recipient: RecipientId::new(row.get::<_, String>(2)?),
        message_id: row.get(3)?,
        token: row.get(4)?,
        addresses,
        blind,
        former: list(14)?,
        subject: row.get(11)?,
        may_have_left: word::<DeliveryState>(row, 12)?.may_have_left(),
        sent_at: time(row, 9)?,
    })
}

struct InboxWasRead {
    campaign: CampaignId,
    at: Timestamp,
}

impl Command for InboxWasRead {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> Read<()> {
        let campaign = campaign_key(&store.connection, &self.campaign)?;
        let write = "UPDATE campaign SET inbox_read_at = ?2 WHERE id = ?1";
        store.connection.execute(write, params![campaign, micros(self.at)])?;
        Ok(())
    }
}
