//! The file of a ledger: made readable by its owner alone, recognised, brought to the newest version, opened.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

use super::failure::{Failure, translate};
use super::patience::PATIENCE;
use super::place::{connect, private, sibling};
use super::wal;
use crate::ledger::{LedgerError, Result, database};

/// Marks a SQLite file as a ledger of this program: `unds` in ASCII.
const APPLICATION: i64 = 0x756e_6473;

/// What makes a ledger of each version from the one before; the first one makes it from nothing.
const MIGRATIONS: [&str; 10] = [
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
    include_str!("migrations/0010.sql"),
];
/// Ledgers from this version on are read as they are: whoever only reads changes nothing.
const READABLE: usize = 1;

/// What every transaction of the writer relies on.
///
/// WAL with `synchronous = FULL` flushes the log at each commit; `fullfsync` makes that reach the disk on macOS too.
const DURABLE: &str = "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
    PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;";

/// Opens a ledger for writing; makes it, and its folder, where there is none.
///
/// Gives the connection, and the path without symbolic links: two runs that name one file in two ways meet in one lock.
pub(super) fn open(path: &Path) -> Result<(Connection, PathBuf)> {
    let failed = |error: &io::Error| LedgerError::Store {
        path: path.to_owned(),
        what: format!(
            "the ledger cannot be made or opened: {error}; check the permissions of its folder, or name another file in `[ledger]`"
        ),
    };
    create(path).map_err(|error| failed(&error))?;
    let path = path.canonicalize().map_err(|error| failed(&error))?;
    keep_private(&path).map_err(|error| failed(&error))?;
    refuse_damaged_log(&path)?;
    let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| translate(&error, &path))?;
    // Two processes that make one ledger at one time: SQLite says `busy` to one of them at places where it does not
    // wait.
    let patience_ends = Instant::now() + PATIENCE;
    loop {
        match prepare(&mut connection, &path) {
            Err(Failure::Sql(error))
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < patience_ends =>
            {
                sleep(Duration::from_millis(20));
            }
            Err(failure) => return Err(failure.into_error(&path)),
            Ok(()) => return Ok((connection, path)),
        }
    }
}

/// Opens a ledger for reading; `None` where there is none yet.
pub(super) fn open_for_reading(path: &Path) -> Result<Option<(Connection, PathBuf)>> {
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(LedgerError::Store {
                path: path.to_owned(),
                what: format!("the ledger cannot be opened: {error}"),
            });
        }
    };
    refuse_damaged_log(&path)?;
    let connection = reader(&path)?;
    match version(&connection, &path).map_err(|failure| failure.into_error(&path))? {
        Version::Empty => Ok(None),
        Version::Of(found) if found < READABLE => {
            // An older ledger: it is brought up to date, or the reason why it cannot be is the answer.
            drop(connection);
            open(&path)?;
            Ok(Some((reader(&path)?, path)))
        }
        Version::Of(_) => Ok(Some((connection, path))),
    }
}

/// Refuses a ledger whose log has lost what was committed: SQLite would go on without it, and letters would leave
/// again.
fn refuse_damaged_log(path: &Path) -> Result<()> {
    let log = sibling(path, "-wal");
    match wal::is_damaged(&log) {
        Ok(false) => Ok(()),
        Ok(true) => Err(LedgerError::Unusable {
            path: log,
            what: "what was recorded last is damaged; keep this file and the ledger, and send nothing before copies of both are put in \
                   their place, or it is known who got the letter"
                .to_owned(),
        }),
        Err(error) => {
            let what = format!("it cannot be read: {error}; check the permissions of the file");
            Err(LedgerError::Store { path: log, what })
        }
    }
}

/// A connection that only reads, beside any writer.
///
/// In a folder that may not be written, SQLite cannot make the files that it needs to read beside a writer. There is no
/// writer in such a folder, so that the file is read as one that does not change, provided that no log lies beside it.
pub(super) fn reader(path: &Path) -> Result<Connection> {
    let beside = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(probe);
    let error = match beside {
        Ok(connection) => return Ok(connection),
        Err(error) => error,
    };
    let closed = matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied)
    );
    let log = sibling(path, "-wal").metadata().map_or(0, |log| log.len());
    if !closed || log > 0 {
        return Err(translate(&error, path));
    }
    let Ok(mut url) = url::Url::from_file_path(path) else {
        return Err(translate(&error, path));
    };
    url.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(Path::new(url.as_str()), flags).and_then(probe).map_err(|error| translate(&error, path))
}

