//! What a round is sent with: its files' content, each kept once.
//!
//! A snapshot is frozen from the moment a letter of its round may have left. One that letters were sent with stays in
//! the ledger when another takes its place, so that one can show later what each recipient got.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::lost_log;
use super::shared::refuse_other_files;
use super::value::{json, micros};
use super::writer::{Command, Happened, Store};
use crate::ledger::database::Connection;
use crate::ledger::{FrozenFile, Lease, LedgerError, SentWith};
use crate::model::{CampaignId, DeliveryState, Round, SnapshotId};

/// Records what a round is sent with.
pub(super) struct Freeze {
    pub(super) lease: Lease,
    pub(super) round: Round,
    pub(super) files: Vec<FrozenFile>,
    pub(super) at: Timestamp,
}

impl Command for Freeze {
    type Output = ();
    const ALONE: bool = true;

    fn run(&mut self, store: &mut Store) -> std::result::Result<(), Failure> {
        let run = store.run_of(&self.lease)?;
        for file in &self.files {
            if HEXLOWER.encode(&Sha256::digest(&file.content)) != file.sha256 {
                let what = format!("`{}` is not the SHA-256 of `{}`", file.sha256, file.path);
                return Err(Failure::Refused(LedgerError::Store { path: store.path.clone(), what }));
            }
        }
        let connection = &store.connection;
        let last = connection.query_row(
            "SELECT max(id) FROM snapshot WHERE campaign = ?1 AND round = ?2",
            params![run.campaign, self.round.0],
            |row| row.get::<_, Option<i64>>(0),
        )?;
        if let Some(last) = last {
            if self.is(connection, last)? {
                return Ok(());
            }
            refuse_other_files(store, run, self.round)?;
            remove_if_unused(connection, last)?;
        }
        let snapshot: i64 = connection.query_row(
            "INSERT INTO snapshot (campaign, round, at) VALUES (?1, ?2, ?3) RETURNING id",
            params![run.campaign, self.round.0, micros(self.at)],
            |row| row.get(0),
        )?;
        for (place, file) in (0_i64..).zip(&self.files) {
            connection.execute(
                "INSERT INTO content (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![file.sha256, file.content],
            )?;
            connection.execute(
                "INSERT INTO snapshot_file (snapshot, place, path, sha256) VALUES (?1, ?2, ?3, ?4)",
                params![snapshot, place, file.path, file.sha256],
            )?;
        }
        connection.execute("DELETE FROM content WHERE sha256 NOT IN (SELECT sha256 FROM snapshot_file)", [])?;
        let files = self.files.iter();
        let files: Vec<_> = files.map(|file| serde_json::json!({ "path": file.path, "sha256": file.sha256 })).collect();
        store.record(&Happened {
            campaign: run.campaign,
            at: self.at,
            delivery: None,
            kind: "frozen",
            source: &store.source,
            detail: &serde_json::json!({ "round": self.round.0, "files": files }),
        })?;
        Ok(())
    }

    fn committed(&mut self, store: &mut Store) {
        // The last step before letters leave.
        if let Some(file) = store.connection.file() {
            lost_log::say_in_main_file(file);
        }
    }
}

impl Freeze {
    /// Whether a snapshot has the same files.
    fn is(&self, connection: &Connection, snapshot: i64) -> rusqlite::Result<bool> {
        let mut statement =
            connection.prepare("SELECT path, sha256 FROM snapshot_file WHERE snapshot = ?1 ORDER BY place")?;
        let rows = statement.query_map([snapshot], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let known = rows.collect::<rusqlite::Result<Vec<(String, String)>>>()?;
        let files = self.files.iter();
        Ok(files.map(|file| (&file.path, &file.sha256)).eq(known.iter().map(|(path, sha256)| (path, sha256))))
    }
}

/// Removes a snapshot that no letter was attempted with.
fn remove_if_unused(connection: &Connection, snapshot: i64) -> rusqlite::Result<()> {
    let used = "SELECT EXISTS (SELECT 1 FROM attempt WHERE snapshot = ?1)";
    if !connection.query_row(used, [snapshot], |row| row.get::<_, bool>(0))? {
        connection.execute("DELETE FROM snapshot_file WHERE snapshot = ?1", [snapshot])?;
        connection.execute("DELETE FROM snapshot WHERE id = ?1", [snapshot])?;
    }
    Ok(())
}

/// What a round is frozen to: the last snapshot, where a letter of the round may have left.
///
/// That is asked anew each time: where all that was attempted failed before it left, the letter may still change.
pub(super) fn frozen(
    connection: &Connection,
    campaign: &CampaignId,
    round: Round,
) -> rusqlite::Result<Vec<FrozenFile>> {
    let left: Vec<&str> =
        DeliveryState::ALL.into_iter().filter(|state| state.may_have_left()).map(DeliveryState::as_str).collect();
    let snapshot: Option<i64> = connection
        .prepare_cached(
            "SELECT s.id FROM campaign c JOIN snapshot s ON s.campaign = c.id AND s.round = ?2
            WHERE c.name = ?1 AND EXISTS (
                SELECT 1 FROM tally t WHERE t.campaign = c.id AND t.round = ?2 AND t.count > 0
                    AND t.state IN (SELECT value FROM json_each(?3)))
            ORDER BY s.id DESC LIMIT 1",
        )?
        .query_row(params![campaign.as_str(), round.0, serde_json::json!(left).to_string()], |row| row.get(0))
        .optional()?;
    let Some(snapshot) = snapshot else {
        return Ok(Vec::new());
    };
    files(connection, snapshot)
}

fn files(connection: &Connection, snapshot: i64) -> rusqlite::Result<Vec<FrozenFile>> {
    connection
        .prepare_cached(
            "SELECT f.path, f.sha256, c.bytes FROM snapshot_file f JOIN content c USING (sha256)
            WHERE f.snapshot = ?1 ORDER BY f.place",
        )?
        .query_map([snapshot], |row| Ok(FrozenFile { path: row.get(0)?, sha256: row.get(1)?, content: row.get(2)? }))?
        .collect()
}

/// What the letters of a round were made of.
pub(super) fn sent_with(connection: &Connection, campaign: &CampaignId, round: Round) -> rusqlite::Result<SentWith> {
    let round = params![campaign.as_str(), round.0];
    let snapshots = connection
        .prepare("SELECT s.id FROM campaign c JOIN snapshot s ON s.campaign = c.id AND s.round = ?2 WHERE c.name = ?1")?
        .query_map(round, |row| row.get(0))?
        .map(|id| id.and_then(|id| Ok((SnapshotId(id), files(connection, id)?))))
        .collect::<rusqlite::Result<_>>()?;
    let headers = connection
        .prepare(
            "SELECT p.header FROM campaign c JOIN plan p ON p.campaign = c.id AND p.round = ?2
            WHERE c.name = ?1 AND p.header IS NOT NULL
            UNION SELECT r.header FROM campaign c CROSS JOIN sent_row r
                CROSS JOIN delivery d ON d.id = r.delivery AND d.campaign = c.id AND d.round = ?2
            WHERE c.name = ?1",
        )?
        .query_map(round, |row| json::<Vec<String>>(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(SentWith { snapshots, headers })
}
