//! Runs that died without a word: what they left open with an account fills its windows until somebody sees to it.

use jiff::Timestamp;
use rusqlite::params;

use super::failure::Failure;
use super::hold::lock;
use super::left_open::close_open_attempts;
use super::lock::is_held;
use super::session::Whose;
use super::shared::close_those_that_are_over;
use super::timeline::Timeline;
use super::value::micros;
use super::writer::Store;
use crate::model::CampaignId;

/// Puts in doubt what runs of other campaigns left open with this account when they died: until somebody does, it fills
/// its windows.
///
/// On a server, all runs that are over are closed. A run whose lease is held, or may be, is left alone; one that lost
/// it here without noticing is refused at its next step.
pub(super) fn close_what_the_dead_left_open(
    store: &mut Store,
    account: i64,
    at: Timestamp,
    time: &Timeline,
) -> std::result::Result<(), Failure> {
    if store.connection.server().is_some() {
        let now = time.counted(at, store.connection.query_row("SELECT ledger_now()", [], |row| row.get(0))?);
        close_those_that_are_over(store, None, (at, now))?;
        return Ok(());
    }
    let open = {
        let mut statement = store.connection.prepare_cached(
            "SELECT DISTINCT c.id, c.name FROM attempt t CROSS JOIN delivery d ON d.id = t.delivery
            CROSS JOIN campaign c ON c.id = d.campaign WHERE t.account = ?1 AND t.counted_from IS NULL",
        )?;
        let rows = statement.query_map([account], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for (key, name) in open {
        let Ok(campaign) = CampaignId::parse(&name) else { continue };
        if store.sessions.contains_key(&campaign) || is_held(&store.connection, &store.beside, &campaign) != Some(false)
        {
            continue;
        }
        // Held until the end of this turn, as in `resolve`: nobody else can write before this is committed.
        let Ok(_lock) = lock(store, &campaign, key, at) else { continue };
        store.connection.execute(
            "UPDATE lease SET number = (SELECT max(number) + 1 FROM lease), host = NULL, pid = NULL, deadline = ?2
            WHERE campaign = ?1",
            params![key, micros(at)],
        )?;
        close_open_attempts(store, Whose { campaign: key, run: None }, at, time.of(at))?;
    }
    Ok(())
}