/// Reads something: SQLite opens the file no sooner.
fn probe(connection: Connection) -> rusqlite::Result<Connection> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    Ok(connection)
}

/// What a SQLite file is to this program.
enum Version {
    /// Nothing is in it.
    Empty,
    /// A ledger of this version.
    Of(usize),
}

/// The version of a ledger that is open.
pub(super) fn version_of(connection: &database::Connection) -> rusqlite::Result<i64> {
    match connection.file() {
        Some(file) => file.query_row("PRAGMA user_version", [], |row| row.get(0)),
        // A server is brought to the newest version before anybody reads from it.
        None => Ok(i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)),
    }
}

fn version(connection: &Connection, path: &Path) -> std::result::Result<Version, Failure> {
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if (application, found, tables) == (0, 0, 0) {
        return Ok(Version::Empty);
    }
    let unusable = |what: &str| LedgerError::Unusable { path: path.to_owned(), what: what.to_owned() };
    if application != APPLICATION {
        return Err(unusable("a database of another program; name another file in `[ledger]`").into());
    }
    match usize::try_from(found) {
        Ok(version) if (1..=MIGRATIONS.len()).contains(&version) => Ok(Version::Of(version)),
        Ok(version) if version > MIGRATIONS.len() => Err(LedgerError::Newer {
            path: path.to_owned(),
            found,
            known: MIGRATIONS.len().try_into().unwrap_or(i64::MAX),
        }
        .into()),
        _ => Err(unusable("the ledger has no valid version; restore it from a copy").into()),
    }
}

/// Sets a writing connection up and brings the ledger to the newest version.
fn prepare(connection: &mut Connection, path: &Path) -> std::result::Result<(), Failure> {
    // Before anything is changed: the file may belong to somebody else.
    version(connection, path)?;
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode != "wal" {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            let what = "the file system cannot hold a ledger (SQLite's write-ahead log needs shared memory); put it on a local disk";
            return Err(LedgerError::Unusable { path: path.to_owned(), what: what.to_owned() }.into());
        }
    }
    connection.execute_batch(DURABLE)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = match version(&transaction, path)? {
        Version::Empty => 0,
        Version::Of(version) => version,
    };
    for migration in &MIGRATIONS[done..] {
        transaction.execute_batch(migration)?;
    }
    if done == 0 {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
    }
    if done < MIGRATIONS.len() {
        // A secret, and a name that no other ledger has: each is made once.
        for name in ["token-key", "id"] {
            let value = random().map_err(|what| LedgerError::Store { path: path.to_owned(), what })?;
            transaction.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)", params![name, value])?;
        }
        transaction.pragma_update(None, "user_version", MIGRATIONS.len().to_string())?;
    }
    transaction.commit()?;
    Ok(())
}

/// What nobody can guess, from the operating system.
pub(super) fn random() -> std::result::Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| format!("the operating system gives no random numbers: {error}"))?;
    Ok(bytes)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the folder of a file, for its owner alone.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder_of(path))
}

fn create(path: &Path) -> io::Result<()> {
    make_folder(path)?;
    match private().create_new(true).open(path) {
        Ok(file) => {
            file.sync_all()?;
            // The file's name is in its folder: that is flushed too, or a ledger could be gone after a power cut.
            #[cfg(unix)]
            File::open(folder_of(path))?.sync_all()?;
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Takes from group and others what they may do with the ledger, where somebody gave it to them.
///
/// SQLite gives the companions that it makes the mode of the ledger.
fn keep_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    for file in [path.to_owned(), sibling(path, "-wal"), sibling(path, "-shm")] {
        use std::os::unix::fs::PermissionsExt;
        let mode = match file.metadata() {
            Ok(found) => found.permissions().mode(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if mode & 0o077 != 0 {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode & 0o700))?;
        }
    }
    Ok(())
}
