//! What must be so on a server, or a letter could go twice: what is committed stays, and the session is our own.

use rusqlite::types::Value;

use super::fault::{Fault, POOLER};
use super::session::Session;

/// The oldest version of PostgreSQL that is known to do, as its `server_version_num`.
const OLDEST: i64 = 150_000;

/// What a session begins with. A pooler that stands in between does not hand it on.
pub(super) fn options(schema: &str, mark: &str) -> String {
    format!(
        "-c undersigned.session={mark} -c search_path={schema},pg_catalog -c lock_timeout=60s -c client_min_messages=warning \
        -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000 \
        -c standard_conforming_strings=on -c default_transaction_read_only=off -c extra_float_digits=1"
    )
}

/// Refuses a server that may forget what it committed, and a session that is not ours alone.
pub(super) fn refuse_unfit(session: &Session, mark: &str) -> Result<(), Fault> {
    let rows = session.query(
        &"SELECT current_setting('undersigned.session', true), pg_is_in_recovery(),
            current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),
            current_setting('server_version_num')::bigint"
            .into(),
        Vec::new(),
    )?;
    let Some([own, is_replica, commit, fsync, pages, version]) =
        rows.first().and_then(|row| row.get(..6)).and_then(|row| <&[Value; 6]>::try_from(row).ok())
    else {
        return Err(Fault::unfit("the server does not say how it is set up"));
    };
    let is = |value: &Value, word: &str| *value == Value::Text(word.to_owned());
    let unfit = |what: &str| Err(Fault::unfit(what.to_owned()));
    if !is(own, mark) {
        return unfit(POOLER);
    }
    if *is_replica != Value::Integer(0) {
        return unfit("the server is a replica, which lags behind what was sent; name the primary in `[ledger]`");
    }
    for (value, name) in [(commit, "synchronous_commit"), (fsync, "fsync"), (pages, "full_page_writes")] {
        if is(value, "off") {
            return Err(Fault::unfit(format!(
                "`{name}` is off there: after a power cut the server could have forgotten letters that left; set it to `on`"
            )));
        }
    }
    if !matches!(version, Value::Integer(version) if *version >= OLDEST) {
        return unfit("the server is older than PostgreSQL 15; use a newer one");
    }
    // It stays so for this session, whatever is set for others.
    let Value::Text(commit) = commit else { return unfit("the server does not say how it commits") };
    session.batch(&format!("SET synchronous_commit = '{commit}'"))
}

/// Refuses a ledger of which a table is emptied when the server comes back from a crash.
pub(super) fn refuse_unlogged(session: &Session) -> Result<(), Fault> {
    let rows = session.query(
        &"SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
            AND relpersistence <> 'p' ORDER BY relname LIMIT 1"
            .into(),
        Vec::new(),
    )?;
    match rows.first().map(Vec::as_slice) {
        Some([Value::Text(table)]) => Err(Fault::unfit(format!(
            "the table `{table}` is unlogged: after a crash the server would empty it; run `ALTER TABLE {table} SET LOGGED`"
        ))),
        _ => Ok(()),
    }
}
