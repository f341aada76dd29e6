//! What is known of mailboxes on servers.

use std::collections::HashSet;
use std::future::Future;

use rusqlite::{OptionalExtension, params};

use super::SqliteLedger;
use super::failure::Failure;
use super::value::{micros, time, time_if_any};
use super::writer::{Command, Store};
use crate::ledger::database::Connection;
use crate::ledger::{HeaderDigest, MailboxLedger, MailboxRead, Result, Uids, Withheld};

impl MailboxLedger for SqliteLedger {
    fn uids(&self, mailbox: &str) -> Result<Option<Uids>> {
        self.read(|connection| {
            let found = connection
                .prepare_cached("SELECT uid_validity, last_uid FROM mailbox WHERE name = ?1")?
                .query_row([mailbox], |row| {
                    Ok(Uids { mailbox: mailbox.to_owned(), validity: row.get(0)?, last: row.get(1)? })
                })
                .optional()?;
            Ok(found)
        })
    }

    fn known_mails(&self, mailbox: &str) -> Result<HashSet<HeaderDigest>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT digest FROM mail_known WHERE mailbox = ?1")?;
            let known = statement.query_map([mailbox], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(known)
        })
    }

    fn withheld(&self) -> Result<Vec<Withheld>> {
        self.read(|connection| {
            // A ledger that is only read may be of an older version.
            Ok(if connection.has_table("withheld")? { withheld(connection)? } else { Vec::new() })
        })
    }

    fn remember(&self, read: MailboxRead) -> impl Future<Output = Result<()>> + Send {
        self.ask(Remember { read })
    }
}

fn withheld(connection: &Connection) -> rusqlite::Result<Vec<Withheld>> {
    let mut statement = connection.prepare_cached(
        "SELECT mailbox, uid_validity, uid, since, asked_at, why, sender, subject, written_at, size
        FROM withheld ORDER BY asked_at, mailbox, uid",
    )?;
    let found = statement.query_map([], |row| {
        Ok(Withheld {
            mailbox: row.get(0)?,
            validity: row.get(1)?,
            uid: row.get(2)?,
            since: time(row, 3)?,
            asked_at: time(row, 4)?,
            why: row.get(5)?,
            sender: row.get(6)?,
            subject: row.get(7)?,
            written_at: time_if_any(row, 8)?,
            size: row.get::<_, Option<i64>>(9)?.and_then(|size| u64::try_from(size).ok()),
        })
    })?;
    found.collect()
}

struct Remember {
    read: MailboxRead,
}

impl Command for Remember {
    type Output = ();

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let MailboxRead { uids, known, withheld, settled } = &self.read;
        let connection = &store.connection;
        connection
            .prepare_cached(
                "INSERT INTO mailbox (name, uid_validity, last_uid) VALUES (?1, ?2, ?3)
                ON CONFLICT (name) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid",
            )?
            .execute(params![uids.mailbox, uids.validity, uids.last])?;
        connection
            .prepare_cached("DELETE FROM withheld WHERE mailbox = ?1 AND uid_validity <> ?2")?
            .execute(params![uids.mailbox, uids.validity])?;
        for digest in known {
            connection
                .prepare_cached("INSERT OR IGNORE INTO mail_known (mailbox, digest) VALUES (?1, ?2)")?
                .execute(params![uids.mailbox, digest])?;
        }
        for uid in settled {
            connection
                .prepare_cached("DELETE FROM withheld WHERE mailbox = ?1 AND uid = ?2")?
                .execute(params![uids.mailbox, uid])?;
        }
        for one in withheld {
            withhold(connection, one)?;
        }
        Ok(())
    }
}

/// Writes that a mail is withheld; what was known of it stays known.
fn withhold(connection: &Connection, mail: &Withheld) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO withheld (mailbox, uid_validity, uid, since, asked_at, why, sender, subject, written_at, size)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (mailbox, uid) DO UPDATE SET asked_at = excluded.asked_at, why = excluded.why,
                sender = coalesce(excluded.sender, withheld.sender), subject = coalesce(excluded.subject, withheld.subject),
                written_at = coalesce(excluded.written_at, withheld.written_at), size = coalesce(excluded.size, withheld.size)",
        )?
        .execute(params![
            mail.mailbox,
            mail.validity,
            mail.uid,
            micros(mail.since),
            micros(mail.asked_at),
            mail.why,
            mail.sender,
            mail.subject,
            mail.written_at.map(micros),
            mail.size.and_then(|size| i64::try_from(size).ok()),
        ])?;
    Ok(())
}
