//! Where a ledger is on a server.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

/// Where a server, a database on it and the ledger in that are, and who asks.
#[derive(Debug, Clone)]
pub struct Address {
    /// A name, an address, or the folder of a socket (it begins with `/`).
    pub host: String,
    /// The port, 5432 as a rule.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// With what; `None` where the server knows its users otherwise.
    pub password: Option<SecretString>,
    /// The database.
    pub database: String,
    /// The schema in which the ledger stands, made where it is not there.
    pub schema: String,
    /// How the connection is encrypted.
    pub encryption: Encryption,
}

/// How a connection to a server is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// By TLS. The server's certificate is for its name, and from somebody whom this file names; whom the system
    /// trusts, where no file is named.
    Verified(Option<PathBuf>),
    /// Not at all: for what does not leave this machine.
    None,
}

impl fmt::Display for Address {
    /// Without any secret: `postgres://user@host/database`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, user, database, schema, .. } = self;
        if host.starts_with('/') {
            write!(f, "postgres://{user}@/{database}?host={host}")?;
        } else {
            write!(f, "postgres://{user}@{host}")?;
            if *port != 5432 {
                write!(f, ":{port}")?;
            }
            write!(f, "/{database}")?;
        }
        if schema != Self::SCHEMA {
            let sign = if host.starts_with('/') { '&' } else { '?' };
            write!(f, "{sign}schema={schema}")?;
        }
        Ok(())
    }
}

impl Address {
    /// The schema where none is named.
    pub const SCHEMA: &str = "undersigned";
}
