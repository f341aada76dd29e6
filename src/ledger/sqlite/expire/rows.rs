//! Deliveries, copies, attempts and the rows of lists: the numbers stay, in rows that name nobody.

use rusqlite::params;
use sha2::{Digest, Sha256};

use super::super::draft::rows_of_plan;
use super::super::erase::ENCLOSED;
use crate::ledger::database::Connection;
use crate::model::CampaignId;

/// Why a letter was not sent, as far as that is still known.
const GONE: &str = "erased";

/// The letters of a campaign.
const LETTERS: &str = "(SELECT id FROM delivery WHERE campaign = ?1)";

/// The attachments that single recipients got: their names stand among what a round was sent with.
pub(super) fn erase_files(connection: &Connection, campaign: i64) -> rusqlite::Result<()> {
    let nothing = data_encoding::HEXLOWER.encode(&Sha256::digest(b""));
    let insert = "INSERT INTO content (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    connection.execute(insert, params![nothing, Vec::<u8>::new()])?;
    connection.execute(
        "UPDATE snapshot_file SET sha256 = ?3
        WHERE path = ?2 AND snapshot IN (SELECT id FROM snapshot WHERE campaign = ?1)",
        params![campaign, ENCLOSED, nothing],
    )?;
    connection.execute("DELETE FROM content WHERE sha256 NOT IN (SELECT sha256 FROM snapshot_file)", [])?;
    Ok(())
}

/// The rows of all lists, also of a plan that was never finished. No delivery is in a plan any more.
pub(super) fn erase_lists(connection: &Connection, campaign: i64) -> rusqlite::Result<()> {
    let plans = {
        let mut statement = connection.prepare("SELECT id FROM plan WHERE campaign = ?1")?;
        statement.query_map([campaign], |row| row.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for plan in plans {
        connection.execute("DELETE FROM list_row WHERE id BETWEEN ?1 AND ?2", rows_of_plan(plan))?;
    }
    connection.execute(
        "UPDATE plan SET generation = generation + iif(generation > 0, 1, 0), staged_header = NULL, staged_rows = 0
        WHERE campaign = ?1",
        [campaign],
    )?;
    connection.execute(&format!("DELETE FROM sent_row WHERE delivery IN {LETTERS}"), [campaign])?;
    Ok(())
}

/// The copies, and the letters that were kept for them or for the Sent folder.
pub(super) fn erase_copies(connection: &Connection, campaign: i64) -> rusqlite::Result<()> {
    for table in ["kept_letter", "unfiled", "former_address"] {
        connection.execute(&format!("DELETE FROM {table} WHERE delivery IN {LETTERS}"), [campaign])?;
    }
    let erase = format!(
        "UPDATE copy SET address = '', address_key = '~' || id, smtp_text = NULL, reason = NULL,
            state = iif(state = 'deferred', 'skipped', state), next_attempt_at = NULL WHERE delivery IN {LETTERS}"
    );
    connection.execute(&erase, [campaign])?;
    Ok(())
}

/// The letters themselves: the same recipient has the same name in each round, which is made of nothing of theirs.
pub(super) fn erase_letters(connection: &Connection, campaign: i64) -> rusqlite::Result<()> {
    connection.execute(
        "UPDATE delivery SET state = 'skipped', next_attempt_at = NULL, holds_address = 0
        WHERE campaign = ?1 AND state IN ('planned', 'deferred')",
        [campaign],
    )?;
    // In two steps: while recipients are renamed, one of them could not be found in another round any more.
    connection.execute(
        "UPDATE delivery SET note = CAST((SELECT min(o.id) FROM delivery o
            WHERE o.campaign = delivery.campaign AND o.recipient = delivery.recipient) AS TEXT) WHERE campaign = ?1",
        [campaign],
    )?;
    connection.execute(
        "UPDATE delivery SET recipient = 'expired-' || note, note = NULL, email = '', email_key = '~' || id, person = '',
            name = '', organisation = '', reason = iif(state = 'skipped', ?2, NULL), smtp_text = NULL, message_id = NULL,
            token = NULL, subject = NULL, returns_on = NULL WHERE campaign = ?1",
        params![campaign, GONE],
    )?;
    Ok(())
}

/// The attempts: what counts in a rolling window stays.
pub(super) fn erase_attempts(connection: &Connection, campaign: i64, horizon: i64) -> rusqlite::Result<()> {
    let said = format!("UPDATE attempt SET smtp_text = NULL, reason = NULL WHERE delivery IN {LETTERS}");
    connection.execute(&said, [campaign])?;
    let domains = format!("UPDATE attempt SET domain = '' WHERE delivery IN {LETTERS} AND counted_from < ?2");
    connection.execute(&domains, [campaign, horizon])?;
    let tests = "UPDATE test_letter SET domain = '' WHERE campaign = ?1 AND counted_from < ?2";
    connection.execute(tests, [campaign, horizon])?;
    Ok(())
}

/// What people said of the campaign as a whole: why it was stopped, who agreed to the letter.
pub(super) fn erase_what_was_said(connection: &Connection, campaign: i64, name: &CampaignId) -> rusqlite::Result<()> {
    connection.execute("UPDATE halt SET reason = NULL WHERE campaign = ?1", [campaign])?;
    super::super::approval::forget(connection, name)
}
