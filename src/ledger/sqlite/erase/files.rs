//! The attachments that a person alone got: their names stand among what a round was sent with.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::super::value::json;
use super::Letter;
use crate::ledger::database::Connection;

/// How the list of such attachments is called, with which a round was frozen.
pub(in crate::ledger::sqlite) const ENCLOSED: &str = "(attachments of recipients)";

/// Takes the names of the files out that went to these letters alone.
pub(super) fn forget_attachments(connection: &Connection, letters: &[Letter]) -> rusqlite::Result<()> {
    let mut own: BTreeSet<String> = BTreeSet::new();
    for Letter { delivery, .. } in letters {
        let found = connection
            .prepare_cached(
                "SELECT p.header, r.cells FROM delivery d JOIN plan p ON p.campaign = d.campaign AND p.round = d.round
                JOIN list_row r ON r.id = d.list_row WHERE d.id = ?1 AND p.header IS NOT NULL",
            )?
            .query_row([delivery], |row| Ok((json::<Vec<String>>(row, 0)?, json::<Vec<String>>(row, 1)?)))
            .optional()?;
        let Some((header, cells)) = found else { continue };
        let columns = header.iter().zip(&cells).filter(|(name, _)| crate::model::canonical(name) == "attachments");
        own.extend(columns.flat_map(|(_, cell)| cell.split([',', ';', '\n'])).map(|path| path.trim().to_owned()));
    }
    own.remove("");
    if own.is_empty() {
        return Ok(());
    }
    let theirs: BTreeSet<i64> = letters.iter().map(|letter| letter.delivery).collect();
    let mut statement =
        connection.prepare("SELECT d.id, r.cells FROM delivery d JOIN list_row r ON r.id = d.list_row")?;
    let mut rows = statement.query([])?;
    while let Some(ref row) = rows.next()? {
        if !theirs.contains(&row.get(0)?) {
            let cells: Vec<String> = json(row, 1)?;
            own.retain(|path| !cells.iter().any(|cell| cell.contains(path.as_str())));
        }
    }
    let mut statement = connection.prepare(
        "SELECT f.snapshot, f.place, f.sha256, c.bytes FROM snapshot_file f JOIN content c ON c.sha256 = f.sha256
        WHERE f.path = ?1",
    )?;
    let mut rows = statement.query([ENCLOSED])?;
    while let Some(ref row) = rows.next()? {
        let bytes: Vec<u8> = row.get(3)?;
        let text = String::from_utf8_lossy(&bytes);
        let is_kept = |line: &&str| line.split_once("  ").is_none_or(|(_, path)| !own.contains(path.trim_end()));
        let kept: String = text.split_inclusive('\n').filter(is_kept).collect();
        if kept.len() == text.len() {
            continue;
        }
        let sha256 = HEXLOWER.encode(&Sha256::digest(kept.as_bytes()));
        let insert = "INSERT INTO content (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        connection.execute(insert, params![sha256, kept.as_bytes()])?;
        connection.execute(
            "UPDATE snapshot_file SET sha256 = ?3 WHERE snapshot = ?1 AND place = ?2",
            params![row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, sha256],
        )?;
    }
    connection.execute("DELETE FROM content WHERE sha256 NOT IN (SELECT sha256 FROM snapshot_file)", [])?;
    Ok(())
}
