//! The schema of a ledger: made, and brought to the newest version, by one machine at a time.

use rusqlite::types::Value;

use super::fault::Fault;
use super::session::{Session, lock_key};

/// What makes a ledger of each version from the one before; the first one makes it from nothing.
const MIGRATIONS: [&str; 3] =
    [include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql"), include_str!("migrations/0003.sql")];

/// The version of the ledger; `None` where there is none.
///
/// # Errors
/// Where it is newer than this program.
pub(super) fn version(session: &Session) -> Result<Option<usize>, Fault> {
    let is_there = "SELECT to_regclass('ledger_version') IS NOT NULL";
    if session.query(&is_there.into(), Vec::new())? != [[Value::Integer(1)]] {
        return Ok(None);
    }
    let found = session.query(&"SELECT version FROM ledger_version".into(), Vec::new())?;
    match found.first().map(Vec::as_slice) {
        Some([Value::Integer(version)]) => match usize::try_from(*version) {
            Ok(version) if (1..=MIGRATIONS.len()).contains(&version) => Ok(Some(version)),
            _ => Err(Fault::unfit(format!(
                "the ledger is of version {version}, and this program knows {}; use a newer undersigned",
                MIGRATIONS.len()
            ))),
        },
        _ => Err(Fault::unfit("the ledger has no valid version; restore it from a copy")),
    }
}

/// Makes the ledger, or brings it to the newest version.
pub(super) fn prepare(session: &Session, schema: &str) -> Result<(), Fault> {
    if version(session)? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    session.batch(&format!("BEGIN; SELECT pg_advisory_xact_lock({})", lock_key(&format!("makers {schema}"))))?;
    match migrate(session, schema) {
        Ok(()) => session.batch("COMMIT"),
        Err(fault) => {
            // The fault says more than that it could not be taken back.
            let _ = session.batch("ROLLBACK");
            Err(fault)
        }
    }
}

fn migrate(session: &Session, schema: &str) -> Result<(), Fault> {
    // Another machine may have done it meanwhile.
    let done = version(session)?.unwrap_or(0);
    if done == 0 {
        let is_there = "SELECT to_regnamespace($1) IS NOT NULL";
        let named = vec![Value::Text(format!("\"{schema}\""))];
        if session.query(&is_there.into(), named)? != [[Value::Integer(1)]] {
            session.batch(&format!("CREATE SCHEMA \"{schema}\""))?;
        }
    }
    for migration in MIGRATIONS.iter().skip(done) {
        session.batch(migration)?;
    }
    if done == 0 {
        session.batch("INSERT INTO ledger_version (version) VALUES (0)")?;
        // A secret, and a name that no other ledger has: each is made once.
        for name in ["token-key", "id"] {
            let value = vec![Value::Text(name.to_owned()), Value::Blob(random()?.to_vec())];
            session.query(&"INSERT INTO meta (key, value) VALUES ($1, $2)".into(), value)?;
        }
    }
    let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    session.query(&"UPDATE ledger_version SET version = $1".into(), vec![Value::Integer(newest)]).map(drop)
}

/// What nobody can guess, from the operating system.
fn random() -> Result<[u8; 32], Fault> {
    let mut bytes = [0; 32];
    let failed = |error| Fault::unfit(format!("the operating system gives no random numbers: {error}"));
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
